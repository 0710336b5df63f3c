// treeReduce and treeAggregate: partial results are merged in tasks over several shuffles before the driver gets
// the last few. Driver only.
import type { Job } from '../job.js';
import { builtin, type FunctionRef } from '../lineage/function-ref.js';
import type { LineageNode } from '../lineage/node.js';
import { unpack } from '../plan/builtins/packed.js';
import { emptyReduce } from './actions.js';
import type { ActionRun } from './action-run.js';
import { checkDepth } from './arguments.js';
import type { Engine } from './engine.js';
import { packed } from './packed-argument.js';
import { builtinPartitions, values } from './transformations.js';

type Binary<A, B> = (a: A, b: B) => A;

export interface TreeAggregate<T, U> {
  readonly zero: U;
  readonly seq: Binary<U, T>;
  readonly comb: Binary<U, U>;
  readonly depth: unknown;
}

export function treeAggregate<T, U>(
  engine: Engine,
  node: LineageNode,
  { zero, seq, comb, depth }: TreeAggregate<T, U>,
): Job<U> {
  const levels = checkDepth(depth);
  const operation = 'treeAggregate';
  const merge = engine.function(comb, operation);
  const zeroText = packed(zero, 'the zero value of treeAggregate');
  const fold = builtin('foldPartition', [zeroText], [engine.function(seq, operation)]);
  const folded = builtinPartitions(engine, operation, node, fold);
  return engine.action(operation, async (run) => {
    const partials = await mergeInTree<U>(engine, run, folded, merge, levels);
    return partials.length === 0 ? unpack<U>(zeroText) : partials.reduce((a, b) => comb(a, b));
  });
}

export function treeReduce<T>(
  engine: Engine,
  node: LineageNode,
  fn: Binary<T, T>,
  depth: unknown,
): Job<T> {
  const levels = checkDepth(depth);
  const merge = engine.function(fn, 'treeReduce');
  const reduced = builtinPartitions(
    engine,
    'treeReduce',
    node,
    builtin('reducePartition', [], [merge]),
  );
  return engine.action('treeReduce', async (run) => {
    const partials = await mergeInTree<T>(engine, run, reduced, merge, levels);
    if (partials.length === 0) throw emptyReduce();
    return partials.reduce((a, b) => fn(a, b));
  });
}

/** Merges until few enough partials are left, and fetches those. */
async function mergeInTree<U>(
  engine: Engine,
  run: ActionRun,
  partials: LineageNode,
  merge: FunctionRef,
  depth: number,
): Promise<U[]> {
  let node = partials;
  let partitions = await run.countPartitions(node);
  const scale = Math.max(Math.ceil(partitions ** (1 / depth)), 2);
  while (partitions > scale + partitions / scale) {
    partitions /= scale;
    node = mergeLevel(engine, node, merge, Math.trunc(partitions));
  }
  return run.records<U>(node);
}

function mergeLevel(
  engine: Engine,
  node: LineageNode,
  merge: FunctionRef,
  partitions: number,
): LineageNode {
  const keyed = builtinPartitions(
    engine,
    'treeAggregate',
    node,
    builtin('keyByRemainder', [partitions]),
    { withIndex: true },
  );
  const merged = engine.node('treeAggregate', {
    kind: 'shuffle',
    parent: keyed,
    partitioner: { kind: 'hash', partitions },
    aggregation: {
      kind: 'combine',
      create: null,
      mergeValue: merge,
      mergeCombiners: merge,
      mapSideCombine: true,
    },
    sort: null,
  });
  return values(engine, merged);
}
