// How many records a second can be processed, from how long batches took: a PID controller with the names and
// defaults of Spark's (`spark.streaming.backpressure.pid.*`). Spark takes all of a batch's time for that of its records;
// here what batches take however few records they have is no reason to hold a source back: it would make its data
// late and no batch quicker. Pure arithmetic; knows no clock and no source.
import { RecordCost } from './record-cost.js';

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
/** How fast a source may grow whose batches are late, but not by its records: that may be a mistake. */
const GROWTH_WHEN_LATE = 1.25;
/** How long records may take of a batch that would be late without them. */
const ROOM_WHEN_LATE = 0.25;

export class RateEstimator {
  readonly #options: RateEstimatorOptions;
  readonly #cost = new RecordCost();
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
    this.#cost.add({ records, ms: processingMs });
    const processed = this.#processed(batch);
    const error = this.#rate - processed;
    // Fewer records work off what waits only as far as it is them that take long.
    const share = processingMs > batchMs ? this.#cost.share : 1;
    const piledUp = (share * schedulingMs * processed) / batchMs;
    const sinceMs = this.#lastMs === null ? 0 : endedMs - this.#lastMs;
    const change = sinceMs > 0 ? ((error - this.#lastError) / sinceMs) * 1000 : 0;
    const wanted = this.#rate - proportional * error - integral * piledUp - derivative * change;
    this.#rate = this.#bounded(Math.min(wanted, this.#rate * MOST_GROWTH));
    this.#lastError = error;
    this.#lastMs = endedMs;
  }

  /** Records a second that can be processed, going by a batch. */
  #processed({ records, processingMs }: ProcessedBatch): number {
    const { batchMs } = this.#options;
    const average = (records / Math.max(processingMs, 1)) * 1000;
    if (processingMs <= batchMs) return average;
    const recordsMs = processingMs * this.#cost.share;
    const fixedMs = processingMs - recordsMs;
    // Where batches are late without any records these may take a part as long again.
    const roomMs = Math.max(batchMs - fixedMs, fixedMs * ROOM_WHEN_LATE);
    const perSecond = (records / batchMs) * 1000;
    const wanted = Math.min((roomMs / recordsMs) * perSecond, GROWTH_WHEN_LATE * perSecond);
    return Math.max(average, wanted);
  }

  #bounded(rate: number): number {
    const { minRate, maxRate } = this.#options;
    return Math.min(Math.max(rate, minRate), maxRate);
  }
}
