// What is computed, and how often: laziness, caches and shuffles that are reused, and accumulators that stay exact when
// a task is tried again. Counts were printed by PySpark 4.3 unless a comment says otherwise.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withContext } from './with-context.js';

const sc = withContext();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-recomputation-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Ten numbers in three partitions, and how often one of them was computed. */
function counted() {
  const calls = sc().accumulator(0);
  const numbers = sc()
    .parallelize([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3)
    .map((x) => {
      calls.add(1);
      return x;
    });
  return { calls, numbers };
}

describe('records are computed', () => {
  it('again for every action, and once when they are cached', async () => {
    const { calls, numbers } = counted();
    const seen = [calls.value];
    await numbers.count();
    seen.push(calls.value);
    await numbers.collect();
    seen.push(calls.value);
    numbers.cache();
    await numbers.count();
    seen.push(calls.value);
    await numbers.count();
    seen.push(calls.value);
    await numbers
      .map((x): [number, number] => [x % 2, x])
      .groupByKey()
      .count();
    seen.push(calls.value);
    expect(seen).toEqual([0, 10, 20, 30, 30, 30]);
    await numbers.unpersist();
    await numbers.count();
    expect(calls.value).toBe(40);
  });

  it('once for a shuffle, however many jobs read it', async () => {
    const { calls, numbers } = counted();
    const sums = numbers.map((x): [number, number] => [x % 2, x]).reduceByKey((a, b) => a + b);
    for (let i = 0; i < 3; i++) await sums.collect();
    await sums.sortByKey(true, 2).collect();
    await sums.join(sums).count();
    expect(calls.value).toBe(10);
  });

  it('not before an action, whatever is built on them', async () => {
    const { calls, numbers } = counted();
    const keyed = numbers.keyBy((x) => x % 3);
    const built = [
      numbers.filter((x) => x > 3).distinct(),
      keyed.groupByKey().mapValues((vs) => vs.length),
      keyed.join(keyed),
      numbers.sortBy((x) => -x),
      numbers.zipWithIndex(),
      numbers.cartesian(numbers),
      numbers.cache().coalesce(2),
    ];
    expect(built).toHaveLength(7);
    expect(calls.value).toBe(0);
  });

  it('by their parent twice where it is used twice', async () => {
    const { calls, numbers } = counted();
    await numbers.union(numbers).count();
    expect(calls.value).toBe(20);
    await numbers.zip(numbers).count();
    expect(calls.value).toBe(40);
  });
});

describe('take and its like', () => {
  it.each([
    [1, 1, 1],
    [3, 4, 1],
    [10, 9, 3],
    [7, 2, 1],
    [20, 100, 20],
  ])('of %d partitions, take(%d) reads %d', async (partitions, wanted, read) => {
    const calls = sc().accumulator(0);
    const numbers = sc()
      .parallelize(
        Array.from({ length: 40 }, (_, i) => i),
        partitions,
      )
      .mapPartitions((it) => {
        calls.add(1);
        return it;
      });
    await numbers.take(wanted);
    expect(calls.value).toBe(read);
  });

  it('stop within a partition when they have enough', async () => {
    // By hand: at most one batch of records is computed beyond the first.
    const calls = sc().accumulator(0);
    const numbers = sc()
      .range(1_000_000, undefined, 1, 2)
      .map((x) => {
        calls.add(1);
        return x;
      });
    expect(await numbers.first()).toBe(0);
    expect(await numbers.isEmpty()).toBe(false);
    expect(calls.value).toBeLessThan(100);
  });
});

describe('accumulators', () => {
  /** Ends its worker at the first record that is `fatal`, once. */
  function dieOnce(name: string, fatal: number): (x: number) => void {
    const deps = { existsSync, writeFileSync };
    const flag = join(folder, name);
    return (x) => {
      if (x !== fatal || deps.existsSync(flag)) return;
      deps.writeFileSync(flag, '');
      (process as unknown as { reallyExit(code: number): void }).reallyExit(7);
    };
  }

  it('count a task once that was tried twice, in a map stage and in a result stage', async () => {
    // By hand: what a lost attempt has added is thrown away with it.
    const calls = sc().accumulator(0);
    const die = [dieOnce('map', 3), dieOnce('result', 1)] as const;
    const sums = sc()
      .parallelize([1, 2, 3, 4], 2)
      .map((x): [number, number] => {
        calls.add(1);
        die[0](x);
        return [x % 2, x];
      })
      .reduceByKey((a, b) => a + b, 2)
      .map(([k, v]) => {
        calls.add(100);
        die[1](k);
        return v;
      });
    expect((await sums.collect()).sort()).toEqual([4, 6]);
    expect(calls.value).toBe(204);
    expect([existsSync(join(folder, 'map')), existsSync(join(folder, 'result'))]).toEqual([
      true,
      true,
    ]);
  });

  it('do not count what a failed task added', async () => {
    const calls = sc().accumulator(0);
    const failing = sc()
      .parallelize([1], 1)
      .foreach(() => {
        calls.add(1);
        throw new Error('after the addition');
      });
    await expect(failing).rejects.toThrow('after the addition');
    expect(calls.value).toBe(0);
  });
});
