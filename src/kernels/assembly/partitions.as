// Rows to partitions: by the hash of a text or by bounds, and the rows of each partition in their own order.
import { MISSING } from './bytes';

/** The hash of a text, as values/hash.ts lays strings out. */
// @ts-ignore: decorator
@inline
export function fnv(p: usize, length: u32): u32 {
  let h: u32 = 0x811c9dc5;
  for (let i: u32 = 0; i < length; i++) h = (h ^ <u32>load<u8>(p + i)) * 0x01000193;
  h = (h ^ (h >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return h ^ (h >> 16);
}

/** The partition of each text by its hash; 0 where it is missing. */
export function hashPartitions(
  n: u32,
  starts: usize,
  ends: usize,
  partitions: u32,
  partitionOf: usize,
): void {
  for (let i: u32 = 0; i < n; i++) {
    const p = load<u32>(starts + (i << 2));
    const part = p == MISSING ? 0 : fnv(<usize>p, load<u32>(ends + (i << 2)) - p) % partitions;
    store<u32>(partitionOf + (i << 2), part);
  }
}

const SIGN: i64 = 0x8000000000000000;
/** Of so few bounds all are looked at. */
const FEW_BOUNDS: u32 = 16;

/** How many of the `count` bounds, which are in order, lie before the key; without a branch that may be guessed wrong. */
// @ts-ignore: decorator
@inline
function boundsBefore(key: u64, bounds: usize, count: u32): u32 {
  let low: u32 = 0;
  if (count <= FEW_BOUNDS) {
    // Two at a time, as signed numbers in the same order; a bound before the key counts as minus one.
    const flip = i64x2.splat(SIGN);
    const wanted = v128.xor(i64x2.splat(<i64>key), flip);
    let before = i64x2.splat(0);
    let j: u32 = 0;
    for (; j + 2 <= count; j += 2) {
      before = i64x2.add(before, i64x2.gt_s(wanted, v128.xor(v128.load(bounds + (j << 3)), flip)));
    }
    if (j < count) low = load<u64>(bounds + (j << 3)) < key ? 1 : 0;
    return low - <u32>i64x2.extract_lane(before, 0) - <u32>i64x2.extract_lane(before, 1);
  }
  let left = count;
  while (left > 0) {
    const half = left >> 1;
    const isBefore = load<u64>(bounds + ((low + half) << 3)) < key;
    low = select<u32>(low + half + 1, low, isBefore);
    left = select<u32>(left - half - 1, half, isBefore);
  }
  return low;
}

/** How many of the `count` bounds in order lie before each key; keys and bounds are u64. */
export function rangePartitions(
  n: u32,
  keys: usize,
  bounds: usize,
  count: u32,
  partitionOf: usize,
): void {
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(partitionOf + (i << 2), boundsBefore(load<u64>(keys + (i << 3)), bounds, count));
  }
}

/** Whether text `a` lies before `b`, whose first eight bytes are the same. */
function isBefore(a: usize, aLength: u32, b: usize, bLength: u32): bool {
  const length = min(aLength, bLength);
  for (let i: u32 = 0; i < length; i++) {
    const x = load<u8>(a + i);
    const y = load<u8>(b + i);
    if (x != y) return x < y;
  }
  return aLength < bLength;
}

/** The same for texts, whose first eight bytes are the keys. */
export function rangeTextPartitions(
  n: u32,
  keys: usize,
  starts: usize,
  ends: usize,
  bounds: usize,
  boundStarts: usize,
  boundEnds: usize,
  count: u32,
  partitionOf: usize,
): void {
  for (let i: u32 = 0; i < n; i++) {
    const key = load<u64>(keys + (i << 3));
    let low = boundsBefore(key, bounds, count);
    while (low < count && load<u64>(bounds + (low << 3)) == key) {
      const start = load<u32>(starts + (i << 2));
      const length = load<u32>(ends + (i << 2)) - start;
      const from = load<u32>(boundStarts + (low << 2));
      const boundLength = load<u32>(boundEnds + (low << 2)) - from;
      if (!isBefore(<usize>from, boundLength, <usize>start, length)) break;
      low++;
    }
    store<u32>(partitionOf + (i << 2), low);
  }
}

/** Gives the rows whose flag is not 1 to partition `none`. */
export function dropRows(n: u32, flags: usize, none: u32, partitionOf: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 1) store<u32>(partitionOf + (i << 2), none);
  }
}

/** Rows `0 … n-1` by partition, in their own order within each; `counts` gets how many each has. */
export function sortRows(
  n: u32,
  partitionOf: usize,
  partitions: u32,
  counts: usize,
  cursors: usize,
  sorted: usize,
): void {
  memory.fill(counts, 0, partitions << 2);
  for (let i: u32 = 0; i < n; i++) {
    const count = counts + (load<u32>(partitionOf + (i << 2)) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  let sum: u32 = 0;
  for (let part: u32 = 0; part < partitions; part++) {
    store<u32>(cursors + (part << 2), sum);
    sum += load<u32>(counts + (part << 2));
  }
  for (let i: u32 = 0; i < n; i++) {
    const cursor = cursors + (load<u32>(partitionOf + (i << 2)) << 2);
    const at = load<u32>(cursor);
    store<u32>(cursor, at + 1);
    store<u32>(sorted + (at << 2), i);
  }
}
