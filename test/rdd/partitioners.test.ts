// Which operations know how their records are partitioned: numbers of partitions and of stages, printed by PySpark 4.3.
import { describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { withContext } from './with-context.js';

const sc = withContext();

type Pairs = RDD<[number, number]>;
const larger = (a: number, b: number) => Math.max(a, b);
const plain = (partitions: number): Pairs =>
  sc()
    .range(8, undefined, 1, partitions)
    .map((i) => [i, i]);

let jobs = 0;
/** How many stages the jobs of an action have, reused ones included. */
async function stagesOf(rdd: RDD<unknown>): Promise<number[]> {
  const group = `stages ${jobs++}`;
  sc().setJobGroup(group, group);
  await rdd.count();
  const status = sc().statusTracker();
  return status.getJobIdsForGroup(group).map((id) => status.getJobInfo(id)?.stageIds.length ?? 0);
}

/** Two RDDs that are partitioned alike, and one that is not. */
function three(): { a: Pairs; b: Pairs; c: Pairs } {
  return { a: plain(2).partitionBy(3), b: plain(2).partitionBy(3), c: plain(3).partitionBy(5) };
}
type Three = ReturnType<typeof three>;

describe('the number of stages', () => {
  const CASES: [title: string, make: (x: Three) => RDD<unknown>, stages: number][] = [
    ['a join of RDDs that are partitioned alike', ({ a, b }) => a.join(b), 3],
    ['a join after mapValues', ({ a, b }) => a.mapValues((v) => v).join(b, 3), 3],
    ['a join after map, which forgets', ({ a, b }) => a.map((x) => x).join(b), 4],
    ['reduceByKey of a partitioned RDD', ({ a }) => a.reduceByKey(larger), 2],
    ['groupByKey with the same number', ({ a }) => a.groupByKey(3), 2],
    ['cogroup of RDDs that are partitioned alike', ({ a, b }) => a.cogroup(b), 3],
    ['partitionBy as it is already', ({ a }) => a.partitionBy(3), 2],
    ['partitionBy with another number', ({ a }) => a.partitionBy(4), 3],
    ['reduceByKey of an aligned union', ({ a, b }) => a.union(b).reduceByKey(larger), 3],
    [
      'an outer join after filter and flatMapValues',
      ({ a, b }) =>
        a
          .filter(() => true)
          .flatMapValues((v) => [v])
          .leftOuterJoin(b),
      3,
    ],
    ['subtractByKey of RDDs that are partitioned alike', ({ a, b }) => a.subtractByKey(b), 3],
    ['reduceByKey into another number', ({ a }) => a.reduceByKey(larger, 4), 3],
    ['distinct, whose keys are the records', ({ a }) => a.distinct(), 3],
    ['a join of two results by key', ({ a, b }) => a.reduceByKey(larger).join(b.groupByKey()), 3],
    ['coalesce', ({ a }) => a.coalesce(2), 2],
    [
      'mapPartitions that says it preserves the partitioning',
      ({ a }) => a.mapPartitions((it) => it, true).reduceByKey(larger),
      2,
    ],
  ];

  it.each(CASES)('%s', async (_title, make, stages) => {
    expect(await stagesOf(make(three()))).toEqual([stages]);
  });
});

describe('the number of partitions', () => {
  const CASES: [title: string, make: (x: Three) => RDD<unknown>, partitions: number][] = [
    ['a join of two that are partitioned alike', ({ a, b }) => a.join(b), 3],
    ['a join of two that are not: their sum', ({ a, c }) => a.join(c), 8],
    ['groupWith counts those that are alike once', ({ a, b, c }) => a.groupWith(b, c), 8],
    ['groupWith in another order counts them all', ({ a, b, c }) => c.groupWith(a, b), 11],
    ['union of two that are partitioned alike', ({ a, b }) => a.union(b), 3],
    ['union of two that are not', ({ a, c }) => a.union(c), 8],
    ['union after mapValues', ({ a, b }) => a.mapValues((v) => v).union(b), 3],
    ['union after flatMapValues', ({ a, b }) => a.flatMapValues((v) => [v]).union(b), 3],
    ['union after filter', ({ a, b }) => a.filter(() => true).union(b), 3],
    ['union after sample', ({ a, b }) => a.sample(false, 0.5, 1).union(b), 3],
    ['union after map', ({ a, b }) => a.map((x) => x).union(b), 6],
    ['union after a map that preserves', ({ a, b }) => a.map((x) => x, true).union(b), 3],
    ['union after keyBy', ({ a, b }) => a.keyBy(([k]) => k).union(b as RDD<unknown> as never), 6],
    [
      'union of unlike partition functions',
      ({ b }) =>
        plain(2)
          .partitionBy(3, (k) => k)
          .union(b),
      6,
    ],
    ['union after reduceByKey', ({ a, b }) => a.reduceByKey(larger, 3).union(b), 3],
    ['union after a join', ({ a, b }) => a.join(b).union(a as RDD<unknown> as never), 3],
    ['union after sortByKey', ({ a, b }) => a.sortByKey(true, 3).union(b), 6],
    ['reduceByKey: those of its parent', () => plain(5).reduceByKey(larger), 5],
    ['intersection: the sum', ({ a, b }) => a.intersection(b), 6],
    ['subtract: the sum', ({ a, b }) => a.subtract(b), 6],
    ['cartesian: the product', ({ a, c }) => a.cartesian(c), 15],
    ['coalesce never makes more', ({ a }) => a.coalesce(20), 3],
    ['coalesce with a shuffle does', ({ a }) => a.coalesce(20, true), 20],
  ];

  it.each(CASES)('%s', async (_title, make, partitions) => {
    expect(await make(three()).getNumPartitions()).toBe(partitions);
  });
});
