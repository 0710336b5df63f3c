// An output of a stream: what is done with each batch, and how that went. The user's handle to it as well.
// Main thread only.
import { inspect } from 'node:util';
import type { ErrorData } from '../errors.js';
import { DRIVER_ONLY } from '../closure/payload.js';
import type { RDD } from '../rdd/rdd.js';
import { RecentCounts } from './recent-counts.js';
import { lineOfDescent, type StreamNode } from './stream-node.js';

export interface OutputSpec {
  /** The call that made it: `pprint`, `foreachRDD`, `saveAsTextFiles`. */
  readonly operation: string;
  readonly node: StreamNode;
  run(time: Date, rdd: RDD<unknown>, output: StreamOutput): unknown;
}

/** How one batch of an output went. */
export interface OutputOutcome {
  readonly timeMs: number;
  readonly durationMs: number;
  /** From the edge of the batch to the end of the output. */
  readonly delayMs: number;
  readonly failure: ErrorData | null;
}

/**
 * An output of a stream that can be closed while the stream runs.
 *
 * **Source** no PySpark counterpart: there outputs can neither be added nor removed after the start.
 */
export class StreamOutput {
  readonly kind = 'output';
  readonly id: number;
  readonly spec: OutputSpec;
  readonly #onClose: (output: StreamOutput) => void;
  #isClosed = false;
  #batches = 0;
  #failures = 0;
  #lastError: ErrorData | null = null;
  #lastDurationMs: number | null = null;
  #lastBatchMs: number | null = null;
  #lastDelayMs: number | null = null;
  #recordsPerSecond: number | null = null;
  #records = 0;
  readonly #recent = new RecentCounts();

  constructor(id: number, spec: OutputSpec, onClose: (output: StreamOutput) => void) {
    this.id = id;
    this.spec = spec;
    this.#onClose = onClose;
  }

  /** How it is made, newest step first: `pprint ← reduceByKey ← map ← socketTextStream('localhost', 9999)`. */
  get description(): string {
    return `${this.spec.operation} ← ${lineOfDescent(this.spec.node)}`;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Batches done, failed ones included. */
  get batches(): number {
    return this.#batches;
  }

  get failures(): number {
    return this.#failures;
  }

  get lastError(): ErrorData | null {
    return this.#lastError;
  }

  /** Seconds the last batch took. */
  get lastDuration(): number | null {
    return this.#lastDurationMs === null ? null : this.#lastDurationMs / 1000;
  }

  get lastBatchTime(): Date | null {
    return this.#lastBatchMs === null ? null : new Date(this.#lastBatchMs);
  }

  /**
   * Ends this output; other outputs go on. A batch that is being processed is finished, later ones are not
   * begun. Sources that no other output reads stop at the next batch.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose(this);
  }

  /** Seconds from the edge of the last batch to the end of this output: it lags when that grows. */
  get lastDelay(): number | null {
    return this.#lastDelayMs === null ? null : this.#lastDelayMs / 1000;
  }

  /** Records a second that its sources brought in the last batch; null where that is not known. */
  get recordsPerSecond(): number | null {
    return this.#recordsPerSecond;
  }

  /** Records that its sources brought since it was declared, as far as they are known. */
  get records(): number {
    return this.#records;
  }

  /** Records of the last 40 batches, oldest first; batches whose records are not known are left out. */
  get recentRecords(): readonly number[] {
    return this.#recent.values;
  }

  /** Notes what its sources brought to a batch, null where one does not know; called by the engine. */
  noteInput(records: number | null, batchMs: number): void {
    this.#records += records ?? 0;
    if (records !== null) this.#recent.add(records);
    this.#recordsPerSecond = records === null ? null : (records / batchMs) * 1000;
  }

  /** Notes how a batch went; called by the engine. */
  record(outcome: OutputOutcome): void {
    const { timeMs, durationMs, failure } = outcome;
    this.#batches++;
    this.#lastBatchMs = timeMs;
    this.#lastDurationMs = durationMs;
    this.#lastDelayMs = outcome.delayMs;
    if (failure === null) return;
    this.#failures++;
    this.#lastError = failure;
  }

  get [DRIVER_ONLY](): string {
    return 'an output of a stream';
  }

  [inspect.custom](): string {
    const state = this.#isClosed ? 'closed' : `${this.#batches} batches, ${this.#failures} failed`;
    return `StreamOutput ${this.id}: ${this.description} (${state})`;
  }
}
