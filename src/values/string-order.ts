// Stable sorting of strings by code point, by radix on packed prefixes. Runs on every thread, inside sorts.
import { codePointRank, compareStrings } from './compare.js';
import { comparedOrder, firstPositions, SMALL } from './compared-order.js';
import { radixOrder } from './radix.js';

/** Strings that agree on this many packed prefixes one after the other are compared instead. */
const MAX_ROUNDS = 32;

/** The positions of `keys` in order, equal keys in order of position. */
export function stringOrder(keys: readonly string[], ascending: boolean): ArrayLike<number> {
  return orderFrom(keys, firstPositions(keys.length), ascending, 0);
}

/**
 * Sorts by eight bytes (or four UTF-16 units) after the prefix that all strings share, then sorts
 * each run of equals the same way. `positions` says which keys, in their original order.
 */
function orderFrom(
  keys: readonly string[],
  positions: Uint32Array,
  ascending: boolean,
  round: number,
): ArrayLike<number> {
  const count = positions.length;
  if (count < SMALL || round > MAX_ROUNDS) {
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
    sorted.set(orderFrom(keys, sorted.slice(from, to), ascending, round + 1), from);
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
