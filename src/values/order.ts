// Sorting records by key: stable, in Python's order, with the key of each record computed once.
// Numbers and strings go by radix, everything else by comparison. Runs on every thread.
import { comparedOrder, firstPositions, SMALL } from './compared-order.js';
import { compareNumbers, compareValues } from './compare.js';
import { radixOrder } from './radix.js';
import { stringOrder } from './string-order.js';

export { compareValues } from './compare.js';

/** Tuples up to this length are sorted place by place. */
const MAX_TUPLE = 4;

type KeyKind = 'numbers' | 'strings' | 'tuples' | 'others';

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
      return stringOrder(keys as readonly string[], ascending);
    case 'tuples':
      return tupleOrder(keys as readonly (readonly unknown[])[], ascending);
    case 'others':
      return comparedOrder(keys, firstPositions(keys.length), compareValues, ascending);
  }
}

function kindOfAll(keys: readonly unknown[]): KeyKind {
  const type = typeof keys[0];
  if (type === 'object') return areTuples(keys) ? 'tuples' : 'others';
  if (type !== 'number' && type !== 'string') return 'others';
  for (let i = 1; i < keys.length; i++) {
    if (typeof keys[i] !== type) return 'others';
  }
  return type === 'number' ? 'numbers' : 'strings';
}

/** Whether there are many arrays of one short length with a number or a string in each place of all. */
function areTuples(keys: readonly unknown[]): boolean {
  const first = keys[0];
  if (!Array.isArray(first) || first.length > MAX_TUPLE || keys.length < SMALL) return false;
  const types = first.map((part) => typeof part);
  if (types.some((type) => type !== 'number' && type !== 'string')) return false;
  for (const key of keys) {
    if (!Array.isArray(key) || key.length !== types.length) return false;
    for (let place = 0; place < types.length; place++) {
      if (typeof key[place] !== types[place]) return false;
    }
  }
  return true;
}

/** Sorts by the last place first; each stable sort keeps the order of those behind it. */
function tupleOrder(keys: readonly (readonly unknown[])[], ascending: boolean): ArrayLike<number> {
  let order: Uint32Array = firstPositions(keys.length);
  for (let place = keys[0]!.length - 1; place >= 0; place--) {
    const column: unknown[] = [];
    for (let i = 0; i < order.length; i++) column.push(keys[order[i]!]![place]);
    const sorted = sortedPositions(column, ascending);
    const next = new Uint32Array(order.length);
    for (let i = 0; i < next.length; i++) next[i] = order[sorted[i]!]!;
    order = next;
  }
  return order;
}

function numberOrder(keys: readonly number[], ascending: boolean): ArrayLike<number> {
  const count = keys.length;
  if (count < SMALL) return comparedOrder(keys, firstPositions(count), compareNumbers, ascending);
  // A loop: Float64Array.from goes through the iterator.
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = keys[i]!;
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
