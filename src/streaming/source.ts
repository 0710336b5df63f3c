// A source of a running context as its user sees it: what it reads, how fast, what went wrong. Main thread only.
import { RecentCounts } from './recent-counts.js';
import { inspect } from 'node:util';
import { DRIVER_ONLY } from '../closure/payload.js';
import type { InputSource } from './input.js';

/** What a source brought to a batch. */
export interface SourceOutcome {
  readonly timeMs: number;
  /** Null where that is not known before the batch is read. */
  readonly records: number | null;
  readonly perSecond: number | null;
}

/**
 * A source that an output reads.
 *
 * **Source** no PySpark counterpart; a StreamingListener hears the same there.
 */
export class StreamSource {
  readonly kind = 'source';
  readonly id: number;
  readonly #source: InputSource;
  readonly #limitPerSecond: () => number;
  readonly #onClose: () => void;
  #records = 0;
  readonly #recent = new RecentCounts();
  #recordsPerSecond: number | null = null;
  #lastBatchMs: number | null = null;
  #lastError: { readonly message: string } | null = null;
  #isBroken = false;

  /** Made by the context; `onClose` closes the outputs that read it. */
  constructor(
    id: number,
    source: InputSource,
    options: { readonly limitPerSecond: () => number; readonly onClose: () => void },
  ) {
    this.id = id;
    this.#source = source;
    this.#limitPerSecond = options.limitPerSecond;
    this.#onClose = options.onClose;
  }

  /** The call that made it: `socketTextStream('localhost', 9999)`. */
  get description(): string {
    return this.#source.text;
  }

  /** Records of all batches so far, as far as they are known without reading them. */
  get records(): number {
    return this.#records;
  }

  /** Records of the last 40 batches, oldest first; batches whose records are not known are left out. */
  get recentRecords(): readonly number[] {
    return this.#recent.values;
  }

  /** Records a second of the last batch, null where that is not known. */
  get recordsPerSecond(): number | null {
    return this.#recordsPerSecond;
  }

  /** Most records a second that it may bring now; Infinity where nothing holds it back. */
  get limitPerSecond(): number {
    return this.#limitPerSecond();
  }

  /** Whether its sender is made to wait now. */
  get isPaused(): boolean {
    return this.#source.isPaused ?? false;
  }

  /** Whether it has failed and is being tried again. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Why it failed last, null if it never did. */
  get lastError(): { readonly message: string } | null {
    return this.#lastError;
  }

  get lastBatchTime(): Date | null {
    return this.#lastBatchMs === null ? null : new Date(this.#lastBatchMs);
  }

  /** Closes all outputs that read it, with which it ends at the next batch. */
  close(): void {
    this.#onClose();
  }

  /** Notes a batch; called by the engine. */
  record({ timeMs, records, perSecond }: SourceOutcome): void {
    this.#lastBatchMs = timeMs;
    this.#recordsPerSecond = perSecond;
    this.#records += records ?? 0;
    if (records !== null) this.#recent.add(records);
  }

  /** Notes a failure, or with null that it is back; called by the engine. */
  noteError(message: string | null): void {
    this.#isBroken = message !== null;
    if (message !== null) this.#lastError = { message };
  }

  get [DRIVER_ONLY](): string {
    return 'a source of a stream';
  }

  [inspect.custom](): string {
    const rate = this.#recordsPerSecond === null ? '' : `, ${Math.round(this.#recordsPerSecond)}/s`;
    const state = this.#isBroken ? ', broken' : this.isPaused ? ', held back' : '';
    return `StreamSource ${this.id}: ${this.description} (${this.#records} records${rate}${state})`;
  }
}
