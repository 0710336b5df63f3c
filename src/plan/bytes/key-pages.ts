// Keys and numbers on columns ↔ the pages of shuffle blocks, so that both sides of a shuffle can be on either path.
// Runs in workers. Knows how pages are laid out, not what is merged.
import { ByteChunks } from '../../blocks/chunks.js';
import type { SegmentedBlock } from '../../blocks/block.js';
import { cutStrings } from '../../blocks/decode-strings.js';
import type { NativeBuffer } from '../../blocks/native-buffer.js';
import {
  COLUMN_HEAD_BYTES,
  ColumnKind,
  checksum,
  NullTag,
  PAGE_HEAD_BYTES,
  padded,
} from '../../blocks/page-layout.js';
import { PageWriter } from '../../blocks/page-writer.js';
import type { Allocate } from '../../blocks/writer.js';
import type { Arena } from '../../kernels/arena.js';
import type { ByteDictionary } from '../../kernels/dictionary.js';

const PAGE_KEYS = 4096;

/** Keys of a dictionary with a number each, or with null. */
export interface KeyedNumbers {
  readonly arena: Arena;
  readonly dictionary: ByteDictionary;
  /** By slot. */
  readonly values: Float64Array | null;
}

/** The keys of some slots, one after the other. */
interface KeyRun {
  readonly text: number;
  readonly textEnd: number;
  readonly lengths: Uint32Array;
}

/** One after the other in the order of `slots`: an address of `count` u32. */
function gatherKeys({ arena, dictionary }: KeyedNumbers, slots: number, count: number): KeyRun {
  const { offsets, bytes } = dictionary;
  const lengths = arena.allocate(count * 4);
  // Room for the longest case is known from the offsets only where slots follow each other.
  let sizeBytes = 0;
  const { u32 } = arena;
  for (let i = 0; i < count; i++) {
    const slot = u32[slots / 4 + i]!;
    sizeBytes += u32[offsets / 4 + slot + 1]! - u32[offsets / 4 + slot]!;
  }
  const text = arena.allocate(sizeBytes);
  const textEnd = arena.kernels.gatherKeys(count, slots, offsets, bytes, lengths, text);
  return { text, textEnd, lengths: arena.u32.subarray(lengths / 4, lengths / 4 + count) };
}

function isAscii(arena: Arena, from: number, to: number): boolean {
  return (arena.kernels.probe(from, to) & 1) === 0;
}

/** The keys as strings. */
function stringsOf(arena: Arena, { text, textEnd, lengths }: KeyRun): string[] {
  const bytes = arena.bytes as NativeBuffer;
  if (isAscii(arena, text, textEnd)) {
    return cutStrings(bytes, lengths, { at: text, size: textEnd - text }, false);
  }
  let at = text;
  return Array.from(lengths, (length) => {
    at += length;
    return bytes.toString('utf8', at - length, at);
  });
}

/** `[key, number]` pairs, or `[key, null]`, in the order of the slots. */
export function pairPages(keyed: KeyedNumbers): Generator<[string, unknown][]> {
  const { values } = keyed;
  return pagesWith(keyed, values === null ? () => null : (slot) => values[slot]!);
}

/** Pairs of the keys, in the order of the slots, with what belongs to each slot. */
export function* pagesWith(
  keyed: KeyedNumbers,
  valueOf: (slot: number) => unknown,
): Generator<[string, unknown][]> {
  const { arena, dictionary } = keyed;
  const { size } = dictionary;
  const slots = arena.allocate(PAGE_KEYS * 4);
  for (let from = 0; from < size; from += PAGE_KEYS) {
    const count = Math.min(PAGE_KEYS, size - from);
    const mark = arena.mark;
    for (let i = 0; i < count; i++) arena.u32[slots / 4 + i] = from + i;
    const strings = stringsOf(arena, gatherKeys(keyed, slots, count));
    arena.release(mark);
    yield strings.map((key, i) => [key, valueOf(from + i)]);
  }
}

/** A map task's output: the pairs by the partitions of their keys. */
export function writeSegments(
  keyed: KeyedNumbers,
  partitions: number,
  allocate: Allocate,
): SegmentedBlock {
  const { arena, dictionary } = keyed;
  const { size } = dictionary;
  const [partitionOf, counts, cursors, sorted] = [size, partitions, partitions, size].map((n) =>
    arena.allocate(n * 4),
  ) as [number, number, number, number];
  const { offsets: keyOffsets, bytes } = dictionary;
  arena.kernels.sortByPartition(
    size,
    keyOffsets,
    bytes,
    partitions,
    partitionOf,
    counts,
    cursors,
    sorted,
  );
  const page = new PageWriter();
  const pages = new ByteChunks();
  const offsets = [0];
  const partitionCounts = [...arena.u32.subarray(counts / 4, counts / 4 + partitions)];
  let next = sorted;
  for (const total of partitionCounts) {
    for (let left = total; left > 0; left -= PAGE_KEYS) {
      const count = Math.min(left, PAGE_KEYS);
      const mark = arena.mark;
      pages.append(writePage(page, keyed, next, count));
      arena.release(mark);
      next += count * 4;
    }
    offsets.push(pages.length);
  }
  const byteLength = pages.length;
  const buffer = allocate(byteLength);
  pages.copyTo(new Uint8Array(buffer), 0);
  pages.clear();
  return { buffer, byteLength, offsets, counts: partitionCounts };
}

function writePage(
  page: PageWriter,
  keyed: KeyedNumbers,
  slots: number,
  count: number,
): Uint8Array {
  const { arena, values } = keyed;
  page.begin();
  page.head(ColumnKind.tuple, 2);
  const keys = gatherKeys(keyed, slots, count);
  writeKeys(page, arena, keys);
  if (values === null) writeNulls(page, count);
  else writeNumbers(page, values, arena.u32.subarray(slots / 4, slots / 4 + count));
  return page.finish(count);
}

function writeKeys(page: PageWriter, arena: Arena, { text, textEnd, lengths }: KeyRun): void {
  const count = lengths.length;
  let longest = 0;
  for (let i = 0; i < count; i++) if (lengths[i]! > longest) longest = lengths[i]!;
  const width = longest < 0x100 ? 1 : longest < 0x10000 ? 2 : 4;
  const kind = isAscii(arena, text, textEnd) ? ColumnKind.string : ColumnKind.utf8;
  page.head(kind, width, textEnd - text);
  const out = width === 1 ? page.u8(count) : width === 2 ? page.u16(count) : page.u32(count);
  out.set(lengths);
  page.text(textEnd - text).set(arena.bytes.subarray(text, textEnd));
}

function writeNumbers(page: PageWriter, values: Float64Array, slots: Uint32Array): void {
  const count = slots.length;
  const mark = page.position;
  page.head(ColumnKind.i32);
  const ints = page.i32(count);
  let i = 0;
  for (; i < count; i++) {
    const value = values[slots[i]!]!;
    const int = value | 0;
    // Minus zero is no integer: its sign must come back.
    if (int !== value || (int === 0 && 1 / value < 0)) break;
    ints[i] = int;
  }
  if (i === count) return;
  page.rewind(mark);
  page.head(ColumnKind.f64);
  const column = page.f64(count);
  for (let j = 0; j < count; j++) column[j] = values[slots[j]!]!;
}

function writeNulls(page: PageWriter, count: number): void {
  page.head(ColumnKind.nullable, 0, 0);
  page.u8(count).fill(NullTag.null);
  page.head(ColumnKind.empty);
}

type Lengths = Uint8Array | Uint16Array | Uint32Array;

/** A page of pairs where it lies: keys that are narrow text or UTF-8. */
export interface KeyPage {
  readonly lengths: Lengths;
  readonly text: Uint8Array;
  readonly isUtf8: boolean;
  /** How many values follow each key; null for one each. */
  readonly runs: Uint32Array | null;
  /** Numbers, null for nulls, undefined for anything else. */
  readonly values: Float64Array | Int32Array | null | undefined;
}

/** The first column of a page of tuples. */
export type KeyColumn =
  | { readonly kind: 'numbers'; readonly values: Float64Array | Int32Array }
  | {
      readonly kind: 'text';
      readonly lengths: Lengths;
      readonly text: Uint8Array;
      readonly isUtf8: boolean;
    };

/** The page as columns; null where it is of another kind, or damaged, which its usual reader will tell. */
export function readKeyPage(
  buffer: SharedArrayBuffer,
  start: number,
  byteLength: number,
  count: number,
): KeyPage | null {
  if (!isWhole(buffer, start, byteLength, count)) return null;
  const page = new PageCursor(buffer, start + PAGE_HEAD_BYTES);
  const { kind, arg, size } = page.head();
  const isRuns = kind === ColumnKind.runs;
  if (!isRuns && !(kind === ColumnKind.tuple && arg === 2)) return null;
  const keys = page.column(isRuns ? size : count);
  if (keys?.kind !== 'text') return null;
  const runs = isRuns ? page.u32(size) : null;
  return { ...keys, runs, values: page.numbers(count) };
}

/** The first column of the page's tuples; null where that is of another kind. */
export function readFirstColumn(
  buffer: SharedArrayBuffer,
  start: number,
  byteLength: number,
  count: number,
): KeyColumn | null {
  if (!isWhole(buffer, start, byteLength, count)) return null;
  const page = new PageCursor(buffer, start + PAGE_HEAD_BYTES);
  return page.head().kind === ColumnKind.tuple ? page.column(count) : null;
}

function isWhole(
  buffer: SharedArrayBuffer,
  start: number,
  byteLength: number,
  count: number,
): boolean {
  const words = new Int32Array(buffer, start, byteLength / 4);
  const sum = checksum(words, PAGE_HEAD_BYTES / 4, words.length) ^ count;
  return sum >>> 0 === words[3]! >>> 0;
}

/** Walks over the columns of a page where they lie. */
class PageCursor {
  readonly #buffer: SharedArrayBuffer;
  #at: number;

  constructor(buffer: SharedArrayBuffer, at: number) {
    this.#buffer = buffer;
    this.#at = at;
  }

  head() {
    const [kind, arg, size, wide] = new Uint32Array(this.#buffer, this.#at, 4);
    this.#at += COLUMN_HEAD_BYTES;
    return { kind: kind!, arg: arg!, size: size!, wide: wide! };
  }

  u32(count: number): Uint32Array {
    return new Uint32Array(this.#buffer, this.#take(count * 4), count);
  }

  /** Texts or numbers; null for a column of another kind. */
  column(count: number): KeyColumn | null {
    const { kind, arg, size, wide } = this.head();
    if (kind === ColumnKind.i32) {
      return {
        kind: 'numbers',
        values: new Int32Array(this.#buffer, this.#take(count * 4), count),
      };
    }
    if (kind === ColumnKind.f64) {
      return {
        kind: 'numbers',
        values: new Float64Array(this.#buffer, this.#take(count * 8), count),
      };
    }
    if ((kind !== ColumnKind.string || wide !== 0) && kind !== ColumnKind.utf8) return null;
    const lengths = this.#lengths(count, arg);
    const text = new Uint8Array(this.#buffer, this.#take(size), size);
    return { kind: 'text', lengths, text, isUtf8: kind === ColumnKind.utf8 };
  }

  numbers(count: number): KeyPage['values'] {
    const before = this.#at;
    const { kind, size } = this.head();
    if (kind === ColumnKind.nullable) {
      const tags = new Uint8Array(this.#buffer, this.#take(count), count);
      return size === 0 && !tags.includes(NullTag.undefined) ? null : undefined;
    }
    if (kind !== ColumnKind.i32 && kind !== ColumnKind.f64) return undefined;
    this.#at = before;
    const column = this.column(count);
    return column?.kind === 'numbers' ? column.values : undefined;
  }

  #lengths(count: number, width: number): Lengths {
    const at = this.#take(count * width);
    if (width === 1) return new Uint8Array(this.#buffer, at, count);
    return width === 2
      ? new Uint16Array(this.#buffer, at, count)
      : new Uint32Array(this.#buffer, at, count);
  }

  #take(sizeBytes: number): number {
    const at = this.#at;
    this.#at += padded(sizeBytes);
    return at;
  }
}
