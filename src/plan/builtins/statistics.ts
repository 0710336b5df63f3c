// Builtins that reduce a partition to one figure or counter. Run in tasks.
import { StatCounter } from '../../stat-counter.js';
import { describeValue } from '../../values/describe.js';
import { compareValues } from '../../values/order.js';
import type { BuiltinFactory, RecordPages } from './builtin.js';
import { fillRegisters } from './distinct-count.js';
import { unpack } from './packed.js';

/** How a histogram finds the bucket of a value. */
export interface Buckets {
  readonly bounds: readonly (number | string)[];
  /** Width of each bucket where all are equally wide, else null: the bucket is searched. */
  readonly width: number | null;
}

/** Counts per bucket; the last bucket includes its upper bound, values outside are ignored. */
export function countBuckets({ bounds, width }: Buckets, pages: RecordPages): number[] {
  const counts = new Array<number>(bounds.length).fill(0);
  const first = bounds[0]!;
  const last = bounds[bounds.length - 1]!;
  const count = (value: unknown): void => {
    if (value === null || value === undefined || Number.isNaN(value)) return;
    if (typeof value !== typeof first) {
      throw new TypeError(
        `histogram cannot compare ${describeValue(value)} with buckets of ${typeof first}s`,
      );
    }
    if (compareValues(value, last) > 0 || compareValues(value, first) < 0) return;
    const index =
      width === null
        ? bucketOf(bounds, value)
        : Math.trunc(((value as number) - (first as number)) / width);
    counts[index]! += 1;
  };
  for (const page of pages) for (const value of page) count(value);
  const atEnd = counts.pop()!;
  counts[counts.length - 1]! += atEnd;
  return counts;
}

/** The last bound that is not above the value. */
function bucketOf(bounds: readonly (number | string)[], value: unknown): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareValues(value, bounds[middle]) < 0) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

function statsOf(pages: RecordPages): StatCounter {
  const counter = new StatCounter();
  for (const page of pages) {
    for (const value of page) {
      if (typeof value !== 'number' && typeof value !== 'boolean') {
        throw new TypeError(`statistics need numbers, but a record is ${describeValue(value)}`);
      }
      counter.merge(Number(value));
    }
  }
  return counter;
}

function minMax(pages: RecordPages): [unknown, unknown][] {
  let found: [unknown, unknown] | null = null;
  for (const page of pages) {
    for (const value of page) {
      if (found === null) found = [value, value];
      else if (compareValues(value, found[0]) < 0) found[0] = value;
      else if (compareValues(value, found[1]) > 0) found[1] = value;
    }
  }
  return found === null ? [] : [found];
}

export const STATISTICS_BUILTINS: Record<string, BuiltinFactory> = {
  stats: () => (pages: RecordPages) => {
    const { count, mean, m2, max, min } = statsOf(pages).state();
    return [[count, mean, m2, max, min]];
  },
  /** A row like that of stats, for records of any kind: only the count tells something. */
  countOnly: () => (pages: RecordPages) => {
    let count = 0;
    for (const page of pages) count += page.length;
    return [[count, 0, 0, 0, 0]];
  },
  histogram: ([packed]) => {
    const buckets = unpack<Buckets>(packed);
    return (pages: RecordPages) => [countBuckets(buckets, pages)];
  },
  /** The smallest and the largest record as one pair; nothing for an empty partition. */
  minMax: () => minMax,
  distinctRegisters:
    ([bits]) =>
    (pages: RecordPages) => [fillRegisters(bits as number, pages)],
  isComparable: () => (x: unknown) => x !== null && x !== undefined && !Number.isNaN(x),
};
