// The reduce side on columns: the segments of one partition, written by either path, merged by key. Runs in workers.
import { PageDecoder } from '../../blocks/page-decoder.js';
import type { StoredSegments } from '../../blocks/stored.js';
import type { Arena } from '../../kernels/arena.js';
import { ByteDictionary } from '../../kernels/dictionary.js';
import { type KeyedNumbers, readKeyPage } from './key-pages.js';
import type { MergeLoop } from './merge-loops.js';
import { Unfit } from './unfit.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** `loop` merges the numbers; null for keys alone. Throws Unfit where a key is no string, a value no number, or a segment not in memory. */
export function mergeOnColumns(
  arena: Arena,
  outputs: readonly StoredSegments[],
  partition: number,
  loop: MergeLoop | null,
): KeyedNumbers {
  const merger = new ColumnMerger(arena, loop, expectedOf(outputs, partition));
  for (const output of outputs) {
    if (output.kind !== 'memory') throw new Unfit('a segment on disk');
    const { buffer, offsets } = output.block;
    merger.segment(buffer, offsets[partition]!, offsets[partition + 1]!);
  }
  return merger.result();
}

/** Most keys are in most segments: the largest tells more than all together. */
function expectedOf(outputs: readonly StoredSegments[], partition: number) {
  let keys = 0;
  let bytes = 0;
  for (const { block } of outputs) {
    keys = Math.max(keys, block.counts[partition]!);
    bytes = Math.max(bytes, block.offsets[partition + 1]! - block.offsets[partition]!);
  }
  return { keys: Math.ceil(keys * 1.5), bytes };
}

class ColumnMerger {
  readonly #arena: Arena;
  readonly #loop: MergeLoop | null;
  readonly #dictionary: ByteDictionary;
  #values = new Float64Array(1024);
  #seen = 0;

  constructor(
    arena: Arena,
    loop: MergeLoop | null,
    expected: { readonly keys: number; readonly bytes: number },
  ) {
    this.#arena = arena;
    this.#loop = loop;
    this.#dictionary = new ByteDictionary(arena, expected);
  }

  segment(buffer: SharedArrayBuffer, start: number, end: number): void {
    if (start === end) return;
    const pages = new PageDecoder(buffer, start, end - start);
    for (let offset = 0; offset < end - start; ) {
      const { byteLength, count } = pages.head(offset);
      const page = readKeyPage(buffer, start + offset, byteLength, count);
      const isFit =
        page !== null &&
        (page.values === null) === (this.#loop === null) &&
        this.#putAscii(page.lengths, page.text, page.values);
      if (!isFit) this.#putRecords(pages.records(offset));
      offset += byteLength;
    }
  }

  result(): KeyedNumbers {
    return {
      arena: this.#arena,
      dictionary: this.#dictionary,
      values: this.#loop === null ? null : this.#values,
    };
  }

  /** False where a key is no ASCII text: latin1 is not UTF-8. */
  #putAscii(
    lengths: ArrayLike<number>,
    text: Uint8Array,
    values: Float64Array | Int32Array | null,
  ): boolean {
    const arena = this.#arena;
    const count = lengths.length;
    this.#dictionary.reserve(count, text.length);
    const mark = arena.mark;
    const at = arena.copyIn(text);
    const isAscii = (arena.kernels.probe(at, at + text.length) & 1) === 0;
    if (isAscii) {
      const lengthsAt = arena.allocate(count * 4);
      arena.u32.set(lengths, lengthsAt / 4);
      this.#put(lengthsAt, at, count, values);
    }
    arena.release(mark);
    return isAscii;
  }

  #putRecords(records: readonly unknown[]): void {
    const keys: Buffer[] = [];
    const values = new Float64Array(records.length);
    records.forEach((record, i) => {
      const [key, value] = record as readonly [unknown, unknown];
      const isValue = this.#loop === null ? value === null : typeof value === 'number';
      // A text that is not well formed has no UTF-8.
      if (typeof key !== 'string' || !isValue || LONE_SURROGATE.test(key)) {
        throw new Unfit('a key that is no text, or a value that is no number');
      }
      keys.push(Buffer.from(key));
      values[i] = value as number;
    });
    const arena = this.#arena;
    const text = Buffer.concat(keys);
    this.#dictionary.reserve(keys.length, text.length);
    const mark = arena.mark;
    const at = arena.copyIn(text);
    const lengthsAt = arena.allocate(keys.length * 4);
    keys.forEach((key, i) => {
      arena.u32[lengthsAt / 4 + i] = key.length;
    });
    this.#put(lengthsAt, at, keys.length, this.#loop === null ? null : values);
    arena.release(mark);
  }

  #put(
    lengths: number,
    text: number,
    count: number,
    values: Float64Array | Int32Array | null,
  ): void {
    const arena = this.#arena;
    const dictionary = this.#dictionary;
    const slots = arena.allocate(count * 4);
    arena.kernels.putKeys(dictionary.header, count, lengths, text, slots);
    if (this.#loop === null || values === null) return;
    this.#values = withRoom(this.#values, dictionary.size);
    const column = values instanceof Float64Array ? values : Float64Array.from(values);
    this.#seen = this.#loop.merge(
      { slots: arena.u32, at: slots / 4, values: column, from: 0, n: count },
      this.#values,
      this.#seen,
    );
  }
}

/** The array, or a larger one with its content. */
export function withRoom(
  values: Float64Array<ArrayBuffer>,
  size: number,
): Float64Array<ArrayBuffer> {
  if (size <= values.length) return values;
  let length = values.length;
  while (length < size) length *= 2;
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}
