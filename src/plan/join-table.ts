// The table of a join: the pairs of the side it is built on, those of a key linked in a ring. No object or list for a key.
// Filled and read by generated code, in the worker.
import { canonicalKey, isPrimitiveKey } from '../values/keys.js';
import { NumberTable } from '../values/number-table.js';
import { MOST_LISTED } from './lists.js';

const FEWEST = 1024;
/** A native Map throws beyond 2^24 entries, and takes twice its memory at once where it grows. */
const MOST_KEYS = 2 ** 22;

interface CompositeKey {
  readonly key: unknown;
  last: number;
}

/**
 * Each pair has an entry from 1 on, in the order in which they came; a key stands for the last of its own, which is
 * followed by the first. Entry 0 is what a key has that is not there: a ring of one null.
 */
export class JoinTable {
  /** By entry. Read directly by generated code. */
  readonly values: unknown[] = [null];
  /** By entry: the one after it in the ring of its key. Read directly by generated code; replaced as it grows. */
  next = new Int32Array(FEWEST);
  /** By the last entry of each key: 1 where the other side has it. Written by generated code. */
  matched = new Uint8Array(0);
  /** Called where there is no room for another pair: it makes some. */
  onFull: (() => void) | null = null;
  readonly #numbers = new NumberTable({ isOpen: true, hasValues: true });
  readonly #primitive = new Map<unknown, number>();
  readonly #composite = new Map<string, CompositeKey>();

  /** Pairs that are in it. */
  get size(): number {
    return this.values.length - 1;
  }

  push(key: unknown, value: unknown): void {
    if (this.#isFull()) this.onFull?.();
    const entry = this.values.push(value) - 1;
    if (entry === this.next.length) this.#grow();
    const { next } = this;
    const last = this.#setLast(key, entry);
    next[entry] = last === 0 ? entry : next[last]!;
    if (last !== 0) next[last] = entry;
  }

  /** The last entry of the key; 0 where it is not there. */
  find(key: unknown): number {
    if (typeof key === 'number') {
      const at = this.#numbers.entryOf(key);
      return at < 0 ? 0 : this.#numbers.values[at]!;
    }
    if (isPrimitiveKey(key)) return this.#primitive.get(key ?? null) ?? 0;
    return this.#composite.get(canonicalKey(key))?.last ?? 0;
  }

  /** From now on `matched` can be written; no pair comes any more. */
  expectMatches(): void {
    this.matched = new Uint8Array(this.values.length);
  }

  /** The values of a key by its last entry, in the order in which they came. */
  *valuesOf(last: number): Generator<unknown> {
    let entry = last;
    do {
      entry = this.next[entry]!;
      yield this.values[entry];
    } while (entry !== last);
  }

  /** The keys with their last entries. */
  *keys(): Generator<readonly [key: unknown, last: number]> {
    const { keys, values, size } = this.#numbers;
    for (let at = 0; at < size; at++) yield [keys[at], values[at]!];
    yield* this.#primitive;
    for (const { key, last } of this.#composite.values()) yield [key, last];
  }

  /** The pairs whose keys the other side does not have. */
  *unmatched(): Generator<readonly [key: unknown, value: unknown]> {
    for (const [key, last] of this.keys()) {
      if (this.matched[last] === 1) continue;
      for (const value of this.valuesOf(last)) yield [key, value];
    }
  }

  clear(): void {
    this.values.length = 1;
    this.next = new Int32Array(FEWEST);
    this.#numbers.clear();
    this.#primitive.clear();
    this.#composite.clear();
  }

  #isFull(): boolean {
    return (
      this.values.length >= MOST_LISTED ||
      this.#primitive.size >= MOST_KEYS ||
      this.#composite.size >= MOST_KEYS
    );
  }

  /** Makes the entry the last of its key, and gives the one that was; 0 where there was none. */
  #setLast(key: unknown, entry: number): number {
    if (typeof key === 'number') {
      const numbers = this.#numbers;
      const { size } = numbers;
      const at = numbers.slotOf(key);
      const last = at === size ? 0 : numbers.values[at]!;
      numbers.values[at] = entry;
      return last;
    }
    if (isPrimitiveKey(key)) {
      const last = this.#primitive.get(key ?? null) ?? 0;
      this.#primitive.set(key ?? null, entry);
      return last;
    }
    const text = canonicalKey(key);
    const found = this.#composite.get(text);
    if (found === undefined) this.#composite.set(text, { key, last: entry });
    const last = found?.last ?? 0;
    if (found !== undefined) found.last = entry;
    return last;
  }

  #grow(): void {
    const next = new Int32Array(this.next.length * 2);
    next.set(this.next);
    this.next = next;
  }
}
