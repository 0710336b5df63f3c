// countApprox, sumApprox, meanApprox: the exact answer if all partitions are done in time, else an estimate from
// those that are, with bounds. Driver only.
import { UsageError } from '../errors.js';
import type { Job } from '../job.js';
import { builtin } from '../lineage/function-ref.js';
import type { LineageNode } from '../lineage/node.js';
import { decodeBlock } from '../blocks/codec.js';
import { StatCounter } from '../stat-counter.js';
import { describeValue } from '../values/describe.js';
import type { ActionRun } from './action-run.js';
import type { Engine } from './engine.js';
import { normalQuantile } from './normal-quantile.js';
import { builtinPartitions } from './transformations.js';

/**
 * A number with the bounds it lies between, at the given confidence. Counts as its mean in arithmetic.
 *
 * **Source** `pyspark.rdd.BoundedFloat` 4.3.
 */
export class BoundedFloat {
  constructor(
    readonly mean: number,
    readonly confidence: number,
    readonly low: number,
    readonly high: number,
  ) {}

  valueOf(): number {
    return this.mean;
  }

  toString(): string {
    return String(this.mean);
  }
}

/** What the finished partitions tell about all. */
interface Sampled {
  readonly stats: StatCounter;
  /** Share of the partitions that are finished. */
  readonly share: number;
}

export interface ApproximateOptions {
  readonly operation: string;
  readonly timeoutMs: unknown;
  readonly confidence: unknown;
}

export function approximate<R>(
  engine: Engine,
  node: LineageNode,
  { operation, timeoutMs, confidence }: ApproximateOptions,
  estimate: (sampled: Sampled, confidence: number) => R,
): Job<R> {
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
    throw new UsageError(
      'RDD-101',
      `${operation} needs a timeout in milliseconds, not ${describeValue(timeoutMs)}.`,
    );
  }
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) {
    throw new UsageError(
      'RDD-101',
      `The confidence of ${operation} must be between 0 and 1, not ${describeValue(confidence)}.`,
    );
  }
  const name = operation === 'countApprox' ? 'countOnly' : 'stats';
  const counted = builtinPartitions(engine, operation, node, builtin(name));
  return engine.action(operation, async (run) =>
    estimate(await sampleUntil(run, counted, timeoutMs), confidence),
  );
}

/** Merges the partitions that are finished when the time is up, and cancels the rest. */
async function sampleUntil(
  run: ActionRun,
  counted: LineageNode,
  timeoutMs: number,
): Promise<Sampled> {
  const total = await run.countPartitions(counted);
  const stats = new StatCounter();
  let finished = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    run.cancel('the time for an approximate answer is up');
  }, timeoutMs);
  try {
    await run.run(
      counted,
      { kind: 'collect' },
      {
        onResult: (_index, result) => {
          finished++;
          if (result.kind !== 'block') return;
          for (const row of decodeBlock<readonly [number, number, number, number, number]>(
            result.block,
          )) {
            const [count, mean, m2, max, min] = row;
            stats.mergeStats(StatCounter.fromState({ count, mean, m2, max, min }));
          }
        },
      },
    );
  } catch (error) {
    if (!isLate) throw error;
  } finally {
    clearTimeout(timer);
  }
  return { stats, share: total === 0 ? 1 : finished / total };
}

/** Bounds of a normally distributed estimate. */
function bounded(mean: number, deviation: number, confidence: number): BoundedFloat {
  const reach = deviation === 0 ? 0 : normalQuantile(0.5 + confidence / 2) * deviation;
  return new BoundedFloat(mean, confidence, mean - reach, mean + reach);
}

const UNKNOWN_LOW = Number.NEGATIVE_INFINITY;

/** How many records there are: those seen, scaled up; Poisson-like spread of what is still to come. */
export function estimateCount({ stats, share }: Sampled, confidence: number): BoundedFloat {
  const seen = stats.count();
  if (share === 1) return new BoundedFloat(seen, confidence, seen, seen);
  if (share === 0) return new BoundedFloat(0, confidence, 0, Number.POSITIVE_INFINITY);
  const rest = ((seen + 1) * (1 - share)) / share;
  const { high } = bounded(seen + rest, Math.sqrt(rest / share), confidence);
  return new BoundedFloat(Math.round(seen / share), confidence, seen, high);
}

export function estimateMean({ stats, share }: Sampled, confidence: number): BoundedFloat {
  const mean = stats.mean();
  if (share === 1) return new BoundedFloat(mean, confidence, mean, mean);
  if (stats.count() < 2)
    return new BoundedFloat(mean, confidence, UNKNOWN_LOW, Number.POSITIVE_INFINITY);
  return bounded(mean, Math.sqrt(stats.sampleVariance() / stats.count()), confidence);
}

/** The product of the estimated count and mean, with the variance of a product of independent estimates. */
export function estimateSum(sampled: Sampled, confidence: number): BoundedFloat {
  const { stats, share } = sampled;
  const sum = stats.sum();
  if (share === 1) return new BoundedFloat(sum, confidence, sum, sum);
  if (stats.count() < 2)
    return new BoundedFloat(sum, confidence, UNKNOWN_LOW, Number.POSITIVE_INFINITY);
  const count = stats.count() / share;
  const countVariance = (stats.count() * (1 - share)) / (share * share);
  const mean = stats.mean();
  const meanVariance = stats.sampleVariance() / stats.count();
  const variance =
    mean * mean * countVariance + count * count * meanVariance + meanVariance * countVariance;
  return bounded(mean * count, Math.sqrt(variance), confidence);
}
