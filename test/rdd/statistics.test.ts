// Figures and samples on the embedded engine.
import { describe, expect, it } from 'vitest';
import { withContext } from './with-context.js';

const sc = withContext();

describe('sums and statistics', () => {
  it('add numbers, and bigints to a bigint', async () => {
    expect(await sc().parallelize([1, 2.5, -3], 2).sum()).toBe(0.5);
    expect(await sc().emptyRDD<number>().sum()).toBe(0);
    expect(
      await sc()
        .parallelize([1n, 2n] as unknown as number[], 2)
        .sum(),
    ).toBe(3n);
  });

  it('name a record that is no number', async () => {
    await expect(
      sc()
        .parallelize(['x'] as never[])
        .sum(),
    ).rejects.toThrow(/needs numbers.*'x'/);
    await expect(
      sc()
        .parallelize(['x'] as never[])
        .stats(),
    ).rejects.toThrow(/need numbers.*'x'/);
  });

  it('merge the partitions of stats', async () => {
    const stats = await sc().parallelize([1, 2, 3, 4], 3).stats();
    expect([stats.count(), stats.mean(), stats.variance(), stats.min(), stats.max()]).toEqual([
      4, 2.5, 1.25, 1, 4,
    ]);
    expect(await sc().parallelize([1, 2, 3], 2).sampleVariance()).toBe(1);
    expect(await sc().parallelize([], 2).stdev()).toBeNaN();
  });
});

describe('histogram', () => {
  it('divides the range of the records evenly', async () => {
    expect(await sc().parallelize([1, 2, 3, 4], 2).histogram(2)).toEqual([
      [1, 2.5, 4],
      [2, 2],
    ]);
    expect(await sc().parallelize([1, 1], 2).histogram(3)).toEqual([[1, 1], [2]]);
  });

  it('counts between given bounds, the last one included', async () => {
    expect(
      await sc()
        .parallelize([0, 5, 10, 10.5, null, Number.NaN] as number[])
        .histogram([0, 5, 10]),
    ).toEqual([
      [0, 5, 10],
      [1, 2],
    ]);
    expect(await sc().parallelize([1, 5, 9]).histogram([0, 1, 10])).toEqual([
      [0, 1, 10],
      [0, 3],
    ]);
    expect(await sc().parallelize(['ab', 'c', 'z']).histogram(['a', 'b', 'd'])).toEqual([
      ['a', 'b', 'd'],
      [1, 1],
    ]);
  });

  it('keeps infinite bounds apart', async () => {
    const numbers = sc().parallelize([-1, 1, 2]);
    expect((await numbers.histogram([Number.NEGATIVE_INFINITY, 0]))[1]).toEqual([1]);
    expect((await numbers.histogram([0, Number.POSITIVE_INFINITY]))[1]).toEqual([2]);
  });

  it.each([
    [0, />= 1/],
    [[1], /more than one/],
    [[1, 1, 2], /duplicated/],
    [[2, 1], /sorted/],
    [[1, Number.NaN], /NaN/],
    ['x', /list of bounds/],
  ])('refuses %j', (buckets, message) => {
    expect(() =>
      sc()
        .range(3)
        .histogram(buckets as number),
    ).toThrow(message);
  });

  it('cannot divide an empty RDD or texts', async () => {
    await expect(sc().parallelize<number>([]).histogram(2)).rejects.toThrow(/empty RDD/);
    await expect(sc().parallelize(['a', 'b']).histogram(2)).rejects.toThrow(/non-number/);
  });
});

describe('countApproxDistinct', () => {
  it('is within three standard errors', async () => {
    const many = sc()
      .range(60_000, null, 1, 3)
      .map((x) => `key ${x % 20_000}`);
    expect(Math.abs((await many.countApproxDistinct(0.02)) - 20_000)).toBeLessThan(1200);
    const tuples = sc()
      .range(1000)
      .map((x) => [x % 20, 'tuple']);
    expect(Math.abs((await tuples.countApproxDistinct()) - 20)).toBeLessThan(3);
    expect(await sc().parallelize([], 2).countApproxDistinct()).toBe(0);
  });

  it('refuses a precision out of reach', () => {
    expect(() => sc().range(3).countApproxDistinct(0.00001)).toThrow(/relativeSD/);
  });
});

describe('samples', () => {
  it('are the same for the same seed, and for every action on one sample', async () => {
    const numbers = sc().range(2000, null, 1, 4);
    const once = await numbers.sample(false, 0.3, 7).collect();
    expect(await numbers.sample(false, 0.3, 7).collect()).toEqual(once);
    expect(await numbers.sample(false, 0.3, 8).collect()).not.toEqual(once);
    const unseeded = numbers.sample(false, 0.5);
    expect(await unseeded.collect()).toEqual(await unseeded.collect());
  });

  it('hold about the wanted share, spread over the whole range', async () => {
    const kept = await sc().range(10_000, null, 1, 5).sample(false, 0.2, 3).collect();
    expect(kept.length).toBeGreaterThan(1800);
    expect(kept.length).toBeLessThan(2200);
    const perThousand = Array.from(
      { length: 10 },
      (_, i) => kept.filter((x) => Math.floor(x / 1000) === i).length,
    );
    expect(Math.min(...perThousand)).toBeGreaterThan(140);
    expect(Math.max(...perThousand)).toBeLessThan(260);
  });

  it('repeat records with replacement as the Poisson distribution says', async () => {
    const kept = await sc().range(10_000, null, 1, 4).sample(true, 1.5, 11).countByValue();
    const times = [0, 0, 0, 0];
    for (const n of kept.values()) if (n < 4) times[n]! += 1;
    times[0] = 10_000 - kept.size;
    // Expected 2231, 3347, 2510 and 1255 of ten thousand.
    expect(times[0]).toBeGreaterThan(2080);
    expect(times[0]).toBeLessThan(2380);
    expect(times[1]).toBeGreaterThan(3170);
    expect(times[1]).toBeLessThan(3520);
    expect(times[2]).toBeGreaterThan(2350);
    expect(times[2]).toBeLessThan(2670);
  });

  it('split an RDD into parts that share no record', async () => {
    const parts = sc().range(1000, null, 1, 3).randomSplit([3, 1, 1], 5);
    const all = (await Promise.all(parts.map((part) => part.collect()))).flat();
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(await parts[0]!.count()).toBeGreaterThan(500);
  });

  it('take each key by its own share', async () => {
    const keyed = sc()
      .range(200)
      .map((x) => [x % 2 === 0 ? 'keep' : 'drop', x]);
    const kept = await keyed
      .sampleByKey(
        false,
        new Map([
          ['keep', 1],
          ['drop', 0],
        ]),
        1,
      )
      .countByKey();
    expect([...kept]).toEqual([['keep', 100]]);
    await expect(keyed.sampleByKey(false, { keep: 1 }, 1).count()).rejects.toThrow(
      /no fraction for the key 'drop'/,
    );
  });

  it('take exactly so many records', async () => {
    const numbers = sc().range(1000, null, 1, 4);
    const taken = await numbers.takeSample(false, 50, 3);
    expect(new Set(taken).size).toBe(50);
    expect(await numbers.takeSample(false, 50, 3)).toEqual(taken);
    expect(await sc().range(5).takeSample(true, 12, 1)).toHaveLength(12);
    expect((await sc().range(5).takeSample(false, 12, 1)).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuse negative shares and sizes at the call', () => {
    expect(() => sc().range(3).sample(false, -0.5)).toThrow(/negative/);
    expect(() => sc().range(3).takeSample(false, -1)).toThrow(/negative/);
    expect(() => sc().range(3).randomSplit([0, 0])).toThrow(/positive/);
  });
});
