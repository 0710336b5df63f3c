// What all kernels share: comparing, hashing and searching short runs of bytes.

/** Where a row has no such field, in columns of starts. */
export const MISSING: u32 = 0xffffffff;

const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;
const MIXER: u64 = 0xd6e8feb86659fd93;

/** The lowest `n` bytes set. */
// @ts-ignore: decorator
@inline
export function lowBytes(n: u32): u64 {
  return n >= 8 ? 0xffffffffffffffff : ((<u64>1) << (n << 3)) - 1;
}

// @ts-ignore: decorator
@inline
function mix(x: u64): u64 {
  x ^= x >> 32;
  x *= MIXER;
  return x ^ (x >> 29);
}

/** The first bytes of a text, eight at most, missing ones as 0. */
// @ts-ignore: decorator
@inline
export function prefixOf(p: usize, length: u32): u64 {
  return load<u64>(p) & lowBytes(length);
}

/** A hash for tables in this memory of a text of up to eight bytes; not 0 for the empty one. */
// @ts-ignore: decorator
@inline
export function hashShort(prefix: u64, length: u32): u32 {
  const h = (prefix ^ (<u64>length + 1)) * MULTIPLIER;
  return <u32>(((h ^ (h >> 32)) * MIXER) >> 32);
}

/** The same of any text; eight bytes a step. */
// @ts-ignore: decorator
@inline
export function hashBytes(p: usize, length: u32): u32 {
  let left = length;
  let h: u64 = 0;
  while (left > 8) {
    h = mix(h ^ load<u64>(p)) * MULTIPLIER;
    p += 8;
    left -= 8;
  }
  return hashShort(h ^ prefixOf(p, left), length);
}

// @ts-ignore: decorator
@inline
export function equalBytes(a: usize, b: usize, length: u32): bool {
  while (length > 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    length -= 8;
  }
  return ((load<u64>(a) ^ load<u64>(b)) & lowBytes(length)) == 0;
}

/** Copies forward, never past the end of the target. */
// @ts-ignore: decorator
@inline
export function copyBytes(to: usize, from: usize, length: u32): void {
  while (length >= 8) {
    store<u64>(to, load<u64>(from));
    to += 8;
    from += 8;
    length -= 8;
  }
  while (length) {
    store<u8>(to, load<u8>(from));
    to++;
    from++;
    length--;
  }
}

/** Which of the 64 bytes at `p` equal those of `pattern`, the first as the lowest bit. */
// @ts-ignore: decorator
@inline
export function matches(p: usize, pattern: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(p), pattern))) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(p, 16), pattern))) << 16) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(p, 32), pattern))) << 32) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(p, 48), pattern))) << 48)
  );
}

/** The bits of a block at `p` that lie before `end`. */
// @ts-ignore: decorator
@inline
export function before(p: usize, end: usize): u64 {
  return p + 64 > end ? ((<u64>1) << (end - p)) - 1 : 0xffffffffffffffff;
}
