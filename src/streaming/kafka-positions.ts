// Where a Kafka stream goes on in each partition: plain bookkeeping, no connection.
import { UsageError } from '../errors.js';
import type { PartitionOffset } from '../io/kafka/kafka-cluster.js';
import type { KafkaOffsetReset, OffsetRange } from '../io/kafka/kafka-settings.js';

/** `[topic, partition, offset]` of every partition: what a checkpoint holds. */
export type KafkaPosition = readonly (readonly [string, number, number])[];

export class NextOffsets {
  readonly #next = new Map<string, PartitionOffset>();

  constructor(position: KafkaPosition = []) {
    for (const [topic, partition, offset] of position) this.#set({ topic, partition, offset });
  }

  get isEmpty(): boolean {
    return this.#next.size === 0;
  }

  get position(): KafkaPosition {
    return [...this.#next.values()].map(
      ({ topic, partition, offset }) => [topic, partition, offset] as const,
    );
  }

  /** Whether a topic has no place at all. */
  lacksAny(topics: readonly string[]): boolean {
    return topics.some((topic) => this.#isNew(topic));
  }

  /** Gives topics without a place theirs; of several offsets of a partition the first counts. */
  begin(topics: readonly string[], offsets: readonly PartitionOffset[]): void {
    const added = topics.filter((topic) => this.#isNew(topic));
    this.add(offsets.filter(({ topic }) => added.includes(topic)));
  }

  /** Takes in partitions that have no place yet. */
  add(offsets: readonly PartitionOffset[]): void {
    for (const offset of offsets) if (!this.#next.has(keyOf(offset))) this.#set(offset);
  }

  /**
   * Checks that every place is within its topic. With `reset` those that are not are moved, and a text says so;
   * without they are an error.
   */
  keepWithin(
    earliest: readonly PartitionOffset[],
    latest: readonly PartitionOffset[],
    reset: KafkaOffsetReset,
  ): string | null {
    const ends = new Map(latest.map((end) => [keyOf(end), end.offset]));
    const moved: string[] = [];
    for (const begin of earliest) {
      const next = this.#next.get(keyOf(begin))?.offset;
      const end = ends.get(keyOf(begin)) ?? begin.offset;
      if (next === undefined || (next >= begin.offset && next <= end)) continue;
      if (reset === 'none') throw outOfRange(begin, next, end);
      const offset = reset === 'earliest' ? begin.offset : end;
      this.#set({ ...begin, offset });
      moved.push(`${keyOf(begin)} goes on at offset ${offset}, as ${next} is not there any more`);
    }
    return moved.length === 0 ? null : moved.join('; ');
  }

  /** Whether there is a partition without a place, or one that ends before its place. */
  isUnknownTo(latest: readonly PartitionOffset[]): boolean {
    return latest.some((end) => {
      const next = this.#next.get(keyOf(end));
      return next === undefined || end.offset < next.offset;
    });
  }

  /** What there is up to the ends, at most `perPartition` records of each and `total` altogether. */
  rangesTo(
    latest: readonly PartitionOffset[],
    { perPartition, total }: { readonly perPartition: number; readonly total: number },
  ): OffsetRange[] {
    const lags = latest.map(
      (end) => end.offset - (this.#next.get(keyOf(end))?.offset ?? end.offset),
    );
    const shares = sharesOf(
      lags.map((lag) => Math.min(lag, perPartition)),
      total,
    );
    return latest.map(({ topic, partition, offset }, i) => {
      const fromOffset = offset - lags[i]!;
      return { topic, partition, fromOffset, untilOffset: fromOffset + shares[i]! };
    });
  }

  moveTo(ranges: readonly OffsetRange[]): void {
    for (const { topic, partition, untilOffset } of ranges) {
      this.#set({ topic, partition, offset: untilOffset });
    }
  }

  #isNew(topic: string): boolean {
    for (const next of this.#next.values()) if (next.topic === topic) return false;
    return true;
  }

  #set(next: PartitionOffset): void {
    this.#next.set(keyOf(next), next);
  }
}

/** What each gets of `total`, in proportion to what it wants. */
function sharesOf(wanted: readonly number[], total: number): number[] {
  let wantedLeft = wanted.reduce((sum, one) => sum + one, 0);
  if (wantedLeft <= total) return [...wanted];
  let left = total;
  return wanted.map((one) => {
    // Of what is left, so that nothing is lost by rounding.
    const share = wantedLeft === 0 ? 0 : Math.round((left * one) / wantedLeft);
    wantedLeft -= one;
    left -= share;
    return share;
  });
}

function keyOf({
  topic,
  partition,
}: {
  readonly topic: string;
  readonly partition: number;
}): string {
  return `${topic}-${partition}`;
}

function outOfRange(begin: PartitionOffset, next: number, end: number): UsageError {
  const holds =
    begin.offset === end
      ? `it is empty, its next is ${end}`
      : `it holds ${begin.offset} to ${end - 1}`;
  return new UsageError(
    'STREAM-110',
    `${keyOf(begin)} is to be read from offset ${next} on, but ${holds}: records were removed, or the topic was ` +
      "made anew. Set offsetReset: 'earliest' or 'latest' to go on there.",
  );
}
