// Tables, sorts and outputs that move to files again and again, wherever that is possible: not a record is lost, doubled
// or out of place.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RDD, SparkConf, SparkContext } from '#dist/index.js';

const RECORDS = 60_000;
/** Each key comes twice. */
const KEYS = RECORDS / 2;
const SUM = (RECORDS * (RECORDS - 1)) / 2;
/** The pad makes records of texts that fill pages. */
const PAD = 200;

type Figures = readonly [count: number, sum: number];
type Job = (sc: SparkContext) => Promise<Figures>;

let sc: SparkContext;
let struck = 0;

beforeAll(() => {
  const conf = new SparkConf(false).setMaster('local[2]').setAppName('spills');
  // So many that three looks at memory in fifty are one.
  sc = new SparkContext(conf.set('tspark.chaos', `${process.env.TSPARK_CHAOS_SEED ?? 3}x3`));
  sc.events.listen((event) => {
    if (event.kind === 'fault-injected' && event.fault === 'spill') struck++;
  });
});
afterAll(() => sc.stop());

/** `k0` to `k29999`, each twice, with the numbers of records. */
function texts(sc: SparkContext): RDD<[string, number]> {
  const keys = KEYS;
  const pad = PAD;
  return sc.range(0, RECORDS, 1, 3).map((i): [string, number] => {
    return [`k${i % keys}`.padEnd(pad, '.'), i];
  });
}

function numbers(sc: SparkContext): RDD<[number, number]> {
  const keys = KEYS;
  return sc.range(0, RECORDS, 1, 3).map((i): [number, number] => [i % keys, i]);
}

async function figures(values: RDD<number>): Promise<Figures> {
  const cached = values.cache();
  const found = [await cached.count(), await cached.sum()] as const;
  await cached.unpersist();
  return found;
}

const sumsByKey = <K>(pairs: RDD<[K, number]>): Promise<Figures> =>
  figures(pairs.reduceByKey((a, b) => a + b, 4).map(([, sum]) => sum));

const ONE_A_KEY: Figures = [KEYS, SUM];
const ALL: Figures = [RECORDS, SUM];

const JOBS: Record<string, readonly [Job, Figures]> = {
  'reduceByKey of texts': [(sc) => sumsByKey(texts(sc)), ONE_A_KEY],
  'reduceByKey of numbers': [(sc) => sumsByKey(numbers(sc)), ONE_A_KEY],
  'aggregateByKey into objects': [
    (sc) =>
      figures(
        texts(sc)
          .aggregateByKey(
            { sum: 0 },
            (so, x) => ({ sum: so.sum + x }),
            (a, b) => ({ sum: a.sum + b.sum }),
            4,
          )
          .map(([, { sum }]) => sum),
      ),
    ONE_A_KEY,
  ],
  groupByKey: [
    (sc) =>
      figures(
        texts(sc)
          .groupByKey(4)
          .map(([, values]) => (values.length === 2 ? values[0]! + values[1]! : -1)),
      ),
    ONE_A_KEY,
  ],
  'distinct texts': [
    async (sc) => {
      const pad = PAD;
      const distinct = texts(sc).keys().distinct(4);
      return figures(distinct.map((key) => key.length - pad));
    },
    [KEYS, 0],
  ],
  partitionBy: [(sc) => figures(texts(sc).partitionBy(4).values()), ALL],
  repartition: [(sc) => figures(texts(sc).repartition(5).values()), ALL],
  join: [
    (sc) =>
      figures(
        texts(sc)
          .join(
            texts(sc).filter(([, i]) => i < 30_000),
            4,
          )
          .map(([, [left]]) => left),
      ),
    ALL,
  ],
  fullOuterJoin: [
    (sc) =>
      figures(
        texts(sc)
          .filter(([, i]) => i < 45_000)
          .fullOuterJoin(
            texts(sc).filter(([, i]) => i >= 45_000),
            4,
          )
          .map(([, [left, right]]) => (left === null ? 0 : left) + (right === null ? 0 : right)),
      ),
    // 15,000 keys come twice on the left alone, 15,000 once on either side.
    [45_000, SUM],
  ],
  cogroup: [
    (sc) =>
      figures(
        texts(sc)
          .cogroup(
            numbers(sc).map(([key, i]): [string, number] => [`other${key}`, i]),
            4,
          )
          .map(([, [left, right]]) => [...left, ...right].reduce((a, b) => a + b, 0)),
      ),
    [2 * KEYS, 2 * SUM],
  ],
  'kept partitions': [(sc) => figures(texts(sc).cache().values()), ALL],
};

for (const [name, [job, expected]] of Object.entries(JOBS)) {
  it(`${name} misses nothing`, { timeout: 120_000 }, async () => {
    expect(await job(sc)).toEqual(expected);
  });
}

it('sortBy has all in order', { timeout: 120_000 }, async () => {
  const sorted = await texts(sc)
    .sortBy(([key]) => key, true, 4)
    .map(([key, i]): [string, number] => [key.slice(0, 8), i])
    .collect();
  const outOfPlace = sorted.filter(([key], at) => at > 0 && key < sorted[at - 1]![0]);
  expect(outOfPlace).toEqual([]);
  expect([sorted.length, sorted.reduce((sum, [, i]) => sum + i, 0)]).toEqual(ALL);
});

it('they did move to files', () => {
  expect(struck).toBeGreaterThan(100);
});
