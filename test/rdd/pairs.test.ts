// Operations by key on the embedded engine: combining, grouping, joining, sorting, keys by value.
import { describe, expect, it } from 'vitest';
import { sorted, withContext } from './with-context.js';

const sc = withContext();

const pairs = (partitions = 2) =>
  sc().parallelize<[string, number]>(
    [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['c', 4],
    ],
    partitions,
  );

describe('combining by key', () => {
  it.each([1, 2, 6])('gives the same sums from %i partitions', async (partitions) => {
    const sums = await pairs(partitions)
      .reduceByKey((a, b) => a + b)
      .collect();
    expect(sorted(sums)).toEqual([
      ['a', 4],
      ['b', 2],
      ['c', 4],
    ]);
  });

  it('compares tuples, null and nested keys by value', async () => {
    const keyed = sc().parallelize<[unknown, number]>(
      [
        [[1, ['x']], 1],
        [null, 2],
        [[1, ['x']], 10],
        [null, 20],
        ['1', 100],
        [1, 200],
      ],
      3,
    );
    expect(sorted(await keyed.reduceByKey((a, b) => a + b).collect())).toEqual([
      ['1', 100],
      [1, 200],
      [[1, ['x']], 11],
      [null, 22],
    ]);
  });

  it('keeps names of Object.prototype apart as keys', async () => {
    const counts = await sc()
      .parallelize(['__proto__', 'constructor', '__proto__'], 2)
      .countByValue();
    expect([...counts].sort()).toEqual([
      ['__proto__', 2],
      ['constructor', 1],
    ]);
  });

  it('gives every key and partition its own copy of a zero value', async () => {
    const lists = pairs(2).aggregateByKey(
      [] as number[],
      (list, v) => {
        list.push(v);
        return list;
      },
      (a, b) => [...a, ...b],
    );
    expect(sorted(await lists.collect())).toEqual([
      ['a', [1, 3]],
      ['b', [2]],
      ['c', [4]],
    ]);
  });

  it('counts the zero value of foldByKey once for each key and partition', async () => {
    expect(
      sorted(
        await pairs(1)
          .foldByKey(100, (a, b) => a + b)
          .collect(),
      ),
    ).toEqual([
      ['a', 104],
      ['b', 102],
      ['c', 104],
    ]);
    expect(
      sorted(
        await pairs(4)
          .foldByKey(100, (a, b) => a + b)
          .collect(),
      ),
    ).toEqual([
      ['a', 204],
      ['b', 102],
      ['c', 104],
    ]);
  });

  it('keeps zero values that JSON cannot write apart', async () => {
    const fold = (zero: number) =>
      pairs(1)
        .aggregateByKey(
          zero,
          (a) => a,
          (a) => a,
        )
        .values()
        .first();
    expect(await fold(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(await fold(Number.NaN)).toBeNaN();
  });

  it('refuses a zero value that cannot be copied, at the call', () => {
    expect(() =>
      pairs().aggregateByKey(
        (() => 0) as unknown,
        (a) => a,
        (a) => a,
      ),
    ).toThrow(/RDD-109/);
  });

  it('groups values in the order of partitions', async () => {
    const groups = await pairs(4)
      .groupByKey()
      .mapValues((vs) => [...vs])
      .collect();
    expect(sorted(groups)).toEqual([
      ['a', [1, 3]],
      ['b', [2]],
      ['c', [4]],
    ]);
  });

  it('says what is no pair', async () => {
    const wrong = sc().parallelize(['ab', 'c'] as unknown as [string, number][]);
    await expect(wrong.reduceByKey((a, b) => a + b).collect()).rejects.toThrow(
      /pairs \[key, value\]/,
    );
  });
});

describe('partitioners', () => {
  it('place integers, null and their tuples as PySpark does', async () => {
    const placed = sc()
      .parallelize<[unknown, number]>(
        [
          [5, 0],
          [3, 0],
          [8, 0],
          [13, 0],
          [-1, 0],
          [null, 0],
        ],
        2,
      )
      .partitionBy(4);
    expect((await placed.keys().glom().collect()).map(sorted)).toEqual([
      [8, null],
      [13, 5],
      [-1],
      [3],
    ]);
  });

  it('take the result of a function modulo the number of partitions', async () => {
    const placed = sc()
      .range(6, null, 1, 2)
      .map((k) => [k, k])
      .partitionBy(3, (k) => k - 100);
    expect((await placed.keys().glom().collect()).map(sorted)).toEqual([
      [1, 4],
      [2, 5],
      [0, 3],
    ]);
  });

  it('give the same RDD when it is partitioned so already', () => {
    const placed = pairs().partitionBy(3);
    expect(placed.partitionBy(3).id()).toBe(placed.id());
    expect(placed.partitionBy(4).id()).not.toBe(placed.id());
  });

  it('are kept by mapValues and dropped by map', async () => {
    const placed = pairs().partitionBy(3);
    const group = 'partitioner-test';
    sc().setJobGroup(group, 'counts stages');
    await placed
      .mapValues((v) => v + 1)
      .reduceByKey((a, b) => a + b, 3)
      .count();
    await placed
      .map(([k, v]) => [k, v])
      .reduceByKey((a, b) => a + b, 3)
      .count();
    sc().setJobGroup('', '');
    const tracker = sc().statusTracker();
    const stages = tracker
      .getJobIdsForGroup(group)
      .map((id) => tracker.getJobInfo(id)!.stageIds.length);
    expect(stages).toEqual([2, 3]);
  });

  it('let lookup compute one partition', async () => {
    const computed = sc().accumulator(0);
    const placed = sc()
      .range(20, null, 1, 4)
      .map((k) => [k, k * k])
      .partitionBy(5);
    const counted = placed.mapPartitions((xs) => {
      computed.add(1);
      return xs;
    }, true);
    expect(await counted.lookup(7)).toEqual([49]);
    expect(computed.value).toBe(1);
    expect(await pairs().lookup('a')).toEqual([1, 3]);
    expect(
      await pairs()
        .partitionBy(3, (k) => k.charCodeAt(0) - 200)
        .lookup('b'),
    ).toEqual([2]);
  });
});

describe('joins', () => {
  const left = () =>
    sc().parallelize<[string, number]>(
      [
        ['a', 1],
        ['a', 2],
        ['b', 3],
      ],
      2,
    );
  const right = () =>
    sc().parallelize<[string, string]>(
      [
        ['a', 'x'],
        ['c', 'y'],
      ],
      3,
    );

  it('pair all values of a key', async () => {
    expect(sorted(await left().join(right()).collect())).toEqual([
      ['a', [1, 'x']],
      ['a', [2, 'x']],
    ]);
  });

  it('fill missing sides with null', async () => {
    expect(sorted(await left().leftOuterJoin(right()).collect())).toEqual([
      ['a', [1, 'x']],
      ['a', [2, 'x']],
      ['b', [3, null]],
    ]);
    expect(sorted(await left().rightOuterJoin(right()).collect())).toEqual([
      ['a', [1, 'x']],
      ['a', [2, 'x']],
      ['c', [null, 'y']],
    ]);
    expect(sorted(await left().fullOuterJoin(right()).collect())).toEqual([
      ['a', [1, 'x']],
      ['a', [2, 'x']],
      ['b', [3, null]],
      ['c', [null, 'y']],
    ]);
  });

  it('give nothing against an empty RDD', async () => {
    expect(await left().join(sc().parallelize<[string, number]>([], 2)).collect()).toEqual([]);
    expect(await sc().emptyRDD<[string, number]>().join(left()).collect()).toEqual([]);
  });

  it('gather the values of each side, for any number of sides', async () => {
    const grouped = left().groupWith(right(), left());
    const plain = await grouped.mapValues((sides) => sides.map((side) => [...side])).collect();
    expect(sorted(plain as unknown[])).toEqual([
      ['a', [[1, 2], ['x'], [1, 2]]],
      ['b', [[3], [], [3]]],
      ['c', [[], ['y'], []]],
    ]);
  });

  it('keep pairs whose key the other side lacks', async () => {
    expect(await left().subtractByKey(right()).collect()).toEqual([['b', 3]]);
  });
});

describe('sorting', () => {
  it.each([1, 2, 5])(
    'sorts through %i partitions and keeps the order of equal keys',
    async (partitions) => {
      const words = sc().parallelize(['bb', 'a', 'cc', 'b', 'dd'], 3);
      expect(await words.sortBy((w) => w.length, true, partitions).collect()).toEqual([
        'a',
        'b',
        'bb',
        'cc',
        'dd',
      ]);
      expect(await words.sortBy((w) => w.length, false, partitions).collect()).toEqual([
        'bb',
        'cc',
        'dd',
        'a',
        'b',
      ]);
    },
  );

  it('sorts an empty RDD', async () => {
    expect(await sc().parallelize<[number, number]>([], 3).sortByKey().collect()).toEqual([]);
  });

  it('sorts within the partitions of a custom partitioner', async () => {
    const keyed = sc().parallelize<[number, string]>(
      [
        [5, 'e'],
        [2, 'b'],
        [1, 'a'],
        [4, 'd'],
      ],
      2,
    );
    const placed = keyed.repartitionAndSortWithinPartitions(2, (k) => k, false);
    expect(await placed.keys().glom().collect()).toEqual([
      [4, 2],
      [5, 1],
    ]);
  });
});
