// The small pure parts behind the operations.
import { describe, expect, it } from 'vitest';
import { KEY_SAMPLE_BUILTINS } from '#dist/plan/builtins/key-sample.js';
import { SeededRandom, shuffleInPlace } from '#dist/plan/builtins/random.js';
import { pack, unpack, unpacker } from '#dist/plan/builtins/packed.js';
import { select } from '#dist/plan/builtins/selection.js';
import { normalQuantile } from '#dist/rdd/normal-quantile.js';
import { splitCommand } from '#dist/rdd/shell-words.js';
import { formatBytes } from '#dist/sizes.js';
import { StatCounter } from '#dist/stat-counter.js';

describe('the sample of keys', () => {
  const sample = KEY_SAMPLE_BUILTINS.sampleKeys!([10], []) as (
    partition: number,
    pages: Iterable<[number, null][]>,
  ) => [[number, number[]]];
  /** Of seven at most. */
  const records = (count: number) =>
    Array.from({ length: Math.ceil(count / 7) }, (_, page) =>
      Array.from({ length: Math.min(7, count - 7 * page) }, (_, i): [number, null] => [
        7 * page + i,
        null,
      ]),
    );

  it('takes all where they are few, and counts the others', () => {
    expect(sample(0, [])).toEqual([[0, []]]);
    expect(sample(0, records(10))).toEqual([
      [
        10,
        records(10)
          .flat()
          .map(([i]) => i),
      ],
    ]);
    const [[count, keys]] = sample(3, records(5000));
    expect([count, keys.length, new Set(keys).size]).toEqual([5000, 10, 10]);
    expect(sample(3, records(5000))).toEqual([[count, keys]]);
  });

  it('takes every record as likely as any other', () => {
    const taken = new Array<number>(100).fill(0);
    for (let partition = 0; partition < 5000; partition++)
      for (const key of sample(partition, records(100))[0][1]) taken[key]! += 1;
    // Chi-squared with 99 degrees of freedom: above 148 once in a thousand seeds; 500 of each are expected.
    expect(taken.reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0)).toBeLessThan(148);
  });
});

describe('SeededRandom', () => {
  it('repeats itself for a seed and differs between seeds and streams', () => {
    const draw = (seed: number, stream: number) => {
      const random = new SeededRandom(seed, stream);
      return [random.next(), random.next(), random.next()];
    };
    expect(draw(1, 0)).toEqual(draw(1, 0));
    expect(draw(1, 0)).not.toEqual(draw(2, 0));
    expect(draw(1, 0)).not.toEqual(draw(1, 1));
    expect(draw(1, 0)).not.toEqual(draw(1 + 2 ** 32, 0));
    expect(draw(0, 0)).not.toEqual([0, 0, 0]);
  });

  it('fills [0, 1) evenly', () => {
    const random = new SeededRandom(42);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) bins[Math.floor(random.next() * 10)]! += 1;
    // Chi-squared with 9 degrees of freedom: above 27.9 once in a thousand seeds.
    expect(bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
  });

  it('draws Poisson numbers of the right mean, small and large', () => {
    const random = new SeededRandom(7);
    const mean = (lambda: number) =>
      Array.from({ length: 20_000 }, () => random.poisson(lambda)).reduce((a, b) => a + b) / 20_000;
    expect(mean(0.5)).toBeCloseTo(0.5, 1);
    expect(Math.abs(mean(100) - 100)).toBeLessThan(0.5);
    expect(random.poisson(0)).toBe(0);
  });

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 20 }, (_, i) => i);
    const shuffled = shuffleInPlace([...items], new SeededRandom(1));
    expect(shuffled).not.toEqual(items);
    expect(shuffled.sort((a, b) => a - b)).toEqual(items);
  });
});

describe('select', () => {
  it('keeps the first of equal ones, in order, in either direction', () => {
    const words = ['bb', 'a', 'cc', 'b', 'dd', 'c'];
    expect(select([words], 4, 1, (w) => w.length)).toEqual(['a', 'b', 'c', 'bb']);
    expect(select([words], 4, -1, (w) => w.length)).toEqual(['bb', 'cc', 'dd', 'a']);
  });

  it('gives all when there are fewer', () => {
    expect(select([[3, 1], [2]], 10, 1)).toEqual([1, 2, 3]);
    expect(select([], 3, 1)).toEqual([]);
  });
});

describe('packed values', () => {
  it('come back as they were, and as fresh copies', () => {
    const value = { list: [1, null, Number.NaN], map: new Map([[[1], new Date(3)]]), big: 5n };
    expect(unpack(pack(value))).toEqual(value);
    const fresh = unpacker<number[]>(pack([1]));
    fresh().push(2);
    expect(fresh()).toEqual([1]);
  });
});

describe('splitCommand', () => {
  it.each([
    ['grep -v x', ['grep', '-v', 'x']],
    ["sed 's/a b/c/'", ['sed', 's/a b/c/']],
    ['a "b \\" c" d\\ e', ['a', 'b " c', 'd e']],
    ["x ''", ['x', '']],
    ['  ', []],
    ['echo $HOME | cat', ['echo', '$HOME', '|', 'cat']],
  ])('splits %j', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  it('refuses an open quote', () => {
    expect(() => splitCommand("a 'b")).toThrow(/not closed/);
  });
});

describe('normalQuantile', () => {
  it('inverts the normal distribution', () => {
    expect(normalQuantile(0.5)).toBeCloseTo(0, 9);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 6);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306, 6);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('StatCounter', () => {
  it('merges values and counters alike', () => {
    const merged = new StatCounter([1, 2]).mergeStats(new StatCounter([10, 20, 30])).merge(3);
    expect([merged.count(), merged.mean(), merged.min(), merged.max()]).toEqual([6, 11, 1, 30]);
    expect(merged.variance()).toBeCloseTo(114.6666667, 6);
    expect(merged.sum()).toBe(66);
  });

  it('merges with itself and with an empty one', () => {
    const counter = new StatCounter([1, 3]);
    counter.mergeStats(counter);
    expect([counter.count(), counter.mean(), counter.variance()]).toEqual([4, 2, 1]);
    expect(counter.mergeStats(new StatCounter()).count()).toBe(4);
    expect(new StatCounter().mergeStats(new StatCounter([5])).mean()).toBe(5);
  });

  it('has no variance without values', () => {
    const empty = new StatCounter();
    expect([empty.count(), empty.mean(), empty.min(), empty.max()]).toEqual([
      0,
      0,
      Infinity,
      -Infinity,
    ]);
    expect(empty.variance()).toBeNaN();
    expect(new StatCounter([5]).sampleVariance()).toBeNaN();
  });

  it('copies itself', () => {
    const copy = new StatCounter([1]).copy();
    copy.merge(3);
    expect([copy.count(), new StatCounter([1]).count()]).toEqual([2, 1]);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1023 bytes'],
    [1536, '1.5 KiB'],
    [1073741824, '1.0 GiB'],
  ])('shows %i', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
