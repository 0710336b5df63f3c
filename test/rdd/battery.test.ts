// Every operation in the same situations: the usual one, an empty RDD, empty partitions, one partition, more partitions
// than records, a function that throws before it, laziness, and composite keys.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { sorted, withContext } from './with-context.js';

const sc = withContext();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-battery-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Key = string | readonly unknown[];
type Pairs = RDD<[Key, number]>;

/** The records of the usual case. */
const RECORDS: [Key, number][] = [
  ['a', 1],
  ['b', 2],
  ['a', 3],
];
/** What another RDD holds where an operation needs one. */
const OTHERS: [Key, number][] = [
  ['a', 9],
  ['c', 8],
];
const add = (a: number, b: number) => a + b;
const other = (key: (k: Key) => Key) =>
  sc().parallelize(
    OTHERS.map(([k, v]): [Key, number] => [key(k), v]),
    2,
  );

interface Row {
  readonly name: string;
  /** Transformations give an RDD, whose records are compared sorted; `key` makes the keys of the situation. */
  readonly make: (pairs: Pairs, key: (k: Key) => Key) => RDD<unknown> | PromiseLike<unknown>;
  /** JSON of the answers in the usual case and for no records; `fails` where that is an error. */
  readonly usual: string;
  readonly empty: string;
}

/** Actions that merge one result for each partition, so that PySpark too has none without partitions. */
const NEED_A_PARTITION = new Set([
  'top',
  'countByKey',
  'countByValue',
  'reduceByKeyLocally',
  'histogram',
]);
const keepOnlyA = (key: (k: Key) => Key) =>
  new Map([
    [key('a'), 1],
    [key('b'), 0],
  ]);

const row = (name: string, make: Row['make'], usual: string, empty = '[]'): Row => ({
  name,
  make,
  usual,
  empty,
});

const TRANSFORMATIONS: Row[] = [
  row('map', (p) => p.map(([k, v]): [number, Key] => [v, k]), '[[1,"a"],[2,"b"],[3,"a"]]'),
  row('filter', (p) => p.filter(([, v]) => v > 1), '[["a",3],["b",2]]'),
  row('flatMap', (p) => p.flatMap(([k, v]) => (v > 1 ? [k, k] : [])), '["a","a","b","b"]'),
  row('keyBy', (p) => p.values().keyBy((v) => v % 2), '[[0,2],[1,1],[1,3]]'),
  row('keys', (p) => p.keys(), '["a","a","b"]'),
  row('values', (p) => p.values(), '[1,2,3]'),
  row('mapValues', (p) => p.mapValues((v) => -v), '[["a",-1],["a",-3],["b",-2]]'),
  row(
    'flatMapValues',
    (p) => p.flatMapValues((v) => Array(v - 1).fill(0)),
    '[["a",0],["a",0],["b",0]]',
  ),
  row('mapPartitions', (p) => p.mapPartitions((it) => [...it].map(([k]) => k)), '["a","a","b"]'),
  row(
    'mapPartitionsWithIndex',
    (p) => p.mapPartitionsWithIndex((i, it) => [...it].map(([k]) => [i >= 0, k])),
    '[[true,"a"],[true,"a"],[true,"b"]]',
  ),
  row('glom', (p) => p.glom().flatMap((records) => records.slice()), '[["a",1],["a",3],["b",2]]'),
  row('pipe', (p) => p.values().pipe('cat'), '["1","2","3"]'),
  row('reduceByKey', (p) => p.reduceByKey(add), '[["a",4],["b",2]]'),
  row('foldByKey', (p) => p.foldByKey(0, add), '[["a",4],["b",2]]'),
  row('aggregateByKey', (p) => p.aggregateByKey(0, add, add), '[["a",4],["b",2]]'),
  row('combineByKey', (p) => p.combineByKey((v) => v, add, add), '[["a",4],["b",2]]'),
  row('groupByKey', (p) => p.groupByKey().mapValues((vs) => [...vs]), '[["a",[1,3]],["b",[2]]]'),
  row(
    'groupBy',
    (p) => p.groupBy(([k]) => k).mapValues((rs) => rs.map(([, v]) => v)),
    '[["a",[1,3]],["b",[2]]]',
  ),
  row('partitionBy', (p) => p.partitionBy(3), '[["a",1],["a",3],["b",2]]'),
  row('sortByKey', (p) => p.sortByKey(), '[["a",1],["a",3],["b",2]]'),
  row('sortBy', (p) => p.sortBy(([, v]) => -v), '[["a",1],["a",3],["b",2]]'),
  row(
    'repartitionAndSortWithinPartitions',
    (p) => p.repartitionAndSortWithinPartitions(2),
    '[["a",1],["a",3],["b",2]]',
  ),
  row('distinct', (p) => p.keys().distinct(), '["a","b"]'),
  row('repartition', (p) => p.repartition(4), '[["a",1],["a",3],["b",2]]'),
  row('coalesce', (p) => p.coalesce(2), '[["a",1],["a",3],["b",2]]'),
  row('zipWithIndex', (p) => p.zipWithIndex().values(), '[0,1,2]'),
  row('zipWithUniqueId', (p) => p.zipWithUniqueId().keys().keys(), '["a","a","b"]'),
  row('zip', (p) => p.keys().zip(p.values()), '[["a",1],["a",3],["b",2]]'),
  row('sample', (p) => p.sample(false, 1, 1), '[["a",1],["a",3],["b",2]]'),
  row('randomSplit', (p) => p.randomSplit([1], 1)[0]!, '[["a",1],["a",3],["b",2]]'),
  row('sampleByKey', (p, key) => p.sampleByKey(false, keepOnlyA(key), 1), '[["a",1],["a",3]]'),
  row(
    'union',
    (p, key) => p.union(other(key)),
    '[["a",1],["a",3],["a",9],["b",2],["c",8]]',
    '[["a",9],["c",8]]',
  ),
  row(
    'cartesian',
    (p, key) => p.values().cartesian(other(key).values()),
    '[[1,8],[1,9],[2,8],[2,9],[3,8],[3,9]]',
  ),
  row('join', (p, key) => p.join(other(key)), '[["a",[1,9]],["a",[3,9]]]'),
  row(
    'leftOuterJoin',
    (p, key) => p.leftOuterJoin(other(key)),
    '[["a",[1,9]],["a",[3,9]],["b",[2,null]]]',
  ),
  row(
    'rightOuterJoin',
    (p, key) => p.rightOuterJoin(other(key)),
    '[["a",[1,9]],["a",[3,9]],["c",[null,8]]]',
    '[["a",[null,9]],["c",[null,8]]]',
  ),
  row(
    'fullOuterJoin',
    (p, key) => p.fullOuterJoin(other(key)),
    '[["a",[1,9]],["a",[3,9]],["b",[2,null]],["c",[null,8]]]',
    '[["a",[null,9]],["c",[null,8]]]',
  ),
  row(
    'cogroup',
    (p, key) => p.cogroup(other(key)).mapValues((sides) => sides.map((vs) => [...vs])),
    '[["a",[[1,3],[9]]],["b",[[2],[]]],["c",[[],[8]]]]',
    '[["a",[[],[9]]],["c",[[],[8]]]]',
  ),
  row('subtractByKey', (p, key) => p.subtractByKey(other(key)), '[["b",2]]'),
  row('subtract', (p, key) => p.keys().subtract(other(key).keys()), '["b"]'),
  row('intersection', (p, key) => p.keys().intersection(other(key).keys()), '["a"]'),
  row('cache', (p) => p.cache(), '[["a",1],["a",3],["b",2]]'),
];

const pairsOf = (map: ReadonlyMap<unknown, unknown>) => sorted([...map]);
const ACTIONS: Row[] = [
  row('collect', (p) => p.collect().then(sorted), '[["a",1],["a",3],["b",2]]'),
  row('count', (p) => p.count(), '3', '0'),
  row('first', (p) => p.values().first(), '1', 'fails'),
  row('take', (p) => p.keys().take(2), '["a","b"]'),
  row('isEmpty', (p) => p.isEmpty(), 'false', 'true'),
  row('reduce', (p) => p.values().reduce(add), '6', 'fails'),
  row('treeReduce', (p) => p.values().treeReduce(add), '6', 'fails'),
  row('fold', (p) => p.values().fold(0, add), '6', '0'),
  row('aggregate', (p) => p.values().aggregate(0, add, add), '6', '0'),
  row('treeAggregate', (p) => p.values().treeAggregate(0, add, add), '6', '0'),
  row('sum', (p) => p.values().sum(), '6', '0'),
  row('max', (p) => p.values().max(), '3', 'fails'),
  row('min', (p) => p.values().min(), '1', 'fails'),
  row('top', (p) => p.values().top(2), '[3,2]'),
  row('takeOrdered', (p) => p.values().takeOrdered(2), '[1,2]'),
  row('takeSample', (p) => p.values().takeSample(false, 9, 1).then(sorted), '[1,2,3]'),
  row('histogram', (p) => p.values().histogram([1, 2, 3]), '[[1,2,3],[1,2]]', '[[1,2,3],[0,0]]'),
  row('countByKey', (p) => p.countByKey().then(pairsOf), '[["a",2],["b",1]]'),
  row('countByValue', (p) => p.keys().countByValue().then(pairsOf), '[["a",2],["b",1]]'),
  row('collectAsMap', (p) => p.collectAsMap().then(pairsOf), '[["a",3],["b",2]]'),
  row('reduceByKeyLocally', (p) => p.reduceByKeyLocally(add).then(pairsOf), '[["a",4],["b",2]]'),
  row('lookup', (p, key) => p.lookup(key('a')), '[1,3]'),
  row('countApproxDistinct', (p) => p.keys().countApproxDistinct(), '2', '0'),
  row('foreach', (p) => addsUp((seen) => p.foreach(([, v]) => seen.add(v))), '6', '0'),
  row(
    'foreachPartition',
    (p) =>
      addsUp((seen) =>
        p.foreachPartition((it) => {
          for (const [, v] of it) seen.add(v);
        }),
      ),
    '6',
    '0',
  ),
  row('saveAsTextFile', (p) => savedParts(p), 'true', 'true'),
];

async function addsUp(
  run: (seen: { add(n: number): void; value: number }) => PromiseLike<unknown>,
) {
  const seen = sc().accumulator(0);
  await run(seen);
  return seen.value;
}

let saved = 0;
async function savedParts(pairs: Pairs): Promise<boolean> {
  const into = join(folder, `saved-${saved++}`);
  await pairs.saveAsTextFile(into);
  const files = readdirSync(into).filter((name) => !name.startsWith('.'));
  return files.includes('_SUCCESS') && files.length === (await pairs.getNumPartitions()) + 1;
}

/** The JSON of an answer; the records of an RDD sorted. */
async function answer(made: RDD<unknown> | PromiseLike<unknown>): Promise<string> {
  return JSON.stringify('collect' in made ? sorted(await made.collect()) : await made);
}

/** `fails` where the error says that something is empty. */
async function answerOrFailure(make: () => RDD<unknown> | PromiseLike<unknown>): Promise<string> {
  try {
    return await answer(make());
  } catch (error) {
    if (/empty/i.test(String(error))) return 'fails';
    throw error;
  }
}

const simple = (key: Key): Key => key;
const composite = (key: Key): Key => [key, [null]];
/** The same answer with composite keys. */
const withComposite = (json: string) => json.replace(/"[abc]"/g, (key) => `[${key},[null]]`);

describe.each([...TRANSFORMATIONS, ...ACTIONS])('$name', ({ name, make, usual, empty }) => {
  it.each([1, 2, 3, 8])('gives its answer from %d partitions', async (partitions) => {
    expect(await answer(make(sc().parallelize(RECORDS, partitions), simple))).toBe(usual);
  });

  it('gives its answer when partitions were emptied', async () => {
    const emptied = sc()
      .parallelize([['x', 0] as [Key, number], ...RECORDS, ['x', 0]], 5)
      .filter(([k]) => k !== 'x');
    expect(await answer(make(emptied, simple))).toBe(usual);
  });

  it('answers for no records', async () => {
    const none = sc()
      .parallelize(RECORDS, 3)
      .filter(() => false);
    expect(await answerOrFailure(() => make(none, simple))).toBe(empty);
  });

  it('answers for no partitions', async () => {
    const none = sc().emptyRDD<[Key, number]>();
    expect(await answerOrFailure(() => make(none, simple))).toBe(
      NEED_A_PARTITION.has(name) ? 'fails' : empty,
    );
  });

  it('compares composite keys by value', async () => {
    const records = RECORDS.map(([k, v]): [Key, number] => [composite(k), v]);
    expect(await answer(make(sc().parallelize(records, 2), composite))).toBe(withComposite(usual));
  });

  it('passes on what a function before it throws', async () => {
    const broken = sc()
      .parallelize(RECORDS, 2)
      .map(([k, v]): [Key, number] => {
        if (v > 0) throw new Error('boom');
        return [k, v];
      });
    await expect((async () => answer(make(broken, simple)))()).rejects.toThrow(/boom/);
  });
});

describe.each(TRANSFORMATIONS)('$name', ({ make }) => {
  it('computes nothing before an action', () => {
    const calls = sc().accumulator(0);
    const counted = sc()
      .parallelize(RECORDS, 2)
      .map(([k, v]): [Key, number] => {
        calls.add(1);
        return [k, v];
      });
    make(counted, simple);
    expect(calls.value).toBe(0);
  });
});
