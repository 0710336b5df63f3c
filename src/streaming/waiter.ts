// Who waits for the end of a stream, and what they learn: that it stopped, or what a batch threw.
import type { Clock } from './clock.js';

interface Waiting {
  readonly resolve: (hasStopped: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export class TerminationWaiter {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  /** A failure that nobody was told yet. */
  #failure: { readonly error: unknown } | null = null;
  #hasStopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The stream begins, perhaps again. */
  restart(): void {
    this.#hasStopped = false;
    this.#failure = null;
  }

  /** A batch failed: whoever waits is told; otherwise the next one who does. */
  fail(error: unknown): void {
    if (this.#waiting.size === 0) this.#failure ??= { error };
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  stopped(): void {
    this.#hasStopped = true;
    for (const { resolve } of this.#waiting) resolve(true);
    this.#waiting.clear();
  }

  /**
   * True when the stream stopped, false after `timeoutMs`; rejects with what a batch threw, or with the
   * reason of `signal` when the wait is given up.
   */
  async wait(timeoutMs: number | null, signal?: AbortSignal): Promise<boolean> {
    if (this.#failure !== null) {
      const { error } = this.#failure;
      this.#failure = null;
      throw error;
    }
    if (this.#hasStopped) return true;
    // Streams alone do not keep the process alive; someone who waits for them does.
    const keepAlive = setInterval(() => {}, 2 ** 30);
    let cancel = (): void => {};
    try {
      return await new Promise<boolean>((resolve, reject) => {
        const waiting = { resolve, reject };
        this.#waiting.add(waiting);
        signal?.addEventListener('abort', () => {
          this.#waiting.delete(waiting);
          reject(signal.reason);
        });
        if (timeoutMs === null) return;
        cancel = this.#clock.callAt(this.#clock.nowMs() + timeoutMs, () => {
          this.#waiting.delete(waiting);
          resolve(false);
        });
      });
    } finally {
      cancel();
      clearInterval(keepAlive);
    }
  }
}
