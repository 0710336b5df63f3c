// Runs a program on the byte path, on the plain path and on plain arrays. The engine's answers must be the same to
// the last bit; those of arrays too, but for the order of keys.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type RDD, SparkConf, SparkContext } from '#dist/index.js';
import { decodeText } from '#dist/io/text-reader.js';
import { type Program, Random, randomFile, randomProgram } from './random.js';

/** Functions as captured from texts: their texts are all that counts here. */
const make = (text: string): never => new Function(`return (${text});`)() as never;

export function context(bytePath: 'on' | 'off'): SparkContext {
  const conf = new SparkConf().setMaster('local[2]').setAppName(`bytes ${bytePath}`);
  return new SparkContext(conf.set('tspark.bytePath', bytePath));
}

/** What an engine answers, or that it fails. */
export async function answerOf(sc: SparkContext, path: string, program: Program): Promise<unknown> {
  let rdd: RDD<unknown> = sc.textFile(path, 3);
  for (const { kind, fn } of program.steps) rdd = (rdd as never as Steps)[kind](make(fn));
  try {
    switch (program.end) {
      case 'count':
        return await rdd.count();
      case 'collect':
        return await rdd.collect();
      case 'take':
        return await rdd.take(program.limit);
      case 'reduceByKey':
        return await (rdd as never as PairRDD).reduceByKey(make(program.merge), 3).collect();
      case 'countKeys':
        return await (rdd as never as PairRDD).reduceByKey(make(program.merge), 3).count();
      case 'distinct':
        return await rdd.distinct(3).collect();
      case 'sum':
        return await (rdd as RDD<number>).sum();
      case 'max':
        return await rdd.max();
      case 'fold':
        return await rdd.fold(program.limit as never, make(program.merge));
      case 'reduce':
        return await rdd.reduce(make(program.merge));
      default:
        return await moved(sc, rdd as never, program);
    }
  } catch {
    // Records may fail for different reasons, and which partition comes to its first is not said.
    return 'fails';
  }
}

/** Keys of all kinds, some of them in the files. */
const TABLE: readonly (readonly [unknown, number])[] = [
  ['x', 1],
  ['LH', 2],
  ['k1', 3],
  ['k1', 4],
  ['', 5],
  ['é', 6],
  [1, 7],
  [42, 8],
  [0, 9],
  [null, 10],
  ['nowhere', 11],
];

async function moved(
  sc: SparkContext,
  rdd: RDD<[string, number]>,
  { end, limit }: Program,
): Promise<unknown> {
  const table = sc.parallelize(TABLE as [string, number][], 2);
  switch (end) {
    case 'sortByKey':
      return await rdd.sortByKey(true, 3).collect();
    case 'sortByKeyDown':
      return await rdd.sortByKey(false, 3).collect();
    case 'sortBy':
      return await rdd.sortBy((pair) => pair[1], true, 2).collect();
    case 'takeSorted':
      return await rdd.sortByKey(true, 3).take(limit);
    case 'groupByKey':
      return await rdd.groupByKey(3).collect();
    case 'groupLengths':
      return await rdd
        .groupByKey(3)
        .mapValues((values) => [...[values]][0]!.length)
        .collect()
        .then(async (plain) => [
          plain,
          await rdd
            .groupByKey(3)
            .mapValues((values) => values.length * 2 + 1)
            .collect(),
        ]);
    case 'countGroups':
      return await rdd
        .groupByKey(3)
        .mapValues((values) => values.length)
        .count();
    case 'partitionBy':
      return await rdd.partitionBy(3).glom().collect();
    case 'join':
      return byKey(await rdd.join(table, 3).collect());
    case 'countJoin':
      return await rdd.join(table, 3).count();
    case 'countLeftJoin':
      return await rdd.leftOuterJoin(table, 3).count();
    case 'countFullJoin':
      return await rdd.fullOuterJoin(table, 3).count();
    default:
      return await rdd.join(rdd, 3).count();
  }
}

/** The order of keys is open, that of the pairs of a key is not. */
function byKey(pairs: readonly (readonly [unknown, unknown])[]): unknown[] {
  const keyed = pairs.map((pair) => ({ key: inspect(pair[0]), pair }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ pair }) => pair);
}

type Steps = Record<Program['steps'][number]['kind'], (fn: never) => RDD<unknown>>;

interface PairRDD {
  reduceByKey(
    merge: never,
    partitions: number,
  ): { collect(): Promise<unknown[]>; count(): Promise<number> };
}

/** The same by arrays; undefined where the answer depends on how the file was split. */
export function answerByArrays(bytes: Buffer, program: Program): unknown {
  let records: unknown[] = linesOf(bytes);
  try {
    for (const { kind, fn } of program.steps) {
      const call = make(fn) as (x: unknown) => unknown;
      if (kind === 'filter') records = records.filter((record) => call(record));
      else if (kind === 'flatMap') records = records.flatMap((record) => call(record) as unknown[]);
      else if (kind === 'map') records = records.map((record) => call(record));
      else records = records.map((record) => [at(record, 0), call(at(record, 1))]);
    }
  } catch {
    // A failing record may come after the answer is complete (take).
    return program.end.startsWith('take') ? undefined : 'fails';
  }
  switch (program.end) {
    case 'count':
      return records.length;
    case 'collect':
      return records;
    case 'take':
      return records.slice(0, program.limit);
    case 'countKeys':
      return new Set(records.map((record) => byValue(at(record, 0)))).size;
    case 'distinct':
      return new Set(records.map(byValue)).size;
    case 'sum':
    case 'max':
    case 'fold':
    case 'reduce':
      // Rounding, and what NaN and texts do in between, depend on where partitions begin.
      return undefined;
    case 'sortByKey':
    case 'sortByKeyDown':
    case 'takeSorted': {
      const sorted = sortedPairs(records, program.end === 'sortByKeyDown');
      return program.end === 'takeSorted' ? sorted?.slice(0, program.limit) : sorted;
    }
    case 'groupByKey':
    case 'countGroups':
      return keysOf(records).size;
    case 'countJoin':
    case 'countLeftJoin':
    case 'countFullJoin':
    case 'selfJoin':
      return pairsOf(records, program.end === 'selfJoin' ? records : TABLE, program.end);
    case 'sortBy':
    case 'groupLengths':
    case 'partitionBy':
    case 'join':
      return undefined;
    case 'reduceByKey': {
      // Rounding depends on where partitions begin, and so do merges that are not associative.
      const isExact = program.merge.includes('Math.max') || program.merge === '(a, b) => b';
      return isExact ? reduced(records, make(program.merge)).size : undefined;
    }
  }
}

function keysOf(records: readonly unknown[]): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const record of records) {
    const key = byValue(at(record, 0));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function pairsOf(left: readonly unknown[], right: readonly unknown[], end: Program['end']) {
  const [a, b] = [keysOf(left), keysOf(right)];
  let total = 0;
  for (const [key, count] of a) {
    total += count * (b.get(key) ?? (end === 'countJoin' || end === 'selfJoin' ? 0 : 1));
  }
  if (end === 'countFullJoin') for (const [key, count] of b) total += a.has(key) ? 0 : count;
  return total;
}

/** In the order of code points or numbers; undefined where keys are of several kinds. */
function sortedPairs(records: readonly unknown[], isDescending: boolean): unknown[] | undefined {
  const keys = records.map((record) => at(record, 0));
  const areNumbers = keys.every((key) => typeof key === 'number');
  if (!areNumbers && !keys.every((key) => typeof key === 'string')) return undefined;
  const rank = (key: unknown): number => (Number.isNaN(key) ? 1 : 0);
  const compare = (a: unknown, b: unknown): number =>
    areNumbers
      ? rank(a) - rank(b) || (a === b || rank(a) ? 0 : Number(a) - Number(b))
      : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  const sign = isDescending ? -1 : 1;
  return [...records].sort((a, b) => sign * compare(at(a, 0), at(b, 0)));
}

function reduced(records: readonly unknown[], merge: (a: unknown, b: unknown) => unknown) {
  const merged = new Map<unknown, unknown>();
  for (const record of records) {
    const key = byValue(at(record, 0));
    merged.set(key, merged.has(key) ? merge(merged.get(key), at(record, 1)) : at(record, 1));
  }
  return merged;
}

const at = (record: unknown, index: number): unknown => (record as unknown[])[index];

/** Something that a native Map compares as keys are compared: by value. */
function byValue(key: unknown): unknown {
  if (!Array.isArray(key)) return key ?? null;
  const items: unknown[] = key.map((item: unknown) => (Object.is(item, -0) ? 0 : byValue(item)));
  return `tuple ${inspect(items, { depth: 8, maxStringLength: null })}`;
}

function linesOf(bytes: Buffer): string[] {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = decodeText(Buffer.from(hasMark ? bytes.subarray(3) : bytes));
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export interface Run {
  readonly seed: number;
  readonly count: number;
  /** For the files. */
  readonly folder: string;
}

interface Case {
  readonly program: Program;
  readonly path: string;
  readonly bytes: Buffer;
}

/** Several programs on each file. */
function casesOf({ seed, count, folder }: Run): Case[] {
  const random = new Random(seed);
  const cases: Case[] = [];
  for (let file = 0; cases.length < count; file++) {
    const path = join(folder, `dirty-${file}.txt`);
    const bytes = randomFile(random);
    writeFileSync(path, bytes);
    for (let i = 0; i < 4; i++) cases.push({ program: randomProgram(random), path, bytes });
  }
  return cases.slice(0, count);
}

/** The answers of all programs by one engine; there is one context at a time. */
async function answersOf(bytePath: 'on' | 'off', cases: readonly Case[]): Promise<unknown[]> {
  const sc = context(bytePath);
  try {
    const answers: unknown[] = [];
    for (const { program, path } of cases) answers.push(await answerOf(sc, path, program));
    return answers;
  } finally {
    await sc.stop();
  }
}

/** Compares `count` programs from a seed; the first difference as text, or null. */
export async function compare(run: Run): Promise<string | null> {
  const cases = casesOf(run);
  const onBytes = await answersOf('on', cases);
  const plainly = await answersOf('off', cases);
  for (const [i, { program, bytes }] of cases.entries()) {
    const [on, off] = [onBytes[i], plainly[i]];
    const arrays = answerByArrays(bytes, program);
    const isSame = exact(on) === exact(off) && (arrays === undefined || agrees(on, arrays));
    if (isSame) continue;
    const shown = { program, on, off, arrays, file: bytes.subarray(0, 3000).toString('latin1') };
    return `seed ${run.seed}, program ${i}:\n${inspect(shown, { depth: 6, maxArrayLength: 20 })}`;
  }
  return null;
}

/** Arrays answer a number where the order of keys is the engine's. */
function agrees(engine: unknown, arrays: unknown): boolean {
  if (typeof arrays === 'number' && Array.isArray(engine)) return engine.length === arrays;
  return exact(engine) === exact(arrays);
}

/** A text that tells minus zero from zero. A missing field and null are one in some places, so undefined stays. */
function exact(answer: unknown): string {
  return inspect(answer, { depth: 8, maxArrayLength: null, maxStringLength: null });
}
