// Sets how much each source may bring to a batch by how long batches take. Main thread only.
import type { Batch, BatchObserver } from './batches.js';
import { RateEstimator, type RateEstimatorOptions } from './rate-estimator.js';
import type { RateLimit } from './rate-limit.js';

export interface RateSettings extends Omit<RateEstimatorOptions, 'batchMs'> {
  /** Whether the rate follows processing; without, only `maxRate` bounds it. */
  readonly isAdaptive: boolean;
}

/** The bound of one source. */
class SourceRate implements RateLimit {
  readonly #batchMs: number;
  readonly #maxRate: number;
  readonly estimator: RateEstimator | null;

  constructor(batchMs: number, settings: RateSettings) {
    this.#batchMs = batchMs;
    this.#maxRate = settings.maxRate;
    this.estimator = settings.isAdaptive ? new RateEstimator({ ...settings, batchMs }) : null;
    this.renew();
  }

  /** The bound of the present batch: it does not change while the batch is received. */
  recordsPerBatch = 1;

  renew(): void {
    const perSecond = this.estimator?.rate ?? this.#maxRate;
    this.recordsPerBatch = Math.max(1, Math.floor((perSecond * this.#batchMs) / 1000));
  }
}

export class RateControl implements Pick<BatchObserver, 'completed'> {
  readonly #batchMs: number;
  readonly #settings: RateSettings;
  readonly #rateByStream = new Map<number, SourceRate>();

  constructor(batchMs: number, settings: RateSettings) {
    this.#batchMs = batchMs;
    this.#settings = settings;
  }

  /** The bound of a source, which begins small. */
  limitOf(streamId: number): RateLimit {
    return this.#of(streamId);
  }

  /** The next batch begins. */
  renew(streamId: number): void {
    this.#of(streamId).renew();
  }

  #of(streamId: number): SourceRate {
    let rate = this.#rateByStream.get(streamId);
    if (rate === undefined) {
      rate = new SourceRate(this.#batchMs, this.#settings);
      this.#rateByStream.set(streamId, rate);
    }
    return rate;
  }

  /** The source is not read any more. */
  forget(streamId: number): void {
    this.#rateByStream.delete(streamId);
  }

  completed({ inputs, submittedMs, startedMs, endedMs }: Batch): void {
    if (startedMs === null || endedMs === null) return;
    const processingMs = endedMs - startedMs;
    const schedulingMs = startedMs - submittedMs;
    for (const { streamId, records, limit } of inputs) {
      if (records === null) continue;
      const wasLimited = records >= limit;
      const batch = { endedMs, records, processingMs, schedulingMs, wasLimited };
      this.#rateByStream.get(streamId)?.estimator?.completed(batch);
    }
  }
}
