// A Map without the limit of native ones, which throw where they get more than 16,777,216 entries: what comes then goes
// to a further one. Costs nothing before. Runs on every thread.

/** Entries of a native Map beyond which `set` throws. */
export const MOST_ENTRIES = 2 ** 24;

export class WideMap<K, V> implements Iterable<[K, V]> {
  readonly #entries = new Map<K, V>();
  readonly #mostEntries: number;
  /** Made when the first is full; from then on new keys go there, so that the order stays that of insertion. */
  #beyond: WideMap<K, V> | null = null;

  constructor(mostEntries = MOST_ENTRIES) {
    this.#mostEntries = mostEntries;
  }

  get size(): number {
    return this.#entries.size + (this.#beyond?.size ?? 0);
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    return value !== undefined || this.#beyond === null ? value : this.#beyond.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key) || (this.#beyond?.has(key) ?? false);
  }

  set(key: K, value: V): void {
    const hasRoom = this.#beyond === null && this.#entries.size < this.#mostEntries;
    if (hasRoom || this.#entries.has(key)) {
      this.#entries.set(key, value);
      return;
    }
    this.#beyond ??= new WideMap(this.#mostEntries);
    this.#beyond.set(key, value);
  }

  delete(key: K): boolean {
    return this.#entries.delete(key) || (this.#beyond?.delete(key) ?? false);
  }

  clear(): void {
    this.#entries.clear();
    this.#beyond = null;
  }

  keys(): IterableIterator<K> {
    const keys = this.#entries.keys();
    return this.#beyond === null ? keys : inTurn(keys, this.#beyond.keys());
  }

  values(): IterableIterator<V> {
    const values = this.#entries.values();
    return this.#beyond === null ? values : inTurn(values, this.#beyond.values());
  }

  entries(): IterableIterator<[K, V]> {
    const entries = this.#entries.entries();
    return this.#beyond === null ? entries : inTurn(entries, this.#beyond.entries());
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }
}

/** All of one, then all of the other. */
export function* inTurn<T>(first: Iterable<T>, second: Iterable<T>): Generator<T, undefined> {
  yield* first;
  yield* second;
}
