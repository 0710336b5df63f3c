// Shared variables that tasks only add to and the driver reads. Driver side; tasks have a stand-in of their own.
import { TRAVELS_AS, type HandleRef, type Travels } from './closure/payload.js';
import { UsageError } from './errors.js';
import { describeValue } from './values/describe.js';

/**
 * How values of an accumulator begin and are added.
 *
 * **Source** `pyspark.AccumulatorParam` 4.3.
 */
export interface AccumulatorParam<T> {
  /** The neutral value for accumulators that begin with `value`. */
  zero(value: T): T;
  /** Adds `b` to `a`, which may be changed, and returns the sum. */
  addInPlace(a: T, b: T): T;
}

const NUMBER_PARAM: AccumulatorParam<number> = {
  zero: () => 0,
  addInPlace: (a, b) => a + b,
};

const BIGINT_PARAM: AccumulatorParam<bigint> = {
  zero: () => 0n,
  addInPlace: (a, b) => a + b,
};

/** The param for values that need none of the user: numbers and bigints. Null for all others. */
export function defaultParam(value: unknown): AccumulatorParam<unknown> | null {
  if (typeof value === 'number') return NUMBER_PARAM as AccumulatorParam<unknown>;
  if (typeof value === 'bigint') return BIGINT_PARAM as AccumulatorParam<unknown>;
  return null;
}

/** The param to use for an initial value: the user's, or the default of its type. */
export function chooseParam<T>(
  value: T,
  param: AccumulatorParam<T> | null | undefined,
): AccumulatorParam<T> {
  if (param !== undefined && param !== null) {
    if (typeof param.zero === 'function' && typeof param.addInPlace === 'function') return param;
    throw new UsageError(
      'ACCUMULATOR-101',
      `An accumulator param needs the functions zero(value) and addInPlace(a, b); got ${describeValue(param)}.`,
    );
  }
  const found = defaultParam(value);
  if (found !== null) return found as AccumulatorParam<T>;
  throw new UsageError(
    'ACCUMULATOR-101',
    `There is no default accumulator param for ${describeValue(value)}. ` +
      'Pass one: sc.accumulator(value, { zero: v => …, addInPlace: (a, b) => … }).',
  );
}

/**
 * A variable that tasks add to with `add` and the driver reads. Made by `sc.accumulator`.
 *
 * **Source** `pyspark.Accumulator` 4.3. What a retried task adds counts once.
 *
 * **Example**
 * ```ts
 * const seen = sc.accumulator(0);
 * await sc.parallelize([1, 2, 3]).foreach(x => seen.add(x));
 * seen.value; // => 6
 * ```
 */
export class Accumulator<T> implements Travels {
  readonly id: number;
  readonly #param: AccumulatorParam<T>;
  #value: T;

  constructor(id: number, value: T, param: AccumulatorParam<T>) {
    this.id = id;
    this.#value = value;
    this.#param = param;
  }

  /** The sum so far. Readable and settable at the driver only. **Source** `Accumulator.value`. */
  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
  }

  /** Adds a term. **Source** `Accumulator.add`, `+=`. */
  add(term: T): void {
    this.#value = this.#param.addInPlace(this.#value, term);
  }

  [TRAVELS_AS](): HandleRef {
    return { type: 'accumulator', id: this.id };
  }

  toString(): string {
    return String(this.#value);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Accumulator(${this.id}) ${describeValue(this.#value)}`;
  }
}
