// What is drawn at the bottom of a terminal: rows already cut to its width, and where the cursor is. Pure.
import { textWidth, wrapLine } from './text-width.js';

export interface Frame {
  readonly rows: readonly string[];
  /** Index into `rows`. */
  readonly cursorRow: number;
  /** In columns from 0. */
  readonly cursorColumn: number;
  /** How many of the last rows are hints below the text; what is above the text gives way before them. */
  readonly hintRows?: number;
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

/** The frame with hints below its text. */
export function withHints(frame: Frame, hints: readonly string[]): Frame {
  return { ...frame, rows: [...frame.rows, ...hints], hintRows: hints.length };
}

/**
 * One below the other; the cursor is that of the last. Where there are more than `maxRows`, those above the last give
 * way from the bottom, status lines before unfinished output; then the last is cut to the rows around its cursor.
 */
export function stackFrames(frames: readonly Frame[], maxRows: number): Frame {
  const last = frames.at(-1);
  if (last === undefined) return EMPTY;
  const shown = cutFrame(last, maxRows);
  const above = frames.slice(0, -1).flatMap((frame) => frame.rows);
  const kept = above.slice(0, maxRows - shown.rows.length);
  return {
    rows: [...kept, ...shown.rows],
    cursorRow: kept.length + shown.cursorRow,
    cursorColumn: shown.cursorColumn,
  };
}

/** The rows around the cursor, and as many hints as leave a row for it. */
function cutFrame(frame: Frame, maxRows: number): Frame {
  const { rows, cursorRow, cursorColumn, hintRows = 0 } = frame;
  if (rows.length <= maxRows) return frame;
  const text = rows.slice(0, rows.length - hintRows);
  const hints = rows.slice(text.length, text.length + maxRows - 1);
  const height = Math.min(maxRows - hints.length, text.length);
  const first = Math.min(Math.max(0, cursorRow - height + 1), text.length - height);
  return {
    rows: [...text.slice(first, first + height), ...hints],
    cursorRow: cursorRow - first,
    cursorColumn,
  };
}
