// What a failure of the JVM means for the user: the error a worker threw, a lost worker, a limit, a cancellation; or
// else what Spark said, without the JVM's own frames.
import {
  BridgeError,
  CancelledError,
  fromErrorData,
  LostDataError,
  UsageError,
} from '../errors.js';
import { folded, JavaException } from './py4j/java-exception.js';
import { errorIn } from './report.js';

/** The error to show for what a job ended with. */
export function failureOf(error: unknown, action: string): unknown {
  if (!(error instanceof JavaException)) return error;
  const { trace } = error;
  const thrown = errorIn(trace);
  if (thrown !== null) return fromErrorData(thrown);
  if (/\bcancelled\b/i.test(firstLines(trace)) && /SparkException/.test(trace))
    return new CancelledError('JOB-102', `${action}() was cancelled by Spark: ${reasonOf(trace)}`);
  const path = pathFailure(trace);
  if (path !== null) return path;
  if (/spark\.driver\.maxResultSize/.test(trace)) return tooLarge(action, trace);
  const said =
    /Error from python worker:\s*([\s\S]*?)\s*(?:PYTHONPATH was:|org\.apache\.spark)/.exec(trace);
  const start = said?.[1] ?? /Cannot run program "[^"]*": .*/.exec(trace)?.[0];
  if (start !== undefined) return workerNotStarted(action, start, trace);
  if (/worker exited unexpectedly|EOFException|Connection reset/i.test(trace))
    return workerLost(action, trace);
  return new BridgeError(
    'BRIDGE-503',
    `${action}() failed in Spark: ${reasonOf(trace)}\n${folded(trace)}`,
    { details: { trace: folded(trace) } },
  );
}

/** What Hadoop says of a path, in the words that the engine has for paths of its own. */
function pathFailure(trace: string): UsageError | null {
  const exists = /FileAlreadyExistsException: Output directory (\S+) already exists/.exec(trace);
  if (exists !== null) {
    return new UsageError(
      'IO-107',
      `Output directory ${exists[1]} already exists. Nothing was written; choose another folder, or remove that one first.`,
      { details: { path: exists[1] } },
    );
  }
  const missing = /Input path does not exist: (\S+)/.exec(trace);
  if (missing !== null) {
    const text = `Input path does not exist: ${missing[1]}`;
    return new UsageError('IO-101', text, { details: { path: missing[1] } });
  }
  const matchless = /Input Pattern (\S+) matches 0 files/.exec(trace);
  if (matchless !== null) {
    const text = `Input Pattern ${matchless[1]} matches 0 files`;
    return new UsageError('IO-102', text, { details: { pattern: matchless[1] } });
  }
  const scheme = /No FileSystem for scheme "?([\w+.-]+)"?/.exec(trace)?.[1];
  if (scheme === undefined) return null;
  return new UsageError(
    'IO-105',
    `Hadoop has no file system for scheme "${scheme}". Give Spark the package that has it (--conf spark.jars.packages=…), or name its class in spark.hadoop.fs.${scheme}.impl.`,
    { details: { scheme } },
  );
}

function tooLarge(action: string, trace: string): UsageError {
  return new UsageError(
    'RDD-104',
    `${action}() brings more to the driver than spark.driver.maxResultSize allows: ${reasonOf(trace)} ` +
      'Use take(20) for a look, toLocalIterator() to go through all, saveAsTextFile(path) to keep all, ' +
      'or set spark.driver.maxResultSize to more.',
  );
}

function workerNotStarted(action: string, said: string, trace: string): BridgeError {
  return new BridgeError(
    'BRIDGE-504',
    `${action}() failed: a worker could not be started on an executor, which says: ${said}. Workers need the driver's major version of Node (${process.versions.node.split('.')[0]}) on the executors' path; where it cannot be installed, --conf tspark.cluster.shipNode=true sends it along.`,
    { details: { trace: folded(trace) } },
  );
}

function workerLost(action: string, trace: string): LostDataError {
  return new LostDataError(
    'LOST-501',
    `${action}() was given up: a Node worker on an executor ended without an answer, as often as spark.task.maxFailures allows. What it said is in the log of its executor (stderr). ${reasonOf(trace)}`,
    { details: { trace: folded(trace) } },
  );
}

function firstLines(trace: string): string {
  return trace.split('\n').slice(0, 3).join('\n');
}

/** What Spark says happened: the innermost exception that names itself, without packages; Spark's own needs no name. */
function reasonOf(trace: string): string {
  const line = trace.split('\n', 1)[0] ?? '';
  const classes = /^(?:[\w$.]+(?:Exception|Error): )*/.exec(line)?.[0] ?? '';
  const said = line.slice(classes.length).trim();
  const innermost = /(\w+): $/.exec(classes)?.[1] ?? 'SparkException';
  return innermost === 'SparkException' ? said : `${innermost}: ${said}`;
}
