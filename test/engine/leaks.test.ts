// Jobs submitted and cancelled at random leave nothing behind: threads, file handles, blocks, shuffles, listeners and
// running tasks are as many as before. TSPARK_LEAK_JOBS chooses how many, TSPARK_LEAK_SEED which; scripts/leaks.mjs does.
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SparkContext } from '#dist/index.js';
import { collectGarbage } from '#dist/workers/collect-garbage.js';
import { seeded } from '../programs/random.js';

const JOBS = Number(process.env.TSPARK_LEAK_JOBS ?? 400);
const SEED = Number(process.env.TSPARK_LEAK_SEED ?? 1);
const AT_A_TIME = 8;

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

type Usage = ReturnType<typeof measure>;

/** What there is more of than before, as `[name, before, after]`: fewer is no leak. */
const grown = (before: Usage, after: Usage) =>
  Object.entries(after)
    .map(([name, n]): [string, number, number] => [name, before[name as keyof Usage], n])
    .filter(([, was, is]) => is > was);

/** What is held once garbage has been collected; nodes are forgotten some turns after they were. */
async function settled(before: Usage | null) {
  for (let round = 0; ; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const usage = measure();
    const isIdle = usage.runningTasks === 0 && usage.blocks === 0 && usage.shuffles === 0;
    if ((isIdle && (before === null || grown(before, usage).length === 0)) || round === 500)
      return usage;
  }
}

it(`${JOBS} jobs of which many are cancelled (seed ${SEED}) leave nothing behind`, {
  timeout: 3_600_000,
}, async () => {
  const random = seeded(SEED);
  await run(100, random);
  await sc.range(0, 10).count(); // the last job's nodes are let go by the next one
  const before = await settled(null);
  const { cancelled } = await run(JOBS, random);
  const after = await settled(before);
  expect(cancelled).toBeGreaterThan(JOBS / 10);
  expect(cancelled).toBeLessThan(JOBS);
  expect(before).toMatchObject({ runningTasks: 0, blocks: 0, shuffles: 0 });
  expect(grown(before, after)).toEqual([]);
  if (process.env.TSPARK_LEAK_JOBS !== undefined)
    console.info(`${JOBS} jobs, ${cancelled} cancelled`, { before, after });
});

/** Modules that are open: a thread that is ended while it loads them leaves them so. */
function openModules(): number {
  const isModule = (fd: string) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith('.js');
    } catch {
      return false;
    }
  };
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').filter(isModule).length : 0;
}

it('workers that are ended while they start leave no file open', async () => {
  await sc.stop();
  for (let delayMs = 20; delayMs <= 160; delayMs += 20) {
    sc = new SparkContext('local[2]', 'leaks');
    const cancelled = sc
      .parallelize([1, 2], 2)
      .count()
      .catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await sc.stop();
    await cancelled;
  }
  expect(openModules()).toBe(0);
});
