// Tells how much user functions hold. RSS is one figure for the process, so what they hold is what nobody else
// accounts for, beyond what the process held at rest. Pure arithmetic; the clock is given.
import type { MemoryFigures } from './memory-ledger.js';

/** What a thread holds for itself: a heap that has just been made, and garbage that is not worth collecting yet. */
const NEW_THREAD_BYTES = 32 * 1024 * 1024;
const THREAD_BYTES = 16 * 1024 * 1024;
/** After so long without a task, workers have let go of their garbage. */
const REST_MS = 500;

export interface MemorySample extends MemoryFigures {
  readonly rssBytes: number;
  readonly workers: number;
}

export class HeapGuard {
  readonly limitBytes: number;
  /** What the process holds, blocks and the like left out, while no task runs. */
  #baseBytes: number | null = null;
  #baseWorkers = 0;
  #driverBytes: number | null = null;
  #lastRestBytes = 0;
  #restSinceMs: number | null = null;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** No task runs: what comes now belongs to no user function, what was there may still be garbage of one. */
  atRest(sample: MemorySample, nowMs: number): void {
    const bytes = sample.rssBytes - sample.accountedBytes;
    const isSettled = this.#restSinceMs !== null && nowMs - this.#restSinceMs >= REST_MS;
    if (this.#baseBytes === null || isSettled || bytes < this.#baseBytes) this.#baseBytes = bytes;
    else if (this.#restSinceMs !== null)
      this.#baseBytes += Math.max(0, bytes - this.#lastRestBytes);
    this.#restSinceMs ??= nowMs;
    this.#lastRestBytes = bytes;
    this.#baseWorkers = sample.workers;
    this.#driverBytes = null;
  }

  /** Bytes that user functions hold while tasks run. */
  heldBytes({ rssBytes, accountedBytes, driverBytes, workers }: MemorySample): number {
    const bytes = rssBytes - accountedBytes;
    this.#restSinceMs = null;
    this.#baseBytes ??= bytes;
    // What the driver held at rest is in the base: only what it gained since is not the tasks'.
    this.#driverBytes ??= driverBytes;
    const gained = driverBytes - this.#driverBytes;
    const started = Math.max(0, workers - this.#baseWorkers);
    const threads = started * NEW_THREAD_BYTES + (workers - started) * THREAD_BYTES;
    return Math.max(0, bytes - this.#baseBytes - gained - threads);
  }
}
