// Makes an RDD real: computes its partitions now and lets its lineage begin at the results. Driver only.
import type { StoredBlock } from '../blocks/block.js';
import type { LineageNode } from '../lineage/node.js';
import type { Partitioner } from '../lineage/partitioner.js';
import { RDD } from '../rdd/rdd.js';
import { nodeOf } from './handles.js';

/**
 * Computes all partitions of an RDD as blocks. The RDD keeps them; what it was made from can be forgotten.
 * `action` names the job, `partitioner` is how the records are spread.
 */
export async function materialize(
  rdd: RDD<unknown>,
  { action, partitioner }: { readonly action: string; readonly partitioner: Partitioner },
): Promise<RDD<unknown>> {
  const node: LineageNode = nodeOf(rdd);
  const partitions = await RDD.engineOf(rdd).action(action, async (run) => {
    const results = await run.run(node, { kind: 'collect' });
    return results.map((result): StoredBlock => {
      if (result.kind !== 'block') throw new TypeError(`collect gave ${result.kind}`);
      return { kind: 'memory', block: result.block };
    });
  });
  node.materialized = { kind: 'blocks', partitions, partitioner };
  return rdd;
}
