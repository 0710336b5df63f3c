// Operations that order records: by a range partitioner over all partitions, or within each. Driver only.
// The bounds of the ranges are sampled by the backend before the first job that needs them.
import type { FunctionRef } from '../lineage/function-ref.js';
import type { LineageNode } from '../lineage/node.js';
import { checkPartitions } from './arguments.js';
import type { Engine } from './engine.js';
import { makePartitioner } from './pairs.js';
import { narrow, values } from './transformations.js';

export interface SortOptions {
  readonly ascending: boolean;
  readonly numPartitions: unknown;
}

export function sortByKey(
  engine: Engine,
  parent: LineageNode,
  keyFunction: unknown,
  options: SortOptions,
): LineageNode {
  return sortPairs(
    engine,
    'sortByKey',
    parent,
    engine.optionalFunction(keyFunction, 'sortByKey'),
    options,
  );
}

export function sortBy(
  engine: Engine,
  parent: LineageNode,
  fn: unknown,
  options: SortOptions,
): LineageNode {
  const keyed = narrow(engine, 'sortBy', parent, {
    kind: 'keyBy',
    fn: engine.function(fn, 'sortBy'),
  });
  return values(engine, sortPairs(engine, 'sortBy', keyed, null, options));
}

function sortPairs(
  engine: Engine,
  operation: string,
  parent: LineageNode,
  key: FunctionRef | null,
  { ascending, numPartitions }: SortOptions,
): LineageNode {
  const partitions = checkPartitions(numPartitions, operation);
  return engine.node(operation, {
    kind: 'shuffle',
    parent,
    partitioner: { kind: 'range', key, ascending, partitions },
    aggregation: { kind: 'none' },
    sort: { key, ascending },
  });
}

export function repartitionAndSort(
  engine: Engine,
  parent: LineageNode,
  partitionFunc: unknown,
  keyFunction: unknown,
  { ascending, numPartitions }: SortOptions,
): LineageNode {
  const operation = 'repartitionAndSortWithinPartitions';
  return engine.node(operation, {
    kind: 'shuffle',
    parent,
    partitioner: makePartitioner(engine, operation, numPartitions, partitionFunc),
    aggregation: { kind: 'none' },
    sort: { key: engine.optionalFunction(keyFunction, operation), ascending },
  });
}
