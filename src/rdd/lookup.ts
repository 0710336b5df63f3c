// lookup: where the partitioner tells which partition a key is in, only that one is computed. Driver only.
import type { Job } from '../job.js';
import { builtin } from '../lineage/function-ref.js';
import { currentSpec, type LineageNode } from '../lineage/node.js';
import type { Partitioner } from '../lineage/partitioner.js';
import { partitionOfKey } from '../values/hash.js';
import type { Engine } from './engine.js';
import { packed } from './packed-argument.js';
import { narrow, values } from './transformations.js';

export function lookup<V>(engine: Engine, node: LineageNode, key: unknown): Job<V[]> {
  const fn = builtin('keyIs', [packed(key, 'the key of lookup')]);
  const found = values(engine, narrow(engine, 'lookup', node, { kind: 'filter', fn }, true));
  return engine.action('lookup', async (run) => {
    const place = placement(engine, node);
    if (place === null) return run.records<V>(found);
    return run.records<V>(found, [place(key, await run.countPartitions(node))]);
  });
}

/** The partition of a key among so many, or null where the driver cannot tell. */
type Placement = (key: unknown, partitions: number) => number;

function placement(engine: Engine, node: LineageNode): Placement | null {
  const partitioner = partitionerOf(node);
  if (partitioner?.kind === 'hash') return partitionOfKey;
  if (partitioner?.kind !== 'custom') return null;
  const fn = engine.originalOf(partitioner.fn);
  if (fn === null) return null;
  return (key, partitions) => {
    const index = Math.trunc(Number(fn(key))) % partitions;
    return index < 0 ? index + partitions : index;
  };
}

/** The partitioner that the records of a node are known to follow. */
function partitionerOf(node: LineageNode): Partitioner | null {
  let at = node;
  for (;;) {
    const spec = currentSpec(at);
    if (spec.kind === 'narrow' && spec.preservesPartitioning) at = spec.parent;
    else if (spec.kind === 'blocks') return spec.partitioner ?? null;
    else return spec.kind === 'shuffle' || spec.kind === 'cogroup' ? spec.partitioner : null;
  }
}
