// Stable sorting of positions by comparing their keys: for few keys, and for those that have no radix.
// Runs on every thread, inside sorts.

/** Below this a comparison sort is faster than counting digits. */
export const SMALL = 256;

/** `0 … count-1`. */
export function firstPositions(count: number): Uint32Array {
  const positions = new Uint32Array(count);
  for (let i = 0; i < count; i++) positions[i] = i;
  return positions;
}

/** The given positions in the order of their keys; equal keys keep the order of the positions. */
export function comparedOrder<K>(
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
