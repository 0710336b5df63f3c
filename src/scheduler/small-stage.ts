// Whether the tasks of a stage can be small at all, by what they read. Driver only.
import type { StageNode } from '../plan/stage.js';
import type { ShuffleRegistry } from './shuffle-registry.js';
import type { CutStage } from './stage-cutter.js';

/** More is not read by a small task. */
const SMALL_BYTES = 64 * 1024;
const SMALL_COUNT = 8192;

/**
 * True where each task goes over few records that are in memory, by functions of single records. A function of a partition
 * may do whatever it likes, and what a partition's worker keeps from batch to batch is for that worker.
 */
export function hasSmallTasks(cut: CutStage, shuffles: ShuffleRegistry): boolean {
  if (cut.splits.size > 0 || !cut.nodes.every(isSimple)) return false;
  for (const blocks of cut.blocks.values()) {
    if (!blocks.every(({ block }) => block.byteLength <= SMALL_BYTES)) return false;
  }
  return cut.shuffles.every(({ shuffleId }) => shuffles.sizeBytes(shuffleId) <= SMALL_BYTES);
}

function isSimple({ spec, isCached }: StageNode): boolean {
  if (isCached) return false;
  switch (spec.kind) {
    case 'blocks':
    case 'shuffled':
    case 'cogroup':
    case 'union':
      return true;
    case 'narrow':
      return spec.op.kind !== 'mapPartitions';
    case 'range':
      return spec.bounds.every((bound, i) => i === 0 || bound - spec.bounds[i - 1]! <= SMALL_COUNT);
    default:
      return false;
  }
}
