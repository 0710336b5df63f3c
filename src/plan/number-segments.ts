// A table of numbers as columns to the partitions of a shuffle, or to the parts of a table that moves. In the worker.
import type { BlockWriter } from '../blocks/writer.js';
import type { NumberTable } from '../values/number-table.js';

/** Entries that are divided at a time, and the fewest for each partition: pages should not be short. */
const BLOCK_ENTRIES = 32 * 1024;
const ENTRIES_PER_PARTITION = 1024;

/** Writes the entries to the writers of their partitions, each in the order of the table. */
export function writeNumbers(
  { keys, values, size, hasValues }: NumberTable,
  partitionOf: (key: number) => number,
  writers: readonly BlockWriter<unknown>[],
): void {
  if (writers.length === 1) {
    writers[0]!.pushNumberPairs(keys, hasValues ? values : null, 0, size);
    return;
  }
  const atATime = Math.min(size, Math.max(BLOCK_ENTRIES, writers.length * ENTRIES_PER_PARTITION));
  const divided = new DividedEntries(atATime, writers.length);
  for (let from = 0; from < size; from += atATime) {
    const to = Math.min(from + atATime, size);
    divided.divide(keys, { from, to }, partitionOf);
    const dividedKeys = divided.column(keys, from, 0);
    const dividedValues = hasValues ? divided.column(values, from, 1) : null;
    writers.forEach((writer, partition) => {
      const [start, end] = divided.range(partition);
      if (end > start) writer.pushNumberPairs(dividedKeys, dividedValues, start, end);
    });
  }
}

/** Entries in the order of their partitions: a counting sort. */
class DividedEntries {
  /** By entry: its partition, then where it goes to. */
  readonly #places: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #columns: readonly [Float64Array, Float64Array];
  #count = 0;

  constructor(entries: number, partitions: number) {
    this.#places = new Uint32Array(entries);
    this.#ends = new Uint32Array(partitions + 1);
    this.#columns = [new Float64Array(entries), new Float64Array(entries)];
  }

  divide(
    keys: Float64Array,
    { from, to }: { readonly from: number; readonly to: number },
    partitionOf: (key: number) => number,
  ): void {
    const places = this.#places;
    const ends = this.#ends.fill(0);
    const count = to - from;
    for (let i = 0; i < count; i++) {
      const partition = partitionOf(keys[from + i]!);
      places[i] = partition;
      ends[partition + 1]!++;
    }
    for (let p = 1; p < ends.length; p++) ends[p]! += ends[p - 1]!;
    // What is a start becomes an end while the places are given away.
    for (let i = 0; i < count; i++) places[i] = ends[places[i]!]!++;
    this.#count = count;
  }

  /** The column's entries from `from` on, in their new order; valid until it is asked for the next time. */
  column(values: Float64Array, from: number, which: 0 | 1): Float64Array {
    const column = this.#columns[which];
    const places = this.#places;
    for (let i = 0; i < this.#count; i++) column[places[i]!] = values[from + i]!;
    return column;
  }

  range(partition: number): [number, number] {
    return [partition === 0 ? 0 : this.#ends[partition - 1]!, this.#ends[partition]!];
  }
}
