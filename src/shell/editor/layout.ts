// Lays out a half-typed cell with its prompts as rows of a terminal. Pure.
import type { Frame } from '../frame.js';
import { graphemes, graphemeWidth, textWidth } from '../text-width.js';

export interface Prompts {
  readonly first: string;
  readonly next: string;
}

/** Colours of the text: the escape that is written before index i. */
export type StyleMap = ReadonlyMap<number, string>;

/** Rows of the cell cut at `columns`, and where the cursor falls. */
export function layout(
  prompts: Prompts,
  text: string,
  cursor: number,
  columns: number,
  styles: StyleMap | null = null,
): Frame {
  const pen = new Pen(columns, prompts.first);
  let index = 0;
  let style = '';
  for (const [number, line] of text.split('\n').entries()) {
    if (number > 0) {
      if (index === cursor) pen.markCursor();
      index++;
      pen.newLine(prompts.next, style);
    }
    for (const grapheme of graphemes(line)) {
      if (index === cursor) pen.markCursor();
      const change = styles?.get(index);
      if (change !== undefined) {
        style = change;
        pen.escape(change);
      }
      pen.put(grapheme, style);
      index += grapheme.length;
    }
    const change = styles?.get(index);
    if (change !== undefined) {
      style = change;
      pen.escape(change);
    }
  }
  if (cursor >= text.length) pen.markCursor();
  return pen.frame(style);
}

class Pen {
  readonly #columns: number;
  readonly #rows: string[] = [];
  #row: string;
  #width: number;
  #cursorRow = 0;
  #cursorColumn = 0;

  constructor(columns: number, prompt: string) {
    this.#columns = columns;
    this.#row = prompt;
    this.#width = textWidth(prompt);
  }

  put(grapheme: string, style: string): void {
    const shown = visible(grapheme);
    const width = shown === grapheme ? graphemeWidth(grapheme) : shown.length;
    if (this.#width + width > this.#columns) this.#wrap(style);
    this.#row += shown;
    this.#width += width;
  }

  escape(sequence: string): void {
    this.#row += sequence;
  }

  newLine(prompt: string, style: string): void {
    this.#close(style);
    this.#row = prompt + style;
    this.#width = textWidth(prompt);
  }

  markCursor(): void {
    // A cursor after a full row stands at the start of the next one.
    const isFull = this.#width >= this.#columns;
    this.#cursorRow = this.#rows.length + (isFull ? 1 : 0);
    this.#cursorColumn = isFull ? 0 : this.#width;
  }

  frame(style: string): Frame {
    this.#close(style);
    if (this.#cursorRow === this.#rows.length) this.#rows.push('');
    return { rows: this.#rows, cursorRow: this.#cursorRow, cursorColumn: this.#cursorColumn };
  }

  #wrap(style: string): void {
    this.#close(style);
    this.#row = style;
    this.#width = 0;
  }

  #close(style: string): void {
    this.#rows.push(style === '' ? this.#row : `${this.#row}\x1b[0m`);
  }
}

/** How a character is shown while it is edited: a tab as two spaces, controls as `^A`. */
function visible(grapheme: string): string {
  if (grapheme === '\t') return '  ';
  const code = grapheme.charCodeAt(0);
  if (code < 0x20) return `^${String.fromCharCode(code + 64)}`;
  return code === 0x7f ? '^?' : grapheme;
}
