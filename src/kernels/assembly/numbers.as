// Text columns to numbers. What is not plainly a number is left to the language itself.
import { MISSING } from './bytes';

const MINUS: u32 = 45;
const POINT: u32 = 46;
const ZERO: u32 = 48;
/** Integers of so many digits, and powers of ten up to 10^22, are exact in an f64. */
const EXACT_DIGITS: u32 = 15;

// @ts-ignore: decorator
@inline
function powerOfTen(n: u32): f64 {
  let x: f64 = 1;
  while (n--) x *= 10;
  return x;
}

const TOP_HALVES: u64 = 0xf0f0f0f0f0f0f0f0;
const ZEROS: u64 = 0x3030303030303030;

/** The number that `length` digits make, 1 to 8 of them; -1 where they are not all digits. Reads eight bytes. */
// @ts-ignore: decorator
@inline
function fewDigits(p: usize, length: u32): i64 {
  // The last digit comes to stand highest, zeros before the first.
  const shift = <u64>((8 - length) << 3);
  let x = (load<u64>(p) << shift) | (shift ? ZEROS >> (64 - shift) : 0);
  if ((x & TOP_HALVES) != ZEROS || ((x + 0x0606060606060606) & TOP_HALVES) != ZEROS) return -1;
  x -= ZEROS;
  x = x * 10 + (x >> 8);
  x = ((x & 0x000000ff000000ff) * 0x000f424000000064 + ((x >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >> 32;
  return <i64>(x & 0xffffffff);
}

/**
 * Values of texts `-?digits` and, unless `isInteger`, `-?digits.digits`: at most 15 digits, so that one division
 * gives the nearest f64. Missing values are NaN. Rows of all other texts go to `odd`; returns how many.
 * Minus zero is odd, too.
 */
export function parseNumbers(
  n: u32,
  starts: usize,
  ends: usize,
  isInteger: u32,
  out: usize,
  odd: usize,
): u32 {
  let oddCount: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const start = load<u32>(starts + (i << 2));
    if (start == MISSING) {
      store<f64>(out + (i << 3), NaN);
      continue;
    }
    let p = <usize>start;
    const end = <usize>load<u32>(ends + (i << 2));
    // Without a branch, which would be guessed wrong where signs are mixed.
    const isNegative = (load<u8>(p) == MINUS ? 1 : 0) & (p < end ? 1 : 0);
    p += <usize>isNegative;
    const from = p;
    if (<u32>(end - p) - 1 < 8) {
      const few = fewDigits(p, <u32>(end - p));
      if (few >= isNegative) {
        const sign = <i64>(0 - isNegative);
        store<f64>(out + (i << 3), <f64>((few ^ sign) - sign));
        continue;
      }
    }
    let value: i64 = 0;
    let decimals: u32 = 0;
    let ok = p < end && end - p <= <usize>EXACT_DIGITS;
    while (ok && p < end) {
      const c = <u32>load<u8>(p);
      const digit = c - ZERO;
      if (digit <= 9) value = value * 10 + digit;
      else if (c == POINT && !isInteger && decimals == 0 && p > from && p + 1 < end) {
        decimals = <u32>(end - p) - 1;
      } else ok = false;
      p++;
    }
    if (!ok || (isNegative && value == 0)) {
      store<u32>(odd + (oddCount << 2), i);
      oddCount++;
      continue;
    }
    let x = <f64>(isNegative ? -value : value);
    if (decimals) x /= powerOfTen(decimals);
    store<f64>(out + (i << 3), x);
  }
  return oddCount;
}

/** UTF-16 units of each text; rows without one are counted and get 0. */
export function textLengths(n: u32, starts: usize, ends: usize, isAscii: u32, out: usize): u32 {
  let missing: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const start = load<u32>(starts + (i << 2));
    if (start == MISSING) {
      missing++;
      store<f64>(out + (i << 3), 0);
      continue;
    }
    const end = load<u32>(ends + (i << 2));
    const units = isAscii ? end - start : utf16Units(<usize>start, <usize>end);
    store<f64>(out + (i << 3), <f64>units);
  }
  return missing;
}

/** A byte that continues a character adds no unit; one that begins four bytes adds two. */
// @ts-ignore: decorator
@inline
function utf16Units(p: usize, end: usize): u32 {
  let units = <u32>(end - p);
  const continued = i8x16.splat(-64);
  const long = i8x16.splat(<i8>0xf0);
  while (p < end) {
    const x = v128.load(p);
    const here: i32 = p + 16 <= end ? 0xffff : (1 << <u32>(end - p)) - 1;
    units -= popcnt(i8x16.bitmask(i8x16.lt_s(x, continued)) & here);
    units += popcnt(i8x16.bitmask(i8x16.ge_u(x, long)) & here);
    p += 16;
  }
  return units;
}
