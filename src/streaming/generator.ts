// Calls at the edge of every batch: multiples of the batch duration since the epoch, as in Spark.
import type { Clock } from './clock.js';

/** Further behind than this the machine slept or stood still, and the edges in between are left out. */
const MOST_EDGES_CAUGHT_UP = 60;

export interface EdgeHandler {
  /** The edge of a batch; `skipped` edges just before it were left out. */
  edge(timeMs: number, skipped: number): void;
}

export class BatchGenerator {
  readonly #clock: Clock;
  readonly #batchMs: number;
  readonly #handler: EdgeHandler;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, batchMs: number, handler: EdgeHandler) {
    this.#clock = clock;
    this.#batchMs = batchMs;
    this.#handler = handler;
  }

  /** Begins with the next edge; returns the time one batch before it, from which batches are counted. */
  start(): number {
    const zeroMs = Math.floor(this.#clock.nowMs() / this.#batchMs) * this.#batchMs;
    this.#arm(zeroMs + this.#batchMs);
    return zeroMs;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(edgeMs: number): void {
    this.#cancel = this.#clock.callAt(edgeMs, () => this.#tick(edgeMs));
  }

  #tick(edgeMs: number): void {
    const behind = Math.floor((this.#clock.nowMs() - edgeMs) / this.#batchMs);
    const skipped = behind > MOST_EDGES_CAUGHT_UP ? behind : 0;
    const timeMs = edgeMs + skipped * this.#batchMs;
    // Armed first: what the handler throws must not end the stream.
    this.#arm(timeMs + this.#batchMs);
    this.#handler.edge(timeMs, skipped);
  }
}
