// Operations on pairs that bring equal keys together: partitioning, combining, grouping. Driver only.
import { builtin, type FunctionRef } from '../lineage/function-ref.js';
import { type LineageNode, currentSpec } from '../lineage/node.js';
import { type Partitioner, samePartitioner } from '../lineage/partitioner.js';
import { checkPartitions } from './arguments.js';
import type { Engine } from './engine.js';
import { packed } from './packed-argument.js';
import { keys, narrow } from './transformations.js';

/** The partitioner for what the user gave: by their function, else by the hash of the key. */
export function makePartitioner(
  engine: Engine,
  operation: string,
  numPartitions: unknown,
  partitionFunc: unknown,
): Partitioner {
  const partitions = checkPartitions(numPartitions, operation);
  const fn = engine.optionalFunction(partitionFunc, operation);
  return fn === null ? { kind: 'hash', partitions } : { kind: 'custom', fn, partitions };
}

export function partitionBy(
  engine: Engine,
  parent: LineageNode,
  numPartitions: unknown,
  partitionFunc: unknown,
): LineageNode {
  const partitioner = makePartitioner(engine, 'partitionBy', numPartitions, partitionFunc);
  if (isPartitionedSo(parent, partitioner)) return parent;
  return engine.node('partitionBy', {
    kind: 'shuffle',
    parent,
    partitioner,
    aggregation: { kind: 'none' },
    sort: null,
  });
}

/** Whether a node is a shuffle by an equal partitioner, so that another would change nothing. */
function isPartitionedSo(node: LineageNode, wanted: Partitioner): boolean {
  const spec = currentSpec(node);
  if (spec.kind !== 'shuffle' || wanted.partitions === null || spec.partitioner.partitions === null)
    return false;
  return samePartitioner(spec.partitioner, spec.partitioner.partitions, wanted, wanted.partitions);
}

/** The functions of a combination, as references. */
interface Combiner {
  readonly create: FunctionRef | null;
  readonly mergeValue: FunctionRef;
  readonly mergeCombiners: FunctionRef;
}

function combine(
  engine: Engine,
  operation: string,
  parent: LineageNode,
  combiner: Combiner,
  partitioner: Partitioner,
): LineageNode {
  return engine.node(operation, {
    kind: 'shuffle',
    parent,
    partitioner,
    aggregation: { kind: 'combine', ...combiner, mapSideCombine: true },
    sort: null,
  });
}

/** Where the results go; both may be left out. */
export interface Placement {
  readonly numPartitions: unknown;
  readonly partitionFunc: unknown;
}

export function combineByKey(
  engine: Engine,
  parent: LineageNode,
  functions: {
    readonly create: unknown;
    readonly mergeValue: unknown;
    readonly mergeCombiners: unknown;
  },
  { numPartitions, partitionFunc }: Placement,
): LineageNode {
  const operation = 'combineByKey';
  const combiner = {
    create: engine.function(functions.create, operation),
    mergeValue: engine.function(functions.mergeValue, operation),
    mergeCombiners: engine.function(functions.mergeCombiners, operation),
  };
  const partitioner = makePartitioner(engine, operation, numPartitions, partitionFunc);
  return combine(engine, operation, parent, combiner, partitioner);
}

export function reduceByKey(
  engine: Engine,
  parent: LineageNode,
  func: unknown,
  { numPartitions, partitionFunc }: Placement,
): LineageNode {
  const merge = engine.function(func, 'reduceByKey');
  const partitioner = makePartitioner(engine, 'reduceByKey', numPartitions, partitionFunc);
  return combine(
    engine,
    'reduceByKey',
    parent,
    { create: null, mergeValue: merge, mergeCombiners: merge },
    partitioner,
  );
}

export function aggregateByKey(
  engine: Engine,
  parent: LineageNode,
  functions: { readonly zero: unknown; readonly seq: unknown; readonly comb: unknown },
  { numPartitions, partitionFunc }: Placement,
): LineageNode {
  const operation = 'aggregateByKey';
  const seq = engine.function(functions.seq, operation);
  const combiner = {
    create: fromZero(functions.zero, seq, operation),
    mergeValue: seq,
    mergeCombiners: engine.function(functions.comb, operation),
  };
  const partitioner = makePartitioner(engine, operation, numPartitions, partitionFunc);
  return combine(engine, operation, parent, combiner, partitioner);
}

export function foldByKey(
  engine: Engine,
  parent: LineageNode,
  functions: { readonly zero: unknown; readonly func: unknown },
  { numPartitions, partitionFunc }: Placement,
): LineageNode {
  const merge = engine.function(functions.func, 'foldByKey');
  const combiner = {
    create: fromZero(functions.zero, merge, 'foldByKey'),
    mergeValue: merge,
    mergeCombiners: merge,
  };
  const partitioner = makePartitioner(engine, 'foldByKey', numPartitions, partitionFunc);
  return combine(engine, 'foldByKey', parent, combiner, partitioner);
}

function fromZero(zero: unknown, seq: FunctionRef, operation: string): FunctionRef {
  return builtin('fromZero', [packed(zero, `the zero value of ${operation}`)], [seq]);
}

export function groupByKey(
  engine: Engine,
  parent: LineageNode,
  { numPartitions, partitionFunc }: Placement,
  operation = 'groupByKey',
): LineageNode {
  return engine.node(operation, {
    kind: 'shuffle',
    parent,
    partitioner: makePartitioner(engine, operation, numPartitions, partitionFunc),
    aggregation: { kind: 'group' },
    sort: null,
  });
}

export function groupBy(
  engine: Engine,
  parent: LineageNode,
  fn: unknown,
  placement: Placement,
): LineageNode {
  const keyed = narrow(engine, 'groupBy', parent, {
    kind: 'keyBy',
    fn: engine.function(fn, 'groupBy'),
  });
  return groupByKey(engine, keyed, placement, 'groupBy');
}

/** Equal records meet as equal keys; of each one is kept. */
export function distinct(engine: Engine, parent: LineageNode, numPartitions: unknown): LineageNode {
  const paired = narrow(engine, 'distinct', parent, { kind: 'map', fn: builtin('pairWithNull') });
  const first = builtin('firstOf');
  const partitioner = makePartitioner(engine, 'distinct', numPartitions, null);
  const merged = combine(
    engine,
    'distinct',
    paired,
    { create: null, mergeValue: first, mergeCombiners: first },
    partitioner,
  );
  return keys(engine, merged);
}
