// Keys of a dictionary with a number each, and what becomes of them: pages of a map output by the partitions of the keys,
// or records. Runs in workers.
import type { SegmentedBlock } from '../../blocks/block.js';
import { cutStrings } from '../../blocks/decode-strings.js';
import type { NativeBuffer } from '../../blocks/native-buffer.js';
import type { Allocate } from '../../blocks/writer.js';
import type { Arena } from '../../kernels/arena.js';
import type { ByteDictionary } from '../../kernels/dictionary.js';
import { ArenaPageWriter, type PageColumn, pageRoom, SegmentPages } from './arena-pages.js';
import { type ComposedPart, type KeyColumns, takenApart } from './composer.js';
import { isSingleText, type KeyShape } from './key-shape.js';

const PAGE_KEYS = 4096;

/** The keys of a dictionary and what they stand for. */
export interface Keys {
  readonly arena: Arena;
  readonly dictionary: ByteDictionary;
  readonly shape: KeyShape;
}

/** What may have been read step by step, as it is now. */
export function keysOf({ arena, dictionary, shape }: Keys): Keys {
  return { arena, dictionary, shape };
}

/** Keys with a number each, or with null. */
export interface KeyedNumbers extends Keys {
  /** By slot. */
  readonly values: Float64Array | null;
}

/** The keys as columns, by slot. */
export function keyColumns({ arena, dictionary, shape }: Keys): KeyColumns {
  return takenApart(arena, dictionary, shape);
}

/** The same as a column of a page. */
export function keyPageColumn(keys: Keys, { parts }: KeyColumns): PageColumn {
  const { arena, dictionary } = keys;
  const { size, bytes, byteLength } = dictionary;
  const isSingle = isSingleText(keys.shape);
  const isAscii = isSingle && isAsciiText(arena, bytes, bytes + byteLength);
  const columns = parts.map((part): PageColumn => {
    if (part.kind === 'number') return { kind: 'numbers', at: part.at };
    if (part.kind !== 'text') throw new TypeError('a key has no literals');
    const { starts, ends } = part;
    const longest = arena.kernels.longestText(size, starts, ends);
    return {
      kind: 'text',
      starts,
      ends,
      longest,
      isAscii: isAscii || isAsciiColumn(arena, part, size),
    };
  });
  return keys.shape.isTuple ? { kind: 'tuple', columns } : columns[0]!;
}

function isAsciiColumn(
  arena: Arena,
  { starts, ends }: Extract<ComposedPart, { kind: 'text' }>,
  size: number,
): boolean {
  return arena.kernels.areAscii(size, starts, ends) === 1;
}

function isAsciiText(arena: Arena, from: number, to: number): boolean {
  return (arena.kernels.probe(from, to) & 1) === 0;
}

/** The slots by the partitions of their keys, and how many each partition has: addresses of u32. */
export function slotsByPartition(
  { arena, dictionary, shape }: Keys,
  columns: KeyColumns,
  partitions: number,
): { readonly sorted: number; readonly counts: number } {
  const { size } = dictionary;
  const [partitionOf, counts, cursors, sorted] = [size, partitions, partitions, size].map((n) =>
    arena.allocate(n * 4),
  ) as [number, number, number, number];
  const { kernels } = arena;
  const [first] = columns.parts;
  if (isSingleText(shape) && first?.kind === 'text') {
    kernels.hashPartitions(size, first.starts, first.ends, partitions, partitionOf);
  } else {
    const isTuple = shape.isTuple ? 1 : 0;
    const count = shape.parts.length;
    kernels.hashComposed(size, columns.at, count, isTuple, partitions, partitionOf);
  }
  kernels.sortRows(size, partitionOf, partitions, counts, cursors, sorted);
  return { sorted, counts };
}

/** A map task's output: the pairs by the partitions of their keys. */
export function writeSegments(
  keyed: KeyedNumbers,
  partitions: number,
  allocate: Allocate,
): SegmentedBlock {
  const { arena, dictionary } = keyed;
  const keys = keyColumns(keyed);
  const { sorted, counts } = slotsByPartition(keyed, keys, partitions);
  const columns = [keyPageColumn(keyed, keys), valueColumn(keyed)];
  const record: PageColumn = { kind: 'tuple', columns };
  const writer = new ArenaPageWriter(arena);
  const pages = new SegmentPages(arena, partitions);
  let rows = sorted;
  for (let part = 0; part < partitions; part++) {
    for (let left = arena.u32[counts / 4 + part]!; left > 0; left -= PAGE_KEYS) {
      const count = Math.min(left, PAGE_KEYS);
      const at = arena.allocate(pageRoom(record, count, dictionary.byteLength));
      const end = writer.page(at, record, rows, count);
      pages.add(part, at, end, count);
      arena.release(Math.ceil(end / 64) * 64);
      rows += count * 4;
    }
  }
  return pages.finish(allocate);
}

function valueColumn({ arena, dictionary, values }: KeyedNumbers): PageColumn {
  if (values === null) return { kind: 'null' };
  const { size } = dictionary;
  const at = arena.allocate(size * 8);
  arena.f64.set(values.subarray(0, size), at / 8);
  return { kind: 'numbers', at };
}

/** `[key, number]` pairs, or `[key, null]`, in the order of the slots. */
export function pairPages(keyed: KeyedNumbers): Generator<[unknown, unknown][]> {
  const { values } = keyed;
  return pagesWith(keyed, values === null ? () => null : (slot) => values[slot]!);
}

/** Pairs of the keys, in the order of the slots, with what belongs to each slot. */
export function* pagesWith(
  keys: Keys,
  valueOf: (slot: number) => unknown,
): Generator<[unknown, unknown][]> {
  const { arena, dictionary, shape } = keys;
  const { size } = dictionary;
  const { parts } = keyColumns(keys);
  const rows = arena.allocate(PAGE_KEYS * 4);
  for (let from = 0; from < size; from += PAGE_KEYS) {
    const count = Math.min(PAGE_KEYS, size - from);
    const mark = arena.mark;
    arena.fillFollowing(rows, from, count);
    const columns = parts.map((part) => valuesOf(arena, part, { rows, from, count }));
    arena.release(mark);
    const [first] = columns;
    yield shape.isTuple
      ? Array.from(first!, (_, i) => [columns.map((column) => column[i]), valueOf(from + i)])
      : Array.from(first!, (key, i) => [key, valueOf(from + i)]);
  }
}

/** The slots `from … from + count - 1`, which stand at the address `rows`. */
interface SlotRange {
  readonly rows: number;
  readonly from: number;
  readonly count: number;
}

function valuesOf(
  arena: Arena,
  part: ComposedPart,
  { rows, from, count }: SlotRange,
): ArrayLike<unknown> {
  if (part.kind === 'number') {
    return arena.copyF64(part.at + from * 8, count);
  }
  if (part.kind !== 'text') throw new TypeError('a key has no literals');
  const { starts, ends } = part;
  const { u32 } = arena;
  const lengths = new Uint32Array(count);
  let size = 0;
  for (let i = 0; i < count; i++) {
    lengths[i] = u32[ends / 4 + from + i]! - u32[starts / 4 + from + i]!;
    size += lengths[i]!;
  }
  const text = arena.allocate(size);
  arena.kernels.gatherTexts(count, rows, starts, ends, text);
  const bytes = arena.bytes as NativeBuffer;
  if (isAsciiText(arena, text, text + size)) {
    return cutStrings(bytes, lengths, { at: text, size }, false);
  }
  let at = text;
  return Array.from(lengths, (length) => {
    at += length;
    return bytes.utf8Slice(at - length, at);
  });
}
