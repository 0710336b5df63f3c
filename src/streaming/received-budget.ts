// The bound on received data that is not processed yet: one for each source, and one for all sources of a
// SparkContext together. Who reaches a bound makes its sender wait until half of it is free. Main thread only.
import type { SparkContext } from '../context.js';
import { budgetsOf } from '../scheduler/budgets.js';

/** What part of the memory for blocks may hold data that waits for its batch; the rest is for the work on it. */
const RECEIVED_PART = 0.5;

/** What all sources of a context hold together. */
export class ReceivedBudget {
  static readonly #byContext = new WeakMap<SparkContext, ReceivedBudget>();
  readonly #limitBytes: number;
  readonly #waiting = new Set<BudgetShare>();
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The one budget of a context: half of `tspark.memory.blocks`. */
  static of(sc: SparkContext): ReceivedBudget {
    let budget = ReceivedBudget.#byContext.get(sc);
    if (budget === undefined) {
      budget = new ReceivedBudget(budgetsOf(sc.getConf()).blockBytes * RECEIVED_PART);
      ReceivedBudget.#byContext.set(sc, budget);
    }
    return budget;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** A source's part of at most `maxBytes`; `onRoom` is called when a full one has room again. */
  share(maxBytes: number, onRoom: () => void): BudgetShare {
    return new BudgetShare(this, maxBytes, onRoom);
  }

  /** For shares, which have to wait once their own bound or this one is reached. */
  take(share: BudgetShare, bytes: number): void {
    this.#usedBytes += bytes;
    if (share.isFull || this.#usedBytes >= this.#limitBytes) this.#waiting.add(share);
  }

  /** For shares. */
  giveBack(bytes: number): void {
    this.#usedBytes -= bytes;
    // Half empty before senders go on, so that they are not stopped and started for every chunk.
    if (this.#usedBytes > this.#limitBytes / 2) return;
    for (const share of [...this.#waiting]) {
      if (!share.isHalfEmpty) continue;
      this.#waiting.delete(share);
      share.onRoom();
    }
  }

  isWaiting(share: BudgetShare): boolean {
    return this.#waiting.has(share);
  }
}

/** What one source holds. */
export class BudgetShare {
  readonly #budget: ReceivedBudget;
  readonly #maxBytes: number;
  readonly onRoom: () => void;
  #usedBytes = 0;

  constructor(budget: ReceivedBudget, maxBytes: number, onRoom: () => void) {
    this.#budget = budget;
    this.#maxBytes = maxBytes;
    this.onRoom = onRoom;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Whether the source has to wait until `onRoom`. */
  get mustWait(): boolean {
    return this.#budget.isWaiting(this);
  }

  get isFull(): boolean {
    return this.#usedBytes >= this.#maxBytes;
  }

  get isHalfEmpty(): boolean {
    return this.#usedBytes <= this.#maxBytes / 2;
  }

  take(bytes: number): void {
    this.#usedBytes += bytes;
    this.#budget.take(this, bytes);
  }

  giveBack(bytes: number): void {
    if (bytes === 0) return;
    this.#usedBytes -= bytes;
    this.#budget.giveBack(bytes);
  }
}
