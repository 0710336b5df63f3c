import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { useBench } from './bench.js';

const open = useBench();
const folder = mkdtempSync(join(tmpdir(), 'tspark-windows-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('windows', () => {
  it('hold the batches of the last seconds in order of time', async () => {
    const b = open();
    const seen = b.collect(b.ssc.queueStream([['a'], ['b', 'c'], ['d']]).window(2));
    b.ssc.start();
    await b.pass(5);
    expect(seen).toEqual([['a'], ['a', 'b', 'c'], ['b', 'c', 'd'], ['d'], []]);
  });

  it('come only every slide', async () => {
    const b = open();
    const times: number[] = [];
    const windowed = b.ssc.queueStream([[1], [2], [3], [4], [5]]).window(3, 2);
    const seen = b.collect(windowed);
    windowed.foreachRDD((time: Date, _rdd: unknown) => times.push(time.getUTCSeconds()));
    b.ssc.start();
    await b.pass(6);
    expect(seen).toEqual([
      [1, 2],
      [2, 3, 4],
      [4, 5],
    ]);
    expect(times).toEqual([2, 4, 6]);
  });

  it('refuse durations that are no multiples of the slide', () => {
    const stream = open().ssc.queueStream([[1]]);
    expect(() => stream.window(1.5)).toThrow(/windowDuration is 1.5 s, but it must be a multiple/);
    expect(() => stream.window(2, 0.5)).toThrow(/slideDuration is 0.5 s/);
  });

  it('reduce with an inverse to what they reduce to without', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const pairs = b.ssc.queueStream<[string, number]>([
      [['a', 1]],
      [
        ['a', 2],
        ['b', 5],
      ],
      [],
      [['a', 4]],
    ]);
    const add = (x: number, y: number): number => x + y;
    const subtract = (x: number, y: number): number => x - y;
    const anew = b.collect(pairs.reduceByKeyAndWindow(add, null, 5), true);
    const inverse = b.collect(
      pairs.reduceByKeyAndWindow(add, subtract, 5, 1, 2, (pair) => pair[1] > 0),
      true,
    );
    b.ssc.start();
    await b.pass(9);
    const expected = [
      [['a', 1]],
      [
        ['a', 3],
        ['b', 5],
      ],
      [
        ['a', 3],
        ['b', 5],
      ],
      [
        ['a', 7],
        ['b', 5],
      ],
      [
        ['a', 7],
        ['b', 5],
      ],
      [
        ['a', 6],
        ['b', 5],
      ],
      [['a', 4]],
      [['a', 4]],
      [],
    ];
    expect(anew).toEqual(expected);
    expect(inverse).toEqual(expected);
  });

  it('count what they hold', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const words = b.ssc.queueStream([['x', 'y'], ['x'], [], []]);
    const counts = b.collect(words.countByWindow(2, 1));
    const values = b.collect(words.countByValueAndWindow(2, 1), true);
    b.ssc.start();
    await b.pass(4);
    expect(counts).toEqual([[2], [3], [1], []]);
    expect(values).toEqual([
      [
        ['x', 1],
        ['y', 1],
      ],
      [
        ['x', 2],
        ['y', 1],
      ],
      [['x', 1]],
      [],
    ]);
  });

  it('do not compute their batches again and again', async () => {
    const b = open();
    const calls = b.sc.accumulator(0);
    const stream = b.ssc.queueStream([[1], [2], [3]]).map((x) => {
      calls.add(1);
      return x;
    });
    const seen = b.collect(stream.window(3));
    b.ssc.start();
    await b.pass(3);
    expect(seen).toEqual([[1], [1, 2], [1, 2, 3]]);
    expect(calls.value).toBe(3);
  });

  it('of a stream that is joined later begin with what comes then', async () => {
    const b = open();
    const stream = b.ssc.queueStream([[1], [2], [3], [4]]);
    b.collect(stream);
    b.ssc.start();
    await b.pass(2);
    const late = b.collect(stream.window(3));
    await b.pass(2);
    expect(late).toEqual([[3], [3, 4]]);
  });
});
