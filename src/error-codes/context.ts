// Error codes of settings, the SparkContext, and bugs of tspark.
import type { ErrorCodeEntry } from './entry.js';

export const CONTEXT_CODES = {
  'CONF-101': {
    by: 'UsageError',
    what: 'A configuration key or its value is not usable.',
    action: 'Write the value as the message says; sizes as 128m or 2g, durations as 100ms or 5s.',
  },
  'CONTEXT-101': {
    by: 'UsageError',
    what: 'A second SparkContext was made while one is active.',
    action: 'Use SparkContext.getOrCreate(), or stop the first with sc.stop().',
  },
  'CONTEXT-102': {
    by: 'UsageError',
    what: 'The master is not one that tspark knows.',
    action:
      'Use local, local[N] or local[*]; on a cluster spark://host:port, yarn, k8s://… or spark-local[N].',
  },
  'CONTEXT-103': {
    by: 'UsageError',
    what: 'A SparkContext, or an RDD it made, was used after sc.stop().',
    action: 'Make a new SparkContext and make the RDD again.',
  },
  'CONTEXT-104': {
    by: 'UsageError',
    what: 'A file, folder or level given to the SparkContext is not there or not usable.',
    action: 'Correct the argument as the message says.',
  },
  'INTERNAL-901': {
    by: 'InternalError',
    what: 'tspark reached a state it should never reach.',
    action: 'Report it with the text of the message and the program that led to it.',
  },
  'INTERNAL-902': {
    by: 'InternalError',
    what: 'A worker thread could not load its code.',
    action:
      'Close files where no handle is left (EMFILE). Else install and build again (npm start does both); if it stays, report it.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
