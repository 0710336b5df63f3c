// How many tasks run at a time: from the master and the configuration. Driver only.
import { availableParallelism } from 'node:os';
import { isSparkMaster } from '../bridge/masters.js';
import type { SparkConf } from '../conf.js';
import { UsageError } from '../errors.js';

/** The threads of `local`, `local[N]` and `local[*]`. */
export function parseMaster(master: string): number {
  const threads = threadsOf(master);
  if (threads !== null) return threads;
  throw new UsageError(
    'CONTEXT-102',
    `The master '${master}' is not known. Use local, local[N] with N of at least 1 or local[*] for this process; spark://host:port, yarn, k8s://… or spark-local[N] for a Spark cluster.`,
  );
}

function threadsOf(master: string): number | null {
  if (master === 'local') return 1;
  const match = /^local\[\s*(\*|\d+)\s*(?:,\s*\d+\s*)?\]$/.exec(master);
  const threads = match?.[1] === '*' ? availableParallelism() : Number(match?.[1]);
  return Number.isInteger(threads) && threads > 0 ? threads : null;
}

/** Whether the text names a master at all. */
export function isMaster(master: string): boolean {
  return isSparkMaster(master) || threadsOf(master) !== null;
}

/** `spark.default.parallelism` if it is set, else the threads. */
export function readParallelism(conf: SparkConf, threads: number): number {
  const set = conf.get('spark.default.parallelism');
  if (set === null) return threads;
  const value = Number(set);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UsageError(
    'CONF-101',
    `spark.default.parallelism is "${set}", which is not a positive integer.`,
  );
}
