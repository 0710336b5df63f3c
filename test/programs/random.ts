// Random programs over the RDD API beside the same programs over plain arrays. A program follows from its seed.
// The arrays know nothing of partitions that a shuffle makes: from there on records are compared without their order.
import type { RDD, SparkContext } from '#dist/index.js';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Pair = [number, number];

/** An RDD and what must be in it. */
interface Side<T> {
  readonly rdd: RDD<T>;
  readonly records: readonly T[];
  /** The partitions where they are known, and so the order. */
  readonly parts: readonly (readonly T[])[] | null;
}

export class Program {
  /** What was called, to be shown when an answer is wrong. */
  readonly text: string[] = [];
  readonly #random: () => number;
  readonly #sc: SparkContext;

  constructor(sc: SparkContext, seed: number) {
    this.#sc = sc;
    this.#random = seeded(seed);
  }

  /** Runs the program; what it gave and what is right, as texts. */
  async run(): Promise<{ readonly got: string; readonly right: string }> {
    let numbers = this.#source();
    const steps = this.#upTo(4);
    for (let step = 0; step < steps; step++) {
      numbers =
        this.#upTo(3) === 0 ? await this.#throughPairs(numbers) : this.#stepOfNumbers(numbers);
    }
    return this.#finish(numbers);
  }

  #upTo(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#upTo(from.length)]!;
  }

  #note(call: string): void {
    this.text.push(call);
  }

  #source(): Side<number> {
    const count = this.#upTo(12);
    const slices = 1 + this.#upTo(4);
    const records = Array.from({ length: count }, () => this.#upTo(20) - 5);
    this.#note(`parallelize(${JSON.stringify(records)}, ${slices})`);
    // As PySpark does it: the list is dealt out in batches, as many to each slice.
    const batch = Math.max(1, Math.floor(count / slices));
    const batches = Math.ceil(count / batch);
    const edge = (i: number) => batch * Math.floor((i * batches) / slices);
    const parts = Array.from({ length: slices }, (_, i) => records.slice(edge(i), edge(i + 1)));
    return { rdd: this.#sc.parallelize(records, slices), records, parts };
  }

  #stepOfNumbers(side: Side<number>): Side<number> {
    const { rdd, records, parts } = side;
    const k = 1 + this.#upTo(4);
    const each = <T>(f: (part: readonly number[]) => T[]): Pick<Side<T>, 'records' | 'parts'> => ({
      records: parts === null ? f(records) : parts.flatMap(f),
      parts: parts?.map(f) ?? null,
    });
    const steps: Record<string, () => Side<number>> = {
      map: () => ({ rdd: rdd.map((x) => x * k + 1), ...each((p) => p.map((x) => x * k + 1)) }),
      filter: () => ({
        rdd: rdd.filter((x) => x % k === 0),
        ...each((p) => p.filter((x) => x % k === 0)),
      }),
      flatMap: () => ({
        rdd: rdd.flatMap((x) => (x % 2 === 0 ? [] : [x, k])),
        ...each((p) => p.flatMap((x) => (x % 2 === 0 ? [] : [x, k]))),
      }),
      distinct: () => ({
        rdd: rdd.distinct(k),
        records: [...new Set(records)],
        parts: null,
      }),
      union: () => {
        const other = this.#source();
        return {
          rdd: rdd.union(other.rdd),
          records: [...records, ...other.records],
          parts: parts === null ? null : [...parts, ...other.parts!],
        };
      },
      intersection: () => {
        const other = this.#source();
        const right = new Set(other.records);
        return {
          rdd: rdd.intersection(other.rdd),
          records: [...new Set(records)].filter((x) => right.has(x)),
          parts: null,
        };
      },
      subtract: () => {
        const other = this.#source();
        const right = new Set(other.records);
        return {
          rdd: rdd.subtract(other.rdd, k),
          records: records.filter((x) => !right.has(x)),
          parts: null,
        };
      },
      cartesian: () => {
        const other = this.#source();
        return {
          rdd: rdd.cartesian(other.rdd).map(([a, b]) => a - b),
          records: records.flatMap((a) => other.records.map((b) => a - b)),
          parts: null,
        };
      },
      sortBy: () => ({
        rdd: rdd.sortBy((x) => -x, k % 2 === 0, k),
        records: [...records].sort((a, b) => (k % 2 === 0 ? b - a : a - b)),
        parts: null,
      }),
      repartition: () => ({ rdd: rdd.repartition(k), records, parts: null }),
      coalesce: () => ({ rdd: rdd.coalesce(k), records, parts: null }),
      cache: () => ({ rdd: rdd.cache(), records, parts }),
      mapPartitions: () => {
        if (parts === null) return side;
        const sum = (p: Iterable<number>) => [[...p].reduce((a, b) => a + b, 0)];
        return {
          rdd: rdd.mapPartitions((p) => [[...p].reduce((a, b) => a + b, 0)]),
          ...each(sum),
        };
      },
      zipWithIndex: () => {
        if (parts === null) return side;
        return {
          rdd: rdd.zipWithIndex().map(([x, i]) => x * 100 + i),
          records: records.map((x, i) => x * 100 + i),
          parts: null,
        };
      },
      glom: () => {
        if (parts === null) return side;
        return { rdd: rdd.glom().map((p) => p.length), ...each((p) => [p.length]) };
      },
    };
    const name = this.#pick(Object.keys(steps));
    this.#note(`${name}[${k}]`);
    return steps[name]!();
  }

  /** Makes pairs, does something by key, and comes back to numbers. */
  async #throughPairs({ rdd, records }: Side<number>): Promise<Side<number>> {
    const k = 1 + this.#upTo(4);
    const keyOf = (x: number): number => ((x % k) + k) % k;
    const pairs = rdd.map((x): Pair => [((x % k) + k) % k, x]);
    const model = groups(records.map((x): Pair => [keyOf(x), x]));
    const flat = (f: (key: number, values: number[]) => number[]) =>
      [...model].flatMap(([key, values]) => f(key, values));
    const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
    const steps: Record<string, () => Pick<Side<number>, 'rdd' | 'records'>> = {
      reduceByKey: () => ({
        rdd: pairs.reduceByKey((a, b) => a + b).map(([key, total]) => key * 1000 + total),
        records: flat((key, values) => [key * 1000 + sum(values)]),
      }),
      groupByKey: () => ({
        rdd: pairs.groupByKey(k).map(([key, values]) => key + values.length),
        records: flat((key, values) => [key + values.length]),
      }),
      aggregateByKey: () => ({
        rdd: pairs
          .aggregateByKey(
            1,
            (a, x) => Math.max(a, x),
            (a, b) => Math.max(a, b),
          )
          .values(),
        records: flat((_key, values) => [Math.max(1, ...values)]),
      }),
      join: () => {
        const other = this.#source();
        const right = groups(other.records.map((x): Pair => [keyOf(x), x]));
        const others = other.rdd.map((x): Pair => [((x % k) + k) % k, x]);
        return {
          rdd: pairs.join(others, 3).map(([key, [a, b]]) => key + a * b),
          records: flat((key, as) =>
            as.flatMap((a) => (right.get(key) ?? []).map((b) => key + a * b)),
          ),
        };
      },
      leftOuterJoin: () => {
        const other = this.#source();
        const right = groups(other.records.map((x): Pair => [keyOf(x), x]));
        const others = other.rdd.map((x): Pair => [((x % k) + k) % k, x]);
        return {
          rdd: pairs.leftOuterJoin(others).map(([, [a, b]]) => (b === null ? a : a + b)),
          records: flat((key, as) => as.flatMap((a) => right.get(key)?.map((b) => a + b) ?? [a])),
        };
      },
      cogroup: () => {
        const other = this.#source();
        const right = groups(other.records.map((x): Pair => [keyOf(x), x]));
        const others = other.rdd.map((x): Pair => [((x % k) + k) % k, x]);
        const keys = new Set([...model.keys(), ...right.keys()]);
        return {
          rdd: pairs
            .cogroup(others)
            .map(([key, [as, bs]]) => key * 100 + as.length * 10 + bs.length),
          records: [...keys].map(
            (key) => key * 100 + (model.get(key)?.length ?? 0) * 10 + (right.get(key)?.length ?? 0),
          ),
        };
      },
      subtractByKey: () => {
        const other = this.#source();
        const right = new Set(other.records);
        return {
          rdd: pairs.subtractByKey(other.rdd.map((x): Pair => [x, x])).values(),
          records: flat((key, values) => (right.has(key) ? [] : values)),
        };
      },
      sortByKey: () => ({
        rdd: pairs.sortByKey(k % 2 === 0).keys(),
        records: flat((key, values) => values.map(() => key)),
      }),
      partitionBy: () => ({ rdd: pairs.partitionBy(k).values(), records }),
      flatMapValues: () => ({
        rdd: pairs.flatMapValues((x) => [x, -x]).values(),
        records: flat((_key, values) => values.flatMap((x) => [x, -x])),
      }),
    };
    const name = this.#pick(Object.keys(steps));
    this.#note(`${name}[${k}]`);
    return { ...steps[name]!(), parts: null };
  }

  async #finish({ rdd, records, parts }: Side<number>): Promise<{ got: string; right: string }> {
    const sorted = [...records].sort((a, b) => a - b);
    const total = records.reduce((a, b) => a + b, 0);
    const n = this.#upTo(5);
    const text = (value: unknown) => JSON.stringify(value);
    const actions: Record<string, () => Promise<[unknown, unknown]>> = {
      collect: async () => {
        const got = await rdd.collect();
        return parts === null ? [got.sort((a, b) => a - b), sorted] : [got, records];
      },
      count: async () => [await rdd.count(), records.length],
      sum: async () => [await rdd.sum(), total],
      fold: async () => [await rdd.fold(0, (a, b) => a + b), total],
      isEmpty: async () => [await rdd.isEmpty(), records.length === 0],
      takeOrdered: async () => [await rdd.takeOrdered(n), sorted.slice(0, n)],
      top: async () => [await rdd.top(n), [...sorted].reverse().slice(0, n)],
      take: async () =>
        parts === null
          ? [(await rdd.take(n)).length, Math.min(n, records.length)]
          : [await rdd.take(n), records.slice(0, n)],
      countByValue: async () => [
        [...(await rdd.countByValue())].sort((a, b) => a[0] - b[0]),
        [...groups(sorted.map((x): Pair => [x, x]))].map(([x, all]) => [x, all.length]),
      ],
      aggregate: async () => [
        await rdd.aggregate(
          0,
          (a, x) => a + (x % 2 === 0 ? 1 : 0),
          (a, b) => a + b,
        ),
        records.filter((x) => x % 2 === 0).length,
      ],
      max: async () => (records.length === 0 ? [0, 0] : [await rdd.max(), sorted.at(-1)]),
      accumulator: async () => {
        const seen = this.#sc.accumulator(0);
        await rdd.foreach((x) => seen.add(x));
        return [seen.value, total];
      },
    };
    const name = this.#pick(Object.keys(actions));
    this.#note(`${name}(${n})`);
    const [got, right] = await actions[name]!();
    return { got: text(got), right: text(right) };
  }
}

function groups(pairs: readonly Pair[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const [key, value] of pairs) {
    const values = found.get(key);
    if (values === undefined) found.set(key, [value]);
    else values.push(value);
  }
  return found;
}
