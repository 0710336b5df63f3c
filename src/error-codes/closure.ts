// Error codes of functions that cannot travel.
import type { ErrorCodeEntry } from './entry.js';

export const CLOSURE_CODES = {
  'CLOSURE-101': {
    by: 'ClosureError',
    what: 'A function uses a value that exists in its own process only: an open connection, a stream, a promise, a WeakMap and the like.',
    action:
      'Make the value inside mapPartitions, or capture or broadcast the plain data it was made from.',
  },
  'CLOSURE-102': {
    by: 'ClosureError',
    what: 'A function uses something that lives at the driver only: the SparkContext, an RDD, a DStream, the StreamingContext.',
    action:
      'Collect or broadcast the data first, or use join; nested operations on RDDs are not possible (SPARK-5063).',
  },
  'CLOSURE-103': {
    by: 'ClosureError',
    what: 'The text of a function depends on the place where it stands: eval, import.meta, super, arguments of the function around it.',
    action: 'Take what it needs into a variable before the function, and use that variable.',
  },
  'CLOSURE-104': {
    by: 'ClosureError',
    what: 'Something that is no function was given where a function is needed.',
    action: 'Give a function, such as x => x.',
  },
  'CLOSURE-105': {
    by: 'ClosureError',
    what: 'A captured function could not be made again in a worker.',
    action: 'Write it as a plain function or arrow; if the message looks wrong, report it.',
  },
  'CLOSURE-501': {
    by: 'ClosureError',
    what: 'A module that a function uses cannot be loaded in a worker.',
    action: 'Install the module where the workers run, or do not use it inside the function.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
