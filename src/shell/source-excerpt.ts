// A line of the user's text with a caret below the place that matters, cut to the terminal's width. Pure.
import { graphemes, graphemeWidth, textWidth } from './text-width.js';

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Characters to underline. */
  readonly length?: number;
}

/** Two lines, the text's and the caret's, or null where the text has no such line. */
export function excerpt(source: string, place: Place, columns: number): [string, string] | null {
  const raw = source.split('\n')[place.line - 1];
  if (raw === undefined || raw.trim() === '') return null;
  const line = raw.replaceAll('\t', ' ').replace(/\r$/, '');
  const at = Math.min(Math.max(place.column - 1, 0), line.length);
  const { text, before } = around(line, at, Math.max(columns, 10));
  const marked = line.slice(at, at + (place.length ?? 1));
  const room = Math.max(textWidth(text) - before, 1);
  const carets = '^'.repeat(Math.min(Math.max(textWidth(marked), 1), room));
  return [text, ' '.repeat(before) + carets];
}

/** The part of a line around an index that fits, and the columns before that index. */
function around(line: string, at: number, columns: number): { text: string; before: number } {
  const before = textWidth(line.slice(0, at));
  if (textWidth(line) <= columns) return { text: line, before };
  const start = Math.max(0, Math.min(before - Math.floor(columns / 2), textWidth(line) - columns));
  const head = start > 0 ? '…' : '';
  let text = '';
  let column = 0;
  for (const grapheme of graphemes(line)) {
    const width = graphemeWidth(grapheme);
    if (column >= start + textWidth(head) && column + width <= start + columns - 1)
      text += grapheme;
    column += width;
  }
  const tail = column > start + columns - 1 ? '…' : '';
  return { text: head + text + tail, before: before - start };
}
