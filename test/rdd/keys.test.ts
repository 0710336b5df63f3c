// What makes two keys the same key, through every operation that compares keys.
// The values of the first group were printed by PySpark 4.3 for the same pairs; those of kinds that Python has not are
// written by hand.
import { describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { sorted, withContext } from './with-context.js';

const sc = withContext();

type Key = string | number | null | readonly unknown[];
const NESTED = [['n', [null]], 2];
const KEYS: readonly Key[] = [
  ['t', 1],
  ['t', 1],
  1,
  '1',
  null,
  null,
  -0,
  0,
  'constructor',
  '__proto__',
  'toString',
  [['n', [null]], 2],
  [['n', [null]], 2],
  '',
  ' ',
];
const ONE_EACH: [Key, number][] = [
  ['', 1],
  [' ', 1],
  ['1', 1],
  ['__proto__', 1],
  ['constructor', 1],
  ['toString', 1],
  [0, 2],
  [1, 1],
  [['t', 1], 2],
  [NESTED, 2],
  [null, 2],
];

function onePerKey(partitions = 4): RDD<[Key, number]> {
  return sc().parallelize(
    KEYS.map((key): [Key, number] => [key, 1]),
    partitions,
  );
}

/** Sorted, with the zero that was seen first, which may be -0, as 0. */
function tidy(pairs: Iterable<readonly [unknown, number]>): unknown[] {
  return sorted(Array.from(pairs, ([key, n]) => [key === 0 ? 0 : key, n]));
}

describe('keys of many kinds', () => {
  it('meet by value in reduceByKey, groupByKey and countByKey, and nowhere else', async () => {
    const expected = sorted(ONE_EACH);
    const summed = onePerKey().reduceByKey((a, b) => a + b);
    expect(tidy(await summed.collect())).toEqual(expected);
    const grouped = onePerKey().groupByKey();
    expect(tidy(await grouped.mapValues((vs) => vs.length).collect())).toEqual(expected);
    expect(tidy(await onePerKey().countByKey())).toEqual(expected);
    expect(tidy(await onePerKey().keys().countByValue())).toEqual(expected);
    expect(tidy(await onePerKey().reduceByKeyLocally((a, b) => a + b))).toEqual(expected);
  });

  it('are distinct by value', async () => {
    const keys = await onePerKey().keys().distinct().collect();
    expect(sorted(keys.map((key) => (key === 0 ? 0 : key)))).toEqual(
      sorted(ONE_EACH.map(([key]) => key)),
    );
  });

  it('join every pair of equal keys', async () => {
    const joined = await onePerKey().join(onePerKey(2)).countByKey();
    expect(tidy(joined)).toEqual(sorted(ONE_EACH.map(([key, n]) => [key, n * n])));
  });

  it.each([
    [null, 2],
    ['1', 1],
    [1, 1],
    [-0, 2],
    [['t', 1], 2],
    [NESTED, 2],
    ['__proto__', 1],
    [['t', '1'], 0],
    ['hasOwnProperty', 0],
  ] as [Key, number][])('are found by lookup(%j), %d of them', async (key, count) => {
    expect(await onePerKey().lookup(key)).toHaveLength(count);
    expect(await onePerKey().partitionBy(3).lookup(key)).toHaveLength(count);
  });

  it('are dropped by subtractByKey and kept by intersection', async () => {
    const others = sc().parallelize([['t', 1], '1', null] as Key[]);
    const rest = onePerKey().subtractByKey(others.map((key): [Key, number] => [key, 0]));
    expect(await rest.count()).toBe(10);
    expect(sorted(await onePerKey().keys().intersection(others).collect())).toEqual(
      sorted([['t', 1], '1', null]),
    );
  });

  it('fall into one partition when they are equal', async () => {
    const placed = onePerKey().partitionBy(5).keys().glom();
    const partitions = await placed.map((keys) => [...new Set(keys.map((k) => JSON.stringify(k)))]);
    const texts = (await partitions.collect()).flat();
    expect(texts).toHaveLength(ONE_EACH.length);
  });
});

describe('keys that Python has otherwise or not at all', () => {
  const date = (day: number) => new Date(Date.UTC(2024, 0, day));

  async function sumsOf(keys: readonly unknown[]): Promise<number[]> {
    const pairs = sc().parallelize(
      keys.map((key): [unknown, number] => [key, 1]),
      3,
    );
    return (await pairs.reduceByKey((a, b) => a + b).collect()).map(([, n]) => n).sort();
  }

  it('NaN equals NaN', async () => {
    expect(await sumsOf([Number.NaN, 1, Number.NaN])).toEqual([1, 2]);
    expect(
      await sumsOf([
        [Number.NaN, 'a'],
        [Number.NaN, 'a'],
      ]),
    ).toEqual([2]);
    expect(await sc().parallelize([Number.NaN, Number.NaN], 2).distinct().count()).toBe(1);
  });

  it('bigints equal bigints, and no number', async () => {
    expect(await sumsOf([10n ** 18n, 10n ** 18n, 1n, 1])).toEqual([1, 1, 2]);
  });

  it('dates compare by their time', async () => {
    expect(await sumsOf([date(1), date(1), date(2), date(1).getTime()])).toEqual([1, 1, 2]);
    const pairs = sc().parallelize([[date(1), 'a'] as [Date, string], [date(2), 'b']], 2);
    expect(await pairs.lookup(date(2))).toEqual(['b']);
  });

  it('booleans are no numbers', async () => {
    expect(await sumsOf([true, 1, false, 0, true])).toEqual([1, 1, 1, 2]);
  });

  it('plain objects, maps, sets and bytes compare by content, whatever the order', async () => {
    expect(await sumsOf([{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }])).toEqual([1, 2]);
    expect(await sumsOf([new Set([1, 2]), new Set([2, 1]), [1, 2]])).toEqual([1, 2]);
    expect(await sumsOf([new Uint8Array([1]), new Uint8Array([1]), [1]])).toEqual([1, 2]);
  });

  it('undefined is null', async () => {
    expect(await sumsOf([undefined, null])).toEqual([2]);
  });
});
