// Blocks and segments wherever they are, in memory or on disk, behind one way to read them.
// Runs on every thread; knows nothing of budgets.
import type { Block, DiskBlock, SegmentedBlock, StoredBlock } from './block.js';
import {
  blockPages,
  joinPages,
  segmentPages,
  segmentPairs,
  segmentTuples,
  type TuplePages,
  tuplePages,
  viewedPages,
} from './codec.js';
import { filePages, filePairs, type FileRange, writeBytes } from './disk.js';
import type { NumberPairs } from './number-pairs.js';
import type { TuplePage } from './tuple-page.js';

/** Segments in a file. */
export interface DiskSegments {
  readonly path: string;
  readonly byteLength: number;
  readonly offsets: readonly number[];
  readonly counts: readonly number[];
}

/** Where the output of a map task is now. Plain data: it can be posted to another thread. */
export type StoredSegments =
  | { readonly kind: 'memory'; readonly block: SegmentedBlock }
  | { readonly kind: 'disk'; readonly block: DiskSegments }
  /** In several pieces, in this order: an output that was more than fits in memory at a time. */
  | { readonly kind: 'parts'; readonly parts: readonly StoredSegments[] };

/** A map task's output with the files of what came before it. */
export function segmentsOf(
  block: SegmentedBlock,
  spilled: readonly DiskSegments[] = [],
): StoredSegments {
  return withSpilled({ kind: 'memory', block }, spilled);
}

/** Segments behind the files of what came before them. */
export function withSpilled(
  stored: StoredSegments,
  spilled: readonly DiskSegments[],
): StoredSegments {
  if (spilled.length === 0) return stored;
  const parts = spilled.map((block): StoredSegments => ({ kind: 'disk', block }));
  return { kind: 'parts', parts: [...parts, stored] };
}

/** Writes a block to a new file that only its owner can read. Throws LostDataError BLOCK-501. */
export function writeDiskBlock(path: string, block: Block): DiskBlock {
  writeBytes(path, block.buffer, block.byteLength);
  return { path, byteLength: block.byteLength, count: block.count };
}

/** Writes segments to a new file that only its owner can read. Throws LostDataError BLOCK-501. */
export function writeDiskSegments(path: string, block: SegmentedBlock): DiskSegments {
  writeBytes(path, block.buffer, block.byteLength);
  return { path, byteLength: block.byteLength, offsets: block.offsets, counts: block.counts };
}

/**
 * The records of a block, a fresh array for each page. A file is read as far as the pages are.
 *
 * **Throws** InternalError BLOCK-901 or LostDataError BLOCK-502 where the block is damaged.
 */
export function storedPages<T>(stored: StoredBlock): Iterable<T[]> {
  if (stored.kind === 'memory') return blockPages<T>(stored.block);
  return filePages<T>({ ...stored.block, start: 0 });
}

/** The same to be read once and not kept: numbers in memory are views of it. */
export function storedViews<T>(stored: StoredBlock): Iterable<ArrayLike<T>> {
  return stored.kind === 'memory' ? viewedPages<T>(stored.block) : storedPages<T>(stored);
}

/** The block's tuples or objects as columns; null where it is not of such, or not in memory. */
export function storedTuples(stored: StoredBlock): TuplePages | null {
  return stored.kind === 'memory' ? tuplePages(stored.block) : null;
}

/** All records of a block, as a fresh array. Throws what `storedPages` throws. */
export function decodeStored<T>(stored: StoredBlock): T[] {
  return joinPages(storedPages<T>(stored), stored.block.count);
}

/** The records of one segment, a fresh array for each page. Throws what `storedPages` throws. */
export function storedSegmentPages<T>(stored: StoredSegments, index: number): Iterable<T[]> {
  return pagesOf<T[]>(stored, index, segmentPages, filePages);
}

/** The same with pairs of numbers as columns, valid until the next page is asked for. */
export function storedSegmentPairs(
  stored: StoredSegments,
  index: number,
): Iterable<NumberPairs | unknown[]> {
  return pagesOf<NumberPairs | unknown[]>(stored, index, segmentPairs, filePairs);
}

/** The same with pairs as columns, valid until the next page is asked for, where they are in memory. */
export function storedSegmentTuples(
  stored: StoredSegments,
  index: number,
): Iterable<TuplePage | unknown[]> {
  return pagesOf<TuplePage | unknown[]>(stored, index, segmentTuples, filePages);
}

/** The pages of one segment, read as they are in memory and in a file; those of several pieces in turn. */
function pagesOf<P>(
  stored: StoredSegments,
  index: number,
  inMemory: (block: SegmentedBlock, index: number) => Iterable<P>,
  inFile: (range: FileRange) => Iterable<P>,
): Iterable<P> {
  switch (stored.kind) {
    case 'parts':
      return inTurn(stored.parts, (part) => pagesOf(part, index, inMemory, inFile));
    case 'memory':
      return inMemory(stored.block, index);
    case 'disk':
      return inFile(fileRange(stored.block, index));
  }
}

/** Records of one segment. */
export function segmentCount(stored: StoredSegments, index: number): number {
  if (stored.kind === 'parts')
    return stored.parts.reduce((sum, part) => sum + segmentCount(part, index), 0);
  return stored.block.counts[index]!;
}

function fileRange({ path, offsets, counts }: DiskSegments, index: number): FileRange {
  const start = offsets[index]!;
  return { path, start, byteLength: offsets[index + 1]! - start, count: counts[index]! };
}

function* inTurn<P>(
  parts: readonly StoredSegments[],
  pagesOf: (part: StoredSegments) => Iterable<P>,
): Iterable<P> {
  for (const part of parts) yield* pagesOf(part);
}
