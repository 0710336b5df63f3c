// Operations that make one RDD from another record by record or partition by partition, without a shuffle.
// Driver only: each adds nodes to the lineage and computes nothing.
import { UsageError } from '../errors.js';
import { builtin, type FunctionRef } from '../lineage/function-ref.js';
import type { LineageNode, NarrowOp } from '../lineage/node.js';
import { describeValue } from '../values/describe.js';
import { checkPartitions } from './arguments.js';
import type { Engine, FunctionUse } from './engine.js';
import { splitCommand } from './shell-words.js';

/** A node that applies `op` to each partition of `parent`. */
export function narrow(
  engine: Engine,
  operation: string,
  parent: LineageNode,
  op: NarrowOp,
  preservesPartitioning = false,
): LineageNode {
  return engine.node(operation, { kind: 'narrow', parent, op, preservesPartitioning });
}

/** Operations on one record at a time that are told apart by the kind of their op alone. */
type RecordOp = 'map' | 'filter' | 'flatMap' | 'mapValues' | 'flatMapValues' | 'keyBy';

const USE: Record<RecordOp, FunctionUse> = {
  map: 'record',
  filter: 'record',
  flatMap: 'expand',
  mapValues: 'record',
  flatMapValues: 'expand',
  keyBy: 'record',
};

/** Operations that cannot change keys keep the partitioner whatever the user says. */
const KEEPS_KEYS: ReadonlySet<RecordOp> = new Set(['filter', 'mapValues', 'flatMapValues']);

export function applyToRecords(
  engine: Engine,
  parent: LineageNode,
  kind: RecordOp,
  fn: unknown,
  preservesPartitioning = false,
): LineageNode {
  const ref = engine.function(fn, kind, USE[kind]);
  return narrow(
    engine,
    kind,
    parent,
    { kind, fn: ref },
    preservesPartitioning || KEEPS_KEYS.has(kind),
  );
}

export interface PartitionFunctionOptions {
  readonly operation: string;
  readonly withIndex: boolean;
  readonly preservesPartitioning: boolean;
  /** Whether all tasks start together. */
  readonly isBarrier?: true;
}

export function applyToPartitions(
  engine: Engine,
  parent: LineageNode,
  fn: unknown,
  { operation, withIndex, preservesPartitioning, isBarrier }: PartitionFunctionOptions,
): LineageNode {
  const ref = engine.function(fn, operation, 'partition');
  return narrow(
    engine,
    operation,
    parent,
    { kind: 'mapPartitions', fn: ref, withIndex, ...(isBarrier ? { isBarrier } : {}) },
    preservesPartitioning,
  );
}

/** One of our own functions over each partition. */
export function builtinPartitions(
  engine: Engine,
  operation: string,
  parent: LineageNode,
  fn: FunctionRef,
  options: { readonly withIndex?: boolean; readonly preservesPartitioning?: boolean } = {},
): LineageNode {
  const op: NarrowOp = { kind: 'mapPartitions', fn, withIndex: options.withIndex ?? false };
  return narrow(engine, operation, parent, op, options.preservesPartitioning ?? false);
}

export function keys(engine: Engine, parent: LineageNode): LineageNode {
  return narrow(engine, 'keys', parent, { kind: 'keys' });
}

export function values(engine: Engine, parent: LineageNode): LineageNode {
  return narrow(engine, 'values', parent, { kind: 'values' });
}

export function glom(engine: Engine, parent: LineageNode): LineageNode {
  return narrow(engine, 'glom', parent, { kind: 'glom' });
}

export function zipWithIndex(engine: Engine, parent: LineageNode): LineageNode {
  return narrow(engine, 'zipWithIndex', parent, { kind: 'zipWithIndex' });
}

export function zipWithUniqueId(engine: Engine, parent: LineageNode): LineageNode {
  return narrow(engine, 'zipWithUniqueId', parent, { kind: 'zipWithUniqueId' });
}

export function zip(engine: Engine, left: LineageNode, right: LineageNode): LineageNode {
  return engine.node('zip', { kind: 'zip', left, right });
}

export function cartesian(engine: Engine, left: LineageNode, right: LineageNode): LineageNode {
  return engine.node('cartesian', { kind: 'cartesian', left, right });
}

export function union(engine: Engine, parents: readonly LineageNode[]): LineageNode {
  return engine.node('union', { kind: 'union', parents });
}

export function coalesce(
  engine: Engine,
  parent: LineageNode,
  numPartitions: unknown,
  shuffle: boolean,
): LineageNode {
  const partitions = checkPartitions(numPartitions, 'coalesce');
  if (partitions === null)
    throw new UsageError('RDD-101', 'coalesce needs a number of partitions.');
  if (shuffle) return redistribute(engine, 'coalesce', parent, partitions);
  return engine.node('coalesce', { kind: 'coalesce', parent, partitions });
}

export function repartition(
  engine: Engine,
  parent: LineageNode,
  numPartitions: unknown,
): LineageNode {
  const partitions = checkPartitions(numPartitions, 'repartition');
  if (partitions === null)
    throw new UsageError('RDD-101', 'repartition needs a number of partitions.');
  return redistribute(engine, 'repartition', parent, partitions);
}

function redistribute(
  engine: Engine,
  operation: string,
  parent: LineageNode,
  partitions: number,
): LineageNode {
  return engine.node(operation, {
    kind: 'shuffle',
    parent,
    partitioner: { kind: 'round-robin', partitions },
    aggregation: { kind: 'none' },
    sort: null,
  });
}

/** The environment is what is given and nothing else, as in PySpark. */
export function pipe(
  engine: Engine,
  parent: LineageNode,
  command: unknown,
  env: Readonly<Record<string, string>> | ReadonlyMap<string, string> | null | undefined,
  checkCode: boolean,
): LineageNode {
  const words = typeof command === 'string' ? splitCommand(command) : [];
  if (words.length === 0) {
    throw new UsageError(
      'RDD-101',
      `pipe needs a command such as 'grep ERROR', not ${describeValue(command)}.`,
    );
  }
  const entries = env instanceof Map ? [...env] : Object.entries(env ?? {});
  const variables = Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
  return builtinPartitions(engine, 'pipe', parent, builtin('pipe', [words, variables, checkCode]));
}
