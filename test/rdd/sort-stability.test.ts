// Sorting with ties: stable in both directions, with any number of partitions before and after. The order of ties was
// printed by PySpark 4.3 for all these numbers of partitions, and is the same for all of them.
import { describe, expect, it } from 'vitest';
import { withContext } from './with-context.js';

const sc = withContext();

const RECORDS = Array.from({ length: 20 }, (_, i): [number, number] => [i % 3, i]);
const OF_0 = [0, 3, 6, 9, 12, 15, 18];
const OF_1 = [1, 4, 7, 10, 13, 16, 19];
const OF_2 = [2, 5, 8, 11, 14, 17];

describe.each([1, 4, 7, 30])('of %d partitions', (from) => {
  it.each([1, 2, 3, 6, 25])('records with equal keys stay in order in %d', async (into) => {
    const rdd = sc().parallelize(RECORDS, from);
    const up = await rdd.sortBy(([k]) => k, true, into).collect();
    expect(up.map(([, i]) => i)).toEqual([...OF_0, ...OF_1, ...OF_2]);
    const down = await rdd.sortBy(([k]) => k, false, into).collect();
    expect(down.map(([, i]) => i)).toEqual([...OF_2, ...OF_1, ...OF_0]);
    const byKey = await rdd.sortByKey(false, into).values().collect();
    expect(byKey).toEqual([...OF_2, ...OF_1, ...OF_0]);
  });
});

describe('skewed keys', () => {
  const SKEWED = [...Array(50).fill(0), 1, 2, 3, 4, 5, ...Array(20).fill(0)] as number[];

  it('leave partitions empty rather than divide a key', async () => {
    const sizes = sc()
      .parallelize(SKEWED, 3)
      .sortBy((x) => x, true, 4)
      .glom()
      .map((records) => records.length);
    expect(await sizes.collect()).toEqual([70, 0, 0, 5]);
  });

  it('are sorted all the same', async () => {
    const sorted = sc().parallelize(SKEWED, 3);
    expect(await sorted.sortBy((x) => -x, true, 4).take(7)).toEqual([5, 4, 3, 2, 1, 0, 0]);
  });
});

describe('order', () => {
  it('of numbers, texts and tuples is Python’s', async () => {
    const numbers = sc().parallelize([1.5, -0.5, 0, -Infinity, 3, Infinity, -2], 2);
    expect(await numbers.sortBy((x) => x).collect()).toEqual([
      -Infinity,
      -2,
      -0.5,
      0,
      1.5,
      3,
      Infinity,
    ]);
    const texts = sc().parallelize(['', 'a', ' ', 'A', '_', 'aa', 'a b', 'Z'], 3);
    expect(await texts.sortBy((x) => x).collect()).toEqual([
      '',
      ' ',
      'A',
      'Z',
      '_',
      'a',
      'a b',
      'aa',
    ]);
    const tuples = sc().parallelize([[1, 2], [1], [1, 1, 1], [0, 99], [10, 0]], 2);
    expect(await tuples.sortBy((x) => x).collect()).toEqual([
      [0, 99],
      [1],
      [1, 1, 1],
      [1, 2],
      [10, 0],
    ]);
  });

  it('refuses to compare a number with a text', async () => {
    const mixed = sc().parallelize([1, 'a', 2], 2);
    await expect(mixed.sortBy((x) => x).collect()).rejects.toThrow(/'<' not supported between/);
  });

  it('within partitions follows the key, the partition its function', async () => {
    const pairs = sc().parallelize(
      [
        [3, 'c'],
        [1, 'a'],
        [2, 'b'],
        [1, 'z'],
        [6, 'f'],
        [4, 'd'],
      ],
      3,
    );
    const layout = pairs.repartitionAndSortWithinPartitions(2, (k) => k % 2, false).glom();
    expect(await layout.collect()).toEqual([
      [
        [6, 'f'],
        [4, 'd'],
        [2, 'b'],
      ],
      [
        [3, 'c'],
        [1, 'a'],
        [1, 'z'],
      ],
    ]);
  });
});
