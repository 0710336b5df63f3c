// Limits of the embedded engine, read from the configuration.
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { parseSize, settingOf, type SparkConf } from '../conf.js';

/** Part of the machine's memory that blocks may take when nothing is configured. */
const BLOCK_SHARE = 0.4;
/** Of that, what tables and sorts of tasks may take beside. */
const EXECUTION_SHARE = 0.5;
const DEFAULT_MAX_RESULT = '1g';
const DEFAULT_MAX_FAILURES = 4;

export interface Budgets {
  /** `tspark.memory.blocks`: shuffle outputs, cached partitions, received data. */
  readonly blockBytes: number;
  /** `tspark.memory.heap`: what user functions may hold, all workers together. */
  readonly heapBytes: number;
  /** `tspark.memory.execution`: tables, sorts and pages of tasks beyond go to files. */
  readonly executionBytes: number;
  /** `spark.driver.maxResultSize`. */
  readonly maxResultBytes: number;
  /** `spark.task.maxFailures`: attempts of a task whose worker dies. */
  readonly maxTaskFailures: number;
}

export function budgetsOf(conf: SparkConf): Budgets {
  const blocks = conf.get('tspark.memory.blocks');
  const blockBytes = blocks ? parseSize(blocks) : Math.floor(machineMemory() * BLOCK_SHARE);
  const execution = conf.get('tspark.memory.execution');
  const executionBytes = execution ? parseSize(execution) : blockBytes * EXECUTION_SHARE;
  const maxResult = conf.get('spark.driver.maxResultSize') ?? DEFAULT_MAX_RESULT;
  return {
    blockBytes,
    executionBytes,
    heapBytes: parseSize(settingOf(conf, 'tspark.memory.heap')!, 'tspark.memory.heap'),
    // As in Spark, 0 means no limit.
    maxResultBytes: parseSize(maxResult) || Number.POSITIVE_INFINITY,
    maxTaskFailures: Number(conf.get('spark.task.maxFailures') ?? DEFAULT_MAX_FAILURES),
  };
}

/** The smaller of physical memory and the container's limit, in bytes. */
function machineMemory(): number {
  try {
    const limit = Number(readFileSync('/sys/fs/cgroup/memory.max', 'utf8'));
    if (Number.isFinite(limit) && limit > 0) return Math.min(limit, totalmem());
  } catch {
    // No cgroup: the machine's memory is the limit.
  }
  return totalmem();
}
