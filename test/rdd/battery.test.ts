// The same cases for every transformation: any number of partitions, no records, no partitions, a function that
// throws, nothing computed before an action.
import { describe, expect, it } from 'vitest';
import type { RDD, TsparkEvent } from '#dist/index.js';
import { sorted, withContext } from './with-context.js';

const sc = withContext();

type Numbers = RDD<number>;
type Pairs = RDD<[string, number]>;

/** A transformation, and the sorted result for [3, 1, 2, 3]. */
interface NumberCase {
  readonly apply: (rdd: Numbers) => RDD<unknown>;
  readonly gives: readonly unknown[];
}

const NUMBERS = [3, 1, 2, 3];
const onNumbers: Record<string, NumberCase> = {
  map: { apply: (r) => r.map((x) => x + 1), gives: [2, 3, 4, 4] },
  flatMap: { apply: (r) => r.flatMap((x) => (x === 3 ? [] : [x, x])), gives: [1, 1, 2, 2] },
  filter: { apply: (r) => r.filter((x) => x > 2), gives: [3, 3] },
  keyBy: {
    apply: (r) => r.keyBy((x) => x % 2),
    gives: [
      [0, 2],
      [1, 1],
      [1, 3],
      [1, 3],
    ],
  },
  distinct: { apply: (r) => r.distinct(), gives: [1, 2, 3] },
  union: { apply: (r) => r.union(r), gives: [1, 1, 2, 2, 3, 3, 3, 3] },
  intersection: { apply: (r) => r.intersection(r), gives: [1, 2, 3] },
  subtract: { apply: (r) => r.subtract(r.filter((x) => x === 3)), gives: [1, 2] },
  cartesian: {
    apply: (r) => r.filter((x) => x < 3).cartesian(r.filter((x) => x === 1)),
    gives: [
      [1, 1],
      [2, 1],
    ],
  },
  zip: {
    apply: (r) => r.zip(r.map((x) => -x)),
    gives: [
      [1, -1],
      [2, -2],
      [3, -3],
      [3, -3],
    ],
  },
  zipWithIndex: {
    apply: (r) => r.zipWithIndex(),
    gives: [
      [1, 1],
      [2, 2],
      [3, 0],
      [3, 3],
    ],
  },
  groupBy: {
    apply: (r) => r.groupBy((x) => x % 2).mapValues((xs) => [...xs].sort()),
    gives: [
      [0, [2]],
      [1, [1, 3, 3]],
    ],
  },
  sortBy: { apply: (r) => r.sortBy((x) => x), gives: [1, 2, 3, 3] },
  repartition: { apply: (r) => r.repartition(3), gives: [1, 2, 3, 3] },
  coalesce: { apply: (r) => r.coalesce(1), gives: [1, 2, 3, 3] },
  'coalesce with shuffle': { apply: (r) => r.coalesce(4, true), gives: [1, 2, 3, 3] },
  sample: { apply: (r) => r.sample(false, 1, 5), gives: [1, 2, 3, 3] },
  pipe: { apply: (r) => r.pipe('cat'), gives: ['1', '2', '3', '3'] },
  cache: { apply: (r) => r.map((x) => x).cache(), gives: [1, 2, 3, 3] },
};

const PAIRS: [string, number][] = [
  ['a', 1],
  ['b', 2],
  ['a', 3],
];
const onPairs: Record<string, { apply: (rdd: Pairs) => RDD<unknown>; gives: readonly unknown[] }> =
  {
    keys: { apply: (r) => r.keys(), gives: ['a', 'a', 'b'] },
    values: { apply: (r) => r.values(), gives: [1, 2, 3] },
    mapValues: {
      apply: (r) => r.mapValues((v) => -v),
      gives: [
        ['a', -1],
        ['a', -3],
        ['b', -2],
      ],
    },
    flatMapValues: {
      apply: (r) => r.flatMapValues((v) => (v > 1 ? [v, v] : [])),
      gives: [
        ['a', 3],
        ['a', 3],
        ['b', 2],
        ['b', 2],
      ],
    },
    reduceByKey: {
      apply: (r) => r.reduceByKey((x, y) => x + y),
      gives: [
        ['a', 4],
        ['b', 2],
      ],
    },
    groupByKey: {
      apply: (r) => r.groupByKey().mapValues((vs) => [...vs]),
      gives: [
        ['a', [1, 3]],
        ['b', [2]],
      ],
    },
    combineByKey: {
      apply: (r) =>
        r.combineByKey(
          (v) => [v],
          (c, v) => [...c, v],
          (x, y) => [...x, ...y],
        ),
      gives: [
        ['a', [1, 3]],
        ['b', [2]],
      ],
    },
    aggregateByKey: {
      apply: (r) =>
        r.aggregateByKey(
          0,
          (s, v) => s + v,
          (x, y) => x + y,
        ),
      gives: [
        ['a', 4],
        ['b', 2],
      ],
    },
    foldByKey: {
      apply: (r) => r.foldByKey(0, (x, y) => x + y),
      gives: [
        ['a', 4],
        ['b', 2],
      ],
    },
    partitionBy: {
      apply: (r) => r.partitionBy(3),
      gives: [
        ['a', 1],
        ['a', 3],
        ['b', 2],
      ],
    },
    sortByKey: {
      apply: (r) => r.sortByKey(),
      gives: [
        ['a', 1],
        ['a', 3],
        ['b', 2],
      ],
    },
    repartitionAndSortWithinPartitions: {
      apply: (r) => r.repartitionAndSortWithinPartitions(2),
      gives: [
        ['a', 1],
        ['a', 3],
        ['b', 2],
      ],
    },
    join: {
      apply: (r) => r.join(r.filter(([, v]) => v < 3)),
      gives: [
        ['a', [1, 1]],
        ['a', [3, 1]],
        ['b', [2, 2]],
      ],
    },
    leftOuterJoin: {
      apply: (r) => r.leftOuterJoin(r.filter(([k]) => k === 'b')),
      gives: [
        ['a', [1, null]],
        ['a', [3, null]],
        ['b', [2, 2]],
      ],
    },
    fullOuterJoin: {
      apply: (r) => r.filter(([k]) => k === 'a').fullOuterJoin(r.filter(([k]) => k === 'b')),
      gives: [
        ['a', [1, null]],
        ['a', [3, null]],
        ['b', [null, 2]],
      ],
    },
    cogroup: {
      apply: (r) => r.cogroup(r).mapValues(([x, y]) => [[...x], [...y]]),
      gives: [
        [
          'a',
          [
            [1, 3],
            [1, 3],
          ],
        ],
        ['b', [[2], [2]]],
      ],
    },
    subtractByKey: {
      apply: (r) => r.subtractByKey(r.filter(([k]) => k === 'b')),
      gives: [
        ['a', 1],
        ['a', 3],
      ],
    },
    sampleByKey: {
      apply: (r) => r.sampleByKey(false, { a: 1, b: 0 }, 3),
      gives: [
        ['a', 1],
        ['a', 3],
      ],
    },
  };

const cases = [
  ...Object.entries(onNumbers).map(([name, { apply, gives }]) => ({
    name,
    gives,
    of: (partitions: number) => apply(sc().parallelize(NUMBERS, partitions)),
    none: (partitions: number) => apply(sc().parallelize<number>([], partitions)),
    noPartitions: () => apply(sc().emptyRDD<number>()),
    failing: () => apply(failing(sc().parallelize(NUMBERS, 2))),
  })),
  ...Object.entries(onPairs).map(([name, { apply, gives }]) => ({
    name,
    gives,
    of: (partitions: number) => apply(sc().parallelize(PAIRS, partitions)),
    none: (partitions: number) => apply(sc().parallelize<[string, number]>([], partitions)),
    noPartitions: () => apply(sc().emptyRDD<[string, number]>()),
    failing: () => apply(failing(sc().parallelize(PAIRS, 2))),
  })),
];

function failing<T>(rdd: RDD<T>): RDD<T> {
  return rdd.filter(() => {
    throw new Error('the function failed');
  });
}

describe.each(cases)('$name', ({ gives, of, none, noPartitions, failing: broken }) => {
  it('gives the same from one, two and more partitions than records', async () => {
    for (const partitions of [1, 2, 7])
      expect(sorted(await of(partitions).collect())).toEqual(gives);
  });

  it('gives nothing for an RDD without records or without partitions', async () => {
    expect(await none(1).collect()).toEqual([]);
    expect(await none(3).collect()).toEqual([]);
    expect(await noPartitions().collect()).toEqual([]);
  });

  it('fails with the message of a function before it', async () => {
    await expect(broken().collect()).rejects.toThrow('the function failed');
  });

  it('computes nothing before an action', () => {
    const events: TsparkEvent[] = [];
    const stop = sc().events.listen((event) => events.push(event));
    of(2);
    stop();
    expect(events).toEqual([]);
  });
});
