// Every error a user can meet: one base class, a subclass by who has to act, and the table of codes.
// Knows nothing of the engine. `docs/errors.md` is generated from ERROR_CODES.

/** Where a value or a call came from in the user's text. Lines and columns count from 1. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ErrorCodeEntry {
  /** The class that carries the code. */
  readonly by: ErrorClassName;
  /** What happened, in one sentence. */
  readonly what: string;
  /** What the user can do about it. */
  readonly action: string;
}

export type ErrorClassName =
  | 'UsageError'
  | 'ClosureError'
  | 'TaskError'
  | 'LostDataError'
  | 'CancelledError'
  | 'InternalError';

/** Codes are AREA-1xx when the caller can mend it, 5xx for the environment, 9xx for a bug of tspark. */
export const ERROR_CODES = {
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
    action: 'Use local, local[N] or local[*].',
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
    action: 'Install and build again (npm start does both); if it stays, report it.',
  },
  'IO-101': {
    by: 'UsageError',
    what: 'An input path does not exist.',
    action: 'Correct the path; the message names the nearest one that exists, if there is one.',
  },
  'IO-102': {
    by: 'UsageError',
    what: 'A path pattern matches no file.',
    action: 'Correct the pattern; names that begin with `_` or `.` are never matched.',
  },
  'IO-103': {
    by: 'UsageError',
    what: 'An input path is a folder where a file is needed, or a pipe, socket or device.',
    action: 'Name the files themselves, or a pattern such as `folder/*`.',
  },
  'IO-104': {
    by: 'UsageError',
    what: 'The operating system denies access to a path.',
    action:
      'Give the user that runs tspark the right to the file and to enter the folders above it.',
  },
  'IO-105': {
    by: 'UsageError',
    what: 'No file system serves the scheme of a path.',
    action: 'Use a path of this machine.',
  },
  'IO-106': {
    by: 'UsageError',
    what: 'A path or path pattern is malformed.',
    action: 'Close brackets and braces, or put a backslash before a character that means itself.',
  },
  'IO-107': {
    by: 'UsageError',
    what: 'The output folder already exists.',
    action: 'Choose another folder, or remove that one first.',
  },
  'IO-108': {
    by: 'UsageError',
    what: 'An output folder cannot be made where it should be.',
    action: 'Choose a path below a folder, not below a file.',
  },
  'IO-109': {
    by: 'UsageError',
    what: 'A compression codec is not known, or does not do what is asked of it.',
    action: 'Use gzip, deflate or none; bzip2 can be read.',
  },
  'IO-110': {
    by: 'UsageError',
    what: 'A file is damaged, cut short, or not of the format its name or the call says.',
    action: 'Restore the file, or read it with the right method.',
  },
  'IO-111': {
    by: 'UsageError',
    what: 'The length of a file is not a multiple of the record length, or that length is not usable.',
    action: 'Give the record length that the file was written with.',
  },
  'IO-112': {
    by: 'UsageError',
    what: 'A line or a file is too long for one string.',
    action: 'Read the file with binaryFiles or binaryRecords, or check that it is a text file.',
  },
  'IO-113': {
    by: 'UsageError',
    what: 'A record cannot be written to an object file.',
    action: 'Map records to plain data (no functions, promises or open handles) before saving.',
  },
  'IO-114': {
    by: 'UsageError',
    what: 'A record cannot be written in a format of Hadoop: it is no pair, or its key or value has no Writable or another one.',
    action:
      'Map records to pairs of strings, numbers, booleans, bytes or null, all of one kind, or name the classes.',
  },
  'IO-115': {
    by: 'UsageError',
    what: 'A Java class was named that tspark has no counterpart of.',
    action: 'Use a class that the message names, or the way of tspark that it names.',
  },
  'IO-501': {
    by: 'LostDataError',
    what: 'Reading a file failed, or it is gone since the input was listed.',
    action:
      'Check the disk and that nothing removes the input while a job runs, then run it again.',
  },
  'IO-502': {
    by: 'UsageError',
    what: 'Writing a file failed, most often because the disk is full or read-only.',
    action: 'Make room, or write elsewhere.',
  },
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
  'SHELL-101': {
    by: 'UsageError',
    what: 'A TypeScript module that a cell imports cannot be compiled.',
    action: 'Mend the file and import it again.',
  },
  'STREAM-101': {
    by: 'UsageError',
    what: 'A duration is no positive number of seconds, or no multiple of the slide of its stream.',
    action: 'Give a positive number that is a multiple of the batch duration.',
  },
  'STREAM-102': {
    by: 'UsageError',
    what: 'A streaming context was started that has no output.',
    action: 'Give a stream an output first: pprint, foreachRDD or saveAsTextFiles.',
  },
  'STREAM-103': {
    by: 'UsageError',
    what: 'A streaming context was started after it was stopped.',
    action: 'Make a new StreamingContext; at the prompt `ssc` itself can be started again.',
  },
  'STREAM-104': {
    by: 'UsageError',
    what: 'Streams that cannot be combined were combined: none at all, or with different slides or contexts.',
    action: 'Combine streams of one context, and give them one slide by window().',
  },
  'STREAM-105': {
    by: 'UsageError',
    what: 'A stream that keeps a state or a window was started without a checkpoint folder.',
    action: 'Call ssc.checkpoint(path) before the start.',
  },
  'STREAM-106': {
    by: 'UsageError',
    what: 'A streaming operation got an argument it cannot use, or its function returned something else than an RDD.',
    action: 'Read the message: it names the operation and what it needs.',
  },
  'STREAM-107': {
    by: 'CancelledError',
    what: 'Waiting for the end of a stream was given up.',
    action: 'Nothing: the streams go on. Use ssc.stop() to end them.',
  },
  'STREAM-108': {
    by: 'UsageError',
    what: 'A checkpoint cannot be read, or holds data of operators that the program does not have.',
    action:
      "Give operators their names back with .name('…'), or drop data by tspark.streaming.checkpoint.reset.",
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
    what: 'process.exit() was called inside a function that runs on a worker.',
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

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorOptions {
  readonly cause?: unknown;
  /** Plain data that travels with the error: partition, record, path of a capture, … */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whether trying the same again may succeed (environment failures only). */
  readonly retriable?: boolean;
}

/** Base of all errors that tspark raises on purpose. `message` begins with `[CODE]`. */
export class TsparkError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(
      `[${code}] ${message}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.details = options.details ?? {};
    this.retriable = options.retriable ?? false;
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** A call that cannot work: wrong argument, missing file, wrong state. The caller mends it. */
export class UsageError extends TsparkError {}
/** A function that cannot travel to a worker. The caller mends it. */
export class ClosureError extends TsparkError {}
/** The user's own function threw inside a task, or a task used more than it may. */
export class TaskError extends TsparkError {}
/** A worker or a block is gone and could not be brought back. */
export class LostDataError extends TsparkError {}
/** The job was cancelled. */
export class CancelledError extends TsparkError {}
/** A bug of tspark. */
export class InternalError extends TsparkError {}

const CLASS_BY_NAME: Record<ErrorClassName, typeof TsparkError> = {
  UsageError,
  ClosureError,
  TaskError,
  LostDataError,
  CancelledError,
  InternalError,
};

/** An error as plain data, for crossing threads. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code: ErrorCode | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retriable: boolean;
  readonly cause: ErrorData | null;
}

/** Turns anything thrown into data that can be posted to another thread. */
export function toErrorData(thrown: unknown): ErrorData {
  const error = thrown instanceof Error ? thrown : new Error(describeThrown(thrown));
  const own = error instanceof TsparkError ? error : null;
  return {
    name: error.name,
    message: String(error.message),
    stack: String(error.stack ?? ''),
    code: own?.code ?? null,
    details: own?.details ?? {},
    retriable: own?.retriable ?? false,
    cause: error.cause === undefined ? null : toErrorData(error.cause),
  };
}

/** Rebuilds an error from its data, with the class that its code names and the original stack. */
export function fromErrorData(data: ErrorData): Error {
  const cause = data.cause === null ? undefined : fromErrorData(data.cause);
  const error = data.code === null ? foreignError(data, cause) : ownError(data, data.code, cause);
  Object.defineProperty(error, 'stack', { value: data.stack, writable: true, configurable: true });
  return error;
}

function ownError(data: ErrorData, code: ErrorCode, cause: Error | undefined): TsparkError {
  const Class = CLASS_BY_NAME[ERROR_CODES[code].by];
  const text = data.message.startsWith(`[${code}] `)
    ? data.message.slice(code.length + 3)
    : data.message;
  return new Class(code, text, { cause, details: data.details, retriable: data.retriable });
}

function foreignError(data: ErrorData, cause: Error | undefined): Error {
  const Native = (globalThis as Record<string, unknown>)[data.name];
  const isNative = typeof Native === 'function' && Native.prototype instanceof Error;
  const Class = (isNative ? Native : Error) as ErrorConstructor;
  const error = new Class(data.message, cause === undefined ? undefined : { cause });
  if (!isNative && data.name !== 'Error') {
    Object.defineProperty(error, 'name', { value: data.name, configurable: true, writable: true });
  }
  return error;
}

function describeThrown(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : `thrown value: ${String(thrown)}`;
  } catch {
    return 'a thrown value that cannot be shown';
  }
}
