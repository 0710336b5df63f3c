// A terminal in memory: takes what a program writes and knows what a person would see.
import { graphemes, graphemeWidth } from '#dist/shell/text-width.js';

const TOKEN = /\x1b\[([?>]?)([0-9;]*)([A-Za-z~])|\x1b[78=>]|[\r\n\b\x07]|[^\x1b\r\n\b\x07]+/g;

export class Screen {
  readonly isTTY = true;
  columns: number;
  rows: number;
  row = 0;
  column = 0;
  /** Everything written, as it was written. */
  raw = '';
  /** Rows that have scrolled off the top. */
  scrolledOff: string[] = [];
  #cells: string[][];
  /** Rows that went on in the next one because they were full. */
  #isWrapped = new WeakSet<string[]>();
  /** A full row does not wrap until the next character comes. */
  #wrapPending = false;

  constructor(columns = 80, rows = 24) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = Array.from({ length: rows }, () => []);
  }

  write(text: string): boolean {
    this.raw += text;
    for (const match of text.matchAll(TOKEN)) {
      const [token, mark = '', args = '', verb = ''] = match;
      if (token === '\r') this.#move(this.row, 0);
      else if (token === '\n') this.#lineFeed();
      else if (token === '\b') this.#move(this.row, this.column - 1);
      else if (token === '\x07') continue;
      else if (!token.startsWith('\x1b')) this.#print(token);
      else if (mark === '') this.#control(verb, args.split(';').map(Number));
    }
    return true;
  }

  /** The visible rows without trailing blanks, and without empty rows at the end. */
  get text(): string {
    return this.#cells.map(lineOf).join('\n').replace(/\n+$/, '');
  }

  /** All rows of the screen, without trailing blanks. */
  get visibleRows(): string[] {
    return this.#cells.map(lineOf);
  }

  /** Visible rows and those that scrolled away. */
  get transcript(): string {
    return [...this.scrolledOff, this.text].join('\n');
  }

  /**
   * Becomes another size as terminals do that wrap anew: lines are cut again, empty rows below the cursor go first,
   * then rows scroll off the top.
   */
  resize(columns: number, rows: number): void {
    const lines: string[][] = [];
    let cursorLine = 0;
    let cursorAt = 0;
    let isOpen = false;
    for (const [i, cells] of this.#cells.entries()) {
      if (!isOpen) lines.push([]);
      const line = lines.at(-1)!;
      if (i === this.row) {
        cursorLine = lines.length - 1;
        cursorAt = line.length + this.column;
      }
      line.push(...cells);
      isOpen = this.#isWrapped.has(cells);
    }
    const cells: string[][] = [];
    let row = 0;
    for (const [number, line] of lines.entries()) {
      const parts = this.#cut(line, columns);
      if (number === cursorLine) {
        let extra = 0;
        let at = cursorAt;
        while (extra < parts.length - 1 && at >= parts[extra]!.length) at -= parts[extra++]!.length;
        // Behind the end of a full row: the start of the next one.
        if (at >= columns && parts[extra]!.length === columns) {
          parts.splice(++extra, 0, []);
          at = 0;
        }
        row = cells.length + extra;
        this.column = Math.min(at, columns - 1);
      }
      cells.push(...parts);
    }
    while (cells.length > rows && cells.length - 1 > row && cells.at(-1)!.length === 0) cells.pop();
    while (cells.length > rows) {
      if (row === 0) cells.pop();
      else {
        this.scrolledOff.push(lineOf(cells.shift()!));
        row--;
      }
    }
    while (cells.length < rows) cells.push([]);
    this.#cells = cells;
    this.columns = columns;
    this.rows = rows;
    this.row = row;
    this.#wrapPending = false;
  }

  #cut(line: readonly string[], columns: number): string[][] {
    if (line.length === 0) return [[]];
    const parts: string[][] = [];
    for (let at = 0; at < line.length; ) {
      let end = Math.min(at + columns, line.length);
      // A wide character is not cut in two.
      if (end < line.length && line[end] === '') end--;
      const part = line.slice(at, end);
      if (end < line.length) this.#isWrapped.add(part);
      parts.push(part);
      at = Math.max(end, at + 1);
    }
    return parts;
  }

  #print(text: string): void {
    for (const grapheme of graphemes(text)) {
      const width = graphemeWidth(grapheme);
      if (width === 0) {
        this.#addMark(grapheme);
        continue;
      }
      if (this.#wrapPending || this.column + width > this.columns) {
        this.#isWrapped.add(this.#cells[this.row]!);
        this.#lineFeed();
      }
      const cells = this.#cells[this.row]!;
      while (cells.length < this.column) cells.push(' ');
      cells[this.column] = grapheme;
      if (width === 2) cells[this.column + 1] = '';
      this.column += width;
      if (this.column >= this.columns) {
        this.column = this.columns - 1;
        this.#wrapPending = true;
      }
    }
  }

  /** What takes no column belongs to the character before it. */
  #addMark(mark: string): void {
    const cells = this.#cells[this.row]!;
    const last = this.#wrapPending ? this.column : this.column - 1;
    const at = cells[last] === '' ? last - 1 : last;
    if (cells[at] !== undefined) cells[at] += mark;
  }

  #lineFeed(): void {
    this.#wrapPending = false;
    this.column = 0;
    if (this.row < this.rows - 1) {
      this.row++;
      return;
    }
    this.scrolledOff.push(lineOf(this.#cells.shift()!));
    this.#cells.push([]);
  }

  #move(row: number, column: number): void {
    this.#wrapPending = false;
    this.row = Math.min(Math.max(row, 0), this.rows - 1);
    this.column = Math.min(Math.max(column, 0), this.columns - 1);
  }

  #control(verb: string, args: number[]): void {
    const count = Math.max(args[0] ?? 1, 1);
    if (verb === 'A') this.#move(this.row - count, this.column);
    else if (verb === 'B') this.#move(this.row + count, this.column);
    else if (verb === 'C') this.#move(this.row, this.column + count);
    else if (verb === 'D') this.#move(this.row, this.column - count);
    else if (verb === 'G') this.#move(this.row, count - 1);
    else if (verb === 'H') this.#move(count - 1, Math.max(args[1] ?? 1, 1) - 1);
    else if (verb === 'J') this.#erase(args[0] ?? 0);
    else if (verb === 'K')
      this.#cells[this.row]!.length = Math.min(this.#cells[this.row]!.length, this.column);
    else if (verb !== 'm') throw new Error(`The screen does not know the sequence ${verb}`);
  }

  #erase(what: number): void {
    if (what === 3) {
      this.scrolledOff = [];
      return;
    }
    // As tmux does: what is erased from the corner on goes to the scroll-back.
    const isAll = what === 0 && this.row === 0 && this.column === 0;
    if (isAll) this.scrolledOff.push(...this.text.split('\n').filter((line) => line !== ''));
    const first = what === 2 ? 0 : this.row + 1;
    for (let i = first; i < this.rows; i++) this.#cells[i] = [];
    const here = this.#cells[this.row]!;
    if (what !== 2) here.length = Math.min(here.length, this.column);
  }
}

function lineOf(cells: readonly string[]): string {
  return Array.from(cells, (cell) => cell ?? ' ')
    .join('')
    .trimEnd();
}
