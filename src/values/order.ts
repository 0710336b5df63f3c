// Sorting records by key: stable, in Python's order, with the key of each record computed once.
// Numbers and strings go by radix, everything else by comparison. Runs on every thread.
import { codePointRank, compareNumbers, compareStrings, compareValues } from './compare.js';
import { radixOrder } from './radix.js';

export { compareValues } from './compare.js';

/** Below this a comparison sort is faster than counting digits. */
const SMALL = 256;
/** Strings that agree on this many packed prefixes one after the other are compared instead. */
const MAX_STRING_ROUNDS = 32;

type KeyKind = 'numbers' | 'strings' | 'others';

/**
 * A sorted copy. Equal keys keep the order of `records`, also when descending (Python's
 * `sorted(records, key=keyOf, reverse=not ascending)`); `keyOf` null takes the records themselves.
 *
 * **Throws** UsageError VALUE-101 where two keys have no order.
 */
export function sortStable<T>(
  records: readonly T[],
  keyOf: ((record: T) => unknown) | null = null,
  ascending = true,
): T[] {
  const keys = keyOf === null ? records : records.map((record) => keyOf(record));
  const order = sortedPositions(keys, ascending);
  const sorted = new Array<T>(records.length);
  for (let i = 0; i < sorted.length; i++) sorted[i] = records[order[i]!]!;
  return sorted;
}

/** The positions of `keys` in sorted order: `keys[result[0]]` comes first. */
export function sortedPositions(keys: readonly unknown[], ascending = true): ArrayLike<number> {
  switch (kindOfAll(keys)) {
    case 'numbers':
      return numberOrder(keys as readonly number[], ascending);
    case 'strings':
      return stringOrder(keys as readonly string[], firstPositions(keys.length), ascending, 0);
    case 'others':
      return comparedOrder(keys, firstPositions(keys.length), compareValues, ascending);
  }
}

function kindOfAll(keys: readonly unknown[]): KeyKind {
  const type = typeof keys[0];
  if (type !== 'number' && type !== 'string') return 'others';
  for (let i = 1; i < keys.length; i++) {
    if (typeof keys[i] !== type) return 'others';
  }
  return type === 'number' ? 'numbers' : 'strings';
}

function firstPositions(count: number): Uint32Array {
  const positions = new Uint32Array(count);
  for (let i = 0; i < count; i++) positions[i] = i;
  return positions;
}

function comparedOrder<K>(
  keys: readonly K[],
  positions: Uint32Array,
  compare: (a: K, b: K) => number,
  ascending: boolean,
): ArrayLike<number> {
  // Array.prototype.sort is stable; the one of typed arrays is slow with a comparator.
  const order = Array.from(positions);
  return ascending
    ? order.sort((a, b) => compare(keys[a]!, keys[b]!))
    : order.sort((a, b) => compare(keys[b]!, keys[a]!));
}

function numberOrder(keys: readonly number[], ascending: boolean): ArrayLike<number> {
  const count = keys.length;
  if (count < SMALL) return comparedOrder(keys, firstPositions(count), compareNumbers, ascending);
  const numbers = Float64Array.from(keys);
  const words = new Uint32Array(numbers.buffer);
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  const flip = ascending ? 0 : 0xffffffff;
  for (let i = 0; i < count; i++) {
    const value = numbers[i]!;
    let upper = words[2 * i + 1]!;
    let lower = words[2 * i]!;
    // The bits of a double order as unsigned numbers once the sign is set, or all bits of a negative flipped.
    if (value < 0) {
      upper = ~upper;
      lower = ~lower;
    } else if (value === 0) {
      upper = 0x80000000;
    } else if (Number.isNaN(value)) {
      upper = 0xffffffff;
      lower = 0xffffffff;
    } else {
      upper |= 0x80000000;
    }
    high[i] = upper ^ flip;
    low[i] = lower ^ flip;
  }
  return radixOrder(high, low);
}

/**
 * Sorts by eight bytes (or four UTF-16 units) after the prefix that all strings share, then sorts
 * each run of equals the same way. `positions` says which keys, in their original order.
 */
function stringOrder(
  keys: readonly string[],
  positions: Uint32Array,
  ascending: boolean,
  round: number,
): ArrayLike<number> {
  const count = positions.length;
  if (count < SMALL || round > MAX_STRING_ROUNDS) {
    return comparedOrder(keys, positions, compareStrings, ascending);
  }
  const skip = sharedPrefix(keys, positions);
  const packed = packPrefixes(keys, positions, skip);
  if (!ascending) flipBits(packed);
  const order = radixOrder(packed.high, packed.low);
  const sorted = new Uint32Array(count);
  for (let i = 0; i < count; i++) sorted[i] = positions[order[i]!]!;
  const end = skip + packed.units;
  for (let from = 0, to = 1; from < count; from = to++) {
    const high = packed.high[order[from]!];
    const low = packed.low[order[from]!];
    while (to < count && packed.high[order[to]!] === high && packed.low[order[to]!] === low) to++;
    if (to - from === 1 || areDecided(keys, sorted, from, to, end)) continue;
    sorted.set(stringOrder(keys, sorted.slice(from, to), ascending, round + 1), from);
  }
  return sorted;
}

/** Whether the strings of a run are equal because the prefix held the whole of each. */
function areDecided(
  keys: readonly string[],
  sorted: Uint32Array,
  from: number,
  to: number,
  end: number,
): boolean {
  const length = keys[sorted[from]!]!.length;
  if (length > end) return false;
  for (let i = from + 1; i < to; i++) if (keys[sorted[i]!]!.length !== length) return false;
  return true;
}

function sharedPrefix(keys: readonly string[], positions: Uint32Array): number {
  const first = keys[positions[0]!]!;
  let shared = first.length;
  for (let i = 1; i < positions.length && shared > 0; i++) {
    const key = keys[positions[i]!]!;
    if (key.length < shared) shared = key.length;
    let same = 0;
    while (same < shared && key.charCodeAt(same) === first.charCodeAt(same)) same++;
    shared = same;
  }
  return shared;
}

interface Packed {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** How many UTF-16 units of each string the two words hold. */
  readonly units: number;
}

function packPrefixes(keys: readonly string[], positions: Uint32Array, skip: number): Packed {
  const high = new Uint32Array(positions.length);
  const low = new Uint32Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    const key = keys[positions[i]!]!;
    const upper = packBytes(key, skip);
    const lower = packBytes(key, skip + 4);
    if (upper < 0 || lower < 0) return packUnits(keys, positions, skip, { high, low, units: 4 });
    high[i] = upper;
    low[i] = lower;
  }
  return { high, low, units: 8 };
}

/** Four characters as a number, missing ones as 0; -1 if one does not fit in a byte. */
function packBytes(key: string, from: number): number {
  let word = 0;
  let seen = 0;
  const end = Math.min(key.length, from + 4);
  for (let i = from; i < end; i++) {
    const unit = key.charCodeAt(i);
    seen |= unit;
    word = (word << 8) | unit;
  }
  if (seen > 255) return -1;
  const missing = from + 4 - Math.max(end, from);
  return missing === 4 ? 0 : (word << (8 * missing)) >>> 0;
}

function packUnits(
  keys: readonly string[],
  positions: Uint32Array,
  skip: number,
  into: Packed,
): Packed {
  for (let i = 0; i < positions.length; i++) {
    const key = keys[positions[i]!]!;
    into.high[i] = (rankAt(key, skip) << 16) | rankAt(key, skip + 1);
    into.low[i] = (rankAt(key, skip + 2) << 16) | rankAt(key, skip + 3);
  }
  return into;
}

function rankAt(key: string, index: number): number {
  return index < key.length ? codePointRank(key.charCodeAt(index)) : 0;
}

function flipBits(packed: Packed): void {
  for (let i = 0; i < packed.high.length; i++) {
    packed.high[i] = ~packed.high[i]!;
    packed.low[i] = ~packed.low[i]!;
  }
}
