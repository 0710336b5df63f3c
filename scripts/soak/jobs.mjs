// Jobs whose answers are known, one picked at random; some throw, some are cancelled under way.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Every job takes (sc, n, folder) and returns what it got and what is right. */
const JOBS = {
  count: async (sc, n) => [await sc.range(0, n, 1, 4).count(), n],
  sumByKey: async (sc, n) => [
    (
      await sc
        .range(0, n, 1, 4)
        .map((x) => [x % 3, 1])
        .reduceByKey((a, b) => a + b)
        .sortByKey()
        .collect()
    ).join(' '),
    [0, 1, 2].map((key) => `${key},${Math.floor((n - 1 - key) / 3) + 1}`).join(' '),
  ],
  group: async (sc, n) => [
    await sc
      .range(0, n, 1, 4)
      .map((x) => [x % 100, x])
      .groupByKey(3)
      .map(([, values]) => values.length)
      .sum(),
    n,
  ],
  sort: async (sc, n) => [
    (
      await sc
        .range(0, n, 1, 3)
        .sortBy((x) => -x)
        .take(3)
    ).join(),
    [n - 1, n - 2, n - 3].join(),
  ],
  join: async (sc, n) => {
    const left = sc.range(0, n, 1, 3).map((x) => [x % 50, x]);
    const right = sc.range(0, 50, 1, 2).map((x) => [x, 'r']);
    return [await left.join(right).count(), n];
  },
  cached: async (sc, n) => {
    const kept = sc
      .range(0, n, 1, 4)
      .map((x) => x * 2)
      .cache();
    const got = `${await kept.sum()} ${await kept.count()}`;
    await kept.unpersist();
    return [got, `${n * (n - 1)} ${n}`];
  },
  accumulator: async (sc, n) => {
    const seen = sc.accumulator(0);
    await sc.range(0, n, 1, 4).foreach(() => seen.add(1));
    return [seen.value, n];
  },
  broadcast: async (sc, n) => {
    const table = sc.broadcast(Array.from({ length: 1000 }, (_, i) => i));
    const got = await sc
      .range(0, n, 1, 4)
      .map((x) => table.value[x % 1000])
      .max();
    table.destroy();
    return [got, Math.min(n, 1000) - 1];
  },
  save: async (sc, n, folder) => {
    const path = join(folder, `saved-${process.hrtime.bigint()}`);
    try {
      await sc.range(0, n, 1, 3).saveAsTextFile(path);
      return [await sc.textFile(path).map(Number).sum(), (n * (n - 1)) / 2];
    } finally {
      if (existsSync(path)) rmSync(path, { recursive: true, force: true });
    }
  },
  throws: async (sc, n) => {
    const failing = sc.range(0, n, 1, 4).map((x) => {
      if (x === 7) throw new Error('seven');
      return x;
    });
    const message = await failing.count().catch((error) => error.message);
    return [
      /TASK-101.*seven/.test(message) ? 'failed as it should' : message,
      'failed as it should',
    ];
  },
};

/** Jobs that never end by themselves. */
const ENDLESS = {
  loop: (sc) =>
    sc.parallelize([1, 2], 2).map(() => {
      for (;;);
    }),
  promise: (sc) =>
    sc.parallelize([1, 2], 2).mapPartitions(async function* () {
      await new Promise(() => {});
    }),
  long: (sc) => sc.range(0, 1e12, 1, 2).filter((x) => x < 0),
};

export const JOB_NAMES = Object.keys(JOBS);

/** Runs one job to its end; a text says what was wrong. */
export async function runKnown(name, sc, n, folder) {
  try {
    const [got, right] = await JOBS[name](sc, n, folder);
    return String(got) === String(right) ? null : `${name}(${n}) gave ${got} instead of ${right}`;
  } catch (error) {
    return `${name}(${n}) failed: ${error.message}`;
  }
}

/** Starts a job and cancels it after a while; a text says what was wrong. */
export async function runCancelled(random, sc) {
  const names = Object.keys(ENDLESS);
  // Jobs without end are few: each costs the second that a task is given to stop by itself, and a worker.
  const isEndless = random() < 0.1;
  const rdd = isEndless
    ? ENDLESS[names[Math.floor(random() * names.length)]](sc)
    : sc
        .range(0, 200_000, 1, 4)
        .map((x) => [x % 10, x])
        .reduceByKey((a, b) => a + b);
  const job = rdd.count();
  setTimeout(() => job.cancel('the soak says so'), random() * (isEndless ? 100 : 30));
  try {
    await job;
    return isEndless ? 'a job without end ended' : null;
  } catch (error) {
    return /JOB-102/.test(error.message) ? null : `a cancelled job failed: ${error.message}`;
  }
}
