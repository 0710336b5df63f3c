// Types of realistic chains: compiled by `tsc`, never run. Each `expectType` fails to compile when the type differs.
import type {
  Accumulator,
  BoundedFloat,
  Broadcast,
  Job,
  RDD,
  ResultIterable,
  SparkContext,
  StatCounter,
} from '../../src/index.js';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

declare function expectType<Expected>(): <Actual>(
  value: Actual & (Equal<Actual, Expected> extends true ? unknown : never),
) => void;

declare const sc: SparkContext;

export function tuplesAreKept(): void {
  const words = sc.textFile('a.txt').flatMap((line) => line.split(' '));
  expectType<RDD<string>>()(words);
  const pairs = words.map((word) => [word, 1]);
  expectType<RDD<[string, number]>>()(pairs);
  expectType<RDD<[string, number]>>()(pairs.reduceByKey((a, b) => a + b));
  expectType<RDD<string>>()(pairs.keys());
  expectType<RDD<number>>()(pairs.values());
  expectType<RDD<[string, number[]]>>()(pairs.groupByKey().mapValues((counts) => [...counts]));
  expectType<RDD<[string, ResultIterable<number>]>>()(pairs.groupByKey(2, (word) => word.length));
  expectType<RDD<[string, number, boolean]>>()(words.map((word) => [word, 1, true]));
  expectType<RDD<[string, number]>>()(
    sc.textFile('a').flatMap((line) => line.split(' ').map((w): [string, number] => [w, 1])),
  );
  expectType<RDD<[string, [number, number]]>>()(pairs.mapValues((n) => [n, 1]));
  expectType<RDD<[number, string]>>()(words.keyBy((word) => word.length));
  expectType<RDD<[string, ResultIterable<string>]>>()(words.groupBy((word) => word[0] ?? ''));
}

export function rowsStayArrays(): void {
  const rows = sc.textFile('airlines.csv').map((line) => line.split(','));
  expectType<RDD<string[]>>()(rows);
  expectType<Job<number>>()(rows.map((row) => row.length).sum());
  const byCountry = rows.map((row) => [row[2] ?? '', 1]).reduceByKey((a, b) => a + b);
  expectType<Job<[string, number][]>>()(byCountry.takeOrdered(4, ([name, n]) => [-n, name]));
}

export function joinsNameTheirSides(): void {
  const ages = sc.parallelize<[string, number]>([['a', 1]]);
  const names = sc.parallelize<[string, string]>([['a', 'x']]);
  expectType<RDD<[string, [number, string]]>>()(ages.join(names));
  expectType<RDD<[string, [number, string | null]]>>()(ages.leftOuterJoin(names));
  expectType<RDD<[string, [number | null, string]]>>()(ages.rightOuterJoin(names));
  expectType<RDD<[string, [number | null, string | null]]>>()(ages.fullOuterJoin(names, 4));
  expectType<RDD<[string, [ResultIterable<number>, ResultIterable<string>]]>>()(
    ages.cogroup(names),
  );
  expectType<
    RDD<[string, [ResultIterable<number>, ResultIterable<string>, ResultIterable<number>]]>
  >()(ages.groupWith(names, ages));
  expectType<RDD<[string, number]>>()(ages.subtractByKey(names));
  expectType<RDD<[[string, number], [string, string]]>>()(ages.zip(names));
  expectType<RDD<[[string, number], [string, string]]>>()(ages.cartesian(names));
  expectType<RDD<[string, number] | [string, string]>>()(ages.union(names));
}

export function literalsMakePairs(): void {
  expectType<RDD<[string, number]>>()(
    sc.parallelize([
      ['a', 1],
      ['b', 2],
    ]),
  );
  expectType<RDD<number>>()(sc.parallelize([1, 2, 3], 2));
  expectType<RDD<string>>()(sc.parallelize('abc'));
  expectType<RDD<number>>()(sc.range(10));
  expectType<RDD<number>>()(sc.union([sc.range(1), sc.range(2)]));
}

export function combinersMayBeTuples(): void {
  const pairs = sc.range(10).map((n) => [n % 2, n]);
  const sums = pairs.combineByKey<number, number, [number, number]>(
    (v) => [v, 1],
    (c, v) => [c[0] + v, c[1] + 1],
    (a, b) => [a[0] + b[0], a[1] + b[1]],
  );
  expectType<RDD<[number, [number, number]]>>()(sums);
  expectType<RDD<[number, number[]]>>()(
    pairs.combineByKey(
      (v) => [v],
      (list, v) => [...list, v],
      (a, b) => [...a, ...b],
    ),
  );
  expectType<RDD<[number, number[]]>>()(
    pairs.aggregateByKey(
      [] as number[],
      (list, v) => [...list, v],
      (a, b) => [...a, ...b],
    ),
  );
  expectType<RDD<[number, number]>>()(sums.mapValues(([sum, count]) => sum / count));
  expectType<RDD<[number, [number, number]]>>()(
    pairs.aggregateByKey(
      [0, 0],
      (soFar, v) => [soFar[0] + v, soFar[1] + 1],
      (a, b) => [a[0] + b[0], a[1] + b[1]],
    ),
  );
  expectType<RDD<[number, Set<number>]>>()(
    pairs.aggregateByKey(
      new Set<number>(),
      (soFar, v) => soFar.add(v),
      (a, b) => new Set([...a, ...b]),
    ),
  );
  expectType<RDD<[number, number]>>()(pairs.foldByKey(0, (a, b) => a + b, 3));
  expectType<Job<[number, number]>>()(
    sc.range(3).aggregate(
      [0, 0],
      (soFar, x) => [soFar[0] + x, soFar[1] + 1],
      (a, b) => [a[0] + b[0], a[1] + b[1]],
    ),
  );
  expectType<Job<string>>()(
    sc.range(3).aggregate(
      '',
      (soFar, x) => soFar + x,
      (a, b) => a + b,
    ),
  );
}

export function untypedStaysUntyped(): void {
  const parsed = sc.textFile('a.json').map((line) => JSON.parse(line));
  const isAny: Equal<typeof parsed, RDD<any>> = true;
  parsed.filter((record) => record.age > 3);
  const items = sc.textFile('a.json').flatMap((line) => JSON.parse(line).items);
  expectType<RDD<unknown>>()(items);
  const given: any[] = [];
  const rdd = sc.parallelize(given);
  const isAnyToo: Equal<typeof rdd, RDD<any>> = isAny;
  expectType<true>()(isAnyToo);
  expectType<RDD<never>>()(sc.parallelize([]));
  expectType<Job<number>>()(sc.parallelize([]).sum());
  expectType<RDD<never>>()(
    sc.range(1).map(() => {
      throw new Error();
    }),
  );
  expectType<RDD<null>>()(sc.range(1).map(() => null));
  expectType<RDD<[string, never]>>()(
    sc.parallelize<[string, number]>([]).mapValues(() => {
      throw new Error();
    }),
  );
}

export function filtersNarrow(): void {
  const mixed = sc.parallelize<string | null>(['a', null]);
  expectType<RDD<string>>()(mixed.filter((x): x is string => x !== null));
  expectType<RDD<string | null>>()(mixed.filter((x) => x !== 'a'));
  const matches = sc
    .textFile('log')
    .map((line) => /(\d+)/.exec(line))
    .filter((match) => match !== null);
  expectType<RDD<RegExpExecArray>>()(matches);
}

export function partitionFunctionsGiveRecords(): void {
  const numbers = sc.range(10);
  expectType<RDD<number>>()(
    numbers.mapPartitions(function* (records) {
      for (const n of records) yield n * 2;
    }),
  );
  expectType<RDD<string>>()(
    numbers.mapPartitions(async function* (records) {
      for (const n of records) yield String(n);
    }),
  );
  expectType<RDD<[number, number]>>()(
    numbers.mapPartitionsWithIndex((i, records) =>
      [...records].map((n): [number, number] => [i, n]),
    ),
  );
  expectType<RDD<number[]>>()(numbers.glom());
  expectType<RDD<[number, number]>>()(numbers.zipWithIndex());
  expectType<Job<number[]>>()(sc.runJob(numbers, (records) => [...records], [0]));
}

export function actionsGiveJobs(): void {
  const pairs = sc.parallelize<[string, number]>([['a', 1]]);
  expectType<Job<Map<string, number>>>()(pairs.collectAsMap());
  expectType<Job<Map<string, number>>>()(pairs.countByKey());
  expectType<Job<Map<[string, number], number>>>()(pairs.countByValue());
  expectType<Job<Map<string, number>>>()(pairs.reduceByKeyLocally((a, b) => a + b));
  expectType<Job<number[]>>()(pairs.lookup('a'));
  expectType<Job<[string, number]>>()(pairs.first());
  expectType<Job<boolean>>()(pairs.isEmpty());
  expectType<Job<void>>()(pairs.saveAsTextFile('out', 'gzip'));
  expectType<Job<StatCounter>>()(pairs.values().stats());
  expectType<Job<[number[], number[]]>>()(sc.range(4).histogram(2));
  expectType<Job<[string[], number[]]>>()(sc.parallelize(['a', 'b']).histogram(['a', 'c']));
  expectType<Job<BoundedFloat>>()(pairs.values().meanApprox(100));
  expectType<Job<number>>()(pairs.countApprox(100));
  expectType<RDD<[string, number]>[]>()(pairs.randomSplit([1, 2]));
  expectType<AsyncGenerator<[string, number], void, undefined>>()(pairs.toLocalIterator());
}

export function sortingKeepsTheType(): void {
  const pairs = sc.parallelize<[string, number]>([['a', 1]]);
  expectType<RDD<[string, number]>>()(pairs.sortByKey(false, 3, (key) => key.toLowerCase()));
  expectType<RDD<[string, number]>>()(pairs.sortBy(([, n]) => -n));
  expectType<RDD<[string, number]>>()(
    pairs.repartitionAndSortWithinPartitions(2, (key) => key.length, false),
  );
  expectType<RDD<[string, number]>>()(pairs.sampleByKey(false, { a: 0.5 }));
  expectType<RDD<[string, number]>>()(pairs.sampleByKey(true, new Map([['a', 0.5]]), 7));
}

export function sharedVariables(): void {
  expectType<Accumulator<number>>()(sc.accumulator(0));
  expectType<Accumulator<number[]>>()(
    sc.accumulator([0, 0], {
      zero: () => [0, 0],
      addInPlace: (a, b) => a.map((x, i) => x + (b[i] ?? 0)),
    }),
  );
  expectType<Broadcast<Map<string, number>>>()(sc.broadcast(new Map([['a', 1]])));
}

export function wrongUsesDoNotCompile(): void {
  // @ts-expect-error sum is for numbers
  sc.parallelize(['a']).sum();
  // @ts-expect-error reduceByKey is for pairs
  sc.parallelize(['a']).reduceByKey((a: string) => a);
  // @ts-expect-error the values are numbers
  sc.parallelize<[string, number]>([]).mapValues((v: string) => v);
  // @ts-expect-error keys of a join must be of one type
  sc.parallelize<[string, number]>([]).join(sc.parallelize<[number, number]>([]));
}

export const context: SparkContext = sc.range(1).context;
