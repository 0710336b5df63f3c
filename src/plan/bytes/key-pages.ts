// Keys and numbers on columns ↔ the pages of shuffle blocks, so that both sides of a shuffle can be on either path.
// Runs in workers. Knows how pages are laid out, not what is merged.
import { ByteChunks } from '../../blocks/chunks.js';
import type { SegmentedBlock } from '../../blocks/block.js';
import { cutStrings } from '../../blocks/decode-strings.js';
import { encodeStrings } from '../../blocks/encode-strings.js';
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
export function* pairPages(keyed: KeyedNumbers): Generator<[string, number | null][]> {
  const { arena, dictionary, values } = keyed;
  const { size } = dictionary;
  const slots = arena.allocate(PAGE_KEYS * 4);
  for (let from = 0; from < size; from += PAGE_KEYS) {
    const count = Math.min(PAGE_KEYS, size - from);
    const mark = arena.mark;
    for (let i = 0; i < count; i++) arena.u32[slots / 4 + i] = from + i;
    const strings = stringsOf(arena, gatherKeys(keyed, slots, count));
    arena.release(mark);
    yield strings.map((key, i) => [key, values === null ? null : values[from + i]!]);
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
  if (isAscii(arena, keys.text, keys.textEnd)) writeAscii(page, arena, keys);
  else encodeStrings(page, stringsOf(arena, keys), count);
  if (values === null) writeNulls(page, count);
  else writeNumbers(page, values, arena.u32.subarray(slots / 4, slots / 4 + count));
  return page.finish(count);
}

function writeAscii(page: PageWriter, arena: Arena, { text, textEnd, lengths }: KeyRun): void {
  const count = lengths.length;
  let longest = 0;
  for (let i = 0; i < count; i++) if (lengths[i]! > longest) longest = lengths[i]!;
  const width = longest < 0x100 ? 1 : longest < 0x10000 ? 2 : 4;
  page.head(ColumnKind.string, width, textEnd - text);
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

/** A page of ASCII keys with a number or null each, where it lies. */
export interface KeyPage {
  readonly lengths: Uint8Array | Uint16Array | Uint32Array;
  readonly text: Uint8Array;
  readonly values: Float64Array | Int32Array | null;
}

/** The page as columns; null where it is of another kind, or damaged, which its usual reader will tell. */
export function readKeyPage(
  buffer: SharedArrayBuffer,
  start: number,
  byteLength: number,
  count: number,
): KeyPage | null {
  const words = new Int32Array(buffer, start, byteLength / 4);
  const sum = checksum(words, PAGE_HEAD_BYTES / 4, words.length) ^ count;
  if (sum >>> 0 !== words[3]! >>> 0) return null;
  let at = PAGE_HEAD_BYTES;
  const word = (index: number): number => words[at / 4 + index]! >>> 0;
  if (word(0) !== ColumnKind.tuple || word(1) !== 2) return null;
  at += COLUMN_HEAD_BYTES;
  const width = word(1);
  const textBytes = word(2);
  if (word(0) !== ColumnKind.string || word(3) !== 0) return null;
  at += COLUMN_HEAD_BYTES;
  const lengths =
    width === 1
      ? new Uint8Array(buffer, start + at, count)
      : width === 2
        ? new Uint16Array(buffer, start + at, count)
        : new Uint32Array(buffer, start + at, count);
  at += padded(count * width);
  const text = new Uint8Array(buffer, start + at, textBytes);
  at += padded(textBytes);
  const kind = word(0);
  const present = word(2);
  at += COLUMN_HEAD_BYTES;
  if (kind === ColumnKind.i32) {
    return { lengths, text, values: new Int32Array(buffer, start + at, count) };
  }
  if (kind === ColumnKind.f64) {
    return { lengths, text, values: new Float64Array(buffer, start + at, count) };
  }
  if (kind !== ColumnKind.nullable || present !== 0) return null;
  const tags = new Uint8Array(buffer, start + at, count);
  return tags.includes(NullTag.undefined) ? null : { lengths, text, values: null };
}
