// Count, mean, variance, minimum and maximum in one pass. Pure; used by tasks, by the driver and by users.

/** The state of a StatCounter as plain data. */
export interface StatCounterState {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared differences from the mean. */
  readonly m2: number;
  readonly max: number;
  readonly min: number;
}

/**
 * Statistics of numbers, merged value by value or counter by counter in a numerically stable way.
 *
 * **Source** `pyspark.statcounter.StatCounter` 4.3. Algorithms of Welford and of Chan et al.
 *
 * **Example**
 * ```ts
 * const s = new StatCounter([1, 2, 3]);
 * s.mean();
 * ```
 */
export class StatCounter {
  #count = 0;
  #mean = 0;
  #m2 = 0;
  #max = -Infinity;
  #min = Infinity;

  constructor(values: Iterable<number> = []) {
    for (const value of values) this.merge(value);
  }

  /** Rebuilds a counter from `state()`. */
  static fromState(state: StatCounterState): StatCounter {
    const counter = new StatCounter();
    counter.#count = state.count;
    counter.#mean = state.mean;
    counter.#m2 = state.m2;
    counter.#max = state.max;
    counter.#min = state.min;
    return counter;
  }

  /** The counter as plain data. */
  state(): StatCounterState {
    return { count: this.#count, mean: this.#mean, m2: this.#m2, max: this.#max, min: this.#min };
  }

  /** Adds one value; changes and returns this counter. **Source** `StatCounter.merge`. */
  merge(value: number): this {
    const delta = value - this.#mean;
    this.#count += 1;
    this.#mean += delta / this.#count;
    this.#m2 += delta * (value - this.#mean);
    this.#max = larger(this.#max, value);
    this.#min = smaller(this.#min, value);
    return this;
  }

  /** Adds all that another counter has seen; changes and returns this counter. **Source** `StatCounter.mergeStats`. */
  mergeStats(other: StatCounter): this {
    // A copy first: merging a counter into itself must not read what it has just written.
    const { count, mean, m2, max, min } = other.state();
    if (count === 0) return this;
    if (this.#count === 0) {
      this.#mean = mean;
      this.#m2 = m2;
    } else {
      this.#join(count, mean, m2);
    }
    this.#count += count;
    this.#max = larger(this.#max, max);
    this.#min = smaller(this.#min, min);
    return this;
  }

  #join(count: number, mean: number, m2: number): void {
    const delta = mean - this.#mean;
    const total = this.#count + count;
    if (count * 10 < this.#count) this.#mean += (delta * count) / total;
    else if (this.#count * 10 < count) this.#mean = mean - (delta * this.#count) / total;
    else this.#mean = (this.#mean * this.#count + mean * count) / total;
    this.#m2 += m2 + (delta * delta * this.#count * count) / total;
  }

  /** A copy that changes on its own. **Source** `StatCounter.copy`. */
  copy(): StatCounter {
    return StatCounter.fromState(this.state());
  }

  /** How many values were seen. **Source** `StatCounter.count`. */
  count(): number {
    return this.#count;
  }

  /** The mean, 0 without values. **Source** `StatCounter.mean`. */
  mean(): number {
    return this.#mean;
  }

  /** The sum. **Source** `StatCounter.sum`. */
  sum(): number {
    return this.#count * this.#mean;
  }

  /** The smallest value, Infinity without values. **Source** `StatCounter.min`. */
  min(): number {
    return this.#min;
  }

  /** The largest value, -Infinity without values. **Source** `StatCounter.max`. */
  max(): number {
    return this.#max;
  }

  /** The variance (divided by the count), NaN without values. **Source** `StatCounter.variance`. */
  variance(): number {
    return this.#count === 0 ? Number.NaN : this.#m2 / this.#count;
  }

  /** The sample variance (divided by the count less one), NaN below two values. **Source** `StatCounter.sampleVariance`. */
  sampleVariance(): number {
    return this.#count <= 1 ? Number.NaN : this.#m2 / (this.#count - 1);
  }

  /** The standard deviation. **Source** `StatCounter.stdev`. */
  stdev(): number {
    return Math.sqrt(this.variance());
  }

  /** The sample standard deviation. **Source** `StatCounter.sampleStdev`. */
  sampleStdev(): number {
    return Math.sqrt(this.sampleVariance());
  }

  /**
   * All figures by name. PySpark's flag is kept as it is: `asDict()` gives the sample stdev and variance,
   * `asDict(true)` those of the whole.
   *
   * **Source** `StatCounter.asDict`.
   */
  asDict(sample = false): Map<string, number> {
    return new Map([
      ['count', this.count()],
      ['mean', this.mean()],
      ['sum', this.sum()],
      ['min', this.min()],
      ['max', this.max()],
      ['stdev', sample ? this.stdev() : this.sampleStdev()],
      ['variance', sample ? this.variance() : this.sampleVariance()],
    ]);
  }

  toString(): string {
    return `(count: ${this.count()}, mean: ${this.mean()}, stdev: ${this.stdev()}, max: ${this.max()}, min: ${this.min()})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `StatCounter ${this.toString()}`;
  }
}

// NaN is neither larger nor smaller than another, as in PySpark without numpy.
function larger(a: number, b: number): number {
  return b > a ? b : a;
}

function smaller(a: number, b: number): number {
  return b < a ? b : a;
}
