// Small tasks go to a worker together, as long as they are small.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkContext, TaskContext } from '#dist/index.js';
import { TaskPacks } from '#dist/scheduler/task-packs.js';

/** How often a busy machine makes a test wait is not known; that it comes to an end is. */
const MOST_JOBS = 20_000;
const BUSY_MS = 180_000;

describe('the size of a pack', () => {
  const sizeAfter = (...tookMs: number[]): number => {
    const packs = new TaskPacks();
    for (const each of tookMs) packs.note('a stage', each);
    packs.note('another', 100);
    return packs.size('a stage');
  };

  it('is one where little is known', () => {
    expect(sizeAfter()).toBe(1);
    expect(sizeAfter(0.1, 0.1, 0.1)).toBe(1);
  });

  it('is as many as take a millisecond, whatever fewer than half of them took', () => {
    expect(sizeAfter(0.1, 0.1, 0.1, 0.1)).toBe(10);
    expect(sizeAfter(0.1, 30, 0.1, 0.1)).toBe(10);
    expect(sizeAfter(30, 30, 0.2, 0.1)).toBe(1);
    expect(sizeAfter(30, 0.2, 30, 0.1, 0.1, 30, 0.1)).toBe(5);
    expect(sizeAfter(0.6, 0.6, 0.6, 0.6)).toBe(1);
    expect(sizeAfter(0, 0, 0, 0)).toBe(64);
  });

  it('forgets what was long ago', () => {
    expect(sizeAfter(30, 30, 30, 30, 0.1, 0.1, 0.1, 0.1, 0.1)).toBe(10);
  });
});

describe('what fits in a pack', () => {
  const packs = new TaskPacks();
  for (const tookMs of [0.1, 0.1, 0.1, 0.1]) packs.note('quick', tookMs);
  for (const tookMs of [0.4, 0.4, 0.4, 0.4]) packs.note('slower', tookMs);
  for (const tookMs of [0, 0, 0, 0]) packs.note('nothing', tookMs);
  packs.note('new', 0.1);

  it.each([
    [{ quick: 2, slower: 2 }, true],
    [{ quick: 2, slower: 1, nothing: 60 }, true],
    [{ quick: 3, slower: 2 }, false],
    [{ quick: 5, nothing: 60 }, false],
    [{ quick: 1, new: 1 }, false],
  ])('%o: %o', (tasks, does) => {
    const parts = Object.entries(tasks).map(([kind, count]) => ({ kind, tasks: count }));
    expect(packs.fit(parts)).toBe(does);
  });
});

describe('a stage of small tasks', () => {
  let sc: SparkContext;
  /** By job, the worker of each partition. */
  const workers: Map<number, number>[] = [];
  let unlisten: () => void;

  beforeAll(() => {
    sc = new SparkContext('local[2]', 'task-packs');
    unlisten = sc.events.listen((event) => {
      if (event.kind === 'task-start') workers.at(-1)!.set(event.partition, event.workerId);
    });
  });
  afterAll(async () => {
    unlisten();
    await sc.stop();
  });

  /** Runs the same job over four records in two partitions, with another function. */
  function ofRecords(fn: (n: number) => number) {
    workers.push(new Map());
    return sc
      .parallelize([1, 2, 3, 4], 2)
      .map((n) => fn(n))
      .collect();
  }

  /** Runs it with records that take so long each, and says how many workers it took. */
  async function workersOf(restMs: number, bad = -1): Promise<number> {
    const tens = ofRecords((n) => {
      if (n === bad) throw new Error(`record ${n} is bad`);
      const end = performance.now() + restMs;
      while (restMs > 0 && performance.now() < end);
      return n * 10;
    });
    expect(await tens).toEqual([10, 20, 30, 40]);
    expect(workers.at(-1)!.size).toBe(2);
    return new Set(workers.at(-1)!.values()).size;
  }

  it('goes to one worker once its tasks are known to be small, and to all when they no longer are', async () => {
    expect(await workersOf(0)).toBe(2);
    // How often a busy machine makes it wait is not known; that it comes is.
    let jobs = 0;
    while ((await workersOf(0)) === 2 && jobs < 1000) jobs++;
    expect(jobs).toBeLessThan(1000);
    for (let slow = 0; slow < 3; slow++) await workersOf(5);
    expect(await workersOf(5)).toBe(2);
  });

  it('fails by the task that failed, and goes on with the next job', async () => {
    for (const bad of [1, 3, 4, 2]) {
      for (let jobs = 0; (await workersOf(0)) === 2 && jobs < 1000; jobs++);
      await expect(workersOf(0, bad)).rejects.toThrow(`record ${bad} is bad`);
    }
    await workersOf(0);
  });

  it('is no attempt of a task that the worker dies before it', async () => {
    for (let jobs = 0; (await workersOf(0)) === 2 && jobs < 1000; jobs++);
    const folder = mkdtempSync(join(tmpdir(), 'tspark-packs-'));
    const flag = join(folder, 'flag');
    const deps = { existsSync, writeFileSync };
    const attempts = await ofRecords((n) => {
      if (n === 2 && !deps.existsSync(flag)) {
        deps.writeFileSync(flag, '');
        (process as unknown as { reallyExit(code: number): void }).reallyExit(7);
      }
      return TaskContext.get()!.attemptNumber();
    });
    rmSync(folder, { recursive: true });
    expect(attempts).toEqual([1, 1, 0, 0]);
  });

  it('can be cancelled while the first of them runs', async () => {
    for (let jobs = 0; (await workersOf(0)) === 2 && jobs < 1000; jobs++);
    const running = ofRecords(() => {
      for (;;);
    });
    const outcome = running.then(
      () => 'ended by itself',
      (error: Error) => error.message,
    );
    while (workers.at(-1)!.size < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    running.cancel('the test says so');
    expect(await outcome).toMatch(/JOB-102.*the test says so/);
    expect(await sc.parallelize([1, 2, 3], 2).count()).toBe(3);
  });
});

describe('a small stage and the one that reads its shuffle', { timeout: BUSY_MS }, () => {
  let sc: SparkContext;
  /** What was told of the tasks of the last job, in order: `start 0` of a task of its first stage. */
  let told: string[] = [];
  let firstStage: number | null = null;
  let unlisten: () => void;

  beforeAll(() => {
    sc = new SparkContext('local[2]', 'task-packs');
    unlisten = sc.events.listen((event) => {
      if (event.kind !== 'task-start' && event.kind !== 'task-end') return;
      firstStage ??= event.stageId;
      told.push(`${event.kind.slice(5)} ${event.stageId - firstStage}`);
    });
  });
  afterAll(async () => {
    unlisten();
    await sc.stop();
  });

  interface Given {
    readonly ofRecord?: (n: number) => void;
    readonly ofPair?: (a: number, b: number) => void;
  }

  /** The same job over eight records in two partitions, with other functions. */
  function sums({ ofRecord = () => {}, ofPair = () => {} }: Given = {}) {
    told = [];
    firstStage = null;
    return sc
      .parallelize([1, 2, 3, 4, 5, 6, 7, 8], 2)
      .map((n): [number, number] => {
        ofRecord(n);
        return [n % 3, n];
      })
      .reduceByKey((a, b) => {
        ofPair(a, b);
        return a + b;
      }, 2)
      .collect();
  }
  // Even keys come first, in the order in which the records 2 and 3 bring them.
  const SUMS = [
    [2, 15],
    [0, 9],
    [1, 12],
  ];
  const TOGETHER = ['start 0', 'start 0', 'start 1', 'start 1'];

  const wentTogether = (): boolean => TOGETHER.every((text, i) => told[i] === text);

  async function untilTogether(): Promise<void> {
    for (let jobs = 0; jobs < MOST_JOBS; jobs++) {
      expect(await sums()).toEqual(SUMS);
      if (wentTogether()) return;
    }
    throw new Error('none of the jobs went together');
  }

  it('go to a worker together once both are known to be small', async () => {
    expect(await sums()).toEqual(SUMS);
    expect(wentTogether()).toBe(false);
    await untilTogether();
    expect(told.filter((text) => text === 'end 0')).toHaveLength(2);
    expect(told.filter((text) => text === 'end 1')).toHaveLength(2);
  });

  it('keep the shuffle for the next job', async () => {
    const pairs = () => sc.parallelize([1, 2, 3, 4], 2).map((n): [number, number] => [n % 2, n]);
    let reduced = pairs().reduceByKey((a, b) => a + b, 2);
    const stages = async (): Promise<number> => {
      const job = reduced.collect();
      expect(await job).toEqual([
        [0, 6],
        [1, 4],
      ]);
      return new Set(told).size;
    };
    for (let jobs = 0; jobs < MOST_JOBS; jobs++) {
      told = [];
      firstStage = null;
      reduced = pairs().reduceByKey((a, b) => a + b, 2);
      await stages();
      if (wentTogether()) break;
    }
    expect(wentTogether()).toBe(true);
    // Its first stage is skipped, on the worker that wrote it and on the other.
    for (let again = 0; again < 6; again++) {
      told = [];
      firstStage = null;
      await stages();
      expect(told.map((text) => text.split(' ')[1])).toEqual(['0', '0', '0', '0']);
    }
  });

  it('fail by the record that failed, whichever stage it is in', async () => {
    await untilTogether();
    const bad = sums({
      ofRecord: (n) => {
        if (n === 6) throw new Error('record 6 is bad');
      },
    });
    await expect(bad).rejects.toThrow(/record 6 is bad/);
    await untilTogether();
    const badPair = sums({
      ofPair: (a, b) => {
        // Only the second stage meets the sums of both partitions.
        if (a + b === 15) throw new Error('the sum of 15 is bad');
      },
    });
    await expect(badPair).rejects.toThrow(/the sum of 15 is bad/);
    expect(await sums()).toEqual(SUMS);
  });

  it('are tried again where the worker dies in the second, and count what they add once', async () => {
    await untilTogether();
    const folder = mkdtempSync(join(tmpdir(), 'tspark-packs-'));
    const flag = join(folder, 'flag');
    const deps = { existsSync, writeFileSync };
    const records = sc.accumulator(0);
    const answer = await sums({
      ofRecord: () => records.add(1),
      ofPair: (a, b) => {
        if (a + b !== 15 || deps.existsSync(flag)) return;
        deps.writeFileSync(flag, '');
        (process as unknown as { reallyExit(code: number): void }).reallyExit(7);
      },
    });
    expect(existsSync(flag)).toBe(true);
    rmSync(folder, { recursive: true });
    expect(answer).toEqual(SUMS);
    expect(records.value).toBe(8);
  });

  it('can be cancelled while the second runs', async () => {
    await untilTogether();
    const running = sums({
      ofPair: (a, b) => {
        while (a + b === 15);
      },
    });
    const outcome = running.then(
      () => 'ended by itself',
      (error: Error) => error.message,
    );
    while (told.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    running.cancel('the test says so');
    expect(await outcome).toMatch(/JOB-102.*the test says so/);
    expect(await sums()).toEqual(SUMS);
  });
});
