// Who waits until what a receiver has stored is safe: logged, or else processed. Main thread only.

export class SafetyWaiters {
  /** Waiters for what belongs to no batch yet. */
  #open: (() => void)[] = [];
  readonly #byBatch = new Map<number, (() => void)[]>();

  /** Resolves when what was stored up to now is safe. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#open.push(resolve));
  }

  /** What was stored is in a batch from here on. */
  allocate(timeMs: number): void {
    if (this.#open.length > 0) this.#byBatch.set(timeMs, this.#open);
    this.#open = [];
  }

  /** A batch is safe, and so are those before it. */
  safe(timeMs: number): void {
    for (const [time, waiters] of [...this.#byBatch]) {
      if (time > timeMs) continue;
      this.#byBatch.delete(time);
      for (const resolve of waiters) resolve();
    }
  }
}
