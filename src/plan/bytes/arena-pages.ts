// Pages of shuffle blocks laid out in the arena, from columns and chosen rows of them, one run of pages for each
// partition. Runs in workers. Knows how pages are laid out, not what the columns mean.
import type { SegmentedBlock } from '../../blocks/block.js';
import {
  COLUMN_HEAD_BYTES,
  ColumnKind,
  NullTag,
  PAGE_HEAD_BYTES,
  PAGE_MAGIC,
  padded,
} from '../../blocks/page-layout.js';
import type { Allocate } from '../../blocks/writer.js';
import type { Arena } from '../../kernels/arena.js';

/** Where the values of a column are, by row. */
export type PageColumn =
  | {
      readonly kind: 'text';
      readonly starts: number;
      readonly ends: number;
      /** Bytes of the longest. */
      readonly longest: number;
      readonly isAscii: boolean;
    }
  /** Addresses of f64. */
  | { readonly kind: 'numbers'; readonly at: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'null' }
  | { readonly kind: 'tuple'; readonly columns: readonly PageColumn[] };

/** Bytes that a page of `count` rows may take, with texts of so many bytes in all of them together. */
export function pageRoom(column: PageColumn, count: number, textBytes: number): number {
  return PAGE_HEAD_BYTES + columnRoom(column, count, textBytes);
}

function columnRoom(column: PageColumn, count: number, textBytes: number): number {
  switch (column.kind) {
    case 'text':
      return COLUMN_HEAD_BYTES + count * 4 + textBytes + 32;
    case 'numbers':
    case 'constant':
      return COLUMN_HEAD_BYTES + count * 8 + 8;
    case 'null':
      return 2 * COLUMN_HEAD_BYTES + count + 8;
    case 'tuple':
      return column.columns.reduce(
        (sum, inner) => sum + columnRoom(inner, count, textBytes),
        COLUMN_HEAD_BYTES,
      );
  }
}

/** Writes pages at given addresses, which are multiples of eight. */
export class ArenaPageWriter {
  readonly #arena: Arena;
  #at = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Writes the page of the `count` rows at address `rows`; returns its end. */
  page(at: number, column: PageColumn, rows: number, count: number): number {
    this.#at = at + PAGE_HEAD_BYTES;
    this.#column(column, rows, count);
    return this.#finish(at, count);
  }

  /** The page of pairs whose keys stand before runs of values; `lengths` are addresses of u32. */
  runsPage(
    at: number,
    keys: { readonly column: PageColumn; readonly rows: number; readonly count: number },
    lengths: number,
    values: { readonly column: PageColumn; readonly rows: number; readonly count: number },
  ): number {
    this.#at = at + PAGE_HEAD_BYTES;
    this.#head(ColumnKind.runs, 0, keys.count);
    this.#column(keys.column, keys.rows, keys.count);
    const to = this.#take(keys.count * 4);
    this.#arena.bytes.copyWithin(to, lengths, lengths + keys.count * 4);
    this.#column(values.column, values.rows, values.count);
    return this.#finish(at, values.count);
  }

  #finish(at: number, count: number): number {
    const { kernels, u32 } = this.#arena;
    u32[at / 4] = PAGE_MAGIC;
    u32[at / 4 + 1] = this.#at - at;
    u32[at / 4 + 2] = count;
    u32[at / 4 + 3] = kernels.checksumWords(at + PAGE_HEAD_BYTES, this.#at) ^ count;
    return this.#at;
  }

  #head(kind: number, arg = 0, size = 0): void {
    const { u32 } = this.#arena;
    const at = this.#at / 4;
    u32[at] = kind;
    u32[at + 1] = arg;
    u32[at + 2] = size;
    u32[at + 3] = 0;
    this.#at += COLUMN_HEAD_BYTES;
  }

  /** Room for `sizeBytes` and their padding, which is zero: equal records give equal pages. */
  #take(sizeBytes: number): number {
    const at = this.#at;
    this.#at += padded(sizeBytes);
    this.#clear(at + sizeBytes);
    return at;
  }

  #clear(from: number): void {
    if (from < this.#at) this.#arena.bytes.fill(0, from, this.#at);
  }

  #column(column: PageColumn, rows: number, count: number): void {
    switch (column.kind) {
      case 'text':
        this.#texts(column, rows, count);
        break;
      case 'numbers':
        this.#numbers(column.at, rows, count);
        break;
      case 'constant':
        this.#constants(column.value, count);
        break;
      case 'null':
        this.#nulls(count);
        break;
      case 'tuple':
        this.#head(ColumnKind.tuple, column.columns.length);
        for (const inner of column.columns) this.#column(inner, rows, count);
    }
  }

  #texts(
    { starts, ends, longest, isAscii }: Extract<PageColumn, { kind: 'text' }>,
    rows: number,
    count: number,
  ): void {
    const { kernels, u32 } = this.#arena;
    const width = longest < 0x100 ? 1 : longest < 0x10000 ? 2 : 4;
    const head = this.#at / 4;
    this.#head(isAscii ? ColumnKind.string : ColumnKind.utf8, width);
    const lengths = this.#take(count * width);
    kernels.gatherLengths(count, rows, starts, ends, width, lengths);
    const end = kernels.gatherTexts(count, rows, starts, ends, this.#at);
    u32[head + 2] = end - this.#at;
    this.#take(end - this.#at);
  }

  /** The last column of numbers: a key that is its own value need not be gathered twice. */
  #last = { from: 0, rows: 0, count: 0, start: 0, end: 0 };

  #numbers(from: number, rows: number, count: number): void {
    const last = this.#last;
    if (last.from === from && last.rows === rows && last.count === count && last.end === this.#at) {
      this.#arena.bytes.copyWithin(this.#at, last.start, last.end);
      this.#at += last.end - last.start;
      return;
    }
    const start = this.#at;
    this.#gatherNumbers(from, rows, count);
    this.#last = { from, rows, count, start, end: this.#at };
  }

  #gatherNumbers(from: number, rows: number, count: number): void {
    const { kernels } = this.#arena;
    const head = this.#at;
    this.#head(ColumnKind.i32);
    if (kernels.gatherInts(count, rows, from, this.#at) === 1) {
      this.#take(count * 4);
      return;
    }
    this.#at = head;
    this.#head(ColumnKind.f64);
    kernels.gather64(count, rows, from, this.#take(count * 8));
  }

  #nulls(count: number): void {
    this.#head(ColumnKind.nullable);
    const tags = this.#take(count);
    this.#arena.fill(tags, count, NullTag.null);
    this.#head(ColumnKind.empty);
  }

  #constants(value: number, count: number): void {
    const { f64, u32 } = this.#arena;
    const isInt = (value | 0) === value && !Object.is(value, -0);
    this.#head(isInt ? ColumnKind.i32 : ColumnKind.f64);
    const at = this.#take(count * (isInt ? 4 : 8));
    if (isInt) u32.fill(value, at / 4, at / 4 + count);
    else f64.fill(value, at / 8, at / 8 + count);
  }
}

/** The pages of all partitions of a map task, written in whatever order, and the block that is made of them. */
export class SegmentPages {
  readonly #arena: Arena;
  /** By partition, start and end of each page. */
  readonly #pages: number[][];
  readonly #counts: number[];

  constructor(arena: Arena, partitions: number) {
    this.#arena = arena;
    this.#pages = Array.from({ length: partitions }, () => []);
    this.#counts = new Array<number>(partitions).fill(0);
  }

  add(partition: number, start: number, end: number, count: number): void {
    this.#pages[partition]!.push(start, end);
    this.#counts[partition]! += count;
  }

  finish(allocate: Allocate): SegmentedBlock {
    const offsets = [0];
    let byteLength = 0;
    for (const pages of this.#pages) {
      for (let i = 0; i < pages.length; i += 2) byteLength += pages[i + 1]! - pages[i]!;
      offsets.push(byteLength);
    }
    const buffer = allocate(byteLength);
    const target = new Uint8Array(buffer);
    const { bytes } = this.#arena;
    let at = 0;
    for (const pages of this.#pages) {
      for (let i = 0; i < pages.length; i += 2) {
        target.set(bytes.subarray(pages[i], pages[i + 1]), at);
        at += pages[i + 1]! - pages[i]!;
      }
    }
    return { buffer, byteLength, offsets, counts: this.#counts };
  }
}
