// One run of a cell: ends once, by itself or because it is given up. Main thread.
import type { CellOutcome } from './outcome.js';

export class CellRun {
  readonly outcome: Promise<CellOutcome>;
  #resolve: (outcome: CellOutcome) => void = () => {};
  #onEnd: ((outcome: CellOutcome) => void) | null = null;
  #isOver = false;
  /** Keeps the process alive: what the cell waits for may be something that does not. */
  readonly #keepAlive = setInterval(() => {}, 2 ** 30);

  constructor() {
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Called with the outcome before anybody else learns of it. */
  set onEnd(listener: (outcome: CellOutcome) => void) {
    this.#onEnd = listener;
  }

  end(outcome: CellOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#keepAlive);
    this.#onEnd?.(outcome);
    this.#resolve(outcome);
  }
}
