// Maps whose keys compare by value: primitives by a native Map, composite keys by their canonical text.
// Runs on every thread, inside the loops of shuffles and aggregations.
import { tableHash } from './hash.js';
import { arrayKeyEquals, canonicalKey, isPrimitiveKey } from './keys.js';
import { inTurn, MOST_ENTRIES, WideMap } from './wide-map.js';

/** Array keys with the same hash, as a chain. */
interface ArrayEntry {
  readonly key: readonly unknown[];
  next: ArrayEntry | null;
}

/**
 * Finds the one object that stands for all equal composite keys, so that native maps can hold it.
 * Arrays, by far the most frequent, go by hash and comparison, without making a text; other objects
 * by their canonical text. What a lookup of an array found serves the insertion that often follows.
 */
class KeyIndex {
  readonly #arrays = new WideMap<number, ArrayEntry>();
  readonly #others = new WideMap<string, unknown>();
  #lastArray: readonly unknown[] | null = null;
  #lastHash = 0;
  #lastFound: ArrayEntry | undefined;

  /** The stored key that equals `key`, or undefined. */
  find(key: unknown): unknown {
    if (!Array.isArray(key)) return this.#others.get(canonicalKey(key));
    const hash = tableHash(key);
    const found = findInChain(this.#arrays.get(hash), key);
    this.#lastArray = key;
    this.#lastHash = hash;
    this.#lastFound = found;
    return found?.key;
  }

  /** The stored key that equals `key`; `key` itself is stored where there is none. */
  intern(key: unknown): unknown {
    if (!Array.isArray(key)) return this.#internOther(key);
    const isKnown = this.#lastArray === key;
    // The same array may come again with other content, so a lookup serves one insertion only.
    this.#lastArray = null;
    if (isKnown && this.#lastFound !== undefined) return this.#lastFound.key;
    const hash = isKnown ? this.#lastHash : tableHash(key);
    const chain = this.#arrays.get(hash);
    const found = isKnown ? undefined : findInChain(chain, key);
    if (found !== undefined) return found.key;
    if (chain === undefined) this.#arrays.set(hash, { key, next: null });
    else chain.next = { key, next: chain.next };
    return key;
  }

  /** Forgets a key and returns the object that stood for it. */
  remove(key: unknown): unknown {
    if (Array.isArray(key)) return this.#removeArray(key);
    const text = canonicalKey(key);
    const stored = this.#others.get(text);
    this.#others.delete(text);
    return stored;
  }

  clear(): void {
    this.#arrays.clear();
    this.#others.clear();
    this.#lastArray = null;
    this.#lastFound = undefined;
  }

  #internOther(key: unknown): unknown {
    const text = canonicalKey(key);
    const stored = this.#others.get(text);
    if (stored !== undefined) return stored;
    this.#others.set(text, key);
    return key;
  }

  #removeArray(key: readonly unknown[]): unknown {
    this.#lastArray = null;
    const hash = tableHash(key);
    const first = this.#arrays.get(hash);
    const found = findInChain(first, key);
    if (first === undefined || found === undefined) return undefined;
    if (found === first) {
      if (first.next === null) this.#arrays.delete(hash);
      else this.#arrays.set(hash, first.next);
      return found.key;
    }
    let before = first;
    while (before.next !== found) before = before.next!;
    before.next = found.next;
    return found.key;
  }
}

function findInChain(
  chain: ArrayEntry | undefined,
  key: readonly unknown[],
): ArrayEntry | undefined {
  for (let entry = chain ?? null; entry !== null; entry = entry.next) {
    if (entry.key === key || arrayKeyEquals(entry.key, key)) return entry;
  }
  return undefined;
}

/** A Map by value, for hot loops: strings and numbers cost one check more than in a native Map. */
export class KeyMap<K, V> implements Iterable<[K, V]> {
  readonly #entries = new WideMap<unknown, V>();
  #index: KeyIndex | null = null;

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    if (typeof key === 'string' || typeof key === 'number') return this.#entries.get(key);
    return this.#entries.get(this.#find(key));
  }

  has(key: K): boolean {
    if (typeof key === 'string' || typeof key === 'number') return this.#entries.has(key);
    return this.#entries.has(this.#find(key));
  }

  set(key: K, value: V): this {
    if (typeof key === 'string' || typeof key === 'number') this.#entries.set(key, value);
    else this.#entries.set(this.#intern(key), value);
    return this;
  }

  delete(key: K): boolean {
    if (isPrimitiveKey(key)) return this.#entries.delete(key ?? null);
    return this.#entries.delete(this.#index?.remove(key));
  }

  clear(): void {
    this.#entries.clear();
    this.#index = null;
  }

  /** The keys as first inserted (`undefined` comes back as `null`), in order of insertion. */
  keys(): IterableIterator<K> {
    return this.#entries.keys() as IterableIterator<K>;
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries() as IterableIterator<[K, V]>;
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K) => void): void {
    for (const [key, value] of this) visit(value, key);
  }

  // `undefined` never is a stored key, so it stands for "not there".
  #find(key: unknown): unknown {
    if (isPrimitiveKey(key)) return key ?? null;
    this.#index ??= new KeyIndex();
    return this.#index.find(key);
  }

  #intern(key: unknown): unknown {
    if (isPrimitiveKey(key)) return key ?? null;
    this.#index ??= new KeyIndex();
    return this.#index.intern(key);
  }
}

/** A real Map, for results handed to users, whose lookups compare keys by value. */
export class ValueKeyedMap<K, V> extends Map<K, V> {
  readonly #index = new KeyIndex();
  readonly #mostEntries: number;
  /** What a native Map has no room for. */
  #beyond: WideMap<K, V> | null = null;

  constructor(entries: Iterable<readonly [K, V]> = [], mostEntries = MOST_ENTRIES) {
    // Map's constructor would call `set` before the index exists.
    super();
    this.#mostEntries = mostEntries;
    for (const [key, value] of entries) this.set(key, value);
  }

  override get size(): number {
    return super.size + (this.#beyond?.size ?? 0);
  }

  override get(key: K): V | undefined {
    const found = this.#find(key);
    const value = super.get(found);
    return value !== undefined || this.#beyond === null ? value : this.#beyond.get(found);
  }

  override has(key: K): boolean {
    const found = this.#find(key);
    return super.has(found) || (this.#beyond?.has(found) ?? false);
  }

  override set(key: K, value: V): this {
    const stored = (isPrimitiveKey(key) ? (key ?? null) : this.#index.intern(key)) as K;
    const hasRoom = this.#beyond === null && super.size < this.#mostEntries;
    if (hasRoom || super.has(stored)) return super.set(stored, value);
    this.#beyond ??= new WideMap(this.#mostEntries);
    this.#beyond.set(stored, value);
    return this;
  }

  override delete(key: K): boolean {
    const stored = (isPrimitiveKey(key) ? (key ?? null) : this.#index.remove(key)) as K;
    return super.delete(stored) || (this.#beyond?.delete(stored) ?? false);
  }

  override clear(): void {
    super.clear();
    this.#beyond = null;
    this.#index.clear();
  }

  override keys(): MapIterator<K> {
    const keys = super.keys();
    return this.#beyond === null ? keys : inTurn(keys, this.#beyond.keys());
  }

  override values(): MapIterator<V> {
    const values = super.values();
    return this.#beyond === null ? values : inTurn(values, this.#beyond.values());
  }

  override entries(): MapIterator<[K, V]> {
    const entries = super.entries();
    return this.#beyond === null ? entries : inTurn(entries, this.#beyond.entries());
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  override forEach(visit: (value: V, key: K, map: Map<K, V>) => void, self?: unknown): void {
    for (const [key, value] of this) visit.call(self, value, key, this);
  }

  #find(key: K): K {
    return (isPrimitiveKey(key) ? (key ?? null) : this.#index.find(key)) as K;
  }
}
