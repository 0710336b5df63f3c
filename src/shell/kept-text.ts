// Where a storage level keeps partitions, as the prompt says it.
import type { StorageLevel } from '../storage-level.js';

export function keptText({ useMemory, useDisk }: StorageLevel): string {
  if (!useDisk) return 'in memory';
  return useMemory ? 'in memory and on disk' : 'on disk';
}
