// What keys do to the text itself: the edits by action, and typing with its indentation. Pure.
import { indentAt, indentOfClosing } from './brackets.js';
import type { EditBuffer } from './edit-buffer.js';
import type { Action } from './keys.js';

export type Edits = Partial<Record<Action, (buffer: EditBuffer) => void>>;

export const EDITS: Edits = {
  left: (buffer) => buffer.left(),
  right: (buffer) => buffer.right(),
  'word-left': (buffer) => buffer.wordLeft(),
  'word-right': (buffer) => buffer.wordRight(),
  'line-start': (buffer) => buffer.lineStart(),
  'line-end': (buffer) => buffer.lineEnd(),
  'cell-start': (buffer) => buffer.cellStart(),
  'cell-end': (buffer) => buffer.cellEnd(),
  'delete-backward': (buffer) => buffer.deleteBackward(),
  'delete-forward': (buffer) => buffer.deleteForward(),
  'kill-line-end': (buffer) => buffer.killToLineEnd(),
  'kill-line-start': (buffer) => buffer.killToLineStart(),
  'kill-word-backward': (buffer) => buffer.killWordBackward(),
  'kill-word-forward': (buffer) => buffer.killWordForward(),
  yank: (buffer) => buffer.yank(),
  transpose: (buffer) => buffer.transpose(),
  undo: (buffer) => buffer.undo(),
  newline: (buffer) => buffer.breakLine(indentAt(buffer.text, buffer.cursor)),
};

/** Puts text in; a closing bracket that begins a line goes back to the line of its partner. */
export function typeInto(buffer: EditBuffer, typed: string): void {
  const { text, cursor } = buffer;
  const lineStart = text.lastIndexOf('\n', cursor - 1) + 1;
  const isFirst = lineStart > 0 && /^[ \t]*$/.test(text.slice(lineStart, cursor));
  const indent = isFirst && /^[)\]}]$/.test(typed) ? indentOfClosing(text, cursor) : null;
  if (indent === null) buffer.insert(typed);
  else buffer.replaceBefore(lineStart, indent + typed);
}
