// The columns of pages (blocks/page-layout.ts): values of chosen rows laid out as a page wants them, and its checksum.

/** The longest of the texts, in bytes; missing ones count as nothing. */
export function longestText(n: u32, starts: usize, ends: usize): u32 {
  let longest: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    longest = max(longest, load<u32>(ends + (i << 2)) - load<u32>(starts + (i << 2)));
  }
  return longest;
}

/** The lengths of the rows' texts, `width` bytes each. */
export function gatherLengths(
  n: u32,
  rows: usize,
  starts: usize,
  ends: usize,
  width: u32,
  to: usize,
): void {
  for (let i: u32 = 0; i < n; i++) {
    const row = load<u32>(rows + (i << 2)) << 2;
    const length = load<u32>(ends + row) - load<u32>(starts + row);
    if (width == 1) store<u8>(to + i, <u8>length);
    else if (width == 2) store<u16>(to + (i << 1), <u16>length);
    else store<u32>(to + (i << 2), length);
  }
}

/** Copies the rows' texts one after the other; returns the end. Writes up to 15 bytes beyond it. */
export function gatherTexts(n: u32, rows: usize, starts: usize, ends: usize, to: usize): usize {
  for (let i: u32 = 0; i < n; i++) {
    const row = load<u32>(rows + (i << 2)) << 2;
    const start = <usize>load<u32>(starts + row);
    const length = <usize>load<u32>(ends + row) - start;
    for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(start + at));
    to += length;
  }
  return to;
}

/** The rows' numbers as i32; 0 if one of them is none. Minus zero is none: its sign must come back. */
export function gatherInts(n: u32, rows: usize, from: usize, to: usize): u32 {
  for (let i: u32 = 0; i < n; i++) {
    const value = load<f64>(from + (load<u32>(rows + (i << 2)) << 3));
    if (!(value >= -2147483648 && value <= 2147483647)) return 0;
    const int = <i32>value;
    if (reinterpret<u64>(<f64>int) != reinterpret<u64>(value)) return 0;
    store<i32>(to + (i << 2), int);
  }
  return 1;
}

/** How often each slot occurs. */
export function countSlots(n: u32, slots: usize, counts: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const count = counts + (load<u32>(slots + (i << 2)) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
}

/** Values by slot: each goes to its slot's cursor, which moves on. */
export function scatterBySlot(n: u32, slots: usize, values: usize, cursors: usize, to: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const cursor = cursors + (load<u32>(slots + (i << 2)) << 2);
    const at = load<u32>(cursor);
    store<u32>(cursor, at + 1);
    store<f64>(to + (at << 3), load<f64>(values + (i << 3)));
  }
}

const FNV: u32 = 0x01000193;

/** The checksum of the words from `p` to `end`, as blocks/page-layout.ts defines it. */
export function checksumWords(p: usize, end: usize): u32 {
  let lanes = i32x4(0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f);
  const factor = i32x4.splat(FNV);
  for (; p + 16 <= end; p += 16) lanes = i32x4.mul(v128.xor(lanes, v128.load(p)), factor);
  let a = <u32>i32x4.extract_lane(lanes, 0);
  const b = <u32>i32x4.extract_lane(lanes, 1);
  const c = <u32>i32x4.extract_lane(lanes, 2);
  const d = <u32>i32x4.extract_lane(lanes, 3);
  for (; p < end; p += 4) a = (rotl<u32>(a, 5) ^ load<u32>(p)) * FNV;
  a = (a ^ (a >> 15) ^ b) * 0x2c1b3c6d;
  a = (a ^ (a >> 13) ^ c) * 0x297a2d39;
  a = (a ^ (a >> 15) ^ d) * 0x2c1b3c6d;
  return a ^ (a >> 16);
}
