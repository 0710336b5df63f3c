// Numbers on the messages of one direction between the driver and a worker, so that each is handled once and in its
// turn whatever the way between them repeats, delays or swaps. Runs on both threads.

export interface Numbered<M> {
  readonly number: number;
  readonly message: M;
}

/** Messages with numbers in a row, posted together. */
export interface Batch<M> {
  /** Of the first of them. */
  readonly first: number;
  readonly messages: readonly M[];
}

export function unbatched<M>({ first, messages }: Batch<M>): Numbered<M>[] {
  return messages.map((message, i) => ({ number: first + i, message }));
}

/** Gives the messages of one sender their numbers. */
export class Numbering<M> {
  #next = 0;

  number(message: M): Numbered<M> {
    return { number: this.#next++, message };
  }

  batch(messages: readonly M[]): Batch<M> {
    const first = this.#next;
    this.#next += messages.length;
    return { first, messages };
  }
}

/** Hands messages on in the order of their numbers, each once; what comes too early waits. */
export class InOrder<M> {
  readonly #handle: (message: M) => void;
  readonly #early = new Map<number, M>();
  #next = 0;

  constructor(handle: (message: M) => void) {
    this.#handle = handle;
  }

  accept({ number, message }: Numbered<M>): void {
    if (number > this.#next) this.#early.set(number, message);
    if (number !== this.#next) return;
    this.#next++;
    this.#handle(message);
    while (this.#early.has(this.#next)) {
      const waiting = this.#early.get(this.#next) as M;
      this.#early.delete(this.#next++);
      this.#handle(waiting);
    }
  }
}
