// Lists of the engine's own: how long they may get, and what is said of those that may not. V8 ends the whole process
// where an array has to grow beyond some 113 million elements, and arrays grow by half. Runs in the worker.
import { TaskError } from '../errors.js';
import { formatBytes } from '../sizes.js';
import { describeValue } from '../values/describe.js';

/** Most values of one list. */
export const MOST_LISTED = 2 ** 26;

const ADVICE =
  'reduceByKey, aggregateByKey and combineByKey need no such list; a finer key (such as [key, i % 100]) makes several';

/** The records of the pages in one array. `what` names it in the user's words. */
export function listOf(pages: Iterable<readonly unknown[]>, what: string): unknown[] {
  const list: unknown[] = [];
  for (const page of pages) {
    for (const record of page) list.push(record);
    if (list.length <= MOST_LISTED) continue;
    throw new TaskError(
      'TASK-112',
      `${what} has more than ${MOST_LISTED} records, more than one array can hold. Use more partitions, or mapPartitions, which takes them one by one.`,
    );
  }
  return list;
}

/** The values of a key are more than an array can hold. */
export function tooManyValues(key: unknown): TaskError {
  return new TaskError(
    'TASK-112',
    `the key ${describeValue(key)} has more than ${MOST_LISTED} values, more than one list can hold: ${ADVICE}.`,
  );
}

/** What is merged for a key cannot be moved to files, and is more than memory may hold. */
export function tooLargeGroup(
  { key, values }: { readonly key: unknown; readonly values: number | null },
  { heldBytes, limitBytes }: { readonly heldBytes: number; readonly limitBytes: number },
): TaskError {
  const what = values === null ? 'what is merged for' : `the ${values} values so far of`;
  return new TaskError(
    'TASK-112',
    `${what} the key ${describeValue(key)} hold${values === null ? 's' : ''} ${formatBytes(heldBytes)}, more than the ${formatBytes(limitBytes)} that one key may: ${ADVICE}. Or raise it with --conf tspark.memory.heap.`,
  );
}
