// Numbers as keys in columns: the same key by value, in the order in which they came, however many they are.
import { describe, expect, it } from 'vitest';
import { hashOfNumber, NumberTable } from '#dist/values/number-table.js';

const open = () => new NumberTable({ isOpen: true, hasValues: true });

/** A seeded generator of unsigned 32-bit numbers (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

describe('a table of numbers', () => {
  it('numbers its keys in the order in which they come', () => {
    const table = open();
    expect([7, 3, 7, -1, 3].map((key) => table.slotOf(key))).toEqual([0, 1, 0, 2, 1]);
    expect([...table.keys.subarray(0, table.size)]).toEqual([7, 3, -1]);
  });

  it('takes minus zero for zero and NaN for NaN, and keeps the sign that came first', () => {
    const table = open();
    const keys = [-0, 0, Number.NaN, 0 / 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(keys.map((key) => table.slotOf(key))).toEqual([0, 0, 1, 1, 2, 3]);
    expect(Object.is(table.keys[0], -0)).toBe(true);
  });

  it('takes every pattern of bits of a NaN for the same key', () => {
    const bits = new BigUint64Array([0x7ff8000000000001n, 0xfff8000000000000n]);
    const table = open();
    expect([...new Float64Array(bits.buffer)].map((key) => table.slotOf(key))).toEqual([0, 0]);
  });

  it('tells numbers apart whatever their size', () => {
    const table = open();
    const keys = [1, 1.5, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, 2 ** 53, 1e300, 5e-324, 4294967297];
    expect(keys.map((key) => table.slotOf(key))).toEqual(keys.map((_, i) => i));
    expect(keys.map((key) => table.slotOf(key))).toEqual(keys.map((_, i) => i));
  });

  it('agrees with a native Map over integers, fractions, steps and repeats', () => {
    const seed = 20261128;
    const random = randomFrom(seed);
    const kinds = [
      () => random() % 5000,
      () => (random() % 5000) * 65536,
      () => (random() % 5000) / 8,
      () => (random() % 5000) * 2 ** 40,
      () => -(random() % 5000),
    ];
    const table = open();
    const map = new Map<number, number>();
    for (let i = 0; i < 100_000; i++) {
      const key = kinds[random() % kinds.length]!();
      if (!map.has(key)) map.set(key, map.size);
      expect(table.slotOf(key), `seed ${seed}, key ${key}`).toBe(map.get(key));
    }
    expect([...table.keys.subarray(0, table.size)]).toEqual([...map.keys()]);
  });

  it('finds what was there after it has grown, and nothing once it was emptied', () => {
    const table = open();
    for (let key = 0; key < 10_000; key++) table.values[table.slotOf(key * 3)] = key;
    expect(table.values[table.slotOf(29_997)]).toBe(9999);
    table.empty();
    expect(table.slotOf(29_997)).toBe(0);
    table.clear();
    expect(table.byteLength).toBeLessThan(100);
    expect(table.slotOf(3)).toBe(0);
  });

  it('raises its mark beyond what is there', () => {
    const table = open();
    for (let key = 0; key < table.mark; key++) table.slotOf(key);
    table.raiseMark();
    expect(table.mark).toBe(2 * 65536);
  });
});

describe('the hash of a number', () => {
  it('is the same for equal keys', () => {
    expect(hashOfNumber(-0)).toBe(hashOfNumber(0));
    expect(hashOfNumber(2 ** 32 + 1)).toBe(hashOfNumber(4294967297));
    expect(hashOfNumber(1.5)).not.toBe(hashOfNumber(2.5));
  });
});
