// Numbers as keys, each with a number: columns in typed arrays, in the order in which the keys came, behind an index
// of open addressing. No object for a key, and nothing for a garbage collector to walk. Runs on every thread, inside
// the loops of stages; knows nothing of tables of other keys.

/** Most tables stay small, and arrays of up to 64 bytes are made several times quicker. */
const FEWEST = 8;
/** Keys that the index has room for are half of its places: beyond, looking for a free one gets long. */
const PLACES_PER_KEY = 2;
/** A table of so many keys, its index with them, is about what a second-level cache holds. */
const FIRST_MARK = 2 ** 16;
/** Multiplying by it and keeping the upper bits spreads keys in a row, and in equal steps (Knuth 6.4). */
const GOLDEN = 0x9e3779b1;
/** Entries beyond which a table must be emptied: twice as many would be more than typed arrays are good for. */
export const MOST_NUMBERS = 2 ** 27;

const floatBits = new Float64Array(1);
const floatWords = new Int32Array(floatBits.buffer);

export class NumberTable {
  /** False where the table is not to be used (any more): generated code then turns to the general one. */
  isOpen: boolean;
  /** Whether each key has a number; keys are all there is otherwise. */
  readonly hasValues: boolean;
  size = 0;
  /** Read and written directly by generated code; replaced as they grow. */
  keys = new Float64Array(0);
  values = new Float64Array(0);
  /** The number of keys at which whoever adds one asks whether to go on. */
  mark = FIRST_MARK;
  /** How often a key was looked up since the table was empty. */
  lookups = 0;
  /** Entry plus one, 0 where free. */
  #index = new Int32Array(PLACES_PER_KEY);
  #mask = PLACES_PER_KEY - 1;
  #shift = 31;

  constructor({ isOpen, hasValues }: { readonly isOpen: boolean; readonly hasValues: boolean }) {
    this.isOpen = isOpen;
    this.hasValues = hasValues;
  }

  /** Bytes of its arrays. */
  get byteLength(): number {
    return this.keys.byteLength + this.values.byteLength + this.#index.byteLength;
  }

  /** The entry of the key; a new one, numbered by what `size` was, where it is not there yet. `-0` is `0`, NaN is NaN. */
  slotOf(key: number): number {
    this.lookups++;
    let at = Math.imul(hashOfNumber(key), GOLDEN) >>> this.#shift;
    const { keys } = this;
    const index = this.#index;
    for (let entry = index[at]! - 1; entry >= 0; entry = index[at]! - 1) {
      const found = keys[entry]!;
      // biome-ignore lint/suspicious/noSelfCompare: NaN is what differs from itself
      if (found === key || (key !== key && found !== found)) return entry;
      at = (at + 1) & this.#mask;
    }
    return this.#append(key, at);
  }

  /** The entry of the key; -1 where it is not there. A loop of its own: one that both call makes adding a fifth slower. */
  entryOf(key: number): number {
    let at = Math.imul(hashOfNumber(key), GOLDEN) >>> this.#shift;
    const { keys } = this;
    const index = this.#index;
    for (let entry = index[at]! - 1; entry >= 0; entry = index[at]! - 1) {
      const found = keys[entry]!;
      // biome-ignore lint/suspicious/noSelfCompare: NaN is what differs from itself
      if (found === key || (key !== key && found !== found)) return entry;
      at = (at + 1) & this.#mask;
    }
    return -1;
  }

  /** Makes room for so many keys at once. */
  reserve(keys: number): void {
    if (keys > this.keys.length) this.#resize(keys);
  }

  /** Sets the mark beyond what is there. */
  raiseMark(): void {
    while (this.mark <= this.size) this.mark *= 2;
  }

  /** Drops an entry, the last one takes its place. Keys cannot be looked up any more. */
  dropWithoutIndex(entry: number): void {
    const last = --this.size;
    this.keys[entry] = this.keys[last]!;
    if (this.hasValues) this.values[entry] = this.values[last]!;
  }

  /** The table is empty afterwards; what it took stays for what comes. */
  empty(): void {
    this.size = 0;
    this.mark = FIRST_MARK;
    this.lookups = 0;
    this.#index.fill(0);
  }

  /** The table is empty afterwards, and holds no memory. */
  clear(): void {
    this.size = 0;
    this.mark = FIRST_MARK;
    this.lookups = 0;
    this.keys = new Float64Array(0);
    this.values = new Float64Array(0);
    this.#index = new Int32Array(PLACES_PER_KEY);
    this.#mask = PLACES_PER_KEY - 1;
    this.#shift = 31;
  }

  #append(key: number, at: number): number {
    const entry = this.size;
    if (entry === this.keys.length) {
      this.#resize(entry * 2);
      at = this.#freePlace(key);
    }
    this.keys[entry] = key;
    this.#index[at] = entry + 1;
    this.size = entry + 1;
    return entry;
  }

  #freePlace(key: number): number {
    let at = Math.imul(hashOfNumber(key), GOLDEN) >>> this.#shift;
    while (this.#index[at] !== 0) at = (at + 1) & this.#mask;
    return at;
  }

  #resize(wanted: number): void {
    let length = Math.max(FEWEST, this.keys.length);
    while (length < wanted) length *= 2;
    const { size } = this;
    const keys = new Float64Array(length);
    keys.set(this.keys.subarray(0, size));
    this.keys = keys;
    if (this.hasValues) {
      const values = new Float64Array(length);
      values.set(this.values.subarray(0, size));
      this.values = values;
    }
    this.#index = new Int32Array(length * PLACES_PER_KEY);
    this.#mask = length * PLACES_PER_KEY - 1;
    this.#shift = Math.clz32(this.#mask);
    for (let entry = 0; entry < size; entry++)
      this.#index[this.#freePlace(keys[entry]!)] = entry + 1;
  }
}

/** A quick hash of a number as a key, an int32: equal keys give equal hashes. Integers in a row give integers in a row. */
export function hashOfNumber(key: number): number {
  const int = key | 0;
  if (int === key) return int ^ (int >>> 15);
  // biome-ignore lint/suspicious/noSelfCompare: all kinds of NaN are one key
  if (key !== key) return 0x7ff80000;
  floatBits[0] = key;
  let hash = Math.imul(floatWords[0]! ^ (floatWords[0]! >>> 16), 0x85ebca6b) ^ floatWords[1]!;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
