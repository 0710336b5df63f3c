// Whether the tasks of a stage can be small at all, by what they read. Driver only.
import type { StageNode, StageSink } from '../plan/stage.js';
import type { ShuffleRegistry } from './shuffle-registry.js';
import type { CutStage } from './stage-cutter.js';

/** More is not read by a small task. */
const SMALL_BYTES = 64 * 1024;
const SMALL_COUNT = 8192;

/**
 * Of a stage whose tasks go over few records that are in memory, by functions of single records, the kind: stages with the
 * same operations, called at the same lines, take about as long. Null of any other: a function of a partition may do whatever
 * it likes, and what a partition's worker keeps from batch to batch is for that worker. Shuffles are not looked at.
 */
export function smallKind(cut: CutStage, sink: StageSink, calls: string): string | null {
  if (cut.splits.size > 0 || !cut.nodes.every(isSimple)) return null;
  for (const blocks of cut.blocks.values()) {
    if (!blocks.every(({ block }) => block.byteLength <= SMALL_BYTES)) return null;
  }
  return `${sink.kind} ${calls} ${cut.nodes.map(({ operation }) => operation).join(' ')}`;
}

/** Whether the shuffles that a stage reads are small, as far as they are there. */
export function readsSmallShuffles(
  { shuffles: read }: CutStage,
  shuffles: ShuffleRegistry,
): boolean {
  return read.every(
    ({ shuffleId }) => !shuffles.isWhole(shuffleId) || shuffles.sizeBytes(shuffleId) <= SMALL_BYTES,
  );
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
