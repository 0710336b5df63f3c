// Blocks beyond their budget: shuffles go to disk, cached partitions are dropped or spilled, answers stay right.
import { afterEach, describe, expect, it } from 'vitest';
import { SparkConf, SparkContext, StorageLevel } from '#dist/index.js';

let sc: SparkContext | null = null;

function start(budget: string): SparkContext {
  const conf = new SparkConf(false)
    .setMaster('local[2]')
    .setAppName('memory')
    .set('tspark.memory.blocks', budget);
  sc = new SparkContext(conf);
  return sc;
}

afterEach(async () => {
  await sc?.stop();
  sc = null;
});

describe('with a small budget for blocks', () => {
  it('a shuffle larger than the budget gives the right groups', async () => {
    const pairs = start('256k')
      .range(0, 200_000, 1, 4)
      .map((x) => [x % 1000, x] as [number, number]);
    const sizes = await pairs
      .groupByKey(4)
      .mapValues((xs) => xs.length)
      .collect();
    expect(sizes).toHaveLength(1000);
    expect(new Set(sizes.map(([, n]) => n))).toEqual(new Set([200]));
  });

  it('a sort larger than the budget is in order', async () => {
    const sorted = await start('256k')
      .range(0, 100_000, 1, 4)
      .sortBy((x) => -x, true, 4)
      .take(3);
    expect(sorted).toEqual([99_999, 99_998, 99_997]);
  });

  it('MEMORY_ONLY partitions that do not fit are computed again', async () => {
    const context = start('256k');
    const seen = context.accumulator(0);
    const cached = context
      .range(0, 400_000, 1, 4)
      .map((x) => {
        seen.add(1);
        return x;
      })
      .persist(StorageLevel.MEMORY_ONLY);
    expect(await cached.count()).toBe(400_000);
    expect(await cached.count()).toBe(400_000);
    expect(seen.value).toBeGreaterThan(400_000);
  });

  it('MEMORY_AND_DISK partitions that do not fit are computed once', async () => {
    const context = start('256k');
    const seen = context.accumulator(0);
    const cached = context
      .range(0, 400_000, 1, 4)
      .map((x) => {
        seen.add(1);
        return x;
      })
      .persist(StorageLevel.MEMORY_AND_DISK);
    expect(await cached.sum()).toBe(79_999_800_000);
    expect(await cached.sum()).toBe(79_999_800_000);
    expect(seen.value).toBe(400_000);
  });
});
