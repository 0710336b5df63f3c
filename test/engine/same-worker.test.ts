// A partition's tasks go to the worker that ran it before, which may hold a table of its states.
import { afterAll, expect, it } from 'vitest';
import { SparkConf } from '#dist/conf.js';
import { SparkContext } from '#dist/context.js';

const sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('same-worker'));
afterAll(() => sc.stop());

it('gives a partition to the same worker each time both are idle, whichever ended first', async () => {
  const jobs: Map<number, number>[] = [];
  const unlisten = sc.events.listen((event) => {
    if (event.kind === 'task-start') jobs.at(-1)?.set(event.partition, event.workerId);
  });
  for (const slow of [0, 1, 1, 0]) {
    jobs.push(new Map());
    await sc
      .parallelize([0, 1], 2)
      .map((n) => {
        const until = Date.now() + (n === slow ? 100 : 0);
        while (Date.now() < until);
        return n;
      })
      .collect();
  }
  unlisten();
  expect(jobs[0]!.size).toBe(2);
  expect(jobs[0]!.get(0)).not.toBe(jobs[0]!.get(1));
  expect(jobs).toEqual(jobs.map(() => jobs[0]));
});
