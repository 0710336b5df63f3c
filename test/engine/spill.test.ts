// Data much larger than its budget: the answers are the same, and nothing is left on disk.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RDD, SparkConf, SparkContext, StorageLevel } from '#dist/index.js';

const RECORDS = 100_000;
const KEYS = 25_000;
let sc: SparkContext;
let folder: string;
let pairs: RDD<[number, string]>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-spilled-'));
  const conf = new SparkConf(false).setMaster('local[2]').setAppName('spill');
  sc = new SparkContext(conf.set('tspark.memory.blocks', '4m').set('spark.local.dir', folder));
  pairs = sc
    .range(0, RECORDS, 1, 2)
    .map((i) => [(i * 7919) % KEYS, String(i).padStart(300, '.')] as [number, string]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Most files of blocks that were there while a job ran, or after: none would mean that nothing moved. */
async function watched<T>(run: () => Promise<T>): Promise<{ result: T; files: number }> {
  let files = 0;
  const look = (): void => {
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    files = Math.max(files, found.filter((name) => name.endsWith('.block')).length);
  };
  const timer = setInterval(look, 30);
  try {
    const result = await run();
    look();
    return { result, files };
  } finally {
    clearInterval(timer);
  }
}

describe('over thirty megabytes with a budget of four', { timeout: 120_000 }, () => {
  it('a combination merges what moved to files', async () => {
    const { result, files } = await watched(() =>
      pairs
        .map(([k, v]) => [`${k} ${v}`, 1] as [string, number])
        .reduceByKey((a, b) => a + b, 2)
        .values()
        .sum(),
    );
    expect(result).toBe(RECORDS);
    expect(files).toBeGreaterThan(0);
  });

  it('groups are whole', async () => {
    const { result, files } = await watched(() =>
      pairs
        .groupByKey(2)
        .map(([, list]) => [...list].length)
        .countByValue(),
    );
    expect([...result]).toEqual([[4, KEYS]]);
    expect(files).toBeGreaterThan(0);
  });

  it('a sort is in order', async () => {
    const { result, files } = await watched(() =>
      pairs
        .sortBy(([, v]) => v.slice(-3) + v, false, 2)
        .keys()
        .take(3),
    );
    expect(result).toEqual([99_999, 98_999, 97_999].map((i) => (i * 7919) % KEYS));
    expect(files).toBeGreaterThan(0);
  });

  it('a join meets every pair', async () => {
    const names = sc.range(0, KEYS, 2, 2).map((i) => [i, `name ${i}`] as [number, string]);
    const { result, files } = await watched(() => pairs.join(names, 2).count());
    expect(result).toBe(RECORDS / 2);
    expect(files).toBeGreaterThan(0);
  });

  it('kept partitions are read back from files', async () => {
    const kept = pairs.values().persist(StorageLevel.MEMORY_AND_DISK);
    const { result, files } = await watched(async () => [await kept.count(), await kept.max()]);
    expect(result).toEqual([RECORDS, '99999'.padStart(300, '.')]);
    expect(files).toBeGreaterThan(0);
    kept.unpersist();
  });

  it('a full or closed disk is named, and nothing else is harmed', async () => {
    await sc.stop();
    expect(readdirSync(folder)).toEqual([]);
    const broken = new SparkContext(
      new SparkConf(false)
        .setMaster('local[1]')
        .setAppName('no disk')
        .set('tspark.memory.blocks', '4m')
        .set('spark.local.dir', '/dev/null/no-folder'),
    );
    const sorted = broken
      .range(0, 60_000, 1, 1)
      .map((i) => String(i).padStart(300, '.'))
      .sortBy((v) => v);
    await expect(sorted.count()).rejects.toThrow(
      /BLOCK-501.*\/dev\/null\/no-folder.*spark\.local\.dir/s,
    );
    expect(await broken.parallelize([1, 2, 3]).count()).toBe(3);
    await broken.stop();
  });
});
