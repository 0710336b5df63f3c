import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RDD } from '#dist/rdd/rdd.js';
import { useBench } from './bench.js';

const open = useBench({ isPreloaded: true });
const folder = mkdtempSync(join(tmpdir(), 'tspark-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sum = (values: number[], state: number | null): number =>
  values.reduce((a, b) => a + b, 0) + (state ?? 0);

describe('updateStateByKey', () => {
  it('carries a state from batch to batch, also for keys without new values', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const calls = b.sc.accumulator(0);
    const totals = b.ssc
      .queueStream<[string, number]>([
        [
          ['a', 1],
          ['b', 1],
        ],
        [['a', 2]],
        [],
      ])
      .updateStateByKey((values: number[], state: number | null) => {
        calls.add(1);
        return values.reduce((x, y) => x + y, 0) + (state ?? 0);
      });
    const seen = b.collect(totals, true);
    const again = b.collect(totals.filter((pair) => pair[0] === 'a'));
    b.ssc.start();
    await b.pass(3);
    expect(seen).toEqual([
      [
        ['a', 1],
        ['b', 1],
      ],
      [
        ['a', 3],
        ['b', 1],
      ],
      [
        ['a', 3],
        ['b', 1],
      ],
    ]);
    expect(again).toEqual([[['a', 1]], [['a', 3]], [['a', 3]]]);
    // Once per key and batch, however many outputs read it.
    expect(calls.value).toBe(6);
  });

  it('moves the new pairs to the states and not the states to them', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const pairs = b.ssc.queueStream<[string, number]>([[['a', 1]], [['a', 2]], [['a', 3]]]);
    b.collect(pairs.updateStateByKey(sum));
    b.ssc.start();
    await b.pass(2);
    b.events.length = 0;
    await b.pass(1);
    const update = b.eventsOf('job-start').find((job) => job.action === 'updateStateByKey')?.jobId;
    const stages = b.eventsOf('stage-start').filter((stage) => stage.jobId === update);
    // The batch alone is written by key; states that moved would be written with it.
    expect(stages.map((stage) => stage.name)).toEqual(['parallelize', 'updateStateByKey']);
  });

  it('begins each state with data, so that the lineage does not grow with the batches', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const pairs = b.ssc.queueStream<[string, number]>([[['a', 1]]]);
    const kinds: string[] = [];
    const kindOf = (rdd: RDD<unknown>): unknown => kinds.push(RDD.nodeOf(rdd).spec.kind);
    pairs.updateStateByKey(sum).foreachRDD(kindOf);
    pairs
      .reduceByKeyAndWindow(
        (x, y) => x + y,
        (x, y) => x - y,
        5,
      )
      .foreachRDD(kindOf);
    b.ssc.start();
    await b.pass(2);
    // The first window has nothing before it and is an ordinary reduction.
    expect(kinds).toEqual(['blocks', 'shuffle', 'blocks', 'blocks']);
  });

  it('ends a state with null and keeps other falsy values', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const last = b.ssc
      .queueStream<[string, number]>([
        [
          ['a', 0],
          ['b', 1],
        ],
        [['b', -1]],
        [],
      ])
      .updateStateByKey((values: number[], state: number | null) => {
        const value = values.at(-1) ?? state ?? null;
        return value === -1 ? null : value;
      });
    const seen = b.collect(last, true);
    b.ssc.start();
    await b.pass(3);
    expect(seen).toEqual([
      [
        ['a', 0],
        ['b', 1],
      ],
      [['a', 0]],
      [['a', 0]],
    ]);
  });

  it('begins with the states it is given', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const totals = b.ssc.queueStream<[string, number]>([[['a', 1]]]).updateStateByKey(sum, 1, [
      ['a', 10],
      ['z', 5],
    ]);
    const seen = b.collect(totals, true);
    b.ssc.start();
    await b.pass(2);
    expect(seen).toEqual([
      [
        ['a', 11],
        ['z', 5],
      ],
      [
        ['a', 11],
        ['z', 5],
      ],
    ]);
  });

  it('keeps the last good state when a batch fails', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const totals = b.ssc
      .queueStream<[string, number]>([[['a', 1]], [['a', -1]], [['a', 2]]])
      .updateStateByKey((values: number[], state: number | null) => {
        if (values.includes(-1)) throw new Error('a negative amount');
        return values.reduce((x, y) => x + y, 0) + (state ?? 0);
      });
    const seen = b.collect(totals);
    b.ssc.start();
    await b.pass(3);
    expect(seen).toEqual([[['a', 1]], [['a', 3]]]);
    const failures = b.eventsOf('batch-completed').map((event) => event.failure?.message ?? null);
    expect(failures[0]).toBeNull();
    expect(failures[1]).toMatch(/a negative amount/);
    expect(failures[2]).toBeNull();
  });

  it('needs a checkpoint folder and says how to set one', () => {
    const b = open();
    b.sc.setCheckpointDir(null as never);
    b.collect(b.ssc.queueStream<[string, number]>([[]]).updateStateByKey(sum));
    expect(() => b.ssc.start()).toThrow(
      /\[STREAM-105\] The checkpoint directory has not been set, but updateStateByKey needs one .*ssc\.checkpoint/,
    );
  });

  it('survives stop and start, while windows begin empty', async () => {
    const b = open();
    b.ssc.checkpoint(folder);
    const pairs = b.ssc.queueStream<[string, number]>([[['a', 1]], [['a', 2]], [['a', 4]]]);
    const totals = b.collect(pairs.updateStateByKey(sum));
    const windows = b.collect(pairs.map((pair) => pair[1]).window(2));
    b.ssc.start();
    await b.pass(2);
    await b.ssc.stop();
    b.clock.advance(5000);
    b.ssc.start();
    await b.pass(1);
    expect(totals).toEqual([[['a', 1]], [['a', 3]], [['a', 7]]]);
    expect(windows).toEqual([[1], [1, 2], [4]]);
  });
});
