// Limits of the embedded engine, read from the configuration.
import { mkdtempSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseSize, settingOf, type SparkConf } from '../conf.js';

/** Part of the machine's memory that blocks may take when nothing is configured. */
const BLOCK_SHARE = 0.4;
const DEFAULT_MAX_RESULT = '1g';
const DEFAULT_MAX_FAILURES = 4;

export interface Budgets {
  /** `tspark.memory.blocks`: shuffle outputs, cached partitions, received data. */
  readonly blockBytes: number;
  /** `tspark.memory.heap`: what user functions may hold, all workers together. */
  readonly heapBytes: number;
  /** `spark.driver.maxResultSize`. */
  readonly maxResultBytes: number;
  /** `spark.task.maxFailures`: attempts of a task whose worker dies. */
  readonly maxTaskFailures: number;
}

export function budgetsOf(conf: SparkConf): Budgets {
  const blocks = conf.get('tspark.memory.blocks');
  const maxResult = conf.get('spark.driver.maxResultSize') ?? DEFAULT_MAX_RESULT;
  return {
    blockBytes: blocks ? parseSize(blocks) : Math.floor(machineMemory() * BLOCK_SHARE),
    heapBytes: parseSize(settingOf(conf, 'tspark.memory.heap')!, 'tspark.memory.heap'),
    // As in Spark, 0 means no limit.
    maxResultBytes: parseSize(maxResult) || Number.POSITIVE_INFINITY,
    maxTaskFailures: Number(conf.get('spark.task.maxFailures') ?? DEFAULT_MAX_FAILURES),
  };
}

/** A private folder below `spark.local.dir` (the system's temporary folder), made when first asked for. */
export function localDirectory(conf: SparkConf): () => string {
  let directory: string | null = null;
  return () =>
    (directory ??= mkdtempSync(join(conf.get('spark.local.dir') ?? tmpdir(), 'tspark-')));
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
