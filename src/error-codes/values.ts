// Error codes of what records, keys, blocks and shared variables may hold.
import type { ErrorCodeEntry } from './entry.js';

export const VALUE_CODES = {
  'ACCUMULATOR-101': {
    by: 'UsageError',
    what: 'An accumulator of this type needs a param that says how values begin and are added.',
    action:
      'Pass an object with zero(value) and addInPlace(a, b) as the second argument of sc.accumulator.',
  },
  'BLOCK-101': {
    by: 'UsageError',
    what: 'A record holds a value that cannot leave the function that made it, such as a function or a promise.',
    action:
      'Keep only plain data in the record: turn the value into numbers, strings, arrays, Map, Set, Date or plain objects.',
  },
  'BLOCK-102': {
    by: 'UsageError',
    what: 'A single record is too large to be stored.',
    action: 'Split it into several records, for example with flatMap.',
  },
  'BLOCK-501': {
    by: 'LostDataError',
    what: 'A block could not be written to the local disk, most often because it is full.',
    action: 'Free space, or set spark.local.dir to a folder on a larger disk.',
  },
  'BLOCK-502': {
    by: 'LostDataError',
    what: 'A block on the local disk is missing or damaged.',
    action: 'Run the job again; do not clean spark.local.dir while tspark runs.',
  },
  'BLOCK-901': {
    by: 'InternalError',
    what: 'A block in memory is damaged.',
    action: 'Report it with the text of the message and the program that led to it.',
  },
  'BROADCAST-101': {
    by: 'UsageError',
    what: 'A broadcast was used after it was destroyed.',
    action:
      'Make a new one with sc.broadcast(value), or use unpersist() to free memory for a while.',
  },
  'VALUE-101': {
    by: 'UsageError',
    what: 'Two values were compared that have no order, such as null and a number.',
    action: 'Sort by a key that has an order in every record, or filter the others out first.',
  },
  'VALUE-102': {
    by: 'UsageError',
    what: 'A value was used as a key that cannot be compared by value, such as a function.',
    action: 'Use strings, numbers, null, dates, or arrays and plain objects of these as keys.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
