// Which partition a key belongs to: one hash, the same in every worker, run and machine.
// Integers, floats, booleans, null and tuples hash as under PySpark's portable_hash, so layouts match;
// strings do not (Python's are seeded). Runs on every thread, once per record of a shuffle.
import { UsageError } from '../errors.js';
import { canonicalKey } from './keys.js';

/** Python reduces integers and floats modulo this prime, 2^61 - 1. */
const PYTHON_MODULUS = (1n << 61n) - 1n;
const TWO_32 = 4294967296;

/** Up to here `(hi % partitions) * 2^32 + lo` is exact in a double. */
const MAX_EXACT_PARTITIONS = 2 ** 21;
const MAX_TUPLE_DEPTH = 200;

// The 64-bit hash of the last call of `hash64`: two's complement, halves in registers rather than an object.
let high = 0; // int32
let low = 0; // uint32

const floatBits = new Float64Array(1);
const floatWords = new Uint32Array(floatBits.buffer);

/**
 * The partition of a key, in `[0, partitions)`. Equal keys (`keyEquals`) give equal partitions.
 *
 * **Source** `pyspark.rdd.portable_hash` 4.3, modulo the number of partitions.
 */
export function partitionOfKey(key: unknown, partitions: number): number {
  if (typeof key === 'string') return hashString(key) % partitions;
  if (typeof key === 'number') {
    const int = key | 0;
    if (int === key) {
      const remainder = (int === -1 ? -2 : int) % partitions;
      return remainder < 0 ? remainder + partitions : remainder | 0;
    }
  }
  hash64(key, 0);
  return moduloOfHash(partitions);
}

/** A quick 32-bit hash of an array key, for tables within one thread; equal keys give equal hashes. */
export function tableHash(items: readonly unknown[]): number {
  let hash = items.length;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item === 'string') hash ^= hashString(item);
    else {
      hash64(item, 0);
      hash ^= low ^ high;
    }
    hash = Math.imul((hash << 13) | (hash >>> 19), 0x9e3779b1);
  }
  return hash ^ (hash >>> 15);
}

/**
 * Hash of a string, an unsigned 32-bit number: FNV-1a over its UTF-8 bytes, then MurmurHash3's
 * finaliser, because FNV alone leaves the low bits of similar strings alike. A surrogate without
 * its partner counts as U+FFFD.
 */
export function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return mixed(hashUtf8(text, i, hash));
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return mixed(hash);
}

/** All bits of the hash depend on all others afterwards (MurmurHash3's finaliser); an unsigned 32-bit number. */
export function mixed(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashUtf8(text: string, from: number, hash: number): number {
  for (let i = from; i < text.length; i++) {
    let point = text.codePointAt(i)!;
    if (point < 0x80) {
      hash = Math.imul(hash ^ point, 0x01000193);
      continue;
    }
    if (point > 0xffff) i++;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x800) {
      hash = Math.imul(hash ^ (0xc0 | (point >> 6)), 0x01000193);
    } else {
      if (point < 0x10000) {
        hash = Math.imul(hash ^ (0xe0 | (point >> 12)), 0x01000193);
      } else {
        hash = Math.imul(hash ^ (0xf0 | (point >> 18)), 0x01000193);
        hash = Math.imul(hash ^ (0x80 | ((point >> 12) & 63)), 0x01000193);
      }
      hash = Math.imul(hash ^ (0x80 | ((point >> 6) & 63)), 0x01000193);
    }
    hash = Math.imul(hash ^ (0x80 | (point & 63)), 0x01000193);
  }
  return hash;
}

function hash64(key: unknown, depth: number): void {
  if (typeof key === 'string') setHash(0, hashString(key));
  else if (typeof key === 'number') hashNumber(key);
  else if (typeof key === 'boolean') setHash(0, key ? 1 : 0);
  else if (typeof key === 'bigint') hashBigInt(key);
  else if (key === null || key === undefined) setHash(0, 0);
  else if (Array.isArray(key)) hashTuple(key, depth + 1);
  else setHash(0, hashString(canonicalKey(key)));
}

function setHash(newHigh: number, newLow: number): void {
  high = newHigh;
  low = newLow;
}

function hashNumber(value: number): void {
  if (value === -1) {
    // Python keeps the hash -1 for errors.
    setHash(-1, 0xfffffffe);
  } else if (Number.isSafeInteger(value)) {
    // Below the modulus, an integer is its own hash.
    setHash(Math.floor(value / TWO_32) | 0, value >>> 0);
  } else if (Number.isFinite(value)) {
    hashFloat(value);
  } else if (Number.isNaN(value)) {
    setHash(0, 0);
  } else {
    setHash(value > 0 ? 0 : -1, value > 0 ? 314159 : -314159 >>> 0);
  }
}

/**
 * Python hashes a float as the rational number it is, modulo 2^61 - 1, where 2^61 is 1: multiplying
 * by a power of two is rotating 61 bits. Mantissa and exponent come straight from the bits.
 */
function hashFloat(value: number): void {
  floatBits[0] = Math.abs(value);
  const exponent = floatWords[1]! >>> 20;
  const hidden = exponent === 0 ? 0 : 0x100000;
  const power = exponent === 0 ? -1074 : exponent - 1075;
  rotate61((floatWords[1]! & 0xfffff) | hidden, floatWords[0]!, ((power % 61) + 61) % 61);
  if (value < 0) negate();
}

/** Rotates the 61-bit number `hi29 * 2^32 + lo32` to the left, into the hash. */
function rotate61(hi29: number, lo32: number, bits: number): void {
  if (bits >= 32) {
    // By 32 in one step: the lower 29 bits become the upper, the other 32 the lower.
    const lower = ((hi29 << 3) | (lo32 >>> 29)) >>> 0;
    hi29 = lo32 & 0x1fffffff;
    lo32 = lower;
    bits -= 32;
  }
  if (bits === 0) {
    setHash(hi29, lo32);
    return;
  }
  // What leaves at the top (61 bits) comes back at the bottom.
  const carried =
    bits <= 29 ? hi29 >>> (29 - bits) : (hi29 << (bits - 29)) | (lo32 >>> (61 - bits));
  high = ((hi29 << bits) | (lo32 >>> (32 - bits))) & 0x1fffffff;
  low = ((lo32 << bits) | carried) >>> 0;
}

function negate(): void {
  low = -low >>> 0;
  high = low === 0 ? -high | 0 : ~high;
  if (high === -1 && low === 0xffffffff) low = 0xfffffffe;
}

function hashBigInt(value: bigint): void {
  const magnitude = (value < 0n ? -value : value) % PYTHON_MODULUS;
  high = Number(magnitude >> 32n);
  low = Number(magnitude & 0xffffffffn);
  if (value < 0n) negate();
}

/** portable_hash of a tuple; only the low 63 bits of each step count. */
function hashTuple(items: readonly unknown[], depth: number): void {
  if (depth > MAX_TUPLE_DEPTH) {
    throw new UsageError(
      'VALUE-102',
      'A key is an array that is nested too deeply or contains itself, so it cannot be hashed. ' +
        'Use strings, numbers, or flat arrays of these as keys.',
    );
  }
  let hashHigh = 0;
  let hashLow = 0x345678;
  for (let i = 0; i < items.length; i++) {
    hash64(items[i], depth);
    hashHigh = (hashHigh ^ high) >>> 0;
    const product = ((hashLow ^ low) >>> 0) * 1000003;
    hashLow = product >>> 0;
    hashHigh = (hashHigh * 1000003 + Math.floor(product / TWO_32)) & 0x7fffffff;
  }
  high = hashHigh;
  low = (hashLow ^ items.length) >>> 0;
}

function moduloOfHash(partitions: number): number {
  if (partitions > MAX_EXACT_PARTITIONS) {
    const hash = (BigInt(high) << 32n) + BigInt(low);
    const remainder = Number(hash % BigInt(partitions));
    return remainder < 0 ? remainder + partitions : remainder;
  }
  const remainder = ((high % partitions) * TWO_32 + low) % partitions;
  return remainder < 0 ? remainder + partitions : remainder + 0;
}
