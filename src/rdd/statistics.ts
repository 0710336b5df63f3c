// Figures of RDDs of numbers: stats, histogram, the number of distinct values. Driver only.
import { UsageError } from '../errors.js';
import type { Job } from '../job.js';
import { builtin } from '../lineage/function-ref.js';
import type { LineageNode } from '../lineage/node.js';
import { estimateDistinct, mergeRegisters, registerBits } from '../plan/builtins/distinct-count.js';
import { pack } from '../plan/builtins/packed.js';
import type { Buckets } from '../plan/builtins/statistics.js';
import { StatCounter } from '../stat-counter.js';
import { describeValue } from '../values/describe.js';
import { keyEquals } from '../values/keys.js';
import { compareValues } from '../values/order.js';
import type { ActionRun } from './action-run.js';
import { emptyReduce } from './actions.js';
import type { Engine } from './engine.js';
import { builtinPartitions, narrow } from './transformations.js';

type CounterRow = readonly [count: number, mean: number, m2: number, max: number, min: number];

/** An action over the statistics of all records, named after what the user called. */
export function statistics<R>(
  engine: Engine,
  node: LineageNode,
  operation: string,
  pick: (stats: StatCounter) => R,
): Job<R> {
  const counted = builtinPartitions(engine, operation, node, builtin('stats'));
  return engine.action(operation, async (run) => {
    const rows = await run.records<CounterRow>(counted);
    if (rows.length === 0) throw emptyReduce();
    return pick(rows.map(counterOf).reduce((a, b) => a.mergeStats(b)));
  });
}

export function counterOf([count, mean, m2, max, min]: CounterRow): StatCounter {
  return StatCounter.fromState({ count, mean, m2, max, min });
}

type Bound = number | string;

export function histogram<S extends Bound>(
  engine: Engine,
  node: LineageNode,
  buckets: number | readonly S[],
): Job<[S[], number[]]> {
  if (typeof buckets === 'number') {
    if (!Number.isInteger(buckets) || buckets < 1) {
      throw new UsageError(
        'RDD-101',
        `The number of buckets must be a whole number >= 1, not ${buckets}.`,
      );
    }
    return engine.action('histogram', (run) => evenHistogram<S>(engine, run, node, buckets));
  }
  const given = checkBuckets(buckets);
  return engine.action('histogram', (run) => countInBuckets<S>(engine, run, node, given));
}

function checkBuckets(buckets: unknown): Buckets {
  if (!Array.isArray(buckets)) {
    throw new UsageError(
      'RDD-101',
      `histogram needs a number of buckets or a list of bounds, not ${describeValue(buckets)}.`,
    );
  }
  const bounds = [...buckets] as Bound[];
  if (bounds.length < 2)
    throw new UsageError('RDD-101', 'The buckets of histogram should have more than one value.');
  if (bounds.some((bound) => bound === null || bound === undefined || Number.isNaN(bound))) {
    throw new UsageError(
      'RDD-101',
      'The buckets of histogram can not have null or NaN among them.',
    );
  }
  const steps = bounds.slice(1).map((bound, i) => ({ from: bounds[i]!, to: bound }));
  if (steps.some(({ from, to }) => keyEquals(from, to))) {
    throw new UsageError(
      'RDD-101',
      'The buckets of histogram should not contain duplicated values.',
    );
  }
  if (steps.some(({ from, to }) => compareValues(from, to) > 0)) {
    throw new UsageError('RDD-101', 'The buckets of histogram should be sorted.');
  }
  return { bounds, width: evenWidth(bounds) };
}

/** The common width of the buckets, or null where they differ or are no numbers. */
function evenWidth(bounds: readonly Bound[]): number | null {
  if (bounds.some((bound) => typeof bound !== 'number')) return null;
  const numbers = bounds as readonly number[];
  const widths = numbers.slice(1).map((bound, i) => bound - numbers[i]!);
  const spread = Math.max(...widths) - Math.min(...widths);
  return spread < 1e-10 ? (numbers.at(-1)! - numbers[0]!) / widths.length : null;
}

async function countInBuckets<S extends Bound>(
  engine: Engine,
  run: ActionRun,
  node: LineageNode,
  buckets: Buckets,
): Promise<[S[], number[]]> {
  const counted = builtinPartitions(
    engine,
    'histogram',
    node,
    builtin('histogram', [pack(buckets)]),
  );
  const rows = await run.records<number[]>(counted);
  if (rows.length === 0) throw emptyReduce();
  return [[...buckets.bounds] as S[], rows.reduce((a, b) => a.map((n, i) => n + b[i]!))];
}

/** Buckets of equal width between the smallest and the largest record. */
async function evenHistogram<S extends Bound>(
  engine: Engine,
  run: ActionRun,
  node: LineageNode,
  number: number,
): Promise<[S[], number[]]> {
  const comparable = narrow(engine, 'histogram', node, {
    kind: 'filter',
    fn: builtin('isComparable'),
  });
  const extremes = await run.records<[Bound, Bound]>(
    builtinPartitions(engine, 'histogram', comparable, builtin('minMax')),
  );
  const low = pickBound(
    extremes.map(([smallest]) => smallest),
    -1,
  );
  const high = pickBound(
    extremes.map(([, largest]) => largest),
    1,
  );
  if (low === high || number === 1) {
    const counts = await run.run(comparable, { kind: 'count' });
    const total = counts.reduce(
      (sum, result) => sum + (result.kind === 'count' ? result.count : 0),
      0,
    );
    return [[low, high] as S[], [total]];
  }
  return countInBuckets(engine, run, node, evenBuckets(low, high, number));
}

function pickBound(values: readonly Bound[], sign: 1 | -1): Bound {
  if (values.length === 0) {
    throw new UsageError(
      'RDD-102',
      'histogram can not generate buckets from an empty RDD. Give the bounds as a list.',
    );
  }
  return values.reduce((a, b) => (compareValues(b, a) * sign > 0 ? b : a));
}

function evenBuckets(low: Bound, high: Bound, number: number): Buckets {
  if (typeof low !== 'number' || typeof high !== 'number') {
    throw new UsageError(
      'RDD-101',
      'histogram can not generate buckets with non-number records. Give the bounds as a list.',
    );
  }
  const exact = (high - low) / number;
  if (!Number.isFinite(exact)) {
    throw new UsageError(
      'RDD-101',
      'histogram can not generate buckets with infinite records. Give the bounds as a list.',
    );
  }
  const bounds = Array.from({ length: number }, (_, i) => i * exact + low);
  // The last bound is the largest record itself, not a sum with its rounding error.
  return { bounds: [...bounds, high], width: exact };
}

export function countApproxDistinct(
  engine: Engine,
  node: LineageNode,
  relativeSD: unknown,
): Job<number> {
  if (typeof relativeSD !== 'number' || !(relativeSD > 0.000017)) {
    throw new UsageError(
      'RDD-101',
      `relativeSD should be greater than 0.000017, but is ${describeValue(relativeSD)}.`,
    );
  }
  const bits = registerBits(relativeSD);
  const filled = builtinPartitions(
    engine,
    'countApproxDistinct',
    node,
    builtin('distinctRegisters', [bits]),
  );
  return engine.action('countApproxDistinct', async (run) => {
    const registers = await run.records<Uint8Array>(filled);
    return estimateDistinct(registers.reduce(mergeRegisters, new Uint8Array(2 ** bits)));
  });
}
