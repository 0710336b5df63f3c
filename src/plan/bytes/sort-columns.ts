// Pairs in the order of their keys, sorted as columns of numbers or texts; the pairs themselves are made when they are
// asked for, so that a few of them cost no more than the sort. Runs in workers.
import type { SegmentedBlock } from '../../blocks/block.js';
import { PageDecoder } from '../../blocks/page-decoder.js';
import type { Arena } from '../../kernels/arena.js';
import { readFirstColumn, type KeyColumn } from './key-pages.js';
import type { SegmentRange } from './key-reader.js';
import { Unfit } from './unfit.js';

/** So many pairs are made first, then as many as a page holds. */
const FIRST_PAIRS = 32;
const PAGE_PAIRS = 1024;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Shorter runs of keys that begin alike are compared. */
const FEW = 64;
const PREFIX = 8;
const HISTOGRAM_BYTES = 2048 * 4;

interface Page {
  readonly pages: PageDecoder;
  readonly offset: number;
  /** Position of its first pair among all. */
  readonly first: number;
  readonly count: number;
  records: unknown[] | null;
}

/** Throws Unfit where keys are not all numbers or all texts, or a segment is not in memory. */
export function sortOnColumns(
  arena: Arena,
  range: SegmentRange,
  ascending: boolean,
): Iterable<unknown[]> {
  const pages: Page[] = [];
  const columns: KeyColumn[] = [];
  let count = 0;
  for (const output of range.outputs) {
    if (output.kind !== 'memory') throw new Unfit('a segment on disk');
    for (const [page, column] of pagesOf(output.block, range.partition, count)) {
      pages.push(page);
      columns.push(column);
      count += page.count;
    }
  }
  const order = sortedPositions(arena, columns, count, ascending);
  return pairsInOrder(pages, order);
}

function* pagesOf(
  { buffer, offsets }: SegmentedBlock,
  partition: number,
  before: number,
): Generator<[Page, KeyColumn]> {
  const start = offsets[partition]!;
  const byteLength = offsets[partition + 1]! - start;
  if (byteLength === 0) return;
  const pages = new PageDecoder(buffer, start, byteLength);
  let first = before;
  for (let offset = 0; offset < byteLength; ) {
    const head = pages.head(offset);
    const column =
      readFirstColumn(buffer, start + offset, head.byteLength, head.count) ??
      columnOf(pages.records(offset));
    yield [{ pages, offset, first, count: head.count, records: null }, column];
    first += head.count;
    offset += head.byteLength;
  }
}

/** Keys of records that are no plain columns. */
function columnOf(records: readonly unknown[]): KeyColumn {
  const keys = records.map((record) => (record as readonly unknown[])[0]);
  if (keys.every((key) => typeof key === 'number')) {
    return { kind: 'numbers', values: Float64Array.from(keys) };
  }
  const isText = (key: unknown): key is string =>
    typeof key === 'string' && !LONE_SURROGATE.test(key);
  if (!keys.every(isText)) throw new Unfit('a key that is neither a text nor a number');
  const texts = keys.map((key) => Buffer.from(key));
  return {
    kind: 'text',
    lengths: Uint32Array.from(texts, (text) => text.length),
    text: Buffer.concat(texts),
    isUtf8: true,
  };
}

function sortedPositions(
  arena: Arena,
  columns: readonly KeyColumn[],
  count: number,
  ascending: boolean,
): Uint32Array {
  if (count === 0) return new Uint32Array(0);
  const [first] = columns;
  if (columns.some(({ kind }) => kind !== first!.kind)) throw new Unfit('keys of two kinds');
  if (first!.kind === 'tuple') throw new Unfit('tuples');
  const sorter = new ColumnSorter(arena, count, ascending);
  return first!.kind === 'numbers'
    ? sorter.numbers(columns as readonly Extract<KeyColumn, { kind: 'numbers' }>[])
    : sorter.texts(columns as readonly Extract<KeyColumn, { kind: 'text' }>[]);
}

class ColumnSorter {
  readonly #arena: Arena;
  readonly #count: number;
  readonly #ascending: boolean;
  readonly #keys: number;
  readonly #positions: number;
  readonly #spareKeys: number;
  readonly #sparePositions: number;
  readonly #histogram: number;

  constructor(arena: Arena, count: number, ascending: boolean) {
    this.#arena = arena;
    this.#count = count;
    this.#ascending = ascending;
    this.#keys = arena.allocate(count * 8);
    this.#positions = arena.allocate(count * 4);
    this.#spareKeys = arena.allocate(count * 8);
    this.#sparePositions = arena.allocate(count * 4);
    this.#histogram = arena.allocate(HISTOGRAM_BYTES);
  }

  numbers(columns: readonly Extract<KeyColumn, { kind: 'numbers' }>[]): Uint32Array {
    const arena = this.#arena;
    let at = this.#spareKeys / 8;
    for (const { values } of columns) {
      arena.f64.set(values, at);
      at += values.length;
    }
    arena.kernels.numberKeys(this.#count, this.#spareKeys, this.#keys);
    return arena.copyU32(this.#sort(this.#count), this.#count);
  }

  texts(columns: readonly Extract<KeyColumn, { kind: 'text' }>[]): Uint32Array {
    const arena = this.#arena;
    const starts = arena.allocate(this.#count * 4);
    const ends = arena.allocate(this.#count * 4);
    let row = 0;
    for (const { lengths, text, isUtf8 } of columns) {
      let at = arena.copyIn(text);
      if (!isUtf8 && (arena.kernels.probe(at, at + text.length) & 1) !== 0) {
        throw new Unfit('latin1 is not UTF-8');
      }
      const { u32 } = arena;
      for (let i = 0; i < lengths.length; i++, row++) {
        u32[starts / 4 + row] = at;
        at += lengths[i]!;
        u32[ends / 4 + row] = at;
      }
    }
    const rows = arena.allocate(this.#count * 4);
    arena.fillFollowing(rows, 0, this.#count);
    this.#sortTexts({ starts, ends }, rows, this.#count, 0);
    return arena.copyU32(rows, this.#count);
  }

  /** Sorts the `n` rows at `rows` by their texts after the first `skip` bytes, which are the same in all of them. */
  #sortTexts(texts: Texts, rows: number, n: number, skip: number): void {
    const arena = this.#arena;
    const { kernels } = arena;
    const { starts, ends } = texts;
    const mark = arena.mark;
    const [from, to] = [arena.allocate(n * 4), arena.allocate(n * 4)];
    kernels.gather32(n, rows, starts, from);
    kernels.gather32(n, rows, ends, to);
    kernels.prefixKeys(n, from, to, skip, this.#keys);
    const order = this.#sort(n);
    kernels.gather32(n, order, rows, from);
    arena.bytes.copyWithin(rows, from, from + n * 4);
    const keys = this.#inSpare ? this.#spareKeys : this.#keys;
    const runs = arena.allocate(n * 4);
    const open = kernels.openRuns(n, keys, rows, starts, ends, skip + PREFIX, runs);
    for (let i = 0; i < open; i++) {
      const first = arena.u32[runs / 4 + 2 * i]!;
      const count = arena.u32[runs / 4 + 2 * i + 1]! - first;
      const run = rows + first * 4;
      if (count < FEW) this.#compare(texts, run, count);
      else this.#sortTexts(texts, run, count, skip + PREFIX);
    }
    arena.release(mark);
  }

  #compare({ starts, ends }: Texts, rows: number, count: number): void {
    const { u32, bytes } = this.#arena;
    const sign = this.#ascending ? 1 : -1;
    const found = Array.from(u32.subarray(rows / 4, rows / 4 + count), (row) => ({
      row,
      text: bytes.subarray(u32[starts / 4 + row], u32[ends / 4 + row]),
    }));
    found.sort((a, b) => sign * Buffer.compare(a.text, b.text));
    found.forEach(({ row }, i) => {
      u32[rows / 4 + i] = row;
    });
  }

  #inSpare = false;

  /** The address of the positions `0 … n-1` in the order of the keys, valid until the next sort. */
  #sort(n: number): number {
    const { kernels } = this.#arena;
    if (!this.#ascending) kernels.flipKeys(n, this.#keys);
    this.#arena.fillFollowing(this.#positions, 0, n);
    this.#inSpare =
      kernels.radixSort(
        n,
        this.#keys,
        this.#positions,
        this.#spareKeys,
        this.#sparePositions,
        this.#histogram,
      ) === 1;
    return this.#inSpare ? this.#sparePositions : this.#positions;
  }
}

/** Addresses of where texts start and end, by row. */
interface Texts {
  readonly starts: number;
  readonly ends: number;
}

function* pairsInOrder(pages: readonly Page[], order: Uint32Array): Generator<unknown[]> {
  const pageOf = new Uint32Array(order.length);
  for (const [i, { first, count }] of pages.entries()) pageOf.fill(i, first, first + count);
  for (let from = 0, size = FIRST_PAIRS; from < order.length; from += size, size = PAGE_PAIRS) {
    const end = Math.min(from + size, order.length);
    const pairs = new Array<unknown>(end - from);
    for (let i = from; i < end; i++) {
      const page = pages[pageOf[order[i]!]!]!;
      page.records ??= page.pages.records(page.offset);
      pairs[i - from] = page.records[order[i]! - page.first];
    }
    yield pairs;
  }
}
