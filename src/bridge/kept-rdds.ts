// Which RDDs Spark keeps, and how much of them: its storage information under the names of ours. Driver only.
import type { LineageNode } from '../lineage/node.js';
import type { PartitionTable } from '../scheduler/partition-table.js';
import type { CachedRdd } from '../scheduler/plan-description.js';
import { asObject } from './py4j/gateway.js';
import type { SparkSession } from './session.js';

export async function keptRdds(
  session: SparkSession,
  persisted: ReadonlyMap<number, WeakRef<LineageNode>>,
  table: PartitionTable,
): Promise<CachedRdd[]> {
  if (persisted.size === 0) return [];
  const infos = await session.scalaContext.object('getRDDStorageInfo');
  const found: CachedRdd[] = [];
  await session.gateway.pooled(async (thread) => {
    const length = Number(await thread.arrayLength(infos));
    for (let i = 0; i < length; i++) {
      const info = asObject(await thread.arrayItem(infos, i), 'RDDInfo');
      const number = async (name: string): Promise<number> => Number(await thread.call(info, name));
      const node = persisted.get(await number('id'))?.deref();
      const keptPartitions = await number('numCachedPartitions');
      if (node === undefined || keptPartitions === 0) continue;
      found.push({
        nodeId: node.id,
        operation: node.operation,
        name: node.name,
        level: node.storage,
        partitions: table.layout(node).partitions,
        keptPartitions,
        memoryBytes: await number('memSize'),
        diskBytes: await number('diskSize'),
      });
    }
  });
  return found.sort((a, b) => a.nodeId - b.nodeId);
}
