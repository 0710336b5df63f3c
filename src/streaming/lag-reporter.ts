// Says once when batches lag behind the stream, and once when they have caught up. Main thread only.
import type { Batch, BatchObserver } from './batches.js';

/** A batch that waits so many batch durations for its turn lags. */
const LAGGING = 3;

export class LagReporter implements Pick<BatchObserver, 'completed'> {
  readonly #batchMs: number;
  readonly #tell: (text: string) => void;
  #isLagging = false;

  constructor(batchMs: number, tell: (text: string) => void) {
    this.#batchMs = batchMs;
    this.#tell = tell;
  }

  completed({ submittedMs, startedMs, endedMs }: Batch): void {
    if (startedMs === null || endedMs === null) return;
    const waitedMs = startedMs - submittedMs;
    if (!this.#isLagging && waitedMs >= LAGGING * this.#batchMs) {
      this.#isLagging = true;
      this.#tell(
        `The streams lag: the last batch waited ${seconds(waitedMs)} for its turn, and processing takes ` +
          `${seconds(endedMs - startedMs)} for every ${seconds(this.#batchMs)}. Senders are made to wait ` +
          'when too much is held; see ssc.streams for the slowest output.',
      );
    } else if (this.#isLagging && waitedMs < this.#batchMs / 2) {
      this.#isLagging = false;
      this.#tell('The streams have caught up.');
    }
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
