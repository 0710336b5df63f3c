// How much comes to each batch, in virtual time: the outputs say how long processing takes.
import { describe, expect, it } from 'vitest';
import { Receiver } from '#dist/streaming/receiver.js';
import { type Bench, useBench } from './bench.js';

const SETTINGS = {
  'spark.streaming.backpressure.initialRate': '10',
  'spark.streaming.backpressure.pid.minRate': '5',
};

/** Lets an iterable or a receiver bring what it may. */
async function arrive(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function* numbers(): Generator<number> {
  for (let n = 0; ; n++) yield n;
}

/** How many records each batch has; `takesMs` says how long the batch of so many records takes. */
function sizes(b: Bench, records: Iterable<number>, takesMs: (count: number) => number): number[] {
  const seen: number[] = [];
  b.ssc.fromIterable(records).foreachRDD(async (rdd) => {
    const count = await rdd.count();
    seen.push(count);
    b.clock.advance(takesMs(count));
  });
  return seen;
}

/** Lets so many edges pass, or more where processing took longer than that. */
async function passAndArrive(b: Bench, edges: number): Promise<void> {
  await arrive();
  for (let edge = 0; edge < edges; edge++) {
    b.clock.advance(1000 - (b.clock.nowMs() % 1000));
    await b.ssc.whenIdle();
    await arrive();
  }
}

describe('the rate of an endless source', () => {
  const open = useBench({}, SETTINGS);

  it('is small in the first batch and grows to what can be processed', async () => {
    const b = open();
    // 2 ms a record: 500 a second.
    const seen = sizes(b, numbers(), (count) => count * 2);
    b.ssc.start();
    await passAndArrive(b, 6);
    // A batch is received while the one before it is processed, so each bound is seen one batch later.
    expect(seen.slice(0, 2)).toEqual([10, 10]);
    expect(seen[2]).toBe(100);
  });

  it('falls when processing becomes slow, and the batches that wait are worked off', async () => {
    const b = open();
    let perRecordMs = 2;
    const seen = sizes(b, numbers(), (count) => count * perRecordMs);
    b.ssc.start();
    await passAndArrive(b, 6);
    perRecordMs = 4;
    await passAndArrive(b, 20);
    // 250 a second, less while batches wait.
    expect(seen.slice(-10).filter((count) => count > 250)).toEqual([]);
    expect(Math.max(...seen.slice(-10))).toBe(250);
    expect(b.ssc.waitingBatches).toBe(0);
  });

  it('holds a receiver that can wait, and loses nothing of one that cannot', async () => {
    const b = open();
    class Eager extends Receiver<number> {
      answers: boolean[] = [];
      onStart(): void {
        for (let n = 0; n < 25; n++) this.answers.push(this.store(n));
      }
      onStop(): void {}
    }
    const receiver = new Eager();
    const seen = b.collect(b.ssc.receiverStream(receiver));
    b.ssc.start();
    await passAndArrive(b, 1);
    expect(receiver.answers.indexOf(false)).toBe(9);
    expect(seen[0]).toHaveLength(25);
  });

  it('says in each batch how many came', async () => {
    const b = open();
    sizes(b, numbers(), () => 0);
    b.ssc.start();
    await passAndArrive(b, 2);
    expect(b.eventsOf('batch-completed').map((event) => event.inputRecords)).toEqual([10, 10]);
  });
});

describe('the rate where it is not adapted', () => {
  const open = useBench(
    {},
    {
      'spark.streaming.backpressure.enabled': 'false',
      'spark.streaming.receiver.maxRate': '30',
    },
  );

  it('is bounded by what is set', async () => {
    const b = open();
    const seen = sizes(b, numbers(), () => 0);
    b.ssc.start();
    await passAndArrive(b, 3);
    expect(seen).toEqual([30, 30, 30]);
  });
});

describe('a rate that makes no sense', () => {
  const open = useBench({}, { 'spark.streaming.receiver.maxRate': 'fast' });

  it('is refused at the start', () => {
    const b = open();
    b.collect(b.ssc.queueStream([[1]]));
    expect(() => b.ssc.start()).toThrow(
      '[CONF-101] spark.streaming.receiver.maxRate is "fast", but it must be a number',
    );
  });
});
