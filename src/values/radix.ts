// Stable radix sort of 64-bit unsigned keys given as two columns. Runs on every thread; knows only numbers.

const DIGIT_BITS = 11;
const RADIX = 1 << DIGIT_BITS;
const MASK = RADIX - 1;
/** Three digits of at most 11 bits in each half, the least significant first. */
const SHIFTS = [0, 11, 22] as const;

/**
 * The positions `0 … n-1` in ascending order of `high * 2^32 + low`, equal keys in order of position.
 * Digits that are the same in every key cost nothing but the count.
 */
export function radixOrder(high: Uint32Array, low: Uint32Array): Uint32Array {
  const count = high.length;
  let order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  let spare = new Uint32Array(count);
  for (const half of [low, high]) {
    if (isConstant(half)) continue;
    for (const shift of SHIFTS) {
      if (!moveByDigit(half, shift, order, spare)) continue;
      const moved = spare;
      spare = order;
      order = moved;
    }
  }
  return order;
}

function isConstant(words: Uint32Array): boolean {
  const first = words[0];
  for (let i = 1; i < words.length; i++) if (words[i] !== first) return false;
  return true;
}

/** Distributes `from` into `to` by one digit; false, with `to` untouched, if all have the same. */
function moveByDigit(
  words: Uint32Array,
  shift: number,
  from: Uint32Array,
  to: Uint32Array,
): boolean {
  const count = words.length;
  const starts = new Uint32Array(RADIX);
  for (let i = 0; i < count; i++) starts[(words[i]! >>> shift) & MASK]!++;
  if (starts[(words[0]! >>> shift) & MASK] === count) return false;
  let sum = 0;
  for (let digit = 0; digit < RADIX; digit++) {
    const size = starts[digit]!;
    starts[digit] = sum;
    sum += size;
  }
  for (let i = 0; i < count; i++) {
    const position = from[i]!;
    to[starts[(words[position]! >>> shift) & MASK]!++] = position;
  }
  return true;
}
