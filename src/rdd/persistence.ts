// How the partitions of an RDD are kept: storage levels, local checkpoints. Driver only.
import { UsageError } from '../errors.js';
import type { LineageNode } from '../lineage/node.js';
import { StorageLevel } from '../storage-level.js';
import { describeValue } from '../values/describe.js';
import type { Engine } from './engine.js';

export function persist(node: LineageNode, level: unknown): void {
  if (!(level instanceof StorageLevel)) {
    throw new UsageError(
      'RDD-101',
      `persist needs a StorageLevel such as StorageLevel.MEMORY_ONLY, not ${describeValue(level)}.`,
    );
  }
  if (node.storage.isStored && !node.storage.equals(level)) {
    throw new UsageError(
      'RDD-105',
      `Cannot change the storage level of an RDD after it was already assigned a level: it is ${node.storage}, ` +
        `the new one is ${level}. Call unpersist() first.`,
    );
  }
  node.storage = level;
}

export function markLocalCheckpoint(engine: Engine, node: LineageNode): void {
  if (!node.storage.isStored) node.storage = StorageLevel.MEMORY_AND_DISK;
  engine.checkpoints.markLocal(node);
}
