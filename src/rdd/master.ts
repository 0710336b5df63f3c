// How many tasks run at a time: from the master and the configuration. Driver only.
import { availableParallelism } from 'node:os';
import type { SparkConf } from '../conf.js';
import { UsageError } from '../errors.js';

/** The threads of `local`, `local[N]` and `local[*]`. */
export function parseMaster(master: string): number {
  if (master === 'local') return 1;
  const match = /^local\[\s*(\*|\d+)\s*(?:,\s*\d+\s*)?\]$/.exec(master);
  const threads = match?.[1] === '*' ? availableParallelism() : Number(match?.[1]);
  if (Number.isInteger(threads) && threads > 0) return threads;
  throw new UsageError(
    'CONTEXT-102',
    `The master '${master}' is not known. tspark runs in this process: use local, local[N] with N of at least 1, or local[*].`,
  );
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
