// Error codes of jobs, tasks and what is lost under way.
import type { ErrorCodeEntry } from './entry.js';

export const JOB_CODES = {
  'JOB-101': {
    by: 'UsageError',
    what: 'zip() was asked to pair RDDs with different numbers of partitions.',
    action: 'Use zipWithIndex() on both and join() on the index.',
  },
  'JOB-102': {
    by: 'CancelledError',
    what: 'A job was cancelled: by Ctrl-C, by cancel(), by its group or tag, or because the context was stopped.',
    action: 'Run it again if it was not meant to stop.',
  },
  'JOB-103': {
    by: 'UsageError',
    what: 'A barrier stage has more tasks than the master runs at a time, so they cannot start together.',
    action: 'Use fewer partitions, or a master with more threads.',
  },
  'JOB-104': {
    by: 'UsageError',
    what: 'The result of an action was used as a number or text before it was there.',
    action: 'Write await before the action.',
  },
  'LOST-501': {
    by: 'LostDataError',
    what: 'A worker died again and again while it computed the same partition.',
    action:
      'Look at what the functions of that partition do: endless recursion in native code, process-wide limits, too much memory.',
  },
  'LOST-502': {
    by: 'LostDataError',
    what: 'Map outputs or cached partitions were lost again and again, although they were made again each time.',
    action: 'Look at the disk that spark.local.dir names, and at the memory of the machine.',
  },
  'LOST-503': {
    by: 'LostDataError',
    what: 'A task could not read a map output or a cached partition; it is made again.',
    action: 'Nothing: the job goes on. If it ends with LOST-502, see there.',
  },
  'TASK-101': {
    by: 'TaskError',
    what: 'A function of yours threw an error while a task ran it.',
    action:
      'Read the first line: it is your own error, with the partition and the record that led to it.',
  },
  'TASK-102': {
    by: 'TaskError',
    what: 'A function that must return an iterable returned something else.',
    action: 'Return an array, a Set, a string or a generator.',
  },
  'TASK-103': {
    by: 'TaskError',
    what: 'A partition function returned something that is no number.',
    action: 'Return an integer; it is taken modulo the number of partitions.',
  },
  'TASK-104': {
    by: 'TaskError',
    what: 'An operation on pairs met a record that is not a pair [key, value].',
    action: 'Map each record to an array of two elements first.',
  },
  'TASK-105': {
    by: 'TaskError',
    what: 'zip() met partitions of different sizes.',
    action: 'Use zipWithIndex() on both and join() on the index.',
  },
  'TASK-106': {
    by: 'TaskError',
    what: 'One partition gave more data than spark.driver.maxResultSize lets back to the driver.',
    action: 'Use take(), toLocalIterator() or saveAsTextFile(), or raise the limit.',
  },
  'TASK-107': {
    by: 'TaskError',
    what: 'process.exit(), or process.kill() of the program itself, was called inside a function that runs on a worker.',
    action: 'Throw an error to fail the job.',
  },
  'TASK-108': {
    by: 'TaskError',
    what: 'The value of an accumulator was read or assigned inside a task.',
    action: 'Use add() in tasks and read .value at the driver after the action.',
  },
  'TASK-109': {
    by: 'UsageError',
    what: 'A task used a broadcast that was destroyed.',
    action: 'Make a new broadcast.',
  },
  'TASK-110': {
    by: 'TaskError',
    what: 'Code that a function left behind (a timer, a promise nobody awaits) threw while a task ran.',
    action: 'Await what the function starts, or catch its errors.',
  },
  'TASK-111': {
    by: 'TaskError',
    what: 'Functions of a task held more memory than tspark.memory.heap allows, with no other task running.',
    action:
      'Hold less at a time: more partitions, reduceByKey or aggregateByKey in place of collecting in a Map, a generator in place of a large array. Or raise --conf tspark.memory.heap.',
  },
  'TASK-112': {
    by: 'TaskError',
    what: 'The values of one key, or the records of one partition, were to be one list that does not fit in memory.',
    action:
      'Use reduceByKey, aggregateByKey or combineByKey in place of groupByKey, a finer key, or more partitions. Or raise --conf tspark.memory.heap.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
