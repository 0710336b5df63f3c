// Error codes of calls of RDD methods.
import type { ErrorCodeEntry } from './entry.js';

export const RDD_CODES = {
  'RDD-101': {
    by: 'UsageError',
    what: 'An operation was called with an argument it cannot use.',
    action: 'Correct the argument as the message says.',
  },
  'RDD-102': {
    by: 'UsageError',
    what: 'An action that needs at least one record was called on an empty RDD.',
    action: 'Use take(1), isEmpty() or fold(zero, f).',
  },
  'RDD-103': {
    by: 'UsageError',
    what: 'An operation by record was given an async or generator function.',
    action: 'Use mapPartitions, which takes both, or flatMap for generators.',
  },
  'RDD-104': {
    by: 'UsageError',
    what: 'The result of an action is larger than spark.driver.maxResultSize.',
    action: 'Use take(20), toLocalIterator() or saveAsTextFile(path), or raise the setting.',
  },
  'RDD-105': {
    by: 'UsageError',
    what: 'A second storage level was set on an RDD.',
    action: 'Call unpersist() before the new persist(level).',
  },
  'RDD-106': {
    by: 'UsageError',
    what: 'checkpoint() was called without a checkpoint folder.',
    action: 'Call sc.setCheckpointDir(path) first.',
  },
  'RDD-107': {
    by: 'UsageError',
    what: 'A method of PySpark was called that tspark does not have.',
    action: 'Use what the message names instead.',
  },
  'RDD-108': {
    by: 'UsageError',
    what: 'An operation on several RDDs was given something else, or an RDD of another SparkContext.',
    action: 'Give it RDDs of this SparkContext.',
  },
  'RDD-109': {
    by: 'UsageError',
    what: 'A value given to an operation cannot be copied for each task.',
    action: 'Use plain data: numbers, strings, arrays, Map, Set, dates, plain objects.',
  },
  'RDD-110': {
    by: 'UsageError',
    what: 'The records of a result are more than the driver can hold, though they travel in less than spark.driver.maxResultSize.',
    action:
      'Use take(20), toLocalIterator() or saveAsTextFile(path); or give the driver more memory with NODE_OPTIONS=--max-old-space-size.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
