// Sorting: numbers and texts as u64 keys in their order, and a stable radix sort of such keys.

const SIGN: u64 = 0x8000000000000000;
const DIGIT_BITS: u32 = 11;
const RADIX: u32 = 2048;
const DIGITS: u32 = 6;

// @ts-ignore: decorator
@inline
function bigEndian(x: u64): u64 {
  return bswap<u64>(x);
}

/** Keys that order as the numbers do: minus zero is zero, NaN comes last. */
export function numberKeys(n: u32, values: usize, keys: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const value = load<f64>(values + (i << 3));
    let bits = reinterpret<u64>(value == 0 ? 0.0 : value);
    if (value != value) bits = 0xffffffffffffffff;
    else bits = bits & SIGN ? ~bits : bits | SIGN;
    store<u64>(keys + (i << 3), bits);
  }
}

/** The first eight bytes of each text after `skip` of them, missing ones as 0. A missing text gets 0. */
export function prefixKeys(n: u32, starts: usize, ends: usize, skip: u32, keys: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const start = load<u32>(starts + (i << 2));
    const length = load<u32>(ends + (i << 2)) - start;
    if (length <= skip) {
      store<u64>(keys + (i << 3), 0);
      continue;
    }
    const left = length - skip;
    const bytes = load<u64>(<usize>start + skip);
    const kept = left >= 8 ? bytes : bytes & (((<u64>1) << (left << 3)) - 1);
    store<u64>(keys + (i << 3), bigEndian(kept));
  }
}

/** Turns the order of keys round. */
export function flipKeys(n: u32, keys: usize): void {
  for (let i: u32 = 0; i < n; i++) store<u64>(keys + (i << 3), ~load<u64>(keys + (i << 3)));
}

/**
 * Sorts the positions by their keys, equal keys in their own order. Digits that all keys share are left out. Returns
 * 1 where the result is in the spare columns, else 0. `histogram` is scratch of 2048 u32.
 */
export function radixSort(
  n: u32,
  keys: usize,
  positions: usize,
  spareKeys: usize,
  sparePositions: usize,
  histogram: usize,
): u32 {
  let inAll: u64 = 0xffffffffffffffff;
  let inAny: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const key = load<u64>(keys + (i << 3));
    inAll &= key;
    inAny |= key;
  }
  let swaps: u32 = 0;
  for (let d: u32 = 0; d < DIGITS; d++) {
    const shift = <u64>(d * DIGIT_BITS);
    if ((<u32>((inAll ^ inAny) >> shift) & (RADIX - 1)) == 0) continue;
    const counts = histogram;
    memory.fill(counts, 0, RADIX << 2);
    for (let i: u32 = 0; i < n; i++) {
      const count = counts + ((<u32>(load<u64>(keys + (i << 3)) >> shift) & (RADIX - 1)) << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
    let sum: u32 = 0;
    for (let j: u32 = 0; j < RADIX; j++) {
      const count = load<u32>(counts + (j << 2));
      store<u32>(counts + (j << 2), sum);
      sum += count;
    }
    for (let i: u32 = 0; i < n; i++) {
      const key = load<u64>(keys + (i << 3));
      const cursor = counts + ((<u32>(key >> shift) & (RADIX - 1)) << 2);
      const at = load<u32>(cursor);
      store<u32>(cursor, at + 1);
      store<u64>(spareKeys + (at << 3), key);
      store<u32>(sparePositions + (at << 2), load<u32>(positions + (i << 2)));
    }
    let spare = spareKeys;
    spareKeys = keys;
    keys = spare;
    spare = sparePositions;
    sparePositions = positions;
    positions = spare;
    swaps ^= 1;
  }
  return swaps;
}

/**
 * The runs of equal keys that are not in order yet, as first and last + 1 places in `runs`: texts of `rows` that go on
 * behind the first `known` bytes, or end at different places. Returns how many runs.
 */
export function openRuns(
  n: u32,
  keys: usize,
  rows: usize,
  starts: usize,
  ends: usize,
  known: u32,
  runs: usize,
): u32 {
  let count: u32 = 0;
  let from: u32 = 0;
  while (from < n) {
    const key = load<u64>(keys + (from << 3));
    const row = load<u32>(rows + (from << 2)) << 2;
    const length = load<u32>(ends + row) - load<u32>(starts + row);
    let isOpen = length > known;
    let to = from + 1;
    for (; to < n && load<u64>(keys + (to << 3)) == key; to++) {
      const other = load<u32>(rows + (to << 2)) << 2;
      isOpen = isOpen || load<u32>(ends + other) - load<u32>(starts + other) != length;
    }
    if (isOpen && to - from > 1) {
      store<u32>(runs + (count << 3), from);
      store<u32>(runs + (count << 3), to, 4);
      count++;
    }
    from = to;
  }
  return count;
}
