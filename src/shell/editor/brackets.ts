// Brackets of a cell: which belong together, and how far a new line is indented. Pure.
import { scan } from './scan.js';

const INDENT = '  ';

/** The bracket at the cursor, or else before it, and its partner; null where there is none. */
export function matchingBrackets(text: string, cursor: number): readonly [number, number] | null {
  if (!/[()[\]{}]/.test(text.slice(Math.max(cursor - 1, 0), cursor + 1))) return null;
  const { pairs } = scan(text);
  const at = (place: number) => pairs.find((pair) => pair.includes(place));
  return at(cursor) ?? at(cursor - 1) ?? null;
}

/** The blanks that a line broken at the cursor begins with. */
export function indentAt(text: string, cursor: number): string {
  const before = text.slice(0, cursor);
  const { open, isInText } = scan(before);
  if (isInText) return '';
  const lineStart = before.lastIndexOf('\n') + 1;
  const own = /^[ \t]*/.exec(before.slice(lineStart))![0];
  const opensHere = open.some(({ at }) => at >= lineStart);
  return opensHere ? own + INDENT : own;
}

/** The blanks before a closing bracket that begins a line: those of the line of its partner. */
export function indentOfClosing(text: string, cursor: number): string | null {
  const { open, isInText } = scan(text.slice(0, cursor));
  const partner = open.at(-1);
  if (partner === undefined || isInText) return null;
  const lineStart = text.lastIndexOf('\n', partner.at) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))![0];
}
