// A stream made of RDDs or arrays that are there already: one per batch, or all in the first. Main thread only.
import type { SparkContext } from '../context.js';
import { RDD } from '../rdd/rdd.js';
import type { InputRun, InputSource } from './input.js';

/** An element of a queue: an RDD, or the elements to make one of. */
export type QueueItem<T> = RDD<T> | Iterable<T>;

export class QueueSource<T> implements InputSource {
  readonly text: string;
  readonly #sc: SparkContext;
  readonly #queue: readonly QueueItem<T>[];
  readonly #oneAtATime: boolean;
  readonly #fallback: QueueItem<T> | null;
  /** How many items were handed out. The array itself is the caller's and may grow. */
  #taken = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(
    sc: SparkContext,
    queue: readonly QueueItem<T>[],
    options: { readonly oneAtATime: boolean; readonly fallback: QueueItem<T> | null },
  ) {
    this.#sc = sc;
    this.#queue = queue;
    this.#oneAtATime = options.oneAtATime;
    this.#fallback = options.fallback;
    this.text = `queueStream of ${queue.length}`;
  }

  start(_run: InputRun): void {}

  allocate(): number | null {
    const waiting = this.#queue.slice(this.#taken, this.#oneAtATime ? this.#taken + 1 : undefined);
    let records = 0;
    for (const item of waiting) {
      if (!Array.isArray(item)) return null;
      records += item.length;
    }
    return records;
  }

  rddAt(timeMs: number): RDD<T> | null {
    // A batch that was read before and is forgotten must not take the next item.
    if (timeMs <= this.#lastMs) return null;
    this.#lastMs = timeMs;
    const end = this.#oneAtATime ? this.#taken + 1 : this.#queue.length;
    const items = this.#queue.slice(this.#taken, end);
    this.#taken += items.length;
    const [first] = items;
    if (first === undefined) return this.#rdd(this.#fallback ?? [], 1);
    if (items.length === 1) return this.#rdd(first);
    return this.#sc.union(items.map((item) => this.#rdd(item)));
  }

  processed(): void {}
  forget(): void {}
  stop(): void {}

  /** What is left in the queue did not arrive yet, as in Spark. */
  hasPending(): boolean {
    return false;
  }

  #rdd(item: QueueItem<T>, partitions?: number): RDD<T> {
    if (item instanceof RDD) return item;
    return this.#sc.parallelize(item as T[], partitions);
  }
}
