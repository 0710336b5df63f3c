// Colours of a cell while it is typed. Pure; escapes are written by hand because this runs with every key.
import type { StyleMap } from './layout.js';
import { scan, type TokenKind } from './scan.js';

const DEFAULT_COLOUR = '\x1b[39m';
const COLOUR: Partial<Record<TokenKind, string>> = {
  keyword: '\x1b[34m',
  string: '\x1b[32m',
  regex: '\x1b[32m',
  number: '\x1b[33m',
  comment: '\x1b[90m',
};

/** Where each colour begins and ends. */
export function colourMap(text: string): StyleMap {
  const styles = new Map<number, string>();
  for (const { kind, start, end } of scan(text).tokens) {
    const colour = COLOUR[kind];
    if (colour === undefined) continue;
    styles.set(start, colour);
    styles.set(end, DEFAULT_COLOUR);
  }
  return styles;
}
