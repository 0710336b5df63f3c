// Jobs submitted and cancelled at random leave nothing behind: threads, file handles, blocks, shuffles, listeners and
// running tasks are as many as before. TSPARK_LEAK_JOBS chooses how many, TSPARK_LEAK_SEED which; scripts/leaks.mjs does.
import { existsSync, readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SparkContext } from '#dist/index.js';
import { seeded } from '../programs/random.js';

const JOBS = Number(process.env.TSPARK_LEAK_JOBS ?? 400);
const SEED = Number(process.env.TSPARK_LEAK_SEED ?? 1);
const AT_A_TIME = 8;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

let sc: SparkContext;
beforeAll(() => {
  sc = new SparkContext('local[2]', 'leaks');
});
afterAll(() => sc.stop());

const countOf = (folder: string) => (existsSync(folder) ? readdirSync(folder).length : 0);

function measure() {
  const usage = SparkContext.engineOf(sc).backend.usage!();
  return {
    ...usage,
    threads: countOf('/proc/self/task'),
    handles: countOf('/proc/self/fd'),
    listeners: sc.events.listeners,
  };
}

/** Starts jobs and cancels two of three of them, at once or a little later. */
async function run(jobs: number, random: () => number): Promise<{ cancelled: number }> {
  let left = jobs;
  let cancelled = 0;
  const work = async () => {
    while (left-- > 0) {
      const pairs = sc.range(0, 2000, 1, 2).map((x): [number, number] => [x % 5, x]);
      const kept = random() < 0.2 ? pairs.cache() : pairs;
      const job = (random() < 0.5 ? kept.reduceByKey((a, b) => a + b) : kept).count();
      const waits = random();
      if (waits < 0.2) job.cancel();
      else if (waits < 0.66) setTimeout(() => job.cancel(), random() * 8);
      await job.catch((error) => {
        if (!/JOB-102/.test(String(error))) throw error;
        cancelled++;
      });
      if (kept.isCached) await kept.unpersist();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return { cancelled };
}

/** What is held once garbage has been collected; nodes are forgotten some turns after they were. */
async function settled(atMost: ReturnType<typeof measure> | null) {
  for (let round = 0; ; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const usage = measure();
    const isDone =
      usage.runningTasks === 0 &&
      usage.blocks === 0 &&
      (atMost === null || Object.entries(usage).every(([k, n]) => n <= atMost[k as 'blocks']));
    if (isDone || round === 100) return usage;
  }
}

it(`${JOBS} jobs of which many are cancelled (seed ${SEED}) leave nothing behind`, {
  timeout: 3_600_000,
}, async () => {
  const random = seeded(SEED);
  await run(100, random);
  const before = await settled(null);
  const { cancelled } = await run(JOBS, random);
  const after = await settled(before);
  expect(cancelled).toBeGreaterThan(JOBS / 10);
  expect(cancelled).toBeLessThan(JOBS);
  expect(after).toEqual(before);
  if (process.env.TSPARK_LEAK_JOBS !== undefined)
    console.info(`${JOBS} jobs, ${cancelled} cancelled`, { before, after });
});
