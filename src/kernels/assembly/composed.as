// Texts put together of several parts, row by row, and such texts taken apart again: the keys of dictionaries that are
// no single text, and texts that functions build. A number part is eight bytes.
//
// Part, 12 bytes: kind | address of f64, of starts, or of a literal | address of ends, or the literal's length.
import { copyBytes, equalBytes, MISSING } from './bytes';
import { fnv } from './partitions';

const NUMBER: u32 = 0;
const TEXT: u32 = 1;
const NEWLINE: u8 = 10;
const MINUS_ZERO: u64 = 0x8000000000000000;
const NOT_A_NUMBER: u64 = 0x7ff8000000000000;
const NEVER: u64 = 0x7fffffffffffffff;

/**
 * The texts of `n` rows, of all from 0 on or of those at `rows`, one after the other at `out`; returns the end. A missing
 * part reads as the `missingLength` bytes at `missing`. Returns 0 where one is missing and that is 0, and where a number
 * is minus zero, which is the key 0 but not the same number.
 */
export function composeTexts(
  n: u32,
  rows: usize,
  parts: usize,
  count: u32,
  missing: usize,
  missingLength: u32,
  out: usize,
  starts: usize,
  ends: usize,
): usize {
  const end = parts + <usize>count * 12;
  for (let i: u32 = 0; i < n; i++) {
    const row = rows ? load<u32>(rows + (i << 2)) : i;
    store<u32>(starts + (i << 2), <u32>out);
    for (let part = parts; part < end; part += 12) {
      const kind = load<u32>(part);
      const a = <usize>load<u32>(part, 4);
      if (kind == NUMBER) {
        let bits = load<u64>(a + (row << 3));
        if (bits == MINUS_ZERO) return 0;
        if ((bits & NEVER) > 0x7ff0000000000000) bits = NOT_A_NUMBER;
        store<u64>(out, bits);
        out += 8;
        continue;
      }
      let from = a;
      let length = load<u32>(part, 8);
      if (kind == TEXT) {
        const start = load<u32>(a + (row << 2));
        from = <usize>start;
        length = load<u32>(<usize>length + (row << 2)) - start;
        if (start == MISSING) {
          if (!missing) return 0;
          from = missing;
          length = missingLength;
        }
      }
      copyBytes(out, from, length);
      out += length;
    }
    store<u32>(ends + (i << 2), <u32>out);
  }
  return out;
}

/** The texts with every `what` replaced from left to right, one after the other at `out`; returns the end. */
export function replaceTexts(
  n: u32,
  starts: usize,
  ends: usize,
  what: usize,
  whatLength: u32,
  by: usize,
  byLength: u32,
  out: usize,
  outStarts: usize,
  outEnds: usize,
): usize {
  const first = load<u8>(what);
  for (let i: u32 = 0; i < n; i++) {
    const start = load<u32>(starts + (i << 2));
    if (start == MISSING) {
      store<u32>(outStarts + (i << 2), MISSING);
      store<u32>(outEnds + (i << 2), MISSING);
      continue;
    }
    store<u32>(outStarts + (i << 2), <u32>out);
    const end = <usize>load<u32>(ends + (i << 2));
    for (let p = <usize>start; p < end; ) {
      const byte = load<u8>(p);
      if (byte == first && p + whatLength <= end && equalBytes(p, what, whatLength)) {
        copyBytes(out, by, byLength);
        out += byLength;
        p += whatLength;
      } else {
        store<u8>(out, byte);
        out++;
        p++;
      }
    }
    store<u32>(outEnds + (i << 2), <u32>out);
  }
  return out;
}

/**
 * The parts of `n` keys of a dictionary: texts end at a newline or with the key. Of a part, `b` is where its ends go, and
 * nothing of a number.
 */
export function takeApart(n: u32, offsets: usize, bytes: usize, parts: usize, count: u32): void {
  for (let k: u32 = 0; k < n; k++) {
    let p = bytes + load<u32>(offsets + (k << 2));
    const end = bytes + load<u32>(offsets + (k << 2), 4);
    for (let j: u32 = 0; j < count; j++) {
      const part = parts + <usize>j * 12;
      const a = <usize>load<u32>(part, 4);
      if (load<u32>(part) == NUMBER) {
        store<u64>(a + (k << 3), load<u64>(p));
        p += 8;
        continue;
      }
      store<u32>(a + (k << 2), <u32>p);
      if (j + 1 == count) p = end;
      else while (load<u8>(p) != NEWLINE) p++;
      store<u32>(<usize>load<u32>(part, 8) + (k << 2), <u32>p);
      p++;
    }
  }
}

/** Whether all texts are ASCII. */
export function areAscii(n: u32, starts: usize, ends: usize): u32 {
  let high: u8 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const end = <usize>load<u32>(ends + (i << 2));
    for (let p = <usize>load<u32>(starts + (i << 2)); p < end; p++) high |= load<u8>(p);
  }
  return high < 128 ? 1 : 0;
}

const MODULUS_BITS: u64 = 61;
const MODULUS: u64 = 0x1fffffffffffffff;

/** The hash of a number as values/hash.ts has it, which is Python's. */
function hashNumber(bits: u64): i64 {
  const magnitude = bits & NEVER;
  if (magnitude > 0x7ff0000000000000) return 0;
  const isNegative = bits >> 63 != 0;
  if (magnitude == 0x7ff0000000000000) return isNegative ? -314159 : 314159;
  const exponent = <i32>(magnitude >> 52);
  const mantissa = (magnitude & 0xfffffffffffff) | (exponent == 0 ? 0 : 0x10000000000000);
  const power = exponent == 0 ? -1074 : exponent - 1075;
  const by = <u64>(((power % 61) + 61) % 61);
  const rotated = ((mantissa << by) | (mantissa >> (MODULUS_BITS - by))) & MODULUS;
  const hash = isNegative ? -(<i64>rotated) : <i64>rotated;
  return hash == -1 ? -2 : hash;
}

/**
 * The partition of each of `n` keys by its hash, as values/hash.ts has it, of a tuple or of a single number; the columns
 * of the parts are those that `takeApart` has filled.
 */
export function hashComposed(
  n: u32,
  parts: usize,
  count: u32,
  isTuple: u32,
  partitions: u32,
  partitionOf: usize,
): void {
  for (let k: u32 = 0; k < n; k++) {
    let hash: u64 = 0x345678;
    for (let j: u32 = 0; j < count; j++) {
      const part = parts + <usize>j * 12;
      const a = <usize>load<u32>(part, 4);
      let own: i64;
      if (load<u32>(part) == NUMBER) own = hashNumber(load<u64>(a + (k << 3)));
      else {
        const start = load<u32>(a + (k << 2));
        own = <i64>fnv(<usize>start, load<u32>(<usize>load<u32>(part, 8) + (k << 2)) - start);
      }
      if (isTuple) hash = ((hash ^ <u64>own) * 1000003) & NEVER;
      else hash = <u64>own;
    }
    let remainder: i64;
    if (isTuple) remainder = <i64>((hash ^ <u64>count) % <u64>partitions);
    else {
      remainder = <i64>hash % <i64>partitions;
      if (remainder < 0) remainder += <i64>partitions;
    }
    store<u32>(partitionOf + (k << 2), <u32>remainder);
  }
}
