// Growing pauses between attempts, through a clock.
import type { Clock } from './clock.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

export class Backoff {
  readonly #clock: Clock;
  #pauseMs = FIRST_PAUSE_MS;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `attempt` after the next pause, which is twice as long as the one before. */
  retry(attempt: () => void): void {
    this.stop();
    this.#cancel = this.#clock.callAt(this.#clock.nowMs() + this.#pauseMs, () => {
      this.#cancel = null;
      attempt();
    });
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  /** The pauses begin small again. */
  reset(): void {
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
