// What the prompt prints for a value: rows as a table, text a line each, what is lazy as what it is.
// Loaded after the first prompt. Answers text; writes nothing.
import { counted, grouped } from './grouped.js';
import { modeText, type PrintMode } from './print/mode-text.js';
import { rowsOf } from './print/rows.js';
import { tableText } from './print/table.js';
import { blockText, cellText, lineText } from './print/value-text.js';
import type { Style } from './style.js';
import { cutText, textWidth } from './text-width.js';

/** Describes a value of the engine, or null where it is none. `type` is its type at the prompt, if known. */
export type Describe = (value: unknown, type: string | null) => Promise<string | null>;

export interface PrinterOptions {
  readonly style: Style;
  /** Whether tables have frames; they do unless told otherwise. */
  readonly drawsBoxes?: boolean;
  columns(): number;
  readonly describe: Describe;
}

/** Characters of a value that is told in passing. */
const MAX_SUMMARY = 60;

export class Printer {
  mode: PrintMode = 'table';
  /** Rows of an array that are printed in the mode `table`. */
  maxRows = 20;
  readonly #options: PrinterOptions;

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  /** The text of a cell's value, null where there is nothing to print. */
  async format(value: unknown, type: string | null = null): Promise<string | null> {
    if (value === undefined) return null;
    // A value may refuse to be looked at, such as a broadcast that was destroyed.
    const described = await this.#options.describe(value, type).catch(() => null);
    if (described !== null) return described;
    if (this.mode !== 'table') return modeText(value, this.mode);
    if (Array.isArray(value) && value.length > 0) return this.#array(value);
    return this.#block(value);
  }

  /** A value in one line: itself where it is short, otherwise what it is. */
  async summary(value: unknown): Promise<string> {
    const described = await this.#options.describe(value, null).catch(() => null);
    if (described !== null) return described;
    const text = cellText(value);
    if (textWidth(text) <= Math.min(MAX_SUMMARY, this.#options.columns() / 2)) return text;
    if (Array.isArray(value)) return counted(value.length, 'element');
    if (value instanceof Map) return `a Map of ${grouped(value.size)}`;
    return cutText(text, MAX_SUMMARY);
  }

  /** Rows as a table, whatever the mode for values is. */
  async table(rows: readonly Record<string, unknown>[]): Promise<string | null> {
    const shown = rowsOf(rows, rows.length);
    return shown === null ? null : (await tableText(shown, this.#options)).text;
  }

  async #array(values: readonly unknown[]): Promise<string> {
    const rows = rowsOf(values, this.maxRows);
    if (rows !== null) {
      const { text, hiddenColumns } = await tableText(rows, this.#options);
      return [text, ...this.#left(values.length, hiddenColumns)].join('\n');
    }
    const block = this.#block(values);
    if (!values.every((value) => typeof value === 'string') || !block.includes('\n')) return block;
    const lines = values
      .slice(0, this.maxRows)
      .map((text) => cutText(lineText(text as string), this.#options.columns()));
    return [...lines, ...this.#left(values.length, 0)].join('\n');
  }

  #left(rowCount: number, columnCount: number): string[] {
    const rows = rowCount > this.maxRows ? [`… ${grouped(rowCount - this.maxRows)} more`] : [];
    const columns = columnCount > 0 ? [`… ${grouped(columnCount)} more columns`] : [];
    return [...rows, ...columns].map((line) => this.#options.style.dim(line));
  }

  #block(value: unknown): string {
    return blockText(value, this.#options.columns(), this.#options.style.hasColour);
  }
}
