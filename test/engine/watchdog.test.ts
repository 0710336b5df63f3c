// Functions that hold too much memory: their job fails with a named error, everything else lives on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RDD, SparkConf, SparkContext } from '#dist/index.js';

let sc: SparkContext;
let cached: RDD<number>;

beforeAll(async () => {
  const conf = new SparkConf(false).setMaster('local[2]').setAppName('watchdog');
  sc = new SparkContext(conf.set('tspark.memory.heap', '160m'));
  cached = sc
    .parallelize([1, 2, 3, 4], 2)
    .map((x) => x * 2)
    .cache();
  await cached.count();
});
afterAll(() => sc.stop());

type Grow = (x: number) => unknown;
const GROWING: Record<string, Grow> = {
  'a Map': () => {
    const held = new Map();
    for (let i = 0; i < 16e6; i++) held.set(i, { i });
    return held.size;
  },
  'an array': () => {
    const held: number[] = [];
    for (;;) held.push(1.5);
  },
  buffers: () => {
    const held: Buffer[] = [];
    for (;;) held.push(Buffer.alloc(2 ** 20, 1));
  },
  'long texts': () => {
    const held: string[] = [];
    for (;;) held.push('x'.repeat(2 ** 24));
  },
};

describe('a function that grows', () => {
  it.each(Object.entries(GROWING))(
    '%s fails its job, and says where and what to do',
    async (_, grow) => {
      const job = sc.parallelize([1, 2], 2).map(grow).count();
      await expect(job).rejects.toThrow(
        /TASK-111.*map\(\) \(watchdog\.test\.\w+, line \d+\) held \d+\.\d MiB in partition [01], more than the 160\.0 MiB.*tspark\.memory\.heap=320m/s,
      );
      expect(await cached.collect()).toEqual([2, 4, 6, 8]);
    },
  );

  it('does not take other jobs along: they are tried again, and accumulators count once', async () => {
    const seen = sc.accumulator(0);
    const innocent = sc
      .parallelize([1, 2, 3, 4, 5, 6], 6)
      .map((x) => {
        seen.add(1);
        const untilMs = Date.now() + 150;
        while (Date.now() < untilMs);
        return x;
      })
      .collect();
    const guilty = sc.parallelize([1], 1).map(GROWING['an array']!).count();
    await expect(guilty).rejects.toThrow(/TASK-111/);
    expect(await innocent).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seen.value).toBe(6);
  });

  it('is not blamed for what fits when tasks run one at a time', async () => {
    const sums = await sc
      .parallelize([1, 2], 2)
      .map((x) => {
        const held: Buffer[] = [];
        for (let i = 0; i < 100; i++) held.push(Buffer.alloc(2 ** 20, x));
        const untilMs = Date.now() + 300;
        while (Date.now() < untilMs);
        return held.reduce((sum, buffer) => sum + buffer[0]!, 0);
      })
      .collect();
    expect(sums).toEqual([100, 200]);
  });

  it('is not blamed for what the task before it left to be collected', async () => {
    for (let round = 0; round < 4; round++) {
      const lengths = await sc
        .parallelize([1, 2, 3, 4], 4)
        .map((x) => {
          const held: number[][] = [];
          for (let i = 0; i < 90; i++) held.push(new Array<number>(2 ** 17).fill(x));
          const untilMs = Date.now() + 150;
          while (Date.now() < untilMs);
          return held.length;
        })
        .collect();
      expect(lengths).toEqual([90, 90, 90, 90]);
    }
  });

  it('is not blamed for blocks that are let go while it runs', async () => {
    const kept = sc.range(0, 30_000_000, 1, 4).cache();
    expect(await kept.count()).toBe(30_000_000);
    const slow = sc
      .parallelize([1, 2], 2)
      .map((x) => {
        const untilMs = Date.now() + 700;
        while (Date.now() < untilMs);
        return x;
      })
      .collect();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await kept.unpersist();
    expect(await slow).toEqual([1, 2]);
  });
});
