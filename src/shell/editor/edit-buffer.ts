// The text being edited, with its cursor, kill ring and undo. Positions are UTF-16 indexes that never fall
// inside a character. Pure: knows no keys and no terminal.
import { graphemes } from '../text-width.js';

const WORD = /[\p{L}\p{N}_$]/u;
const UNDO_DEPTH = 200;

interface Snapshot {
  readonly text: string;
  readonly cursor: number;
}

export class EditBuffer {
  #text = '';
  #cursor = 0;
  #killed = '';
  #undo: Snapshot[] = [];
  /** Column that up and down aim for while they are repeated. */
  #wantedColumn: number | null = null;
  #lastWasInsert = false;
  #lastWasKill = false;

  get text(): string {
    return this.#text;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** Replaces everything; the cursor goes to the end unless told otherwise. */
  set(text: string, cursor = text.length): void {
    this.#change(text, cursor);
  }

  /** Empties the buffer for the next cell, with nothing to undo. */
  reset(text = ''): void {
    this.#text = text;
    this.#cursor = text.length;
    this.#undo = [];
    this.#settle();
  }

  insert(text: string): void {
    const isTyping = this.#lastWasInsert && text.length === 1 && /\S/.test(text);
    const next = this.#text.slice(0, this.#cursor) + text + this.#text.slice(this.#cursor);
    this.#change(next, this.#cursor + text.length, isTyping);
    this.#lastWasInsert = true;
  }

  /** A new line that begins with the blanks; blanks alone on the line before are taken away. */
  breakLine(indent: string): void {
    const start = this.#startOfLine(this.#cursor);
    const line = this.#text.slice(start, this.#cursor);
    const from = /^[ \t]+$/.test(line) ? start : this.#cursor;
    this.replaceBefore(from, `\n${indent}`);
  }

  /** Replaces the characters from `start` to the cursor, as completion does. */
  replaceBefore(start: number, text: string): void {
    const next = this.#text.slice(0, start) + text + this.#text.slice(this.#cursor);
    this.#change(next, start + text.length);
  }

  deleteBackward(): void {
    this.#remove(this.#previous(this.#cursor), this.#cursor);
  }

  deleteForward(): void {
    this.#remove(this.#cursor, this.#next(this.#cursor));
  }

  left(): void {
    this.#moveTo(this.#previous(this.#cursor));
  }

  right(): void {
    this.#moveTo(this.#next(this.#cursor));
  }

  wordLeft(): void {
    this.#moveTo(this.#wordStart());
  }

  wordRight(): void {
    this.#moveTo(this.#wordEnd());
  }

  lineStart(): void {
    this.#moveTo(this.#startOfLine(this.#cursor));
  }

  lineEnd(): void {
    this.#moveTo(this.#endOfLine(this.#cursor));
  }

  cellStart(): void {
    this.#moveTo(0);
  }

  cellEnd(): void {
    this.#moveTo(this.#text.length);
  }

  /** To the line above; false if this is the first. */
  up(): boolean {
    const start = this.#startOfLine(this.#cursor);
    if (start === 0) return false;
    this.#toColumnOf(this.#startOfLine(start - 1));
    return true;
  }

  /** To the line below; false if this is the last. */
  down(): boolean {
    const end = this.#endOfLine(this.#cursor);
    if (end === this.#text.length) return false;
    this.#toColumnOf(end + 1);
    return true;
  }

  killToLineEnd(): void {
    const end = this.#endOfLine(this.#cursor);
    this.#kill(this.#cursor, end === this.#cursor ? this.#next(end) : end, 'after');
  }

  killToLineStart(): void {
    const start = this.#startOfLine(this.#cursor);
    this.#kill(start === this.#cursor ? this.#previous(start) : start, this.#cursor, 'before');
  }

  killWordBackward(): void {
    this.#kill(this.#wordStart(), this.#cursor, 'before');
  }

  killWordForward(): void {
    this.#kill(this.#cursor, this.#wordEnd(), 'after');
  }

  yank(): void {
    if (this.#killed !== '') this.insert(this.#killed);
  }

  /** Exchanges the two characters before or around the cursor. */
  transpose(): void {
    const right = this.#cursor === this.#text.length ? this.#cursor : this.#next(this.#cursor);
    const middle = this.#previous(right);
    const left = this.#previous(middle);
    if (left === middle) return;
    const swapped = this.#text.slice(middle, right) + this.#text.slice(left, middle);
    this.#change(this.#text.slice(0, left) + swapped + this.#text.slice(right), right);
  }

  undo(): void {
    const before = this.#undo.pop();
    if (before === undefined) return;
    this.#text = before.text;
    this.#cursor = before.cursor;
    this.#settle();
  }

  #change(text: string, cursor: number, joinsLast = false): void {
    if (!joinsLast) {
      this.#undo.push({ text: this.#text, cursor: this.#cursor });
      if (this.#undo.length > UNDO_DEPTH) this.#undo.shift();
    }
    this.#text = text;
    this.#cursor = cursor;
    this.#settle();
  }

  #remove(from: number, to: number): void {
    if (from === to) return;
    this.#change(this.#text.slice(0, from) + this.#text.slice(to), from);
  }

  /** Cuts; what is cut in a row is put in again as one. */
  #kill(from: number, to: number, side: 'before' | 'after'): void {
    if (from === to) return;
    const killed = this.#text.slice(from, to);
    const earlier = this.#lastWasKill ? this.#killed : '';
    this.#killed = side === 'before' ? killed + earlier : earlier + killed;
    this.#remove(from, to);
    this.#lastWasKill = true;
  }

  #moveTo(position: number): void {
    this.#cursor = position;
    this.#settle();
  }

  #settle(): void {
    this.#wantedColumn = null;
    this.#lastWasInsert = false;
    this.#lastWasKill = false;
  }

  #toColumnOf(lineStart: number): void {
    const column = this.#wantedColumn ?? this.#cursor - this.#startOfLine(this.#cursor);
    const target = Math.min(lineStart + column, this.#endOfLine(lineStart));
    this.#moveTo(this.#snap(lineStart, target));
    this.#wantedColumn = column;
  }

  /** The last boundary between characters at or before `target`. */
  #snap(lineStart: number, target: number): number {
    let position = lineStart;
    for (const grapheme of graphemes(this.#text.slice(lineStart, this.#endOfLine(lineStart)))) {
      if (position + grapheme.length > target) break;
      position += grapheme.length;
    }
    return position;
  }

  #previous(position: number): number {
    if (position === 0) return 0;
    const start = this.#startOfLine(position);
    if (start === position) return position - 1;
    return position - (graphemes(this.#text.slice(start, position)).at(-1)?.length ?? 0);
  }

  #next(position: number): number {
    if (position === this.#text.length) return position;
    const end = this.#endOfLine(position);
    if (end === position) return position + 1;
    return position + (graphemes(this.#text.slice(position, end))[0]?.length ?? 0);
  }

  #startOfLine(position: number): number {
    return position === 0 ? 0 : this.#text.lastIndexOf('\n', position - 1) + 1;
  }

  #endOfLine(position: number): number {
    const end = this.#text.indexOf('\n', position);
    return end === -1 ? this.#text.length : end;
  }

  #wordStart(): number {
    let position = this.#cursor;
    while (position > 0 && !WORD.test(this.#text[position - 1]!)) position--;
    while (position > 0 && WORD.test(this.#text[position - 1]!)) position--;
    return position;
  }

  #wordEnd(): number {
    let position = this.#cursor;
    while (position < this.#text.length && !WORD.test(this.#text[position]!)) position++;
    while (position < this.#text.length && WORD.test(this.#text[position]!)) position++;
    return position;
  }
}
