// Counting distinct values with a fixed amount of memory: HyperLogLog (Flajolet et al. 2007) with linear counting
// for small numbers. Registers are filled in tasks and merged at the driver.
import { canonicalKey, isPrimitiveKey } from '../../values/keys.js';
import type { RecordPages } from './builtin.js';

const MIN_BITS = 4;
const MAX_BITS = 20;

/** Bits of the register index for a relative standard deviation; the error of HyperLogLog is 1.04 / sqrt(2^bits). */
export function registerBits(relativeSD: number): number {
  const bits = Math.ceil(2 * Math.log2(1.04 / relativeSD));
  return Math.min(MAX_BITS, Math.max(MIN_BITS, bits));
}

/** The registers after seeing all records. */
export function fillRegisters(bits: number, pages: RecordPages): Uint8Array {
  const registers = new Uint8Array(2 ** bits);
  for (const page of pages) {
    for (const record of page) {
      const [high, low] = hash64(
        isPrimitiveKey(record) ? primitiveText(record) : canonicalKey(record),
      );
      const index = high >>> (32 - bits);
      const rank = Math.clz32(low) + 1;
      if (rank > registers[index]!) registers[index] = rank;
    }
  }
  return registers;
}

/** Merges registers into the first of them. */
export function mergeRegisters(into: Uint8Array, from: Uint8Array): Uint8Array {
  for (let i = 0; i < into.length; i++) if (from[i]! > into[i]!) into[i] = from[i]!;
  return into;
}

/** The estimate that the registers stand for. */
export function estimateDistinct(registers: Uint8Array): number {
  const m = registers.length;
  let inverse = 0;
  let zeros = 0;
  for (const rank of registers) {
    inverse += 2 ** -rank;
    if (rank === 0) zeros++;
  }
  const alpha = m === 16 ? 0.673 : m === 32 ? 0.697 : m === 64 ? 0.709 : 0.7213 / (1 + 1.079 / m);
  const raw = (alpha * m * m) / inverse;
  if (raw <= 2.5 * m && zeros > 0) return Math.round(m * Math.log(m / zeros));
  return Math.round(raw);
}

function primitiveText(value: unknown): string {
  return `${typeof value}:${value === 0 ? '0' : String(value)}`;
}

/** Two independent 32-bit hashes of a text (the mixing of MurmurHash3). */
function hash64(text: string): [number, number] {
  let a = 0x9368e53c;
  let b = 0x586dcd20;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ unit, 0x1b873593);
    b = ((b << 13) | (b >>> 19)) + a;
  }
  return [finish(a ^ text.length), finish(b + Math.imul(a, 5))];
}

function finish(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
