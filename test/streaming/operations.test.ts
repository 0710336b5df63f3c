import { describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { useBench } from './bench.js';

const open = useBench();

describe('operations on batches', () => {
  it('apply to each record', async () => {
    const b = open();
    const numbers = b.ssc.queueStream([[1, 2, 3], [], [4]]);
    const mapped = b.collect(numbers.map((x) => x * 10));
    const filtered = b.collect(numbers.filter((x) => x % 2 === 1));
    const flat = b.collect(numbers.flatMap((x) => [x, -x]));
    b.ssc.start();
    await b.pass(3);
    expect(mapped).toEqual([[10, 20, 30], [], [40]]);
    expect(filtered).toEqual([[1, 3], [], []]);
    expect(flat).toEqual([[1, -1, 2, -2, 3, -3], [], [4, -4]]);
  });

  it('count to 0 for an empty batch and reduce to nothing', async () => {
    const b = open();
    const numbers = b.ssc.queueStream([[1, 2, 3]]);
    const counts = b.collect(numbers.count());
    const sums = b.collect(numbers.reduce((x, y) => x + y));
    b.ssc.start();
    await b.pass(2);
    expect(counts).toEqual([[3], [0]]);
    expect(sums).toEqual([[6], []]);
  });

  it('bring equal keys together', async () => {
    const b = open();
    const pairs = b.ssc.queueStream<[string, number]>([
      [
        ['a', 1],
        ['b', 2],
        ['a', 3],
      ],
    ]);
    const sums = b.collect(
      pairs.reduceByKey((x, y) => x + y),
      true,
    );
    const groups = b.collect(
      pairs.groupByKey().mapValues((values) => [...values]),
      true,
    );
    const texts = b.collect(
      pairs.combineByKey(
        (v) => `${v}`,
        (c, v) => `${c}+${v}`,
        (c, d) => `${c}|${d}`,
        1,
      ),
      true,
    );
    b.ssc.start();
    await b.pass(1);
    expect(sums).toEqual([
      [
        ['a', 4],
        ['b', 2],
      ],
    ]);
    expect(groups).toEqual([
      [
        ['a', [1, 3]],
        ['b', [2]],
      ],
    ]);
    expect(texts[0]?.[1]).toEqual(['b', '2']);
  });

  it('see the values that variables had when they were declared', async () => {
    const b = open();
    let factor = 10;
    const scaled = b.collect(b.ssc.queueStream([[1], [2]]).map((x) => x * factor));
    factor = 99;
    b.ssc.start();
    await b.pass(2);
    expect(factor).toBe(99);
    expect(scaled).toEqual([[10], [20]]);
  });

  it('refuse at the call what cannot travel', () => {
    const b = open();
    const stream = b.ssc.queueStream([[1]]);
    const { sc } = b;
    expect(() => stream.map((x) => [x, sc.defaultParallelism])).toThrow(/SparkContext/);
    expect(() => stream.map((x) => [x, stream])).toThrow(/DStream/);
    // @ts-expect-error not a function
    expect(() => stream.map('length')).toThrow(/needs a function/);
  });

  it('combine two streams batch by batch', async () => {
    const b = open();
    const left = b.ssc.queueStream<[string, number]>([[['a', 1]], [['b', 2]]]);
    const right = b.ssc.queueStream<[string, string]>([[['a', 'x']], [['c', 'y']]]);
    const inner = b.collect(left.join(right));
    const outer = b.collect(left.fullOuterJoin(right), true);
    const all = b.collect(left.union(right));
    b.ssc.start();
    await b.pass(2);
    expect(inner).toEqual([[['a', [1, 'x']]], []]);
    expect(outer).toEqual([
      [['a', [1, 'x']]],
      [
        ['b', [2, null]],
        ['c', [null, 'y']],
      ],
    ]);
    expect(all).toEqual([
      [
        ['a', 1],
        ['a', 'x'],
      ],
      [
        ['b', 2],
        ['c', 'y'],
      ],
    ]);
  });

  it('can be any function of RDDs at the driver, async too', async () => {
    const b = open();
    const known = b.sc.parallelize([2, 3], 1);
    const stream = b.ssc.queueStream([
      [1, 2],
      [3, 4],
    ]);
    const fresh = b.collect(stream.transform((rdd) => rdd.subtract(known)));
    const timed = b.collect(
      stream.transform(async (time: Date, rdd: RDD<number>) => {
        const most = await rdd.max();
        return rdd.filter((x) => x === most).map((x) => [time.getUTCSeconds(), x]);
      }),
    );
    b.ssc.start();
    await b.pass(2);
    expect(fresh).toEqual([[1], [4]]);
    expect(timed).toEqual([[[1, 2]], [[2, 4]]]);
  });

  it('say so when the function of transform returns no RDD', async () => {
    const b = open();
    // @ts-expect-error a number is no RDD
    b.collect(b.ssc.queueStream([[1]]).transform(() => 5));
    b.ssc.start();
    await b.pass(1);
    await expect(b.ssc.awaitTermination()).rejects.toThrow(
      '[STREAM-106] The function given to transform returned number instead of an RDD',
    );
  });

  it('use RDDs from outside of the stream as they are', async () => {
    const b = open();
    const names = b.sc.parallelize<[number, string]>([[1, 'one']]);
    const joined = b.collect(
      b.ssc.queueStream<[number, string]>([[[1, 'x']]]).transform((rdd) => rdd.join(names)),
    );
    b.ssc.start();
    await b.pass(1);
    expect(joined).toEqual([[[1, ['x', 'one']]]]);
  });
});
