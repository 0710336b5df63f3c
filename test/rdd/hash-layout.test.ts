// Where keys go: the layout of integers, floats, null and tuples is PySpark's; that of texts is our own and must never
// change, because saved and joined data rely on it.
import { afterEach, describe, expect, it } from 'vitest';
import { SparkContext } from '#dist/index.js';

let sc: SparkContext | null = null;
afterEach(async () => {
  await sc?.stop();
  sc = null;
});

/** The partition of every key, found by a shuffle from `from` partitions. */
async function layout(keys: readonly unknown[], partitions: number, from = 1): Promise<number[]> {
  sc ??= new SparkContext('local[2]', 'layout');
  const pairs = sc.parallelize(
    keys.map((key, i): [unknown, number] => [key, i]),
    from,
  );
  const placed = await pairs
    .partitionBy(partitions)
    .mapPartitionsWithIndex((p, records) => [...records].map(([, i]): [number, number] => [i, p]))
    .collect();
  return placed.sort((a, b) => a[0] - b[0]).map(([, p]) => p);
}

const NUMBERS = [
  -6,
  -5,
  -4,
  -3,
  -2,
  -1,
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  2 ** 31,
  2 ** 40,
  -(2 ** 40),
  2 ** 53 - 1,
];
const OTHERS = [null, 0.5, -0.5, 1.5, 0.1, true];
const TUPLES = [
  [],
  [1],
  [1, 2],
  [2, 1],
  [null],
  [null, 1],
  [[1, 2], 3],
  [-1, -1],
  [1, [2, [3, null]]],
];
const KEYS = [...NUMBERS, ...OTHERS, ...TUPLES];

describe('the layout of numbers, null and tuples', () => {
  // Printed by PySpark 4.3.
  it.each([
    [
      3,
      [0, 1, 2, 0, 1, 1, 0, 1, 2, 0, 1, 2, 0, 2, 1, 2, 1],
      [0, 1, 2, 2, 1, 1],
      [0, 0, 0, 2, 1, 2, 2, 2, 1],
    ],
    [
      7,
      [1, 2, 3, 4, 5, 5, 0, 1, 2, 3, 4, 5, 6, 2, 2, 5, 3],
      [0, 1, 6, 2, 6, 1],
      [1, 0, 1, 5, 5, 4, 3, 0, 2],
    ],
    [
      16,
      [10, 11, 12, 13, 14, 14, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 15],
      [0, 0, 0, 1, 0, 1],
      [8, 10, 9, 15, 9, 9, 2, 6, 14],
    ],
    [
      1000,
      [994, 995, 996, 997, 998, 998, 0, 1, 2, 3, 4, 5, 6, 648, 776, 224, 991],
      [0, 976, 24, 977, 408, 1],
      [8, 26, 73, 95, 25, 73, 674, 86, 222],
    ],
  ])('is PySpark’s for %d partitions', async (partitions, numbers, others, tuples) => {
    expect(await layout(NUMBERS, partitions)).toEqual(numbers);
    expect(await layout(OTHERS, partitions)).toEqual(others);
    expect(await layout(TUPLES, partitions)).toEqual(tuples);
  });
});

describe('the layout of texts', () => {
  const TEXTS = [
    '',
    'a',
    'b',
    'ab',
    'ba',
    'Spark',
    'ünï',
    '測試',
    '🎉',
    'constructor',
    '__proto__',
    '1',
  ];

  it('does not change', async () => {
    expect(await layout(TEXTS, 1000)).toEqual(GOLDEN_TEXTS);
    expect(await layout([['a', 1], ['a', '1'], [['a'], 'b'], 'a,1'], 1000)).toEqual(GOLDEN_TUPLES);
  });
});

describe('the layout', () => {
  it('is the same whichever worker computes it, and however many there are', async () => {
    const keys = [...KEYS, 'a', 'ünï', ['a', 1]];
    const inOne = await layout(keys, 16, 1);
    expect(await layout(keys, 16, 7)).toEqual(inOne);
    await sc?.stop();
    sc = new SparkContext('local[4]', 'layout');
    expect(await layout(keys, 16, 5)).toEqual(inOne);
    await sc.stop();
    sc = new SparkContext('local[1]', 'layout');
    expect(await layout(keys, 16, 3)).toEqual(inOne);
  });
});

// Computed apart from the product: FNV-1a over UTF-8, MurmurHash3's finaliser, portable_hash over tuples, modulo 1000.
const GOLDEN_TEXTS: readonly number[] = [923, 715, 274, 789, 741, 916, 949, 750, 747, 750, 803, 71];
const GOLDEN_TUPLES: readonly number[] = [130, 416, 820, 554];
