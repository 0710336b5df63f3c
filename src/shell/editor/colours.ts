// Colours of a cell while it is typed. Pure; escapes are written by hand because this runs with every key.
import { matchingBrackets } from './brackets.js';
import type { StyleMap } from './layout.js';
import { scan, type Token, type TokenKind } from './scan.js';

const DEFAULT_COLOUR = '\x1b[39m';
const COLOUR: Partial<Record<TokenKind, string>> = {
  keyword: '\x1b[34m',
  string: '\x1b[32m',
  regex: '\x1b[32m',
  number: '\x1b[33m',
  comment: '\x1b[90m',
};
const KNOWN_NAME = '\x1b[36m';
const COMMAND = '\x1b[35m';
const BRACKETS = '\x1b[1;4m';
const NO_BRACKETS = '\x1b[22;24m';

export interface KnownWords {
  /** Whether a name means something in the session. */
  isName(name: string): boolean;
  isCommand(name: string): boolean;
}

export const NOTHING_KNOWN: KnownWords = { isName: () => false, isCommand: () => false };

/** The escapes at the places where a colour begins or ends. */
export function colourMap(text: string, cursor: number, known: KnownWords): StyleMap {
  const styles = new Map<number, string>();
  const command = commandEnd(text, known);
  if (command !== null) {
    styles.set(0, COMMAND);
    styles.set(command, DEFAULT_COLOUR);
  }
  const { tokens } = scan(text);
  for (const token of tokens) {
    const colour =
      command !== null && token.start < command ? undefined : colourOf(token, text, known);
    if (colour === undefined) continue;
    styles.set(token.start, colour);
    styles.set(token.end, DEFAULT_COLOUR);
  }
  for (const at of matchingBrackets(text, cursor) ?? []) {
    styles.set(at, (styles.get(at) ?? '') + BRACKETS);
    styles.set(at + 1, NO_BRACKETS + (styles.get(at + 1) ?? ''));
  }
  return styles;
}

function colourOf(token: Token, text: string, known: KnownWords): string | undefined {
  const { kind, start, end } = token;
  if (kind !== 'word') return COLOUR[kind];
  const isMember = /\.\s*$/.test(text.slice(Math.max(start - 20, 0), start));
  return !isMember && known.isName(text.slice(start, end)) ? KNOWN_NAME : undefined;
}

/** Where the command ends that the text begins with, or null. */
function commandEnd(text: string, known: KnownWords): number | null {
  const match = /^\s*\.([a-zA-Z]+)(?=\s|$)/.exec(text);
  if (match === null || text.trim().includes('\n')) return null;
  return known.isCommand(match[1]!.toLowerCase()) ? match[0].length : null;
}
