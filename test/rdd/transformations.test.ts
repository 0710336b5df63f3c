// Record-wise and partition-wise transformations on the embedded engine.
import { describe, expect, it } from 'vitest';
import { sorted, withContext } from './with-context.js';

const sc = withContext();

describe('map, filter, flatMap', () => {
  it('keep the order of records and the partitions', async () => {
    const numbers = sc().parallelize([3, 1, 2], 2);
    expect(
      await numbers
        .map((x) => x * 10)
        .glom()
        .collect(),
    ).toEqual([[30], [10, 20]]);
    expect(
      await numbers
        .filter((x) => x > 1)
        .glom()
        .collect(),
    ).toEqual([[3], [2]]);
    expect(await numbers.flatMap((x) => [x, -x]).collect()).toEqual([3, -3, 1, -1, 2, -2]);
  });

  it('give nothing for an empty RDD and for empty partitions', async () => {
    expect(
      await sc()
        .emptyRDD<number>()
        .map((x) => x + 1)
        .collect(),
    ).toEqual([]);
    expect(
      await sc()
        .parallelize([7], 3)
        .map((x) => x + 1)
        .glom()
        .collect(),
    ).toEqual([[], [], [8]]);
  });

  it('pass the record alone, so that parseInt works', async () => {
    expect(await sc().parallelize(['10', '10', '10'], 1).map(parseInt).collect()).toEqual([
      10, 10, 10,
    ]);
  });

  it('run nothing before an action', async () => {
    const calls = sc().accumulator(0);
    const mapped = sc()
      .parallelize([1, 2, 3], 2)
      .map((x) => {
        calls.add(1);
        return x;
      });
    expect(calls.value).toBe(0);
    await mapped.count();
    expect(calls.value).toBe(3);
  });

  it('fail with the message of the function', async () => {
    const failing = sc()
      .parallelize([1, 2, 3])
      .map((x) => {
        if (x === 3) throw new RangeError(`no ${x}`);
        return x;
      });
    await expect(failing.collect()).rejects.toThrow('no 3');
  });

  it('refuse async functions and point to mapPartitions', () => {
    expect(() =>
      sc()
        .range(3)
        .map(async (x) => x),
    ).toThrow(/RDD-103.*mapPartitions/);
    expect(() =>
      sc()
        .range(3)
        .filter(async () => true),
    ).toThrow(/RDD-103/);
  });

  it('refuse generator functions where one value is wanted, not in flatMap', async () => {
    expect(() =>
      sc()
        .range(3)
        .map(function* (x) {
          yield x;
        }),
    ).toThrow(/RDD-103.*flatMap/);
    const twice = sc()
      .range(2)
      .flatMap(function* (x) {
        yield x;
        yield x;
      });
    expect(await twice.collect()).toEqual([0, 0, 1, 1]);
  });

  it('refuse what is no function', () => {
    expect(() =>
      sc()
        .range(3)
        .map('x => x' as unknown as (x: number) => number),
    ).toThrow("map() needs a function, not 'x => x'");
  });
});

describe('mapPartitions', () => {
  it('calls the function once a partition, with an iterable, also for empty ones', async () => {
    const sizes = sc()
      .parallelize([1, 2], 4)
      .mapPartitions((xs) => [[...xs].length]);
    expect(await sizes.collect()).toEqual([0, 1, 0, 1]);
  });

  it('takes generators, async generators and promises of arrays', async () => {
    const numbers = sc().parallelize([1, 2, 3], 2);
    const doubled = numbers.mapPartitions(function* (xs) {
      for (const x of xs) yield x * 2;
    });
    const delayed = numbers.mapPartitions(async function* (xs) {
      for (const x of xs) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield x * 3;
      }
    });
    const promised = numbers.mapPartitions(async (xs) => [...xs].reverse());
    expect(await doubled.collect()).toEqual([2, 4, 6]);
    expect(await delayed.collect()).toEqual([3, 6, 9]);
    expect(await promised.collect()).toEqual([1, 3, 2]);
  });

  it('gives plain iterables, whatever came before', async () => {
    const delayed = sc()
      .parallelize([1, 2, 2], 2)
      .mapPartitions(async function* (xs) {
        for (const x of xs) yield x * 3;
      })
      .map((x) => x + 1);
    const sums = delayed.mapPartitions(function* (xs) {
      let sum = 0;
      for (const x of xs) sum += x;
      yield sum;
    });
    const again = delayed.mapPartitions(async (xs) => [...xs].reverse());
    expect(await sums.collect()).toEqual([4, 14]);
    expect(await again.collect()).toEqual([4, 7, 7]);
    expect([...(await delayed.countByValue())]).toEqual([
      [4, 1],
      [7, 2],
    ]);
  });

  it('tells the index of the partition', async () => {
    const tagged = sc()
      .parallelize(['a', 'b', 'c'], 3)
      .mapPartitionsWithIndex((i, xs) => [...xs].map((x) => [i, x]));
    expect(await tagged.collect()).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ]);
  });
});

describe('pipe', () => {
  it('sends records as lines through a program', async () => {
    expect(await sc().parallelize(['b', 'a', 'ü'], 1).pipe('sort').collect()).toEqual([
      'a',
      'b',
      'ü',
    ]);
  });

  it('splits the command as a shell does and expands nothing', async () => {
    const piped = sc().parallelize(['a b'], 1).pipe(`sed 's/a b/$HOME it'"'"'s/'`);
    expect(await piped.collect()).toEqual(["$HOME it's"]);
  });

  it('gives the program the variables it was given and no others', async () => {
    expect(await sc().parallelize(['x'], 1).pipe('env', { ANSWER: '42' }).collect()).toEqual([
      'ANSWER=42',
    ]);
  });

  it('minds the exit status only when asked to', async () => {
    const failing = 'sh -c "echo some >&2; exit 3"';
    expect(await sc().parallelize(['x'], 1).pipe(failing).collect()).toEqual([]);
    await expect(sc().parallelize(['x'], 1).pipe(failing, null, true).collect()).rejects.toThrow(
      /exited with error code 3. some/,
    );
  });

  it('names a program that is not there', async () => {
    await expect(sc().parallelize(['x'], 1).pipe('no-such-program-here').collect()).rejects.toThrow(
      /pipe cannot run 'no-such-program-here'/,
    );
  });
});

describe('coalesce, repartition, zip', () => {
  it('joins neighbouring partitions and keeps the order', async () => {
    expect(await sc().range(6, null, 1, 6).coalesce(3).glom().collect()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(await sc().range(3, null, 1, 3).coalesce(9).getNumPartitions()).toBe(3);
  });

  it('spreads all records when repartitioning', async () => {
    const spread = sc().range(100, null, 1, 1).repartition(4);
    const sizes = await spread.mapPartitions((xs) => [[...xs].length]).collect();
    expect(sizes).toEqual([25, 25, 25, 25]);
    expect((await spread.collect()).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  it('refuses a number of partitions that is not positive, at the call', () => {
    expect(() => sc().range(3).coalesce(0)).toThrow(/RDD-101.*positive/);
    expect(() => sc().range(3).repartition(-1)).toThrow(/RDD-101.*positive/);
    expect(() => sc().range(3).distinct(1.5)).toThrow(/RDD-101.*1.5/);
  });

  it('numbers records through all partitions', async () => {
    const letters = sc().parallelize(['a', 'b', 'c', 'd', 'e'], 3);
    expect(await letters.zipWithIndex().values().collect()).toEqual([0, 1, 2, 3, 4]);
    expect(await letters.zipWithUniqueId().values().collect()).toEqual([0, 1, 4, 2, 5]);
  });

  it('refuses to zip partitions of different length', async () => {
    const two = sc()
      .parallelize([1, 1], 2)
      .flatMap((n) => Array(n).fill(n));
    const three = sc()
      .parallelize([1, 2], 2)
      .flatMap((n) => Array(n).fill(n));
    await expect(two.zip(three).count()).rejects.toThrow(/number of elements/);
  });
});

describe('operations on other RDDs', () => {
  it('refuse what is no RDD', () => {
    expect(() =>
      sc()
        .range(3)
        .union([1] as never),
    ).toThrow(/RDD-108: union needs another RDD|RDD-108\] union needs another RDD/);
  });

  it('make all pairs of records', async () => {
    const pairs = sc()
      .parallelize([1, 2], 2)
      .cartesian(sc().parallelize(['x', 'y'], 1));
    expect(sorted(await pairs.collect())).toEqual([
      [1, 'x'],
      [1, 'y'],
      [2, 'x'],
      [2, 'y'],
    ]);
  });

  it('keep duplicates in union and drop them in intersection', async () => {
    const a = sc().parallelize([1, 2, 2], 2);
    const b = sc().parallelize([2, 3], 1);
    expect(await a.union(b).collect()).toEqual([1, 2, 2, 2, 3]);
    expect(await a.intersection(b).collect()).toEqual([2]);
    expect(await a.subtract(b).collect()).toEqual([1]);
  });
});
