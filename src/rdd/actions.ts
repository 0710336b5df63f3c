// Actions: what they ask of the tasks and what the driver makes of the answers. Driver only.
import { decodeBlock, encodeBlock } from '../blocks/codec.js';
import type { Block } from '../blocks/block.js';
import { UsageError } from '../errors.js';
import type { Job } from '../job.js';
import { builtin, type FunctionRef } from '../lineage/function-ref.js';
import type { LineageNode } from '../lineage/node.js';
import { extreme as furtherOf } from '../plan/builtins/records.js';
import { select } from '../plan/builtins/selection.js';
import { ValueKeyedMap } from '../values/key-map.js';
import type { ActionRun } from './action-run.js';
import { checkCount } from './arguments.js';
import type { Engine } from './engine.js';
import { builtinPartitions } from './transformations.js';

type Binary<A, B> = (a: A, b: B) => A;
type KeyFunction<T> = ((record: T) => unknown) | null | undefined;

export function emptyReduce(): UsageError {
  return new UsageError(
    'RDD-102',
    'Can not reduce() empty RDD: there is no first value. Use fold(zero, f) for RDDs that may be empty.',
  );
}

export function collect<T>(engine: Engine, node: LineageNode): Job<T[]> {
  return engine.action('collect', (run) => run.records<T>(node));
}

export function count(engine: Engine, node: LineageNode): Job<number> {
  return engine.action('count', async (run) => {
    const results = await run.run(node, { kind: 'count' });
    return results.reduce((sum, result) => sum + (result.kind === 'count' ? result.count : 0), 0);
  });
}

/**
 * Looks at one partition first, then at as many more as the yield so far suggests: half as many again,
 * at most four times those already looked at.
 */
export async function takeRecords<T>(run: ActionRun, node: LineageNode, num: number): Promise<T[]> {
  const records: T[] = [];
  const total = num === 0 ? 0 : await run.countPartitions(node);
  let scanned = 0;
  while (records.length < num && scanned < total) {
    const wanted = Math.min(scanned + nextScan(num, records.length, scanned), total);
    const partitions = Array.from({ length: wanted - scanned }, (_, i) => scanned + i);
    for (const record of await run.records<T>(node, partitions, num - records.length))
      records.push(record);
    scanned = wanted;
  }
  return records.length > num ? records.slice(0, num) : records;
}

function nextScan(num: number, found: number, scanned: number): number {
  if (scanned === 0) return 1;
  if (found === 0) return scanned * 4;
  const estimate = Math.trunc((1.5 * num * scanned) / found) - scanned;
  return Math.min(Math.max(estimate, 1), scanned * 4);
}

export function take<T>(engine: Engine, node: LineageNode, num: unknown): Job<T[]> {
  const limit = atLeastNone(num, 'take');
  return engine.action('take', (run) => takeRecords<T>(run, node, limit));
}

export function first<T>(engine: Engine, node: LineageNode): Job<T> {
  return engine.action('first', async (run) => {
    const records = await takeRecords<T>(run, node, 1);
    if (records.length === 0)
      throw new UsageError('RDD-102', 'RDD is empty: first() has nothing to give. Use take(1).');
    return records[0] as T;
  });
}

export function isEmpty(engine: Engine, node: LineageNode): Job<boolean> {
  return engine.action('isEmpty', async (run) => (await takeRecords(run, node, 1)).length === 0);
}

/** Reduces each partition by `ref` in tasks and the results by `fn` at the driver, in partition order. */
export async function reduceRecords<T>(
  run: ActionRun,
  node: LineageNode,
  ref: FunctionRef,
  fn: Binary<T, T>,
): Promise<T> {
  const blocks = await run.blocks<T>(node, { kind: 'reduce', fn: ref });
  const values = blocks.flat(1) as T[];
  if (values.length === 0) throw emptyReduce();
  return values.reduce((a, b) => fn(a, b));
}

export function reduce<T>(engine: Engine, node: LineageNode, fn: Binary<T, T>): Job<T> {
  const ref = engine.function(fn, 'reduce');
  return engine.action('reduce', (run) => reduceRecords(run, node, ref, fn));
}

/** The largest (sign 1) or smallest (-1) record; the first of equal ones. */
export function extreme<T>(
  engine: Engine,
  node: LineageNode,
  sign: 1 | -1,
  key: KeyFunction<T>,
): Job<T> {
  const operation = sign === 1 ? 'max' : 'min';
  const ref = builtin(operation, [], key ? [engine.function(key, operation)] : []);
  return engine.action(operation, async (run) => {
    const blocks = await run.blocks<T>(node, { kind: 'reduce', fn: ref });
    const candidates = blocks.flat(1) as T[];
    if (candidates.length === 0) throw emptyReduce();
    const further = furtherOf(
      sign,
      (key ?? undefined) as ((record: unknown) => unknown) | undefined,
    );
    return candidates.reduce((a, b) => further(a, b) as T);
  });
}

/** A block of the zero value, from which tasks and driver take copies. */
function zeroBlock(zero: unknown, operation: string): Block {
  try {
    return encodeBlock([zero]);
  } catch (error) {
    throw new UsageError(
      'RDD-109',
      `Cannot copy the zero value of ${operation} for each task. Use plain data.`,
      { cause: error },
    );
  }
}

export interface Aggregate<T, U> {
  readonly operation: string;
  readonly zero: U;
  readonly seq: Binary<U, T>;
  readonly comb: Binary<U, U>;
}

/** Every partition and the driver begin with a copy of their own of the zero value. */
export function aggregate<T, U>(
  engine: Engine,
  node: LineageNode,
  { operation, zero, seq, comb }: Aggregate<T, U>,
): Job<U> {
  const fn = engine.function(seq, operation);
  if (typeof comb !== 'function') engine.function(comb, operation);
  const block = zeroBlock(zero, operation);
  return engine.action(operation, async (run) => {
    const blocks = await run.blocks<U>(node, { kind: 'aggregate', zero: block, fn });
    return (blocks.flat(1) as U[]).reduce((a, b) => comb(a, b), decodeBlock<U>(block)[0] as U);
  });
}

export function sum(engine: Engine, node: LineageNode): Job<number> {
  const zero = encodeBlock([0]);
  return engine.action('sum', async (run) => {
    const blocks = await run.blocks<number>(node, { kind: 'aggregate', zero, fn: builtin('add') });
    const isBig = blocks.some(([value]) => typeof value === 'bigint');
    if (!isBig) return blocks.reduce((total, [value]) => total + (value ?? 0), 0);
    return blocks.reduce((total, [value]) => total + BigInt(value ?? 0), 0n) as unknown as number;
  });
}

export function foreach(engine: Engine, node: LineageNode, fn: unknown): Job<void> {
  const ref = engine.function(fn, 'foreach');
  return engine.action('foreach', async (run) => {
    await run.run(node, { kind: 'foreach', fn: ref });
  });
}

export function foreachPartition(engine: Engine, node: LineageNode, fn: unknown): Job<void> {
  const ref = engine.function(fn, 'foreachPartition', 'partition');
  const consumed = builtinPartitions(
    engine,
    'foreachPartition',
    node,
    builtin('consume', [], [ref]),
  );
  return engine.action('foreachPartition', async (run) => {
    await run.run(consumed, { kind: 'count' });
  });
}

/** The `num` first (sign 1) or last (-1) records in order. */
export function takeInOrder<T>(
  engine: Engine,
  node: LineageNode,
  sign: 1 | -1,
  num: unknown,
  key: KeyFunction<T>,
): Job<T[]> {
  const operation = sign === 1 ? 'takeOrdered' : 'top';
  const limit =
    sign === 1 ? checkCount(num, 'The number of records of takeOrdered') : atLeastNone(num, 'top');
  const functions = key === undefined || key === null ? [] : [engine.function(key, operation)];
  const selected = builtinPartitions(
    engine,
    operation,
    node,
    builtin('select', [limit, sign], functions),
  );
  return engine.action(operation, async (run) => {
    if (limit === 0) return [];
    const found = await run.blocks<T>(selected, { kind: 'collect' });
    if (sign === -1) assertPartitions(found);
    return select([found.flat(1) as T[]], limit, sign, key ?? undefined);
  });
}

export function collectAsMap<K, V>(engine: Engine, node: LineageNode): Job<Map<K, V>> {
  return engine.action('collectAsMap', async (run) =>
    mapOf(await run.pages<[K, V]>(node, { kind: 'collect' })),
  );
}

/** Of pairs with one key the last counts. */
function mapOf<K, V>(partials: readonly Iterable<[K, V][]>[]): Map<K, V> {
  const map = new ValueKeyedMap<K, V>();
  for (const pages of partials)
    for (const page of pages) for (const [key, value] of page) map.set(key, value);
  return map;
}

/** How often each record of `node` occurs. */
export function countValues<K>(
  engine: Engine,
  node: LineageNode,
  operation: string,
): Job<Map<K, number>> {
  const counted = builtinPartitions(engine, operation, node, builtin('countValues'));
  return engine.action(operation, async (run) =>
    mergePairs(await run.pages<[K, number]>(counted, { kind: 'collect' }), (a, b) => a + b),
  );
}

export function reduceByKeyLocally<K, V>(
  engine: Engine,
  node: LineageNode,
  fn: Binary<V, V>,
): Job<Map<K, V>> {
  const ref = engine.function(fn, 'reduceByKeyLocally');
  const merged = builtinPartitions(
    engine,
    'reduceByKeyLocally',
    node,
    builtin('mergeByKey', [], [ref]),
  );
  return engine.action('reduceByKeyLocally', async (run) =>
    mergePairs(await run.pages<[K, V]>(merged, { kind: 'collect' }), fn),
  );
}

function mergePairs<K, V>(partials: readonly Iterable<[K, V][]>[], merge: Binary<V, V>): Map<K, V> {
  assertPartitions(partials);
  const merged = new ValueKeyedMap<K, V>();
  for (const pages of partials) {
    for (const page of pages) {
      for (const [key, value] of page)
        merged.set(key, merged.has(key) ? merge(merged.get(key) as V, value) : value);
    }
  }
  return merged;
}

/** As PySpark, which merges the partitions' results by reduce(), so an RDD without partitions has no answer. */
function assertPartitions(partials: readonly unknown[]): void {
  if (partials.length === 0) throw emptyReduce();
}

/** As PySpark, which takes a negative number for none. */
function atLeastNone(num: unknown, operation: string): number {
  const isNegative = Number.isInteger(num) && (num as number) < 0;
  return isNegative ? 0 : checkCount(num, `The number of records of ${operation}`);
}

/** Calls a function over chosen partitions and collects what it yields. */
export function runJob<U>(
  engine: Engine,
  node: LineageNode,
  fn: unknown,
  partitions: readonly number[] | null | undefined,
): Job<U[]> {
  const ref = engine.function(fn, 'runJob', 'partition');
  const mapped = builtinPartitions(engine, 'runJob', node, ref);
  return engine.action('runJob', (run) => run.records<U>(mapped, partitions ?? null));
}
