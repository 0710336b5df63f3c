// One run of a cell: ends once, by itself or because it is given up. Main thread.
import type { CellOutcome } from './outcome.js';

export class CellRun {
  readonly outcome: Promise<CellOutcome>;
  /** Resolves once the cell waits for something for the first time, or has ended. */
  readonly whenUnderWay: Promise<void>;
  #setUnderWay: () => void = () => {};
  #resolve: (outcome: CellOutcome) => void = () => {};
  #onEnd: ((outcome: CellOutcome) => void) | null = null;
  #isOver = false;
  /** Keeps the process alive: what the cell waits for may be something that does not. */
  readonly #keepAlive = setInterval(() => {}, 2 ** 30);

  constructor() {
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.whenUnderWay = new Promise((resolve) => {
      this.#setUnderWay = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Called with the outcome before anybody else learns of it. */
  set onEnd(listener: (outcome: CellOutcome) => void) {
    this.#onEnd = listener;
  }

  /** The part up to the first wait has run. */
  underWay(): void {
    this.#setUnderWay();
  }

  end(outcome: CellOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#keepAlive);
    this.#onEnd?.(outcome);
    this.#resolve(outcome);
    this.underWay();
  }
}
