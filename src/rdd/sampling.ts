// Operations that choose records at random. The seed is drawn at the call, so that all actions on a sample agree.
// Driver only.
import { UsageError } from '../errors.js';
import { builtin } from '../lineage/function-ref.js';
import type { LineageNode } from '../lineage/node.js';
import { SeededRandom, shuffleInPlace } from '../plan/builtins/random.js';
import type { ActionRun } from './action-run.js';
import { checkAtLeast, checkCount, chooseSeed } from './arguments.js';
import type { Engine } from './engine.js';
import { packed } from './packed-argument.js';
import { builtinPartitions } from './transformations.js';

export interface SampleOptions {
  readonly withReplacement: boolean;
  readonly seed: unknown;
}

export function sample(
  engine: Engine,
  parent: LineageNode,
  fraction: unknown,
  { withReplacement, seed }: SampleOptions,
  operation = 'sample',
): LineageNode {
  const share = checkAtLeast(fraction, 0, `The fraction of ${operation}`);
  const name = withReplacement ? 'samplePoisson' : 'sampleBernoulli';
  return builtinPartitions(engine, operation, parent, builtin(name, [share, chooseSeed(seed)]), {
    withIndex: true,
    preservesPartitioning: true,
  });
}

export function sampleByKey(
  engine: Engine,
  parent: LineageNode,
  fractions: ReadonlyMap<unknown, number> | Readonly<Record<string, number>>,
  { withReplacement, seed }: SampleOptions,
): LineageNode {
  const entries: [unknown, number][] =
    fractions instanceof Map ? [...fractions] : Object.entries(fractions);
  for (const [, fraction] of entries) checkAtLeast(fraction, 0, 'The fraction of sampleByKey');
  const args = [withReplacement, packed(entries, 'the fractions of sampleByKey'), chooseSeed(seed)];
  return builtinPartitions(engine, 'sampleByKey', parent, builtin('sampleByKey', args), {
    withIndex: true,
    preservesPartitioning: true,
  });
}

export function randomSplit(
  engine: Engine,
  parent: LineageNode,
  weights: readonly number[],
  seed: unknown,
): LineageNode[] {
  for (const weight of weights) checkAtLeast(weight, 0, 'A weight of randomSplit');
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) {
    throw new UsageError(
      'RDD-101',
      `The sum of the weights of randomSplit must be positive, but [${weights}] sums to ${total}.`,
    );
  }
  const chosen = chooseSeed(seed);
  let low = 0;
  let soFar = 0;
  return weights.map((weight) => {
    soFar += weight;
    const high = soFar / total;
    const args = [low, high, chosen];
    low = high;
    return builtinPartitions(engine, 'randomSplit', parent, builtin('sampleRange', args), {
      withIndex: true,
      preservesPartitioning: true,
    });
  });
}

/** Exactly `num` records (fewer if there are fewer), in random order. */
export async function takeSample<T>(
  engine: Engine,
  run: ActionRun,
  node: LineageNode,
  num: number,
  { withReplacement, seed }: { readonly withReplacement: boolean; readonly seed: number },
): Promise<T[]> {
  if (num === 0 || (await run.countPartitions(node)) === 0) return [];
  const total = await countRecords(run, node);
  if (total === 0) return [];
  const random = new SeededRandom(seed);
  if (!withReplacement && num >= total) return shuffleInPlace(await run.records<T>(node), random);
  const fraction = safeFraction(num, total, withReplacement);
  let records: T[] = [];
  for (let round = seed; ; round = random.below(Number.MAX_SAFE_INTEGER)) {
    records = await run.records<T>(
      sample(engine, node, fraction, { withReplacement, seed: round }, 'takeSample'),
    );
    if (records.length >= num) break;
  }
  return shuffleInPlace(records, random).slice(0, num);
}

export function checkSampleSize(num: unknown): number {
  return checkCount(num, 'The sample size of takeSample');
}

async function countRecords(run: ActionRun, node: LineageNode): Promise<number> {
  const results = await run.run(node, { kind: 'count' });
  return results.reduce((sum, result) => sum + (result.kind === 'count' ? result.count : 0), 0);
}

/** A fraction that gives at least `size` of `total` records in all but one of ten thousand tries. */
function safeFraction(size: number, total: number, withReplacement: boolean): number {
  const fraction = size / total;
  if (withReplacement) {
    const deviations = size < 12 ? 9 : 5;
    return fraction + deviations * Math.sqrt(fraction / total);
  }
  const gamma = -Math.log(0.00005) / total;
  return Math.min(1, fraction + gamma + Math.sqrt(gamma * gamma + 2 * gamma * fraction));
}
