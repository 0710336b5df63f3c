// How many columns a text takes on a terminal, and cutting it to fit. Pure; knows no stream.

const ESCAPES = /\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g;
const PLAIN_ASCII = /^[\x20-\x7e]*$/;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const PICTOGRAPH = /\p{Emoji_Presentation}|\ufe0f/u;

/** Code points of East Asian wide and fullwidth blocks, as [first, last]. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

let segmenter: Intl.Segmenter | null = null;

/** What a user sees as characters: combining marks and emoji sequences stay together. */
export function graphemes(text: string): string[] {
  if (PLAIN_ASCII.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** Columns of one grapheme; control characters count 0. */
export function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code < 0x300 && grapheme.length === 1) return 1;
  if (PICTOGRAPH.test(grapheme)) return 2;
  if (ZERO_WIDTH.test(grapheme)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

export function stripEscapes(text: string): string {
  return text.includes('\x1b') ? text.replace(ESCAPES, '') : text;
}

/** Columns of a text on one line, escape sequences not counted. */
export function textWidth(text: string): number {
  if (PLAIN_ASCII.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(stripEscapes(text))) width += graphemeWidth(grapheme);
  return width;
}

/** The text if it fits, otherwise as much as fits with `…` at its end. Takes plain text. */
export function cutText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const grapheme of graphemes(text)) {
    const next = graphemeWidth(grapheme);
    if (width + next > columns - 1) break;
    kept += grapheme;
    width += next;
  }
  return columns > 0 ? `${kept}…` : '';
}

/** Rows that a line, which may hold escapes, takes on a terminal that wraps at `columns`. */
export function wrapLine(line: string, columns: number): string[] {
  if (textWidth(line) <= columns) return [line];
  const rows: string[] = [];
  let row = '';
  let width = 0;
  for (const piece of line.split(/(\x1b\[[0-9;:?]*[ -/]*[@-~])/)) {
    if (piece.startsWith('\x1b')) {
      row += piece;
      continue;
    }
    for (const grapheme of graphemes(piece)) {
      const next = graphemeWidth(grapheme);
      if (width + next > columns) {
        rows.push(row);
        row = '';
        width = 0;
      }
      row += grapheme;
      width += next;
    }
  }
  rows.push(row);
  return rows;
}

/** Between the words of a line, but not between an option and its value. */
const WORD_BREAK = /(?<!(?:^|\s)--[a-z][a-z-]*) /;

/** Breaks lines between words so that they fit; a word that does not fit alone stays whole. Takes plain text. */
export function wrapWords(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (textWidth(line) <= columns ? line : wrapOneLine(line, columns)))
    .join('\n');
}

function wrapOneLine(line: string, columns: number): string {
  const rows: string[] = [];
  let row = '';
  for (const word of line.split(WORD_BREAK)) {
    const longer = row === '' ? word : `${row} ${word}`;
    if (row === '' || textWidth(longer) <= columns) {
      row = longer;
      continue;
    }
    rows.push(row);
    row = word;
  }
  return [...rows, row].join('\n');
}
