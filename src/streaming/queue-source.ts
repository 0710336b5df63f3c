// A stream made of RDDs or arrays that are there already: one per batch, or all in the first. Main thread only.
import type { SparkContext } from '../context.js';
import { RDD } from '../rdd/rdd.js';
import type { InputRun, InputSource, RecoveredInput } from './input.js';

/** An element of a queue: an RDD, or the elements to make one of. */
export type QueueItem<T> = RDD<T> | Iterable<T>;

interface QueueRange {
  readonly from: number;
  readonly to: number;
}

export class QueueSource<T> implements InputSource {
  readonly text: string;
  readonly #sc: SparkContext;
  readonly #queue: readonly QueueItem<T>[];
  readonly #oneAtATime: boolean;
  readonly #fallback: QueueItem<T> | null;
  /** How many items were handed out. The array itself is the caller's and may grow. */
  #taken = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** Which items a batch has. */
  readonly #ranges = new Map<number, QueueRange>();

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
    const range = this.#rangeAt(timeMs);
    if (range === null) return null;
    const items = this.#queue.slice(range.from, range.to);
    const [first] = items;
    if (first === undefined) return this.#rdd(this.#fallback ?? [], 1);
    if (items.length === 1) return this.#rdd(first);
    return this.#sc.union(items.map((item) => this.#rdd(item)));
  }

  describe(timeMs: number): QueueRange | undefined {
    return this.#rangeAt(timeMs) ?? undefined;
  }

  /** Where the batches after that time begin; they may have been handed out already. */
  position(timeMs: number): number {
    const later = [...this.#ranges].filter(([time]) => time > timeMs);
    return Math.min(this.#taken, ...later.map(([, range]) => range.from));
  }

  recover({ position, ranges, untilMs, checkpointMs }: RecoveredInput): void {
    this.#taken = typeof position === 'number' ? position : 0;
    for (const [timeMs, range] of ranges) {
      this.#ranges.set(timeMs, range as QueueRange);
      if (timeMs > checkpointMs) this.#taken = Math.max(this.#taken, (range as QueueRange).to);
    }
    this.#lastMs = untilMs;
  }

  processed(): void {}

  forget(timeMs: number): void {
    for (const time of [...this.#ranges.keys()]) if (time <= timeMs) this.#ranges.delete(time);
  }

  stop(): void {}

  /** What is left in the queue did not arrive yet, as in Spark. */
  hasPending(): boolean {
    return false;
  }

  /** The items of a batch; null for a batch that is forgotten, which must not take the next ones. */
  #rangeAt(timeMs: number): QueueRange | null {
    const known = this.#ranges.get(timeMs);
    if (known !== undefined) return known;
    if (timeMs <= this.#lastMs) return null;
    this.#lastMs = timeMs;
    const from = this.#taken;
    const end = this.#oneAtATime ? from + 1 : this.#queue.length;
    const range = { from, to: Math.min(end, this.#queue.length) };
    this.#taken = range.to;
    this.#ranges.set(timeMs, range);
    return range;
  }

  #rdd(item: QueueItem<T>, partitions?: number): RDD<T> {
    if (item instanceof RDD) return item;
    return this.#sc.parallelize(item as T[], partitions);
  }
}
