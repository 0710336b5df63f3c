// How many records a second can be processed, from how long batches took: a PID controller with the names and
// defaults of Spark's (`spark.streaming.backpressure.pid.*`). Pure arithmetic; knows no clock and no source.

export interface RateEstimatorOptions {
  readonly batchMs: number;
  /** How much of the difference between the rate and what is processed is corrected at once. */
  readonly proportional: number;
  /** How much of what has piled up is corrected a batch. */
  readonly integral: number;
  /** How much a change of the difference counts. */
  readonly derivative: number;
  /** Records a second that are let through whatever happens. */
  readonly minRate: number;
  /** Records a second of the first batch, when nothing is known yet. */
  readonly initialRate: number;
  /** Records a second never to be exceeded. */
  readonly maxRate: number;
}

/** What is known of a batch that was processed. */
export interface ProcessedBatch {
  readonly endedMs: number;
  readonly records: number;
  readonly processingMs: number;
  /** How long the batch waited for its turn. */
  readonly schedulingMs: number;
  /** Whether the source had more than it was let. */
  readonly wasLimited: boolean;
}

/** A batch that took a small part of its time says little of a batch a thousand times its size. */
const MOST_GROWTH = 10;

export class RateEstimator {
  readonly #options: RateEstimatorOptions;
  #rate: number;
  #lastError = 0;
  #lastMs: number | null = null;

  constructor(options: RateEstimatorOptions) {
    this.#options = options;
    this.#rate = this.#bounded(options.initialRate);
  }

  /** Records a second that the source may bring. */
  get rate(): number {
    return this.#rate;
  }

  /** Takes in how a batch went. */
  completed(batch: ProcessedBatch): void {
    const { batchMs, proportional, integral, derivative } = this.#options;
    const { records, processingMs, schedulingMs, endedMs } = batch;
    if (records === 0) return;
    const isLate = processingMs + schedulingMs > batchMs;
    // A source that has little to say is no reason to expect that more could not be processed.
    if (!batch.wasLimited && !isLate) return;
    const processed = (records / Math.max(processingMs, 1)) * 1000;
    const error = this.#rate - processed;
    const piledUp = (schedulingMs * processed) / batchMs;
    const sinceMs = this.#lastMs === null ? 0 : endedMs - this.#lastMs;
    const change = sinceMs > 0 ? ((error - this.#lastError) / sinceMs) * 1000 : 0;
    const wanted = this.#rate - proportional * error - integral * piledUp - derivative * change;
    this.#rate = this.#bounded(Math.min(wanted, this.#rate * MOST_GROWTH));
    this.#lastError = error;
    this.#lastMs = endedMs;
  }

  #bounded(rate: number): number {
    const { minRate, maxRate } = this.#options;
    return Math.min(Math.max(rate, minRate), maxRate);
  }
}
