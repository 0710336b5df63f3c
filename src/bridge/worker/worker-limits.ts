// How much memory a worker process may take for a task before it moves to files, and where these are: Spark's settings,
// as the driver and the executor hand them down.
import { tmpdir } from 'node:os';

/** Set by the driver: bytes of `spark.python.worker.memory`. */
export const WORKER_MEMORY = 'TSPARK_WORKER_MEMORY';
const DEFAULT_BYTES = 512 * 1024 * 1024;
/** Part of the whole process's limit that tables and sorts may take; functions and buffers have the rest. */
const SHARE_OF_PROCESS = 0.5;
/** Part of a task's memory that blocks which have arrived may take, beside what is made of them. */
const SHARE_OF_ARRIVALS = 0.5;

export interface WorkerLimits {
  /** Beyond this tables, sorts and pages of a task go to files. */
  readonly taskBytes: number;
  /** Beyond this blocks that arrive for a task go to files. */
  readonly arrivalBytes: number;
  readonly spillPath: string;
}

export function workerLimits(env: NodeJS.ProcessEnv): WorkerLimits {
  const asked = Number(env[WORKER_MEMORY]) || DEFAULT_BYTES;
  // The executor's part of spark.executor.pyspark.memory for one worker.
  const processBytes = Number(env.PYSPARK_EXECUTOR_MEMORY_MB) * 1024 * 1024;
  const taskBytes = processBytes > 0 ? Math.min(asked, processBytes * SHARE_OF_PROCESS) : asked;
  const [folder] = (env.SPARK_LOCAL_DIRS ?? '').split(',');
  return {
    taskBytes,
    arrivalBytes: taskBytes * SHARE_OF_ARRIVALS,
    spillPath: folder || tmpdir(),
  };
}
