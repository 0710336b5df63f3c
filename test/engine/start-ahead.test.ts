// Workers can be started before the first job, and then hold up nothing.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { SparkContext } from '#dist/index.js';

let sc: SparkContext | null = null;

afterEach(async () => {
  await sc?.stop();
  sc = null;
});

describe('workers that are started ahead', () => {
  it.each([
    ['local[2]', 2],
    ['local[8]', 4],
  ])('of %s are %i, and do the first job', async (master, workers) => {
    sc = new SparkContext(master, 'ahead');
    const { backend } = SparkContext.engineOf(sc);
    expect(backend.usage?.().workers).toBe(0);
    const started: number[] = [];
    sc.events.listen((event) => {
      if (event.kind === 'worker-start') started.push(event.workerId);
    });
    backend.startAhead?.();
    backend.startAhead?.();
    expect(backend.usage?.()).toMatchObject({ workers, runningTasks: 0 });
    expect(await sc.parallelize([1, 2, 3], 2).sum()).toBe(6);
    expect(backend.usage?.().workers).toBe(workers);
    expect(started).toContain(0);
  });

  it('are none of a context that was stopped', async () => {
    sc = new SparkContext('local[2]', 'ahead');
    const { backend } = SparkContext.engineOf(sc);
    await sc.stop();
    backend.startAhead?.();
    expect(backend.usage?.().workers).toBe(0);
  });

  it('let a program end that never stops its context', () => {
    const url = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
    const program = `
      import { SparkContext } from ${JSON.stringify(url)};
      const sc = new SparkContext('local[2]', 'ahead');
      SparkContext.engineOf(sc).backend.startAhead();
      const held = setInterval(() => {}, 1000);
      await new Promise((resolve) => sc.events.listen((event) => event.kind === 'worker-start' && resolve()));
      clearInterval(held);
      console.log('started');`;
    const options = { encoding: 'utf8', timeout: 60_000 } as const;
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', program],
      options,
    );
    expect([stdout, status]).toEqual(['started\n', 0]);
  });
});
