// Small tasks go to a worker together, as long as they are small.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkContext, TaskContext } from '#dist/index.js';
import { TaskPacks } from '#dist/scheduler/task-packs.js';

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
