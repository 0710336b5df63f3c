// Streams in virtual time on the real engine: batches in, batches out, nothing sleeps.
import { afterAll, afterEach, beforeAll } from 'vitest';
import { SparkConf } from '#dist/conf.js';
import { SparkContext } from '#dist/context.js';
import type { TsparkEvent } from '#dist/events.js';
import { ManualClock } from '#dist/streaming/clock.js';
import { StreamingContext, type StreamingContextOptions } from '#dist/streaming/context.js';
import type { DStream } from '#dist/streaming/dstream.js';

/** Batches are one second long and begin on a whole second. */
export const START_MS = Date.UTC(2026, 10, 22, 10, 0, 0);

export class Bench {
  readonly sc: SparkContext;
  readonly clock = new ManualClock(START_MS);
  readonly ssc: StreamingContext;
  readonly printed: string[] = [];
  readonly events: TsparkEvent[] = [];
  readonly #unlisten: () => void;

  constructor(sc: SparkContext, options: StreamingContextOptions = {}) {
    this.sc = sc;
    this.#unlisten = sc.events.listen((event) => this.events.push(event));
    this.ssc = new StreamingContext(sc, 1, {
      clock: this.clock,
      print: (batch) => this.printed.push(batch.text),
      ...options,
    });
  }

  /** Lets so many seconds pass, one after the other, each batch processed before the next is made. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1000);
      await this.ssc.whenIdle();
    }
  }

  /** What each batch of a stream holds, filled as batches pass. Sorted by text where `sorted`. */
  collect<T>(stream: DStream<T>, sorted = false): T[][] {
    const batches: T[][] = [];
    stream.foreachRDD(async (rdd) => {
      const records = await rdd.collect();
      batches.push(sorted ? records.sort(byText) : records);
    });
    return batches;
  }

  eventsOf<K extends TsparkEvent['kind']>(kind: K): EventOfKind<K>[] {
    return this.events.filter((event) => event.kind === kind) as never;
  }

  async close(): Promise<void> {
    const stopped = this.ssc.stop();
    // A stop waits for the batch under way, at most some seconds of the bench's own time.
    await Promise.race([stopped, this.ssc.whenIdle()]);
    this.clock.advance(10_000);
    await stopped;
    this.#unlisten();
  }
}

/** The event of a kind, also where several kinds share one type. */
type EventOfKind<K, E = TsparkEvent> = E extends { kind: infer Kinds }
  ? K extends Kinds
    ? E
    : never
  : never;

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A SparkContext for the file's tests and a fresh bench for each of them. */
export function useBench(
  options: StreamingContextOptions = {},
  settings: Record<string, string> = {},
): () => Bench {
  let sc: SparkContext;
  let bench: Bench | null = null;
  beforeAll(() => {
    const conf = new SparkConf().setMaster('local[2]').setAppName('streaming tests');
    for (const [key, value] of Object.entries(settings)) conf.set(key, value);
    sc = new SparkContext(conf);
  });
  afterEach(async () => {
    await bench?.close();
    bench = null;
  });
  afterAll(async () => {
    await sc.stop();
  });
  return () => {
    bench ??= new Bench(sc, options);
    return bench;
  };
}
