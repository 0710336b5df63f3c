// Many pairs of numbers to be merged by key: divided by a hash of their keys first, so that the table of each part fits
// the processor's cache. One pass more over columns costs far less than a look-up that goes to memory. In the worker.
import { NumberPairs } from '../blocks/number-pairs.js';
import type { StoredSegments } from '../blocks/stored.js';
import { hashOfNumber } from '../values/number-table.js';
import { MOST_LISTED } from './lists.js';
import type { PartTable } from './number-groups.js';
import type { Spillable } from './spill/task-memory.js';

/** A partition of map outputs. */
export interface Segments {
  readonly outputs: readonly StoredSegments[];
  readonly partition: number;
}

/** Fewer pairs are merged at once: their table fits the cache. */
const FEWEST_PAIRS = 2 ** 17;
/** Pairs of a part, about. */
const PART_PAIRS = 2 ** 15;
/** Most places that are written to in turn. */
const MOST_PARTS = 512;
const BYTES_PER_PAIR = 16;
/** Another than that of the index of a table: keys of a part should not stand close together there. */
const MULTIPLIER = 0x85ebca6b;

/** Whether a partition of the outputs has so many pairs, all of them in memory, and few enough to be divided there. */
export function isWorthDividing({ outputs, partition }: Segments, mostBytes: number): boolean {
  let pairs = 0;
  let most = 0;
  for (const output of outputs) {
    if (output.kind !== 'memory') return false;
    const count = output.block.counts[partition]!;
    pairs += count;
    most = Math.max(most, count);
  }
  // Where each output has few, most of them may have the same.
  const isMany = most >= FEWEST_PAIRS / 2 && pairs >= FEWEST_PAIRS;
  return isMany && pairs <= MOST_LISTED && pairs * BYTES_PER_PAIR <= mostBytes;
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
  readonly #table: PartTable;

  constructor(pages: readonly NumberPairs[], table: PartTable) {
    const count = pages.reduce((sum, { length }) => sum + length, 0);
    const parts = partsFor(count);
    const shift = Math.clz32(parts) + 1;
    this.#table = table;
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
    for (const table of this.#filled()) keys += table.size;
    return keys;
  };

  /** Each key with what belongs to it, part by part. */
  *pages(): Generator<unknown[]> {
    for (const table of this.#filled()) yield* table.pages();
  }

  /** The table, filled with one part after the other. */
  *#filled(): Generator<PartTable> {
    const starts = this.#starts;
    for (let part = 0; part + 1 < starts.length; part++) {
      const [from, to] = [starts[part]!, starts[part + 1]!];
      if (from === to) continue;
      const values = this.#values?.subarray(from, to) ?? null;
      this.#table.fill(new NumberPairs(this.#keys.subarray(from, to), values));
      yield this.#table;
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
