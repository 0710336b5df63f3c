// Keeps track of the rows at the bottom of the terminal that may be erased, and of the cursor among them.
// Answers with the characters to write; writes nothing itself.
import type { Frame } from './frame.js';
import { graphemes, graphemeWidth, stripEscapes, wrapLine } from './text-width.js';

/**
 * Erases from the first column of a row to the end of the screen. Never with the cursor in the corner of the screen:
 * tmux takes that for a clearing of the screen and keeps what stood there in its scroll-back.
 */
const ERASE_BELOW = '\x1b[C\x1b[J\r\x1b[K';

export class LiveArea {
  #rows: readonly string[] = [];
  /** Row of the cursor, from the area's first row. */
  #cursorRow = 0;
  #cursorColumn = 0;
  /** Rows of the prompt that was left standing last, while nothing was written below it. */
  #left: readonly string[] | null = null;

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  /** Erases the area and prints text that ends in a newline in its place. */
  printAbove(text: string): string {
    if (text === '') return '';
    const erase = this.#rows.length === 0 ? '' : this.#moveTo(0) + ERASE_BELOW;
    this.reset();
    return erase + text;
  }

  /** Draws the frame over what is there, beginning with the first row that differs. */
  draw(frame: Frame): string {
    const old = this.#rows;
    const rows = frame.rows;
    let same = 0;
    while (same < rows.length && same < old.length && rows[same] === old[same]) same++;
    let written = '';
    if (same < rows.length || same < old.length) written = this.#redraw(same, rows);
    this.#rows = rows;
    if (rows.length > 0) this.#left = null;
    return written + this.#place(frame);
  }

  /** Leaves the area standing and goes to the line below it. */
  leave(): string {
    const written = `${this.#moveTo(Math.max(this.#rows.length - 1, 0))}\r\n`;
    const rows = this.#rows;
    this.reset();
    this.#left = rows;
    return written;
  }

  /** Makes what was left standing live again; false if something was written since. */
  reopen(): boolean {
    if (this.#left === null) return false;
    this.#rows = this.#left;
    this.#cursorRow = this.#left.length;
    this.#cursorColumn = 0;
    this.#left = null;
    return true;
  }

  /** Erases the area after the terminal became `columns` wide and wrapped its rows anew. */
  forget(columns: number): string {
    if (this.#rows.length === 0) return '';
    const here = this.#rows[this.#cursorRow] ?? '';
    let above = rowsBefore(here, this.#cursorColumn, columns);
    for (const row of this.#rows.slice(0, this.#cursorRow)) {
      above += wrapLine(row, columns).length;
    }
    this.reset();
    return `\r${above > 0 ? `\x1b[${above}A` : ''}${ERASE_BELOW}`;
  }

  /** Nothing is live; the cursor is at the start of an empty line. */
  reset(): void {
    this.#rows = [];
    this.#cursorRow = 0;
    this.#cursorColumn = 0;
    this.#left = null;
  }

  #redraw(from: number, rows: readonly string[]): string {
    const isAppend = from > 0 && from === this.#rows.length;
    const start = isAppend ? `${this.#moveTo(from - 1)}\r\n` : this.#moveTo(from) + ERASE_BELOW;
    const fresh = rows.slice(from);
    this.#cursorRow = from + Math.max(fresh.length - 1, 0);
    return start + fresh.join('\r\n');
  }

  /** To the first column of a row. */
  #moveTo(row: number): string {
    const delta = row - this.#cursorRow;
    this.#cursorRow = row;
    if (delta < 0) return `\r\x1b[${-delta}A`;
    return delta > 0 ? `\r\x1b[${delta}B` : '\r';
  }

  #place(frame: Frame): string {
    if (frame.rows.length === 0) {
      // An erased area leaves the cursor on the row that was its first.
      const back = this.#cursorRow > 0 ? this.#moveTo(0) : '';
      this.#cursorColumn = 0;
      return back;
    }
    this.#cursorColumn = frame.cursorColumn;
    const right = frame.cursorColumn > 0 ? `\x1b[${frame.cursorColumn}C` : '';
    return this.#moveTo(frame.cursorRow) + right;
  }
}

/** Rows that the part of a line before a column takes beyond its first, once it is wrapped at `columns`. */
function rowsBefore(line: string, column: number, columns: number): number {
  let rows = 0;
  let width = 0;
  let passed = 0;
  for (const grapheme of graphemes(stripEscapes(line))) {
    const next = graphemeWidth(grapheme);
    if (width + next > columns) {
      rows++;
      width = 0;
    }
    if (passed >= column) return rows;
    width += next;
    passed += next;
  }
  return width >= columns ? rows + 1 : rows;
}
