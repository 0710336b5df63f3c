// Files of blocks that someone removed or damaged while the engine runs: what was in them is made again.
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkConf, SparkContext, StorageLevel } from '#dist/index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-spoilt-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a block on disk that is gone or damaged', () => {
  /** Every file of blocks below a folder. */
  const filesIn = (root: string): string[] =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.block'))
      .map((name) => join(root, name));

  it.each([
    ['removed', (path: string) => rmSync(path)],
    ['cut short', (path: string) => truncateSync(path, 50)],
    ['overwritten', (path: string) => writeFileSync(path, Buffer.alloc(200, 7))],
  ])('is made again: %s', async (_how, spoil) => {
    const local = mkdtempSync(join(folder, 'local-'));
    const conf = new SparkConf(false).setMaster('local[2]').setAppName('spoilt');
    const own = new SparkContext(
      conf.set('spark.local.dir', local).set('tspark.memory.blocks', '1k'),
    );
    try {
      const seen = own.accumulator(0);
      const kept = own
        .range(0, 4000, 1, 4)
        .map((x): [number, number] => {
          seen.add(1);
          return [x % 10, 1];
        })
        .persist(StorageLevel.DISK_ONLY);
      const summed = kept.reduceByKey((a, b) => a + b);
      expect(await summed.count()).toBe(10);
      for (const path of filesIn(local)) spoil(path);
      expect(await summed.values().sum()).toBe(4000);
      // Counted again, for it was computed again; but once.
      expect(seen.value).toBe(8000);
    } finally {
      await own.stop();
    }
  });
});
