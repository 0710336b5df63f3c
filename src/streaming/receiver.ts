// Receiver: what users extend to bring data in from anywhere; and two receivers of our own, an iterable and a
// clock. Main thread only: a receiver takes no worker.
import type { Clock } from './clock.js';

/** What a receiver hands its records to. */
export interface ReceiverHost {
  readonly clock: Clock;
  /** Takes a record in; false asks the receiver to wait until `whenRoom` resolves. */
  store(record: unknown): boolean;
  whenRoom(): Promise<void>;
  whenSafe(): Promise<void>;
  /** Tells of a failure; the receiver is started again after a growing pause. */
  failed(error: unknown): void;
}

/**
 * A source of your own: extend it, begin to call `store` in `onStart`, end in `onStop`.
 *
 * **Cost** runs at the driver; what is stored and not processed is bounded by
 * `tspark.streaming.receiver.maxBytes`: `store` returns false when that much waits, then await `whenRoom()`.
 * What `onStart` throws, also later as an async function, and what `restart` is given is told once, and the
 * receiver is started again after growing pauses.
 * **Source** `org.apache.spark.streaming.receiver.Receiver` 4.3; not in PySpark.
 *
 * **Example**
 * ```ts
 * class Ticks extends Receiver<number> {
 *   #timer: NodeJS.Timeout | undefined;
 *   onStart() { this.#timer = setInterval(() => this.store(Date.now()), 100); }
 *   onStop() { clearInterval(this.#timer); }
 * }
 * ```
 */
export abstract class Receiver<T> {
  #host: ReceiverHost | null = null;
  #position: unknown;

  /** Begins to receive. `position` is what was last given to `store` before a crash, undefined at first. */
  abstract onStart(position?: unknown): void | Promise<void>;
  /** Receives no more. */
  abstract onStop(): void;

  /**
   * Takes a record in; false when so much waits that the receiver should await `whenRoom()`. A `position`
   * (plain data) from which the source can be read again makes it replayable after a crash.
   */
  store(record: T, position?: unknown): boolean {
    if (position !== undefined) this.#position = position;
    return this.#host?.store(record) ?? true;
  }

  /** Resolves when there is room for more records. */
  whenRoom(): Promise<void> {
    return this.#host?.whenRoom() ?? Promise.resolve();
  }

  /**
   * Resolves when what was stored up to now survives a crash: it is in the write-ahead log, or processed where
   * there is none. Tell whoever sent it only then that it has arrived. Stays open if the stream ends before.
   */
  whenSafe(): Promise<void> {
    return this.#host?.whenSafe() ?? new Promise(() => {});
  }

  /** Ends and begins again after a pause; `reason` is told. */
  restart(reason: unknown): void {
    this.#host?.failed(reason);
  }

  isStopped(): boolean {
    return this.#host === null;
  }

  /** For the engine: where records go, null when the receiver has stopped. */
  attach(host: ReceiverHost | null): void {
    this.#host = host;
  }

  /** For the engine: the position of the last record. */
  get lastPosition(): unknown {
    return this.#position;
  }

  protected get clock(): Clock | null {
    return this.#host?.clock ?? null;
  }
}

/** The records of an iterable, asked for as there is room. */
export class IterableReceiver<T> extends Receiver<T> {
  readonly #records: AsyncIterable<T> | Iterable<T>;
  #iterator: AsyncIterator<T> | Iterator<T> | null = null;
  #run = 0;

  constructor(records: AsyncIterable<T> | Iterable<T>) {
    super();
    this.#records = records;
  }

  async onStart(): Promise<void> {
    const run = ++this.#run;
    // One iterator for good: a stop and a start go on where it was.
    this.#iterator ??= iteratorOf(this.#records);
    let unyielded = 0;
    while (run === this.#run) {
      const { value, done } = await this.#iterator.next();
      if (done) return;
      if (!this.store(value)) await this.whenRoom();
      // An iterable that never waits must not keep timers and prompt from running.
      if (++unyielded % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  onStop(): void {
    this.#run++;
  }
}

function iteratorOf<T>(records: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in records
    ? records[Symbol.asyncIterator]()
    : records[Symbol.iterator]();
}

/** Ticks of a rate stream a second, so that small batches have their share too. */
const TICKS_PER_SECOND = 20;

/** Pairs [time, number] at a steady rate. */
export class RateReceiver extends Receiver<[number, number]> {
  readonly #perSecond: number;
  #next = 0;
  #cancel: (() => void) | null = null;

  constructor(perSecond: number) {
    super();
    this.#perSecond = perSecond;
  }

  onStart(position?: unknown): void {
    const { clock } = this;
    if (clock === null) return;
    if (typeof position === 'number') this.#next = position + 1;
    const startMs = clock.nowMs();
    const first = this.#next;
    const tick = (count: number): void => {
      const atMs = startMs + (count * 1000) / TICKS_PER_SECOND;
      this.#cancel = clock.callAt(atMs, () => {
        const due = first + Math.floor((count * this.#perSecond) / TICKS_PER_SECOND);
        // Held back it pauses rather than catching up.
        let hasRoom = true;
        while (this.#next < due)
          hasRoom = this.store([clock.nowMs(), this.#next++], this.#next - 1);
        if (hasRoom) tick(count + 1);
        else void this.whenRoom().then(() => this.isStopped() || this.onStart());
      });
    };
    tick(1);
  }

  onStop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
