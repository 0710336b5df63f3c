// Small jobs again and again: their stages go to a worker together and are named instead of sent, and each must answer what
// plain arrays say, whatever the data and however many partitions they are in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RDD, SparkContext } from '#dist/index.js';
import { seeded } from '../programs/random.js';

type Pair = [number, number];
const ROUNDS = 40;
const KEYS = 4;

const keyed = (rdd: RDD<number>): RDD<Pair> => rdd.map((n): Pair => [n % KEYS, n]);
const keyOf = (n: number): number => n % KEYS;

/** The values of each key, in the order of the data. */
function grouped(data: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const n of data) groups.set(keyOf(n), [...(groups.get(keyOf(n)) ?? []), n]);
  return groups;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const sums = (data: readonly number[]): Pair[] =>
  [...grouped(data)].map(([key, values]) => [key, sum(values)]);

interface Program {
  readonly name: string;
  run(rdd: RDD<number>): Promise<unknown>;
  expected(data: readonly number[]): unknown;
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'map, filter, flatMap',
    run: (rdd) =>
      rdd
        .map((n) => n + 1)
        .filter((n) => n % 2 === 0)
        .flatMap((n) => [n, -n])
        .collect(),
    expected: (data) => data.flatMap((n) => (n % 2 === 1 ? [n + 1, -n - 1] : [])),
  },
  {
    name: 'reduceByKey',
    run: (rdd) =>
      keyed(rdd)
        .reduceByKey((a, b) => a + b)
        .collect(),
    expected: sums,
  },
  {
    name: 'reduceByKey of texts',
    run: (rdd) =>
      rdd
        .map((n): [string, string] => [`key ${n % 3}`, `${n}`])
        .reduceByKey((a, b) => (a.length > b.length ? a : b))
        .map(([key, value]) => [key, value.length])
        .collect(),
    expected: (data) =>
      [0, 1, 2].flatMap((key) => {
        const lengths = data.filter((n) => n % 3 === key).map((n) => `${n}`.length);
        return lengths.length === 0 ? [] : [[`key ${key}`, Math.max(...lengths)]];
      }),
  },
  {
    name: 'two shuffles',
    run: (rdd) =>
      keyed(rdd)
        .reduceByKey((a, b) => a + b)
        .map(([, value]): Pair => [value % 2, 1])
        .reduceByKey((a, b) => a + b)
        .collect(),
    expected: (data) =>
      [0, 1].flatMap((key) => {
        const count = sums(data).filter(([, value]) => value % 2 === key).length;
        return count === 0 ? [] : [[key, count]];
      }),
  },
  {
    name: 'groupByKey',
    run: (rdd) =>
      keyed(rdd)
        .groupByKey()
        .mapValues((values) => [...values].join())
        .collect(),
    expected: (data) => [...grouped(data)].map(([key, values]) => [key, values.join()]),
  },
  {
    name: 'join with itself',
    run: (rdd) => keyed(rdd).join(keyed(rdd)).count(),
    expected: (data) => sum([...grouped(data).values()].map((values) => values.length ** 2)),
  },
  {
    name: 'leftOuterJoin of what lies right',
    run: (rdd) => {
      const reduced = keyed(rdd).reduceByKey((a, b) => a + b);
      return reduced.leftOuterJoin(reduced.filter(([key]) => key > 1)).collect();
    },
    expected: (data) => sums(data).map(([key, value]) => [key, [value, key > 1 ? value : null]]),
  },
  {
    name: 'cogroup',
    run: (rdd) =>
      keyed(rdd)
        .cogroup(keyed(rdd.filter((n) => n > 50)))
        .mapValues(([left, right]) => [[...left].length, [...right].length])
        .collect(),
    expected: (data) =>
      [...grouped(data)].map(([key, values]) => [
        key,
        [values.length, values.filter((n) => n > 50).length],
      ]),
  },
  {
    name: 'union and distinct',
    run: (rdd) => rdd.union(rdd).distinct().collect(),
    expected: (data) => [...new Set(data)],
  },
  {
    name: 'sortBy',
    run: (rdd) => rdd.sortBy((n) => n).collect(),
    expected: (data) => [...data],
  },
  { name: 'fold', run: (rdd) => rdd.fold(0, (a, b) => a + b), expected: sum },
  {
    name: 'countByKey',
    run: async (rdd) => [...(await keyed(rdd).countByKey())],
    expected: (data) => [...grouped(data)].map(([key, values]) => [key, values.length]),
  },
];

/** Order between partitions is not what is asked for. */
function inOrder(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  return answer.map((each) => JSON.stringify(each ?? null)).sort();
}

describe('small jobs', () => {
  let sc: SparkContext;
  let unlisten: () => void;
  /** Jobs of which a later stage had begun before the first task of the one before it ended. */
  let together = 0;
  let begun = 0;

  beforeAll(() => {
    sc = new SparkContext('local[2]', 'small-jobs');
    unlisten = sc.events.listen((event) => {
      if (event.kind === 'job-start') begun = 0;
      if (event.kind === 'stage-start') begun++;
      if (event.kind === 'task-end') {
        if (begun > 1) together++;
        begun = Number.NEGATIVE_INFINITY;
      }
    });
  });
  afterAll(async () => {
    unlisten();
    await sc.stop();
  });

  it.each(PROGRAMS)('answer as arrays do: $name', async ({ run, expected }) => {
    const random = seeded(42);
    for (let round = 0; round < ROUNDS; round++) {
      const data = Array.from({ length: Math.floor(random() * 12) }, () =>
        Math.floor(random() * 100),
      );
      const answer = await run(sc.parallelize(data, 1 + Math.floor(random() * 3)));
      expect(inOrder(answer)).toEqual(inOrder(expected(data)));
    }
  });

  it('go to a worker together now and then', async () => {
    // How often a busy machine makes it wait is not known.
    for (let jobs = 0; together === 0 && jobs < 20_000; jobs++)
      await PROGRAMS[1]!.run(sc.parallelize([1, 2, 3], 2));
    expect(together).toBeGreaterThan(0);
  }, 180_000);
});
