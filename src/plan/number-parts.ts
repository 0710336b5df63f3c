// Many pairs of numbers to be merged by key: divided by a hash of their keys first, so that the table of each part fits
// the processor's cache. One pass more over columns costs far less than a look-up that goes to memory. In the worker.
import { NumberPairs } from '../blocks/number-pairs.js';
import { hashOfNumber, NumberTable } from '../values/number-table.js';
import { KeyTable } from './key-table.js';
import type { Spillable } from './spill/task-memory.js';

/** Fewer pairs are merged at once: their table fits the cache. */
export const FEWEST_PAIRS = 2 ** 17;
/** Pairs of a part, about. */
const PART_PAIRS = 2 ** 15;
/** Most places that are written to in turn. */
const MOST_PARTS = 512;
const BYTES_PER_PAIR = 16;
/** Another than that of the index of a table: keys of a part should not stand close together there. */
const MULTIPLIER = 0x85ebca6b;

/** Merges columns into a table, by the user's function. */
export type MergeColumns = (pages: Iterable<NumberPairs>, table: KeyTable) => void;

/** What so many pairs take while they are divided. */
export function bytesToDivide(pairs: number): number {
  return pairs * BYTES_PER_PAIR;
}

/** The pages if all of them are columns of one kind; null else. */
export function columnsOnly(pages: Iterable<NumberPairs | unknown[]>): NumberPairs[] | null {
  const columns: NumberPairs[] = [];
  for (const page of pages) {
    if (!(page instanceof NumberPairs)) return null;
    if ((page.values === null) !== (columns[0]?.values === null) && columns.length > 0) return null;
    columns.push(page);
  }
  return columns.length === 0 ? null : columns;
}

export class NumberParts implements Spillable {
  readonly #keys: Float64Array;
  readonly #values: Float64Array | null;
  /** Where each part begins, and the end of the last. */
  readonly #starts: Uint32Array;
  readonly #merge: MergeColumns;

  constructor(pages: readonly NumberPairs[], merge: MergeColumns) {
    const count = pages.reduce((sum, { length }) => sum + length, 0);
    const parts = partsFor(count);
    const shift = Math.clz32(parts) + 1;
    this.#merge = merge;
    this.#starts = startsOf(pages, parts, shift);
    this.#keys = new Float64Array(count);
    this.#values = pages[0]?.values == null ? null : new Float64Array(count);
    const next = this.#starts.slice();
    for (const page of pages) this.#divide(page, next, shift);
  }

  get mostOwnBytes(): number {
    return this.#keys.byteLength + (this.#values?.byteLength ?? 0);
  }

  /** It was made because it fits, and is gone soon. */
  spill(): void {}

  /** How many keys there are. No pair is made. */
  readonly count = (): number => {
    let keys = 0;
    for (const table of this.#tables()) keys += table.size;
    return keys;
  };

  /** All pairs `[key, combiner]`, each key once, part by part. */
  *pages(): Generator<unknown[]> {
    for (const table of this.#tables()) yield* table.pages();
  }

  /** One table for all parts, filled with the next where it is asked for. */
  *#tables(): Generator<KeyTable> {
    let table: KeyTable | null = null;
    const starts = this.#starts;
    for (let part = 0; part + 1 < starts.length; part++) {
      const [from, to] = [starts[part]!, starts[part + 1]!];
      if (from === to) continue;
      if (table?.numbers.isOpen === true) table.numbers.empty();
      else
        table = new KeyTable(new NumberTable({ isOpen: true, hasValues: this.#values !== null }));
      table.numbers.reserve(to - from);
      const values = this.#values?.subarray(from, to) ?? null;
      this.#merge([new NumberPairs(this.#keys.subarray(from, to), values)], table);
      yield table;
    }
  }

  #divide({ keys, values }: NumberPairs, next: Uint32Array, shift: number): void {
    const [intoKeys, intoValues] = [this.#keys, this.#values];
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const at = next[Math.imul(hashOfNumber(key), MULTIPLIER) >>> shift]!++;
      intoKeys[at] = key;
      if (intoValues !== null) intoValues[at] = values![i]!;
    }
  }
}

/** A power of two. */
function partsFor(count: number): number {
  let parts = 2;
  while (parts < MOST_PARTS && parts * PART_PAIRS < count) parts *= 2;
  return parts;
}

function startsOf(pages: readonly NumberPairs[], parts: number, shift: number): Uint32Array {
  const starts = new Uint32Array(parts + 1);
  for (const { keys } of pages) {
    for (let i = 0; i < keys.length; i++)
      starts[(Math.imul(hashOfNumber(keys[i]!), MULTIPLIER) >>> shift) + 1]!++;
  }
  for (let part = 1; part <= parts; part++) starts[part]! += starts[part - 1]!;
  return starts;
}
