// Checks of what users pass to operations, at the call, so that the error points at their line. Driver only.
import { UsageError } from '../errors.js';
import { describeValue } from '../values/describe.js';

/** A number of partitions: positive, whole, or not given (null). */
export function checkPartitions(value: unknown, operation: string): number | null {
  if (value === undefined || value === null) return null;
  if (Number.isInteger(value) && (value as number) > 0) return value as number;
  throw new UsageError(
    'RDD-101',
    `${operation}: the number of partitions must be a positive integer, not ${describeValue(value)}.`,
  );
}

/** A whole number that is not negative. */
export function checkCount(value: unknown, what: string): number {
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  const why =
    typeof value === 'number' && value < 0 ? 'cannot be negative' : 'must be a whole number';
  throw new UsageError('RDD-101', `${what} ${why}: it is ${describeValue(value)}.`);
}

/** A finite number of at least `least`. */
export function checkAtLeast(value: unknown, least: number, what: string): number {
  if (typeof value === 'number' && value >= least && Number.isFinite(value)) return value;
  const why =
    typeof value === 'number' && value < 0
      ? 'cannot be negative'
      : `must be a number of at least ${least}`;
  throw new UsageError('RDD-101', `${what} ${why}: it is ${describeValue(value)}.`);
}

/** The depth of a tree aggregation. */
export function checkDepth(depth: unknown): number {
  if (Number.isInteger(depth) && (depth as number) >= 1) return depth as number;
  throw new UsageError(
    'RDD-101',
    `The depth cannot be smaller than 1 but is ${describeValue(depth)}.`,
  );
}

/** A seed as the user gave it, or a random one drawn now, so that all actions on the RDD agree. */
export function chooseSeed(seed: unknown): number {
  if (seed === undefined || seed === null)
    return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  if (Number.isSafeInteger(seed)) return seed as number;
  throw new UsageError('RDD-101', `A seed must be a whole number, not ${describeValue(seed)}.`);
}

/** A path that is not empty. */
export function checkPath(path: unknown, operation: string): string {
  if (typeof path === 'string' && path !== '') return path;
  throw new UsageError('RDD-101', `${operation} needs a path, not ${describeValue(path)}.`);
}
