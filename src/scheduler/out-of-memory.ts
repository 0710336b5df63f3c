// The error of a task whose functions held more than they may: what, where, and what to do. Pure text.
import { TaskError } from '../errors.js';
import { formatBytes } from '../sizes.js';

/** Part of the limit that may still be held when the workers are gone, before it counts as the program's own. */
const LEFT_SHARE = 0.8;

export function outOfMemory(
  figures: { readonly heldBytes: number; readonly leftBytes: number; readonly limitBytes: number },
  { calls, partition }: { readonly calls: string; readonly partition: number },
): TaskError {
  const { heldBytes, leftBytes, limitBytes } = figures;
  const limit = `the ${formatBytes(limitBytes)} that tspark.memory.heap allows`;
  const raise = `raise it with --conf tspark.memory.heap=${Math.ceil((2 * limitBytes) / 2 ** 20)}m`;
  const details = { partition, ...figures };
  if (leftBytes > LEFT_SHARE * limitBytes) {
    const text = `the process holds ${formatBytes(leftBytes)} beside its tasks and blocks, which leaves none of ${limit} to ${calls} in partition ${partition}. Let go of large values in the program itself, or ${raise}.`;
    return new TaskError('TASK-111', text, { details });
  }
  const text = `${calls} held ${formatBytes(heldBytes)} in partition ${partition}, more than ${limit}, with no other task running. Hold less at a time: use more partitions, a generator in place of a large array, reduceByKey or aggregateByKey in place of a Map of your own; or ${raise}.`;
  return new TaskError('TASK-111', text, { details });
}
