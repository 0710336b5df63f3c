// The text of a record as it is saved to a file: what a print of it shows, on one line.
import { inspect } from 'node:util';

/**
 * Strings are themselves, numbers and the like are `String(x)`, everything else (tuples, maps, objects)
 * is shown in full as the prompt shows it: `[ 'a', 1 ]`.
 */
export function recordText(record: unknown): string {
  if (typeof record === 'string') return record;
  if (record === null || (typeof record !== 'object' && typeof record !== 'function')) {
    return String(record);
  }
  return inspect(record, {
    depth: null,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
  });
}
