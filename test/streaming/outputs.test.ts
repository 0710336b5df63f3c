import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { START_MS, useBench } from './bench.js';

const open = useBench();
const RULE = '-------------------------------------------';

describe('pprint', () => {
  it('prints the frame of PySpark with records as the prompt shows them', async () => {
    const b = open();
    b.ssc.queueStream<unknown>([[['a', 3], 'bare', 1.5, { n: [1, { deep: [2] }] }, null]]).pprint();
    b.ssc.start();
    await b.pass(1);
    const lines = b.printed[0]!.split('\n');
    expect(lines[0]).toBe(RULE);
    expect(lines[1]).toMatch(/^Time: 2026-11-2\d \d\d:\d\d:01$/);
    expect(lines.slice(2)).toEqual([
      RULE,
      "[ 'a', 3 ]",
      'bare',
      '1.5',
      '{ n: [ 1, { deep: [ 2 ] } ] }',
      'null',
      '',
    ]);
  });

  it('shows at most so many records and dots for more', async () => {
    const b = open();
    const numbers = b.ssc.queueStream([
      [1, 2, 3],
      [1, 2],
    ]);
    numbers.pprint(2);
    b.ssc.start();
    await b.pass(2);
    expect(b.printed.map((text) => text.split('\n').slice(3))).toEqual([
      ['1', '2', '...', ''],
      ['1', '2', ''],
    ]);
  });

  it('marks empty batches, for who wants to show them otherwise', async () => {
    const b = open();
    const empties: [boolean, number, number][] = [];
    b.ssc.print = ({ isEmpty, batchTimeMs, outputId }) =>
      empties.push([isEmpty, batchTimeMs, outputId]);
    const output = b.ssc.queueStream([[1], []]).pprint();
    b.ssc.start();
    await b.pass(2);
    expect(empties).toEqual([
      [false, START_MS + 1000, output.id],
      [true, START_MS + 2000, output.id],
    ]);
  });
});

describe('foreachRDD', () => {
  it('gets the RDD, or the time and the RDD', async () => {
    const b = open();
    const seen: unknown[] = [];
    const stream = b.ssc.queueStream([[7]]);
    stream.foreachRDD(async (rdd) => seen.push(await rdd.collect()));
    stream.foreachRDD(async (time: Date, rdd: RDD<number>) =>
      seen.push([Number(time), await rdd.count()]),
    );
    b.ssc.start();
    await b.pass(1);
    expect(seen).toEqual([[7], [START_MS + 1000, 1]]);
  });

  it('is awaited before the next output and the next batch', async () => {
    const b = open();
    const log: string[] = [];
    const stream = b.ssc.queueStream([[1], [2]]);
    let release = (): void => {};
    stream.foreachRDD(async (rdd) => {
      const name = `slow ${await rdd.first()}`;
      log.push(`${name} begins`);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      log.push(`${name} ends`);
    });
    stream.foreachRDD(async (rdd) => log.push(`quick ${await rdd.first()}`));
    b.ssc.start();
    b.clock.advance(2000);
    await until(() => log.length === 1);
    expect(b.ssc.waitingBatches).toBe(1);
    release();
    await until(() => log.length === 4);
    expect(log).toEqual(['slow 1 begins', 'slow 1 ends', 'quick 1', 'slow 2 begins']);
    release();
    await b.ssc.whenIdle();
    expect(log.slice(4)).toEqual(['slow 2 ends', 'quick 2']);
  });

  it('runs jobs that carry the time of their batch and a description', async () => {
    const b = open();
    b.ssc.queueStream([[1]]).foreachRDD(async (rdd) => rdd.count());
    b.ssc.start();
    await b.pass(1);
    await b.sc.parallelize([1]).count();
    const jobs = b.eventsOf('job-start').map(({ batchTimeMs, description }) => ({
      batchTimeMs,
      description: description?.replace(/\d\d:\d\d:01$/, 'TIME'),
    }));
    expect(jobs).toEqual([
      { batchTimeMs: START_MS + 1000, description: expect.stringMatching(/^foreachRDD of batch /) },
      { batchTimeMs: null, description: undefined },
    ]);
  });
});

describe('saveAsTextFiles', () => {
  it('writes a folder per batch, named by its time', async () => {
    const b = open();
    const folder = mkdtempSync(join(tmpdir(), 'tspark-save-'));
    b.ssc
      .queueStream([['x'], ['y']])
      .repartition(1)
      .saveAsTextFiles(join(folder, 'out'), 'txt');
    b.ssc.start();
    await b.pass(2);
    const second = join(folder, `out-${START_MS + 2000}.txt`);
    expect(readFileSync(join(second, 'part-00000'), 'utf8')).toBe('y\n');
    expect(existsSync(join(folder, `out-${START_MS + 1000}.txt`, '_SUCCESS'))).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

describe('a running context', () => {
  it('takes in outputs from the next batch on', async () => {
    const b = open();
    const numbers = b.ssc.queueStream([[1], [2], [3]]);
    const first = b.collect(numbers);
    b.ssc.start();
    await b.pass(1);
    const second = b.collect(numbers.map((x) => x * 10));
    await b.pass(2);
    expect(first).toEqual([[1], [2], [3]]);
    expect(second).toEqual([[20], [30]]);
  });

  it('lets go of closed outputs and keeps the rest', async () => {
    const b = open();
    const numbers = b.ssc.queueStream([[1], [2], [3]]);
    const seen: string[] = [];
    const closing = numbers.foreachRDD(async (rdd) => seen.push(`a${await rdd.first()}`));
    numbers.foreachRDD(async (rdd) => seen.push(`b${await rdd.first()}`));
    b.ssc.start();
    await b.pass(1);
    closing.close();
    await b.pass(2);
    expect(seen).toEqual(['a1', 'b1', 'b2', 'b3']);
    expect(closing.isClosed).toBe(true);
  });

  it('shows what runs in ssc.streams', async () => {
    const b = open();
    const counts = b.ssc
      .queueStream([['a'], ['b']])
      .map((word) => [word, 1])
      .reduceByKey((x, y) => x + y);
    counts.pprint();
    const failing = counts.foreachRDD(() => {
      throw new Error('disk full');
    });
    b.ssc.start();
    await b.pass(2);
    const [print, each] = b.ssc.streams.filter((stream) => stream.kind === 'output');
    expect(print?.description).toBe('pprint ← reduceByKey ← map ← queueStream of 2');
    expect([print?.batches, print?.failures]).toEqual([2, 0]);
    expect([each?.batches, each?.failures]).toEqual([2, 2]);
    expect(each?.lastError?.message).toMatch(/disk full/);
    expect(each?.lastBatchTime?.getTime()).toBe(START_MS + 2000);
    expect(inspect(print)).toMatch(/^StreamOutput 0: pprint ← .* \(2 batches, 0 failed\)$/);
    failing.close();
    expect(b.ssc.streams.map(({ kind }) => kind)).toEqual(['output', 'source']);
    expect(b.ssc.streams[0]).toBe(print);
  });
});

/** Lets promises settle until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
