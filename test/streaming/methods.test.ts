// The methods of DStream that no other file tries, in virtual time. Real PySpark's answers to most of them are in
// test/conformance/dstream.test.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { StorageLevel } from '#dist/storage-level.js';
import { type Bench, useBench } from './bench.js';

const open = useBench();
const folder = mkdtempSync(join(tmpdir(), 'tspark-methods-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Pairs = [string, number][];
const FIRST: Pairs = [
  ['a', 1],
  ['b', 2],
  ['a', 3],
];
const SECOND: Pairs = [['b', 4]];

function pairsOf(b: Bench) {
  return b.ssc.queueStream<[string, number]>([FIRST, SECOND]);
}

describe('methods of partitions', () => {
  it('see the records of a partition, its number, or all of it as an array', async () => {
    const b = open();
    const numbers = b.ssc.queueStream([b.sc.parallelize([1, 2, 3], 2)]);
    const sums = b.collect(
      numbers.mapPartitions(function* (records) {
        let sum = 0;
        for (const record of records) sum += record;
        yield sum;
      }),
    );
    const numbered = b.collect(
      numbers.mapPartitionsWithIndex((i, records) => [...records].map((x) => `${i}:${x}`)),
    );
    const arrays = b.collect(numbers.glom());
    b.ssc.start();
    await b.pass(1);
    expect(sums).toEqual([[1, 5]]);
    expect(numbered).toEqual([['0:1', '1:2', '1:3']]);
    expect(arrays).toEqual([[[1], [2, 3]]]);
  });

  it('spread pairs by their keys', async () => {
    const b = open();
    const numbers = b.ssc.queueStream<[number, string]>([
      [
        [1, 'one'],
        [2, 'two'],
        [3, 'three'],
      ],
    ]);
    const spread = b.collect(numbers.partitionBy(2).glom());
    const own = b.collect(numbers.partitionBy(3, (key) => key - 1).glom());
    b.ssc.start();
    await b.pass(1);
    expect(spread).toEqual([
      [
        [[2, 'two']],
        [
          [1, 'one'],
          [3, 'three'],
        ],
      ],
    ]);
    expect(own).toEqual([[[[1, 'one']], [[2, 'two']], [[3, 'three']]]]);
  });
});

describe('methods of pairs', () => {
  it('make several values of one, under its key', async () => {
    const b = open();
    const seen = b.collect(pairsOf(b).flatMapValues((value) => [value, -value].slice(0, value)));
    b.ssc.start();
    await b.pass(1);
    expect(seen).toEqual([
      [
        ['a', 1],
        ['b', 2],
        ['b', -2],
        ['a', 3],
        ['a', -3],
      ],
    ]);
  });

  it('count values', async () => {
    const b = open();
    const seen = b.collect(b.ssc.queueStream([['x', 'y', 'x'], []]).countByValue(), true);
    b.ssc.start();
    await b.pass(2);
    expect(seen).toEqual([
      [
        ['x', 2],
        ['y', 1],
      ],
      [],
    ]);
  });

  it('join what either stream has, and group the values of both', async () => {
    const b = open();
    const left = pairsOf(b);
    const right = b.ssc.queueStream<[string, string]>([
      [
        ['a', 'x'],
        ['c', 'y'],
      ],
    ]);
    const ofLeft = b.collect(left.leftOuterJoin(right), true);
    const ofRight = b.collect(left.rightOuterJoin(right), true);
    const groups = b.collect(
      left.cogroup(right).mapValues(([ours, theirs]) => [[...ours], [...theirs]]),
      true,
    );
    b.ssc.start();
    await b.pass(1);
    expect(ofLeft).toEqual([
      [
        ['a', [1, 'x']],
        ['a', [3, 'x']],
        ['b', [2, null]],
      ],
    ]);
    expect(ofRight).toEqual([
      [
        ['a', [1, 'x']],
        ['a', [3, 'x']],
        ['c', [null, 'y']],
      ],
    ]);
    expect(groups).toEqual([
      [
        ['a', [[1, 3], ['x']]],
        ['b', [[2], []]],
        ['c', [[], ['y']]],
      ],
    ]);
  });
});

describe('transformWith', () => {
  it('gives the RDDs of both streams, with the time if it is asked for', async () => {
    const b = open();
    const left = b.ssc.queueStream([[1, 2], [3]]);
    const right = b.ssc.queueStream([[2], [3]]);
    const missing = b.collect(left.transformWith((x, y) => x.subtract(y), right));
    const timed = b.collect(
      left.transformWith(
        (time: Date, x: RDD<number>, y: RDD<number>) =>
          x.union(y).map((n): [number, number] => [time.getUTCSeconds(), n]),
        right,
      ),
    );
    b.ssc.start();
    await b.pass(2);
    expect(missing).toEqual([[1], []]);
    expect(timed).toEqual([
      [
        [1, 1],
        [1, 2],
        [1, 2],
      ],
      [
        [2, 3],
        [2, 3],
      ],
    ]);
    // @ts-expect-error no function
    expect(() => left.transformWith('subtract', right)).toThrow(/transformWith needs a function/);
  });
});

describe('windows', () => {
  it('group values and reduce records, with an inverse or without', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const groups = b.collect(
      pairsOf(b)
        .groupByKeyAndWindow(2, 1)
        .mapValues((values) => [...values]),
      true,
    );
    const numbers = b.ssc.queueStream([[1, 2], [3], [10]]);
    const anew = b.collect(numbers.reduceByWindow((x, y) => x + y, null, 2, 1));
    const inverse = b.collect(
      numbers.reduceByWindow(
        (x, y) => x + y,
        (x, y) => x - y,
        5,
        1,
      ),
    );
    b.ssc.start();
    await b.pass(4);
    expect(groups).toEqual([
      [
        ['a', [1, 3]],
        ['b', [2]],
      ],
      [
        ['a', [1, 3]],
        ['b', [2, 4]],
      ],
      [['b', [4]]],
      [],
    ]);
    expect(anew).toEqual([[3], [6], [13], [10]]);
    expect(inverse).toEqual([[3], [6], [16], [16]]);
  });
});

describe('a stream that is kept', () => {
  it('is computed once however many outputs read it, at the level that was asked for', async () => {
    const b = open();
    const calls = b.sc.accumulator(0);
    const counted = (level: StorageLevel | null) => {
      const stream = b.ssc.queueStream([[1, 2]]).map((x) => {
        calls.add(1);
        return x;
      });
      return level === null
        ? stream
        : level === StorageLevel.MEMORY_ONLY
          ? stream.cache()
          : stream.persist(level);
    };
    const levels: string[] = [];
    for (const level of [null, StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY]) {
      const stream = counted(level);
      stream.foreachRDD(async (rdd) => void (await rdd.count()));
      stream.foreachRDD(async (rdd) => {
        await rdd.count();
        levels.push((await rdd.getStorageLevel()).toString());
      });
    }
    b.ssc.start();
    await b.pass(1);
    expect(calls.value).toBe(4 + 2 + 2);
    expect(levels).toEqual([
      StorageLevel.NONE.toString(),
      StorageLevel.MEMORY_ONLY.toString(),
      StorageLevel.DISK_ONLY.toString(),
    ]);
  });

  it('knows its context', () => {
    const b = open();
    expect(pairsOf(b).context()).toBe(b.ssc);
    expect(b.ssc.sparkContext).toBe(b.sc);
  });
});
