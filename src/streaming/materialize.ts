// Makes an RDD real: computes its partitions now, as data to begin a lineage with. Driver only.
import type { StoredBlock } from '../blocks/block.js';
import type { SparkContext } from '../context.js';
import { type LineageNode, makeNode } from '../lineage/node.js';
import type { Partitioner } from '../lineage/partitioner.js';
import type { RDD } from '../rdd/rdd.js';
import { engineOf, nodeOf, rddOver } from './handles.js';

/**
 * The same records as blocks, computed now. A new RDD rather than a checkpoint of the given one: that would
 * still hold on to all it was made from, batch after batch.
 * `action` names the job, `partitioner` is how the records are spread.
 */
export async function materialize(
  sc: SparkContext,
  rdd: RDD<unknown>,
  { action, partitioner }: { readonly action: string; readonly partitioner: Partitioner },
): Promise<RDD<unknown>> {
  const node = nodeOf(rdd);
  const partitions = await blocksOf(sc, node, action);
  const spec = { kind: 'blocks', partitions, partitioner } as const;
  return rddOver(sc, makeNode(action, spec, node.site));
}

/** The records of each partition of a node as a block, computed now by a job named `action`. */
export async function blocksOf(
  sc: SparkContext,
  node: LineageNode,
  action: string,
): Promise<StoredBlock[]> {
  return engineOf(sc).action(action, async (run) => {
    const results = await run.run(node, { kind: 'collect' });
    return results.map((result): StoredBlock => {
      if (result.kind !== 'block') throw new TypeError(`collect gave ${result.kind}`);
      return { kind: 'memory', block: result.block };
    });
  });
}
