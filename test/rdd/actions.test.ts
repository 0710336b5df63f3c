// Actions on the embedded engine: what they compute, how much of it, how they fail and end.
import { describe, expect, it } from 'vitest';
import { BoundedFloat } from '#dist/index.js';
import type { TsparkEvent } from '#dist/index.js';
import { withContext } from './with-context.js';

const sc = withContext('local[2]', { 'spark.driver.maxResultSize': '100k' });

describe('take and first', () => {
  it('compute no more partitions than they need', async () => {
    const computed = sc().accumulator(0);
    const numbers = sc()
      .range(8, null, 1, 4)
      .mapPartitions((xs) => {
        computed.add(1);
        return xs;
      });
    expect(await numbers.take(2)).toEqual([0, 1]);
    expect(computed.value).toBe(1);
    expect(await numbers.take(3)).toEqual([0, 1, 2]);
    expect(computed.value).toBe(3);
  });

  it('go on to later partitions until there is enough', async () => {
    expect(
      await sc()
        .range(100, null, 1, 50)
        .filter((x) => x > 90)
        .take(3),
    ).toEqual([91, 92, 93]);
    expect(await sc().range(5, null, 1, 2).take(99)).toEqual([0, 1, 2, 3, 4]);
  });

  it('take nothing for zero and for negative numbers', async () => {
    expect(await sc().range(3).take(0)).toEqual([]);
    expect(await sc().range(3).take(-1)).toEqual([]);
  });

  it('say that there is no first record', async () => {
    await expect(sc().parallelize([], 3).first()).rejects.toThrow('RDD is empty');
    expect(await sc().parallelize([], 3).isEmpty()).toBe(true);
    expect(await sc().parallelize([null], 3).isEmpty()).toBe(false);
  });
});

describe('reduce, fold and aggregate', () => {
  it('go from left to right in the order of partitions', async () => {
    expect(
      await sc()
        .parallelize([...'abcdef'], 3)
        .reduce((a, b) => `(${a}${b})`),
    ).toBe('(((ab)(cd))(ef))');
  });

  it('need a record, or a zero value', async () => {
    await expect(
      sc()
        .parallelize<number>([], 3)
        .reduce((a, b) => a + b),
    ).rejects.toThrow('Can not reduce() empty RDD');
    expect(
      await sc()
        .parallelize<number>([], 3)
        .fold(0, (a, b) => a + b),
    ).toBe(0);
    expect(
      await sc()
        .emptyRDD<number>()
        .fold(7, (a, b) => a + b),
    ).toBe(7);
  });

  it('never share a zero value that functions change', async () => {
    const zero: number[] = [];
    const merge = (a: number[], b: number[]) => {
      a.push(...b);
      return a;
    };
    const lists = sc().parallelize([[1], [2], [3]], 3);
    expect(await lists.fold(zero, merge)).toEqual([1, 2, 3]);
    expect(await lists.fold(zero, merge)).toEqual([1, 2, 3]);
    expect(zero).toEqual([]);
  });

  it('pass on what the function throws at the driver', async () => {
    const failing = sc()
      .parallelize([1, 2], 2)
      .reduce(() => {
        throw new Error('while merging');
      });
    await expect(failing).rejects.toThrow('while merging');
  });

  it('merge in tasks first when told to', async () => {
    const numbers = sc().range(1000, null, 1, 100);
    expect(await numbers.treeReduce((a, b) => a + b, 3)).toBe(499_500);
    expect(
      await numbers.treeAggregate(
        1,
        (a, x) => a + x,
        (a, b) => a + b,
      ),
    ).toBe(499_600);
    expect(
      await sc()
        .emptyRDD<number>()
        .treeAggregate(
          10,
          (a, x) => a + x,
          (a, b) => a + b,
        ),
    ).toBe(10);
    await expect(
      sc()
        .parallelize<number>([], 2)
        .treeReduce((a, b) => a + b),
    ).rejects.toThrow('empty RDD');
    expect(() => numbers.treeReduce((a, b) => a + b, 0)).toThrow(/depth/);
  });
});

describe('order statistics', () => {
  it('give the first of equal records', async () => {
    const words = sc().parallelize(['pear', 'fig', 'kiwi', 'banana', 'cherry'], 3);
    expect(await words.max((w) => w.length)).toBe('banana');
    expect(await words.min((w) => w.length)).toBe('fig');
    expect(await words.top(2, (w) => w.length)).toEqual(['banana', 'cherry']);
    expect(await words.takeOrdered(3, (w) => w.length)).toEqual(['fig', 'pear', 'kiwi']);
  });

  it('compare numbers as numbers and arrays element by element', async () => {
    expect(await sc().parallelize([100, 9, 20], 2).top(2)).toEqual([100, 20]);
    expect(
      await sc()
        .parallelize(
          [
            [2, 'a'],
            [1, 'z'],
            [1, 'b'],
          ],
          2,
        )
        .min(),
    ).toEqual([1, 'b']);
  });

  it('pick few of many', async () => {
    expect(
      await sc()
        .range(20_000, null, 1, 4)
        .map((x) => (x * 7919) % 20_011)
        .top(3),
    ).toEqual([20_010, 20_009, 20_008]);
  });

  it('refuse a negative number of ordered records', () => {
    expect(() => sc().range(3).takeOrdered(-1)).toThrow(/negative/);
  });
});

describe('results by key', () => {
  it('are Maps that find keys by value', async () => {
    const counts = await sc()
      .parallelize(
        [
          [1, 'a'],
          [1, 'a'],
          [2, 'b'],
        ],
        2,
      )
      .countByValue();
    expect(counts.get([1, 'a'])).toBe(2);
    expect(counts.has([3, 'c'])).toBe(false);
    const merged = await sc()
      .parallelize<[string[], number]>(
        [
          [['k'], 1],
          [['k'], 5],
        ],
        2,
      )
      .reduceByKeyLocally(Math.max);
    expect([...merged]).toEqual([[['k'], 5]]);
    expect(merged).toBeInstanceOf(Map);
  });

  it('keep the last of equal keys in collectAsMap', async () => {
    expect([
      ...(await sc()
        .parallelize<[string, number]>(
          [
            ['a', 1],
            ['a', 2],
          ],
          1,
        )
        .collectAsMap()),
    ]).toEqual([['a', 2]]);
  });
});

describe('a result that is too large', () => {
  it('fails the action with advice', async () => {
    const texts = sc()
      .range(4000, null, 1, 8)
      .map((x) => `a text of some length ${x}`);
    await expect(texts.collect()).rejects.toThrow(/maxResultSize.*take\(20\)/s);
    expect(await texts.count()).toBe(4000);
  });

  it('does not bind toLocalIterator, which holds a partition at a time', async () => {
    let length = 0;
    for await (const text of sc()
      .range(4000, null, 1, 40)
      .map((x) => `a text of some length ${x}`)
      .toLocalIterator()) {
      length += text.length;
    }
    expect(length).toBe(102_890);
  });
});

describe('toLocalIterator', () => {
  it('computes a partition when it is reached', async () => {
    const computed = sc().accumulator(0);
    const numbers = sc()
      .range(6, null, 1, 3)
      .map((x) => {
        computed.add(1);
        return x;
      });
    const iterator = numbers.toLocalIterator();
    expect((await iterator.next()).value).toBe(0);
    expect(computed.value).toBe(2);
    await iterator.return();
  });

  it('passes on failures, prefetched or not', async () => {
    const failing = sc()
      .range(4, null, 1, 2)
      .map((x) => {
        if (x > 1) throw new Error('second partition');
        return x;
      });
    for (const prefetch of [false, true]) {
      const seen: number[] = [];
      const walk = async () => {
        for await (const x of failing.toLocalIterator(prefetch)) seen.push(x);
      };
      await expect(walk()).rejects.toThrow('second partition');
      expect(seen).toEqual([0, 1]);
    }
  });
});

describe('jobs', () => {
  it('can be cancelled, and the context goes on', async () => {
    const job = sc()
      .range(1e9, null, 1, 2)
      .map((x) => x + 1)
      .count();
    setTimeout(() => job.cancel('enough'), 50);
    await expect(job).rejects.toThrow(/cancelled.*enough/);
    expect(await sc().range(3).count()).toBe(3);
  });

  it('are told by events, with their group, description and tags', async () => {
    const events: TsparkEvent[] = [];
    const stop = sc().events.listen((event) => events.push(event));
    sc().setJobGroup('g', 'what it does');
    sc().addJobTag('t');
    await sc().range(3).count();
    sc().clearJobTags();
    sc().setLocalProperty('spark.jobGroup.id', null);
    sc().setJobDescription(null);
    stop();
    const started = events.find((event) => event.kind === 'job-start');
    expect(started).toMatchObject({
      action: 'count',
      group: 'g',
      description: 'what it does',
      tags: ['t'],
    });
    expect(events.filter((event) => event.kind === 'job-end')).toMatchObject([
      { outcome: 'succeeded', error: null },
    ]);
  });

  it('end with the failure they had', async () => {
    const events: TsparkEvent[] = [];
    const stop = sc().events.listen((event) => events.push(event));
    const failing = sc()
      .range(1)
      .map(() => {
        throw new Error('told by events');
      });
    await expect(failing.count()).rejects.toThrow();
    stop();
    const [ended] = events.filter((event) => event.kind === 'job-end');
    expect(ended).toMatchObject({ outcome: 'failed' });
    expect(JSON.stringify(ended)).toContain('told by events');
  });

  it('are Promises with a number', () => {
    const job = sc().range(3).count();
    expect(job).toBeInstanceOf(Promise);
    expect(job.id).toBeGreaterThanOrEqual(0);
    return job;
  });

  it('keep the group of a collectWithJobGroup to themselves', async () => {
    expect(await sc().range(2).collectWithJobGroup('own', 'own description')).toEqual([0, 1]);
    expect(sc().getLocalProperty('spark.jobGroup.id')).toBeNull();
    expect(sc().statusTracker().getJobIdsForGroup('own')).toHaveLength(1);
  });
});

describe('approximate answers', () => {
  const slow = (partitions: number) =>
    sc()
      .range(partitions * 10, null, 1, partitions)
      .mapPartitions((xs) => {
        const end = Date.now() + 100;
        while (Date.now() < end);
        return [...xs].map(() => 5);
      });

  it('are exact when all partitions are done in time', async () => {
    expect(await sc().range(1000, null, 1, 4).countApprox(20_000)).toBe(1000);
    const mean = await sc().range(11).meanApprox(20_000);
    expect(mean).toBeInstanceOf(BoundedFloat);
    expect([mean.mean, mean.low, mean.high]).toEqual([5, 5, 5]);
  });

  it('are scaled up from the partitions done in time', async () => {
    const sum = await slow(10).sumApprox(350);
    expect(sum.mean).toBe(500);
    expect(sum.low).toBeLessThan(500);
    expect(sum.high).toBeGreaterThan(500);
  });

  it('refuse a confidence outside of 0 to 1', () => {
    expect(() => sc().range(3).countApprox(10, 1.5)).toThrow(/confidence/);
  });
});
