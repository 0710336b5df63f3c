// What is drawn at the bottom of a terminal: rows already cut to its width, and where the cursor is. Pure.
import { textWidth, wrapLine } from './text-width.js';

export interface Frame {
  readonly rows: readonly string[];
  /** Index into `rows`. */
  readonly cursorRow: number;
  /** In columns from 0. */
  readonly cursorColumn: number;
}

const EMPTY: Frame = { rows: [], cursorRow: 0, cursorColumn: 0 };

/** One line of text, wrapped, with the cursor after it. */
export function textFrame(text: string, columns: number): Frame {
  const rows = wrapLine(text, columns);
  const last = rows.at(-1) ?? '';
  return {
    rows,
    cursorRow: rows.length - 1,
    cursorColumn: Math.min(textWidth(last), columns - 1),
  };
}

/** One below the other; the cursor is that of the last. At most `maxRows`, those around the cursor. */
export function stackFrames(frames: readonly Frame[], maxRows: number): Frame {
  const last = frames.at(-1);
  if (last === undefined) return EMPTY;
  const rows = frames.flatMap((frame) => frame.rows);
  const cursorRow = rows.length - last.rows.length + last.cursorRow;
  if (rows.length <= maxRows) return { rows, cursorRow, cursorColumn: last.cursorColumn };
  const first = Math.min(Math.max(0, cursorRow - maxRows + 1), rows.length - maxRows);
  return {
    rows: rows.slice(first, first + maxRows),
    cursorRow: cursorRow - first,
    cursorColumn: last.cursorColumn,
  };
}
