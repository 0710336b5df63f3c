// The order of records within and across partitions, operation by operation. Every expected layout was printed by
// PySpark 4.3 for `sc.parallelize([3, 1, 2, 5, 4, 6], 3)` and the pairs `(x % 3, x)` of it;
// layouts are JSON, an array for each partition.
import { describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { withContext } from './with-context.js';

const sc = withContext();

type Pairs = RDD<[number, number]>;
const numbers = () => sc().parallelize([3, 1, 2, 5, 4, 6], 3);
const pairs = (): Pairs => numbers().map((x) => [x % 3, x]);

type Layout = [title: string, make: (r: RDD<number>, kv: Pairs) => RDD<unknown>, layout: string];

const WITHOUT_SHUFFLE: Layout[] = [
  ['map', (r) => r.map((x) => -x), '[[-3,-1],[-2,-5],[-4,-6]]'],
  ['filter', (r) => r.filter((x) => x % 2), '[[3,1],[5],[]]'],
  ['flatMap', (r) => r.flatMap((x) => [x, x]), '[[3,3,1,1],[2,2,5,5],[4,4,6,6]]'],
  ['mapPartitions', (r) => r.mapPartitions((it) => [...it].reverse()), '[[1,3],[5,2],[6,4]]'],
  ['keyBy', (r) => r.keyBy((x) => -x), '[[[-3,3],[-1,1]],[[-2,2],[-5,5]],[[-4,4],[-6,6]]]'],
  ['union', (r) => r.union(r), '[[3,1],[2,5],[4,6],[3,1],[2,5],[4,6]]'],
  ['zip', (r) => r.zip(r), '[[[3,3],[1,1]],[[2,2],[5,5]],[[4,4],[6,6]]]'],
  ['zipWithIndex', (r) => r.zipWithIndex(), '[[[3,0],[1,1]],[[2,2],[5,3]],[[4,4],[6,5]]]'],
  ['coalesce', (r) => r.coalesce(2), '[[3,1],[2,5,4,6]]'],
  [
    'flatMapValues',
    (_, kv) => kv.flatMapValues((v) => [v, -v]),
    '[[[0,3],[0,-3],[1,1],[1,-1]],[[2,2],[2,-2],[2,5],[2,-5]],[[1,4],[1,-4],[0,6],[0,-6]]]',
  ],
];

const WITH_SHUFFLE: Layout[] = [
  ['partitionBy', (_, kv) => kv.partitionBy(2), '[[[0,3],[2,2],[2,5],[0,6]],[[1,1],[1,4]]]'],
  ['groupByKey', (_, kv) => kv.groupByKey(2), '[[[0,[3,6]],[2,[2,5]]],[[1,[1,4]]]]'],
  ['groupBy', (r) => r.groupBy((x) => x % 2, 2), '[[[0,[2,4,6]]],[[1,[3,1,5]]]]'],
  ['reduceByKey', (_, kv) => kv.reduceByKey((a, b) => a * 10 + b, 2), '[[[0,36],[2,25]],[[1,14]]]'],
  ['foldByKey', (_, kv) => kv.foldByKey(0, (a, b) => a * 10 + b, 1), '[[[0,36],[1,14],[2,25]]]'],
  [
    'combineByKey',
    (_, kv) =>
      kv.combineByKey(
        (v) => String(v),
        (c, v) => c + v,
        (a, b) => a + b,
        3,
      ),
    '[[[0,"36"]],[[1,"14"]],[[2,"25"]]]',
  ],
  ['distinct', (r) => r.distinct(2), '[[2,4,6],[3,1,5]]'],
  ['subtract', (r) => r.subtract(sc().parallelize([3, 6], 2), 2), '[[2,4],[1,5]]'],
  [
    'cogroup',
    (_, kv) => kv.cogroup(kv, 2),
    '[[[0,[[3,6],[3,6]]],[2,[[2,5],[2,5]]]],[[1,[[1,4],[1,4]]]]]',
  ],
  [
    'join',
    (_, kv) => kv.join(kv, 2).filter(([k]) => k < 2),
    '[[[0,[3,3]],[0,[3,6]],[0,[6,3]],[0,[6,6]]],[[1,[1,1]],[1,[1,4]],[1,[4,1]],[1,[4,4]]]]',
  ],
  ['sortBy', (r) => r.sortBy((x) => x, true, 2), '[[1,2,3,4],[5,6]]'],
  ['sortByKey', (_, kv) => kv.sortByKey(false, 2), '[[[2,2],[2,5]],[[1,1],[1,4],[0,3],[0,6]]]'],
  [
    'repartitionAndSortWithinPartitions',
    (_, kv) => kv.repartitionAndSortWithinPartitions(2),
    '[[[0,3],[0,6],[2,2],[2,5]],[[1,1],[1,4]]]',
  ],
];

describe('the order of records', () => {
  it.each(WITHOUT_SHUFFLE)('%s keeps it', async (_title, make, layout) => {
    expect(JSON.stringify(await make(numbers(), pairs()).glom().collect())).toBe(layout);
  });

  it.each(WITH_SHUFFLE)(
    '%s goes through partitions and records in turn',
    async (_t, make, layout) => {
      expect(JSON.stringify(await make(numbers(), pairs()).glom().collect())).toBe(layout);
    },
  );

  it('cartesian goes through the right partition for each left one', async () => {
    const products = sc()
      .parallelize([1, 2, 3], 2)
      .cartesian(sc().parallelize(['x', 'y', 'z'], 2));
    expect(
      (await products.glom().collect()).map((p) => p.map(([n, s]) => n + s).join(' ')),
    ).toEqual(['1x', '1y 1z', '2x 3x', '2y 2z 3y 3z']);
  });

  it('reduce, fold and aggregate go from left to right, partition by partition', async () => {
    const letters = sc().parallelize([...'abcdef'], 4);
    expect(await letters.reduce((a, b) => `[${a}${b}]`)).toBe('[[[a[bc]]d][ef]]');
    expect(await letters.fold('z', (a, b) => `<${a}${b}>`)).toBe('<<<<z<za>><<zb>c>><zd>><<ze>f>>');
    const joined = await letters.aggregate(
      '',
      (a, x) => a + x,
      (a, b) => `(${a}|${b})`,
    );
    expect(joined).toBe('((((|a)|bc)|d)|ef)');
  });
});
