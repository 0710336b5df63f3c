// Caching, checkpoints, saving, and the text of the lineage.
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageLevel } from '#dist/index.js';
import { withContext } from './with-context.js';

const sc = withContext();
const folder = () => mkdtempSync(join(tmpdir(), 'tspark-test-'));

describe('a persisted RDD', () => {
  it.each([StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY, StorageLevel.MEMORY_AND_DISK])(
    'is computed once at level %s, until it is unpersisted',
    async (level) => {
      const computed = sc().accumulator(0);
      const numbers = sc()
        .range(3, null, 1, 3)
        .map((x) => {
          computed.add(1);
          return x;
        });
      numbers.persist(level);
      expect(await numbers.sum()).toBe(3);
      expect(await numbers.sum()).toBe(3);
      expect(computed.value).toBe(3);
      expect(await numbers.unpersist()).toBe(numbers);
      expect(await numbers.count()).toBe(3);
      expect(computed.value).toBe(6);
    },
  );

  it('has one level at a time', async () => {
    const numbers = sc().range(3).cache();
    expect(numbers.isCached).toBe(true);
    expect(numbers.cache()).toBe(numbers);
    expect(() => numbers.persist(StorageLevel.DISK_ONLY)).toThrow(/RDD-105.*already assigned/);
    await numbers.unpersist();
    expect(numbers.isCached).toBe(false);
    numbers.persist(StorageLevel.DISK_ONLY);
    expect(String(await numbers.getStorageLevel())).toBe('Disk Serialized 1x Replicated');
  });

  it('gives objects as they were each time, whatever they are mixed with', async () => {
    const made = sc()
      .range(0, 6000, 1, 2)
      .map((i): Record<string, unknown> => {
        if (i === 2500) return { other: i };
        if (i === 2501) return {};
        if (i > 5000) return { name: `n${i % 7}`, id: i, note: null };
        return { id: i, name: i % 3 === 0 ? undefined : `n${i % 7}`, 'is "odd"': i % 2 === 1 };
      });
    const expected = await made.collect();
    const kept = made.cache();
    for (let round = 0; round < 2; round++) {
      expect(await kept.collect()).toStrictEqual(expected);
      // What a function does to its record is nobody else's.
      const changed = kept.map((record) => {
        record.id = -1;
        return Object.keys(record).join();
      });
      expect((await changed.distinct().collect()).sort()).toEqual(
        ['id', 'id,name,is "odd"', 'name,id,note', 'other,id'].sort(),
      );
    }
    expect(await kept.filter((record) => record.name === 'n3').count()).toBe(
      expected.filter((record) => record.name === 'n3').length,
    );
  });

  it('refuses what is no storage level', () => {
    expect(() =>
      sc()
        .range(1)
        .persist('MEMORY_ONLY' as never),
    ).toThrow(/RDD-101.*StorageLevel/);
  });
});

describe('a checkpoint', () => {
  it('needs a folder', () => {
    sc().setCheckpointDir(null);
    expect(() => sc().range(1).checkpoint()).toThrow(/RDD-106.*checkpoint dir/);
  });

  it('is written by the job after the first, partition by partition, and read from then on', async () => {
    sc().setCheckpointDir(folder());
    const computed = sc().accumulator(0);
    const numbers = sc()
      .range(6, null, 1, 3)
      .filter((x) => x < 3)
      .map((x) => {
        computed.add(1);
        return [x, { n: x }];
      });
    numbers.checkpoint();
    expect(await numbers.isCheckpointed()).toBe(false);
    const first = await numbers.glom().collect();
    expect(await numbers.isCheckpointed()).toBe(true);
    expect(computed.value).toBe(6);
    expect(await numbers.glom().collect()).toEqual(first);
    expect(first).toEqual([
      [
        [0, { n: 0 }],
        [1, { n: 1 }],
      ],
      [[2, { n: 2 }]],
      [],
    ]);
    expect(computed.value).toBe(6);
    expect(existsSync((await numbers.getCheckpointFile())!)).toBe(true);
    expect(await numbers.toDebugString()).not.toContain('range');
  });

  it('is written for the ancestors of what a job computes', async () => {
    sc().setCheckpointDir(folder());
    const words = sc().parallelize(['a', 'b', 'a'], 2);
    const counts = words.map((w) => [w, 1]).reduceByKey((a, b) => a + b);
    counts.checkpoint();
    expect(await counts.mapValues((n) => n * 10).lookup('a')).toEqual([20]);
    expect(await counts.isCheckpointed()).toBe(true);
    expect(await counts.lookup('a')).toEqual([2]);
  });

  it('of the local kind keeps the partitions without a folder', async () => {
    const computed = sc().accumulator(0);
    const numbers = sc()
      .range(3, null, 1, 2)
      .map((x) => {
        computed.add(1);
        return x;
      });
    numbers.localCheckpoint();
    expect([await numbers.isLocallyCheckpointed(), await numbers.isCheckpointed()]).toEqual([
      true,
      false,
    ]);
    await numbers.count();
    await numbers.count();
    expect(computed.value).toBe(3);
    expect(await numbers.isCheckpointed()).toBe(true);
  });
});

describe('saving', () => {
  it('writes a part for each partition and _SUCCESS', async () => {
    const path = join(folder(), 'out');
    await sc().parallelize(['a', 'b', 'ü'], 2).saveAsTextFile(path);
    expect(readdirSync(path).sort()).toEqual(['_SUCCESS', 'part-00000', 'part-00001']);
    expect(readFileSync(join(path, 'part-00001'), 'utf8')).toBe('b\nü\n');
    expect(await sc().textFile(path).collect()).toEqual(['a', 'b', 'ü']);
  });

  it('leaves an existing folder alone', async () => {
    const path = join(folder(), 'out');
    await sc().parallelize(['first'], 1).saveAsTextFile(path);
    await expect(sc().parallelize(['second'], 1).saveAsTextFile(path)).rejects.toThrow(
      /already exists/,
    );
    expect(await sc().textFile(path).collect()).toEqual(['first']);
  });

  it('leaves nothing behind when a task or an input fails', async () => {
    const path = join(folder(), 'out');
    const failing = sc()
      .range(4, null, 1, 2)
      .map((x) => {
        if (x === 3) throw new Error('last record');
        return x;
      });
    await expect(failing.saveAsTextFile(path)).rejects.toThrow('last record');
    expect(existsSync(path)).toBe(false);
    await expect(sc().textFile('/no/such/input').saveAsTextFile(path)).rejects.toThrow(
      /does not exist/,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('brings objects back as they were', async () => {
    const path = join(folder(), 'objects');
    const records = [1, null, [2, ['x']], new Map([['k', new Set([1])]]), new Date(5), 2.5];
    await sc().parallelize<unknown>(records, 2).saveAsObjectFile(path);
    expect(await sc().objectFile(path).collect()).toEqual(records);
  });

  it('refuses unknown codecs and empty paths at the call', () => {
    expect(() => sc().range(1).saveAsTextFile('x', 'org.example.Snappy')).toThrow(/IO-109/);
    expect(() => sc().range(1).saveAsTextFile('')).toThrow(/RDD-101.*path/);
  });
});

describe('the lineage as text', () => {
  it('has a line an RDD and an indentation at each shuffle', async () => {
    const words = sc()
      .parallelize(['a b'], 2)
      .flatMap((l) => l.split(' '));
    const counts = words
      .map((w) => [w, 1])
      .reduceByKey((a, b) => a + b, 3)
      .setName('counts')
      .cache();
    const lines = (await counts.toDebugString())
      .split('\n')
      .map((line) => line.replace(/\[\d+\] at (\w+) at .*?:\d+/, ' by $1'));
    expect(lines).toEqual([
      '(3) counts ShuffledRDD by reduceByKey [Memory Serialized 1x Replicated]',
      ' +-(2) MapPartitionsRDD by map []',
      '    |  MapPartitionsRDD by flatMap []',
      '    |  ParallelCollectionRDD by parallelize []',
    ]);
  });

  it('names the RDD, where it was made, in its short form', () => {
    expect(String(sc().range(3).setName('n'))).toMatch(
      /^n ParallelCollectionRDD\[\d+\] at range at persistence\.test\.ts:\d+$/,
    );
  });
});
