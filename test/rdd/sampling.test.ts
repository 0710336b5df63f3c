// The distribution of samples. Seeds are fixed, so a test passes always or never; bounds are those that a fair sampler
// exceeds once in ten thousand seeds.
import { describe, expect, it } from 'vitest';
import { withContext } from './with-context.js';

const sc = withContext();

const RECORDS = 20_000;
const CELLS = 20;
/** Chi-square, 19 degrees of freedom, p = 0.0001. */
const CHI_SQUARE_LIMIT = 52.4;

/** How far the records are from being spread evenly over `CELLS` ranges, each with the chance `share`. */
function chiSquare(kept: readonly number[], share: number): number {
  const perCell = RECORDS / CELLS;
  const counts = new Array<number>(CELLS).fill(0);
  for (const x of kept) counts[Math.floor(x / perCell)]! += 1;
  const variance = perCell * share * (1 - share);
  return counts.reduce((sum, n) => sum + (n - perCell * share) ** 2 / variance, 0);
}

const numbers = (partitions = 4) => sc().range(RECORDS, undefined, 1, partitions);

describe('a sample without replacement', () => {
  it.each([
    [0.1, 1],
    [0.3, 2],
    [0.5, 3],
    [0.9, 4],
  ])('of %d is spread evenly over the records (seed %d)', async (share, seed) => {
    const kept = await numbers().sample(false, share, seed).collect();
    expect(chiSquare(kept, share)).toBeLessThan(CHI_SQUARE_LIMIT);
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
    expect(new Set(kept).size).toBe(kept.length);
  });

  it('chooses neighbours independently', async () => {
    const kept = new Set(await numbers(1).sample(false, 0.5, 9).collect());
    const pairs = Array.from({ length: RECORDS / 2 }, (_, i) => [
      kept.has(2 * i),
      kept.has(2 * i + 1),
    ]);
    const bothOrNone = pairs.filter(([a, b]) => a === b).length;
    // Half of 10,000, and four deviations of 50.
    expect(Math.abs(bothOrNone - 5000)).toBeLessThan(200);
  });

  it('differs from partition to partition and from seed to seed', async () => {
    const positions = await numbers(2).sample(false, 0.5, 4).glom().collect();
    const [first, second] = positions.map((p) => new Set(p.map((x) => x % (RECORDS / 2))));
    const common = [...first!].filter((x) => second!.has(x)).length;
    expect(Math.abs(common - RECORDS / 8)).toBeLessThan(200);
    const other = new Set(await numbers(2).sample(false, 0.5, 5).collect());
    const kept = await numbers(2).sample(false, 0.5, 4).collect();
    expect(Math.abs(kept.filter((x) => other.has(x)).length - RECORDS / 4)).toBeLessThan(300);
  });
});

describe('a seed', () => {
  it('gives the same records again, in this context and in the next', async () => {
    const kept = await sc().range(100, undefined, 1, 3).sample(false, 0.1, 42).collect();
    expect(await sc().range(100, undefined, 1, 3).sample(false, 0.1, 42).collect()).toEqual(kept);
    const taken = await sc().range(100, undefined, 1, 3).takeSample(false, 5, 42);
    expect(await sc().range(100, undefined, 1, 3).takeSample(false, 5, 42)).toEqual(taken);
    expect(new Set(taken).size).toBe(5);
  });
});

describe('randomSplit', () => {
  it('gives each record to one part, by the weights', async () => {
    const parts = numbers().randomSplit([1, 2, 5], 11);
    const kept = await Promise.all(parts.map((part) => part.collect()));
    expect(kept.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: RECORDS }, (_, i) => i));
    for (const [i, share] of [1 / 8, 2 / 8, 5 / 8].entries()) {
      expect(chiSquare(kept[i]!, share)).toBeLessThan(CHI_SQUARE_LIMIT);
    }
  });
});

describe('takeSample', () => {
  it('chooses every record as often as the others', async () => {
    const rdd = sc().range(10, undefined, 1, 3).cache();
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 200; seed++) {
      for (const x of await rdd.takeSample(false, 3, seed)) counts[x]! += 1;
    }
    // 200 draws of 3 of 10: 60 each, variance 42; nine degrees of freedom, p = 0.0001.
    const spread = counts.reduce((sum, n) => sum + (n - 60) ** 2 / 42, 0) * 0.9;
    expect(spread).toBeLessThan(33.7);
  });

  it('with replacement repeats records, and gives more than there are', async () => {
    const taken = await sc().range(10, undefined, 1, 3).takeSample(true, 100, 1);
    expect(taken).toHaveLength(100);
    expect(new Set(taken).size).toBe(10);
  });
});

describe('sampleByKey', () => {
  it('takes each key by its share, evenly', async () => {
    const shares = new Map([
      [0, 0.2],
      [1, 0.7],
    ]);
    const pairs = numbers().map((x): [number, number] => [x % 2, x]);
    const kept = await pairs.sampleByKey(false, shares, 5).groupByKey().collectAsMap();
    expect(Math.abs((kept.get(0)?.length ?? 0) - 2000)).toBeLessThan(160);
    expect(Math.abs((kept.get(1)?.length ?? 0) - 7000)).toBeLessThan(185);
  });
});
