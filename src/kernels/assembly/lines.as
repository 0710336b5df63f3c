// Whole chunks of text: what is in them, how many lines, where each begins and ends.
import { before, equalBytes, matches } from './bytes';

const NEWLINE: i8 = 10;
const RETURN: i8 = 13;

/** Bit 0: a byte above 127; bit 1: a carriage return. */
export function probe(p: usize, end: usize): u32 {
  let high = i8x16.splat(0);
  let returns = i8x16.splat(0);
  const cr = i8x16.splat(RETURN);
  let found: u32 = 0;
  while (p + 64 <= end) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    const d = v128.load(p, 48);
    high = v128.or(high, v128.or(v128.or(a, b), v128.or(c, d)));
    const ab = v128.or(i8x16.eq(a, cr), i8x16.eq(b, cr));
    returns = v128.or(returns, v128.or(ab, v128.or(i8x16.eq(c, cr), i8x16.eq(d, cr))));
    p += 64;
  }
  if (i8x16.bitmask(high)) found |= 1;
  if (v128.any_true(returns)) found |= 2;
  while (p < end) {
    const b = load<u8>(p);
    if (b >= 128) found |= 1;
    if (b == RETURN) found |= 2;
    p++;
  }
  return found;
}

/** How many bytes equal `c`. */
export function countByte(p: usize, end: usize, c: u32): u32 {
  const pattern = i8x16.splat(<i8>c);
  let n: u32 = 0;
  while (p + 64 <= end) {
    // Each lane counts up to 4 × 60 matches before it could overflow.
    let lanes = i8x16.splat(0);
    for (let k = 0; k < 60 && p + 64 <= end; k++) {
      lanes = i8x16.sub(lanes, i8x16.eq(v128.load(p), pattern));
      lanes = i8x16.sub(lanes, i8x16.eq(v128.load(p, 16), pattern));
      lanes = i8x16.sub(lanes, i8x16.eq(v128.load(p, 32), pattern));
      lanes = i8x16.sub(lanes, i8x16.eq(v128.load(p, 48), pattern));
      p += 64;
    }
    const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(lanes));
    n += i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1);
    n += i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  }
  while (p < end) {
    if (load<u8>(p) == c) n++;
    p++;
  }
  return n;
}

/** Starts and ends (without the newline) of the lines; the chunk ends with a newline. Returns how many. */
export function lines(p: usize, end: usize, starts: usize, ends: usize): u32 {
  const newline = i8x16.splat(NEWLINE);
  let n: u32 = 0;
  let start = <u32>p;
  for (let q = p; q < end; q += 64) {
    let m = matches(q, newline) & before(q, end);
    while (m) {
      const at = <u32>q + <u32>ctz(m);
      m &= m - 1;
      store<u32>(starts + (n << 2), start);
      store<u32>(ends + (n << 2), at);
      n++;
      start = at + 1;
    }
  }
  return n;
}

/** The next newline from `q`; there is one. */
// @ts-ignore: decorator
@inline
function endOfLine(q: usize, newline: v128): usize {
  let m = matches(q, newline);
  while (!m) {
    q += 64;
    m = matches(q, newline);
  }
  return q + <usize>ctz(m);
}

/** How many lines contain the literal, which holds no newline and at least one byte. */
export function countLinesWith(p: usize, end: usize, literal: usize, length: u32): u32 {
  const first = i8x16.splat(load<i8>(literal));
  const last = i8x16.splat(load<i8>(literal + length - 1));
  const newline = i8x16.splat(NEWLINE);
  let n: u32 = 0;
  let q = p;
  const stop = end - length + 1;
  while (q < stop) {
    let m = candidates(q, first, last, length) & before(q, stop);
    let next = q + 64;
    while (m) {
      const at = q + <usize>ctz(m);
      m &= m - 1;
      if (!equalBytes(at, literal, length)) continue;
      n++;
      next = endOfLine(at + length, newline) + 1;
      break;
    }
    q = next;
  }
  return n;
}

/** Sets a flag for each of the `n` lines that contain the literal; the others are 0. */
export function flagLinesWith(
  p: usize,
  end: usize,
  literal: usize,
  length: u32,
  ends: usize,
  n: u32,
  flags: usize,
): void {
  memory.fill(flags, 0, n);
  const first = i8x16.splat(load<i8>(literal));
  const last = i8x16.splat(load<i8>(literal + length - 1));
  let line: u32 = 0;
  let q = p;
  const stop = end - length + 1;
  while (q < stop) {
    let m = candidates(q, first, last, length) & before(q, stop);
    let next = q + 64;
    while (m) {
      const at = q + <usize>ctz(m);
      m &= m - 1;
      if (!equalBytes(at, literal, length)) continue;
      while (load<u32>(ends + (line << 2)) < <u32>at) line++;
      store<u8>(flags + line, 1);
      next = <usize>load<u32>(ends + (line << 2)) + 1;
      break;
    }
    q = next;
  }
}

/** Where the first and the last byte of the literal stand at the right distance, among 64 places. */
// @ts-ignore: decorator
@inline
function candidates(q: usize, first: v128, last: v128, length: u32): u64 {
  return matches(q, first) & matches(q + length - 1, last);
}
