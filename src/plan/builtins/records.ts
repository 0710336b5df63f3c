// Builtins that take one record, or merge two values: used by the ops map, filter, flatMapValues, combine and by sinks.
// Run in tasks; pure.
import { describeValue } from '../../values/describe.js';
import { keyEquals } from '../../values/keys.js';
import { compareValues } from '../../values/order.js';
import type { Binary, BuiltinFactory, Unary } from './builtin.js';
import { unpacker } from './packed.js';

type Sides = readonly [key: unknown, values: readonly (readonly unknown[])[]];

/** Nothing to join on one side stands for one null. */
const orNull = (values: readonly unknown[]): readonly unknown[] =>
  values.length === 0 ? [null] : values;

/** Pairs that are made at once; more are made as they are asked for. */
const MOST_AT_ONCE = 256;

function product(left: readonly unknown[], right: readonly unknown[]): Iterable<unknown> {
  if (left.length === 1 && right.length === 1) return [[left[0], right[0]]];
  if (left.length * right.length > MOST_AT_ONCE) return lazyProduct(left, right);
  const pairs: unknown[] = [];
  for (const a of left) for (const b of right) pairs.push([a, b]);
  return pairs;
}

function* lazyProduct(left: readonly unknown[], right: readonly unknown[]): Iterable<unknown> {
  for (const a of left) for (const b of right) yield [a, b];
}

function add(a: unknown, b: unknown): unknown {
  if (typeof b === 'number') return (a as number) + b;
  if (typeof b === 'boolean') return (a as number) + Number(b);
  if (typeof b === 'bigint' && typeof a === 'bigint') return a + b;
  // The sum of bigints starts from the number 0 like every sum.
  if (typeof b === 'bigint' && a === 0) return b;
  throw new TypeError(`sum() needs numbers of one kind, but a record is ${describeValue(b)}`);
}

/** Adds to an accumulator of numbers or bigints. */
function addTerm(a: unknown, b: unknown): unknown {
  if (typeof a === typeof b && (typeof b === 'number' || typeof b === 'bigint'))
    return (a as number) + (b as number);
  throw new TypeError(`the accumulator adds ${typeof a}s, but the term is ${describeValue(b)}`);
}

/**
 * The one of two values that comes first (`sign` -1) or last (1) in order; the first of equal ones. As in Python's
 * max, NaN is neither before nor after another number, so the first of two stays.
 */
export function extreme(sign: 1 | -1, key: Unary | undefined): Binary {
  if (key === undefined) return (a, b) => (isBeyond(b, a, sign) ? b : a);
  return (a, b) => (isBeyond(key(b), key(a), sign) ? b : a);
}

function isBeyond(b: unknown, a: unknown, sign: 1 | -1): boolean {
  if (typeof a === 'number' && typeof b === 'number') return sign === 1 ? b > a : b < a;
  return compareValues(b, a) * sign > 0;
}

export const RECORD_BUILTINS: Record<string, BuiltinFactory> = {
  pairWithNull: () => (x: unknown) => [x, null],
  firstOf: () => (a: unknown) => a,
  add: () => add,
  addTerm: () => addTerm,
  max: (_args, [key]) => extreme(1, key as Unary | undefined),
  min: (_args, [key]) => extreme(-1, key as Unary | undefined),

  /** Starts a combiner from a copy of the zero value: `seq(zero, value)`. */
  fromZero: ([zero], [seq]) => {
    const fresh = unpacker(zero);
    return (value: unknown) => (seq as Binary)(fresh(), value);
  },

  joinInner:
    () =>
    ([left, right]: Sides[1]) =>
      product(left!, right!),
  joinLeft:
    () =>
    ([left, right]: Sides[1]) =>
      product(left!, orNull(right!)),
  joinRight:
    () =>
    ([left, right]: Sides[1]) =>
      product(orNull(left!), right!),
  joinFull:
    () =>
    ([left, right]: Sides[1]) =>
      product(orNull(left!), orNull(right!)),

  leftWithoutRight:
    () =>
    ([left, right]: Sides[1]) =>
      right!.length === 0 ? left! : [],
  onceInBoth:
    () =>
    ([left, right]: Sides[1]) =>
      left!.length > 0 && right!.length > 0 ? [null] : [],

  keyIs: ([key]) => {
    const wanted = unpacker(key)();
    return ([k]: readonly [unknown]) => keyEquals(k, wanted);
  },
};
