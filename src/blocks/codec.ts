// Records ↔ blocks in memory. Runs on every thread; knows nothing of files and budgets.
import { InternalError } from '../errors.js';
import type { Block, SegmentedBlock } from './block.js';
import { DamagedPage } from './damaged-page.js';
import type { NumberPairs } from './number-pairs.js';
import { PageDecoder } from './page-decoder.js';
import { type RowShape, type TuplePage, widthOf } from './tuple-page.js';
import { type Allocate, BlockWriter } from './writer.js';

export type { Allocate } from './writer.js';

/** Arrays up to this length are made at once. */
const MAX_PREPARED = 2 ** 24;

/** Fresh memory of exactly the size needed. */
export const allocateFresh: Allocate = (sizeBytes) => new SharedArrayBuffer(sizeBytes);

/** The records as a block. Throws what BlockWriter throws. */
export function encodeBlock<T>(records: readonly T[], allocate: Allocate = allocateFresh): Block {
  const writer = new BlockWriter<T>();
  writer.pushAll(records);
  return writer.finish(allocate);
}

/** One buffer with the records of every writer, in their order. The writers are empty afterwards. */
export function finishSegments(
  writers: readonly BlockWriter<unknown>[],
  allocate: Allocate,
): SegmentedBlock {
  const places = segmentPlaces(writers);
  const buffer = allocate(places.byteLength);
  const bytes = new Uint8Array(buffer);
  for (let i = 0; i < writers.length; i++) writers[i]!.moveInto(bytes, places.offsets[i]!);
  return { buffer, ...places };
}

/** Where the records of each writer are when all stand behind one another. Ends the writers' pages. */
export function segmentPlaces(
  writers: readonly BlockWriter<unknown>[],
): Omit<SegmentedBlock, 'buffer'> {
  const counts: number[] = [];
  const offsets: number[] = [0];
  let byteLength = 0;
  for (const writer of writers) {
    writer.endPages();
    byteLength += writer.sizeBytes;
    counts.push(writer.count);
    offsets.push(byteLength);
  }
  return { byteLength, offsets, counts };
}

/** Tuples of more places, and objects of more fields, are left as they are. */
const MOST_COLUMNS = 8;

/** Pages of tuples or objects of a shape, and of whatever is between them. */
export interface TuplePages {
  readonly shape: RowShape;
  readonly pages: Iterable<TuplePage | unknown[]>;
}

/** All records of a block, as a fresh array. */
export function decodeBlock<T>(block: Block): T[] {
  return joinPages(blockPages<T>(block), block.count);
}

/** The records of all pages in one array; `count` is how many there will be. */
export function joinPages<T>(pages: Iterable<T[]>, count: number): T[] {
  // Longer arrays made in one go would be dictionaries.
  let records: T[] = count <= MAX_PREPARED ? new Array<T>(count) : [];
  let next = 0;
  for (const page of pages) {
    if (page.length === count) records = page;
    else for (let i = 0; i < page.length; i++) records[next++] = page[i]!;
  }
  return records;
}

/** The records of a block, a fresh array for each page. */
export function blockPages<T>(block: Block): Iterable<T[]> {
  return memoryPages<T>(block.buffer, 0, block.byteLength, block.count);
}

/** The records of a block by page, to be read once and not kept: numbers are views of its memory. */
export function viewedPages<T>(block: Block): Iterable<ArrayLike<T>> {
  const { buffer, byteLength, count } = block;
  return readPages<ArrayLike<T>>(
    { buffer, start: 0, byteLength, count },
    (pages, at) => pages.column(at) as ArrayLike<T>,
  );
}

/** The pages of a block whose first is of tuples or objects, as columns where they can be; null for any other block. */
export function tuplePages(block: Block): TuplePages | null {
  const { buffer, byteLength, count } = block;
  if (byteLength === 0) return null;
  const shape = guard(`A block of ${count} records in memory`, () =>
    new PageDecoder(buffer, 0, byteLength).shape(0),
  );
  const width = widthOf(shape);
  if (width === 0 || width > MOST_COLUMNS) return null;
  const range = { buffer, start: 0, byteLength, count };
  return { shape, pages: readPages(range, (pages, at) => pages.rows(at, shape)) };
}

/** The records of one segment, a fresh array for each page. */
export function segmentPages<T>(block: SegmentedBlock, index: number): Iterable<T[]> {
  return readPages<T[]>(segmentRange(block, index), (pages, at) => pages.records(at) as T[]);
}

/** The same with pairs of numbers as columns: views of its memory. */
export function segmentPairs(
  block: SegmentedBlock,
  index: number,
): Iterable<NumberPairs | unknown[]> {
  return readPages(segmentRange(block, index), (pages, at) => pages.numberPairs(at));
}

/** The same with pairs as columns where they can be. */
export function segmentTuples(
  block: SegmentedBlock,
  index: number,
): Iterable<TuplePage | unknown[]> {
  return readPages(segmentRange(block, index), (pages, at) => pages.rows(at, 2));
}

function segmentRange({ buffer, offsets, counts }: SegmentedBlock, index: number): MemoryRange {
  const start = offsets[index]!;
  return { buffer, start, byteLength: offsets[index + 1]! - start, count: counts[index]! };
}

/**
 * The numbers of a block as views of its memory, one for each page and valid as long as the block:
 * the records themselves, or with `place` one place of tuples. Null for a page where these are not
 * numbers only.
 */
export function* numberPages(
  block: Block,
  place: number | null = null,
): Generator<Float64Array | Int32Array | null> {
  const what = `A block of ${block.count} records in memory`;
  const pages = guard(what, () => new PageDecoder(block.buffer, 0, block.byteLength));
  for (let offset = 0; offset < block.byteLength; ) {
    const at = offset;
    const numbers = guard(what, () => pages.numbers(at, place));
    offset += pages.head(at).byteLength;
    yield numbers;
  }
}

function memoryPages<T>(
  buffer: SharedArrayBuffer,
  start: number,
  byteLength: number,
  count: number,
): Iterable<T[]> {
  return readPages<T[]>(
    { buffer, start, byteLength, count },
    (pages, at) => pages.records(at) as T[],
  );
}

interface MemoryRange {
  readonly buffer: SharedArrayBuffer;
  readonly start: number;
  readonly byteLength: number;
  readonly count: number;
}

function* readPages<P extends { readonly length: number }>(
  { buffer, start, byteLength, count }: MemoryRange,
  read: (pages: PageDecoder, at: number) => P,
): Generator<P> {
  if (byteLength === 0 && count === 0) return;
  const what = `A block of ${count} records in memory`;
  const pages = guard(what, () => new PageDecoder(buffer, start, byteLength));
  let seen = 0;
  for (let offset = 0; offset < byteLength; ) {
    const at = offset;
    const records = guard(what, () => read(pages, at));
    offset += pages.head(at).byteLength;
    seen += records.length;
    yield records;
  }
  if (seen !== count) throw damaged(what, `it holds ${seen}`, undefined);
}

/** Damage shows as a DamagedPage, or as whatever V8 throws for impossible sizes and values. */
function guard<R>(what: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    throw damaged(what, error instanceof DamagedPage ? error.message : String(error), error);
  }
}

function damaged(what: string, why: string, cause: unknown): InternalError {
  return new InternalError(
    'BLOCK-901',
    `${what} is damaged: ${why}. Please report it with the program that led to it.`,
    { cause },
  );
}
