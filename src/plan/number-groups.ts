// The parts of pairs of numbers, each brought together by key: merged by the user's function, or as lists of values.
// Everything is columns until a page is asked for. In the worker.
import type { NumberPairs } from '../blocks/number-pairs.js';
import { NumberTable } from '../values/number-table.js';
import { KeyTable } from './key-table.js';

/** Merges columns into a table, by the user's function. */
export type MergeColumns = (pages: Iterable<NumberPairs>, table: KeyTable) => void;

/** Takes one part after the other: the next replaces the last. */
export interface PartTable {
  fill(part: NumberPairs): void;
  /** Keys of the part. */
  readonly size: number;
  /** Pairs of the part's keys with what belongs to them, in the order in which the keys came. */
  pages(): Iterable<unknown[]>;
}

export class MergedPart implements PartTable {
  readonly #merge: MergeColumns;
  #table: KeyTable | null = null;

  constructor(merge: MergeColumns) {
    this.#merge = merge;
  }

  fill(part: NumberPairs): void {
    if (this.#table?.numbers.isOpen === true) this.#table.numbers.empty();
    else
      this.#table = new KeyTable(
        new NumberTable({ isOpen: true, hasValues: part.values !== null }),
      );
    this.#table.numbers.reserve(part.length);
    this.#merge([part], this.#table);
  }

  get size(): number {
    return this.#table?.size ?? 0;
  }

  pages(): Iterable<unknown[]> {
    return this.#table?.pages() ?? [];
  }
}

const PAGE_RECORDS = 1024;
/** Longer arrays made at once would be dictionaries. */
const MOST_AT_ONCE = 2 ** 24;

/** The values of each key: sorted by the entries of the keys, by counting, so that they keep their order. */
export class GroupedPart implements PartTable {
  readonly #keys = new NumberTable({ isOpen: true, hasValues: false });
  /** Told how many pairs are looked at, before they are. */
  readonly #onPairs: (count: number) => void;
  /** By entry: where its values begin among the sorted ones; one more for the end. */
  #starts = new Uint32Array(0);
  #sorted: Float64Array | null = null;

  constructor(onPairs: (count: number) => void) {
    this.#onPairs = onPairs;
  }

  get size(): number {
    return this.#keys.size;
  }

  fill({ keys, values }: NumberPairs): void {
    const count = keys.length;
    this.#onPairs(count);
    const table = this.#keys;
    table.empty();
    table.reserve(count);
    const slots = new Uint32Array(count);
    const starts = new Uint32Array(count + 1);
    for (let i = 0; i < count; i++) {
      const slot = table.slotOf(keys[i]!);
      slots[i] = slot;
      starts[slot + 1]!++;
    }
    for (let slot = 0; slot < table.size; slot++) starts[slot + 1]! += starts[slot]!;
    this.#starts = starts;
    this.#sorted = values === null ? null : sortedBySlot(values, slots, starts, table.size);
  }

  *pages(): Generator<[number, unknown[]][]> {
    const { keys, size } = this.#keys;
    for (let from = 0; from < size; from += PAGE_RECORDS) {
      const page: [number, unknown[]][] = [];
      const to = Math.min(from + PAGE_RECORDS, size);
      for (let slot = from; slot < to; slot++) page.push([keys[slot]!, this.#list(slot)]);
      yield page;
    }
  }

  #list(slot: number): unknown[] {
    const from = this.#starts[slot]!;
    const count = this.#starts[slot + 1]! - from;
    const sorted = this.#sorted;
    if (count === 1) return [sorted === null ? null : sorted[from]];
    const list: unknown[] = count <= MOST_AT_ONCE ? new Array<unknown>(count) : [];
    if (sorted === null) for (let i = 0; i < count; i++) list[i] = null;
    else for (let i = 0; i < count; i++) list[i] = sorted[from + i];
    return list;
  }
}

function sortedBySlot(
  values: ArrayLike<number>,
  slots: Uint32Array,
  starts: Uint32Array,
  size: number,
): Float64Array {
  const sorted = new Float64Array(slots.length);
  const next = starts.slice(0, size);
  for (let i = 0; i < slots.length; i++) sorted[next[slots[i]!]!++] = values[i]!;
  return sorted;
}
