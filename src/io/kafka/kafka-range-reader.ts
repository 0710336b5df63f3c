// Reads one range of offsets of one partition, page by page. Runs in a task. A broker that does not answer is
// waited for: brokers are restarted, leaders move, and a task that fails would lose its batch.
import type { Consumer } from '@platformatic/kafka';
import { setTimeout as pause } from 'node:timers/promises';
import { TaskError } from '../../errors.js';
import {
  brokersText,
  describeKafkaError,
  isHopeless,
  kafkaErrorId,
  openConsumer,
} from './kafka-client.js';
import { type FetchedPage, type FetchedPartition, pageOf } from './kafka-records.js';
import type { KafkaReading, KafkaRecord, OffsetRange } from './kafka-settings.js';

/** Most bytes of one reply. */
const PAGE_BYTES = 1024 * 1024;
/** How long the broker may gather before it replies with less. */
const GATHER_MS = 500;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** Open clients by what they connect to: tasks of one stream use the connections of those before. */
const consumers = new Map<string, Promise<Consumer>>();

/** The records of a range in order, in pages. */
export async function* readRange(
  reading: KafkaReading,
  range: OffsetRange,
): AsyncGenerator<readonly KafkaRecord<unknown, unknown>[]> {
  const reader = new RangeReader(reading, range);
  let ahead = reader.next(range.fromOffset);
  for (;;) {
    const { records, nextOffset } = await ahead;
    const isLast = nextOffset >= range.untilOffset;
    // The next page is on its way while this one is worked on.
    if (!isLast) ahead = reader.next(nextOffset);
    ahead.catch(() => {});
    if (records.length > 0) yield records;
    if (isLast) return;
  }
}

class RangeReader {
  readonly #reading: KafkaReading;
  readonly #range: OffsetRange;

  constructor(reading: KafkaReading, range: OffsetRange) {
    this.#reading = reading;
    this.#range = range;
  }

  /** The page from an offset on; tried again until it is there or the time is up. */
  async next(from: number): Promise<FetchedPage> {
    if (from >= this.#range.untilOffset) return { records: [], nextOffset: from };
    const untilMs = Date.now() + this.#reading.waitMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const page = pageOf(await this.#fetch(from), from, this.#range, this.#reading);
        if (page.nextOffset > from) return page;
        throw new RangeError(`the broker has nothing from offset ${from} on`);
      } catch (error) {
        if (error instanceof TaskError) throw error;
        if (kafkaErrorId(error) === 'OFFSET_OUT_OF_RANGE') return this.#skipLost(from);
        if (isHopeless(error) || Date.now() + pauseMs > untilMs) throw this.#failure(from, error);
        await this.#disconnect();
        await pause(pauseMs);
      }
    }
  }

  async #fetch(from: number): Promise<FetchedPartition> {
    const { topic, partition } = this.#range;
    const consumer = await this.#connect();
    const { topics, brokers } = await consumer.metadata({ topics: [topic] });
    const found = topics.get(topic);
    const leader = found?.partitions[partition]?.leader;
    if (found === undefined || leader === undefined || !brokers.has(leader))
      throw new RangeError(`${topic}-${partition} has no leader now`);
    const wanted = {
      partition,
      currentLeaderEpoch: -1,
      fetchOffset: BigInt(from),
      lastFetchedEpoch: -1,
      partitionMaxBytes: PAGE_BYTES,
    };
    const { responses } = await consumer.fetch({
      node: leader,
      topics: [{ topicId: found.id, partitions: [wanted] }],
      maxBytes: PAGE_BYTES,
      minBytes: 1,
      maxWaitTime: GATHER_MS,
      isolationLevel: this.#reading.isCommittedOnly ? 1 : 0,
    });
    const fetched = responses[0]?.partitions[0];
    if (fetched === undefined) throw new RangeError('the broker sent an empty reply');
    return fetched;
  }

  /** Offsets that are gone: an error, or those that are left, as the stream wants it. */
  async #skipLost(from: number): Promise<FetchedPage> {
    const { topic, partition, untilOffset } = this.#range;
    const earliest = await this.#earliest().catch(() => null);
    if (this.#reading.offsetReset === 'none' || earliest === null || earliest <= from) {
      const now = earliest === null ? '' : ` It begins at offset ${earliest} now.`;
      throw new TaskError(
        'STREAM-109',
        `Offsets ${from} to ${untilOffset - 1} of ${topic}-${partition} are to be read, but they are not in the ` +
          `topic: what it keeps is limited, or it was made anew.${now} Set offsetReset: 'earliest' to go on ` +
          'with what is left.',
        { details: { topic, partition, fromOffset: from, untilOffset } },
      );
    }
    return { records: [], nextOffset: Math.min(earliest, untilOffset) };
  }

  async #earliest(): Promise<number | null> {
    const { topic, partition } = this.#range;
    const consumer = await this.#connect();
    const request = { topics: [topic], partitions: { [topic]: [partition] }, timestamp: -2n };
    const offset = (await consumer.listOffsets(request)).get(topic)?.[partition];
    return offset === undefined ? null : Number(offset);
  }

  #connect(): Promise<Consumer> {
    const key = this.#key;
    let consumer = consumers.get(key);
    if (consumer === undefined) {
      consumer = openConsumer(this.#reading);
      consumers.set(key, consumer);
    }
    return consumer;
  }

  async #disconnect(): Promise<void> {
    const consumer = consumers.get(this.#key);
    consumers.delete(this.#key);
    await consumer?.then((open) => open.close()).catch(() => {});
  }

  get #key(): string {
    const { brokers, clientId, ssl, sasl } = this.#reading;
    return JSON.stringify([brokers, clientId, ssl, sasl]);
  }

  #failure(from: number, error: unknown): TaskError {
    const { topic, partition } = this.#range;
    const { brokers, waitMs } = this.#reading;
    const long = isHopeless(error) ? '' : ` for ${Math.round(waitMs / 1000)} s`;
    return new TaskError(
      'STREAM-501',
      `${topic}-${partition} could not be read from offset ${from} on${long}: ` +
        `${describeKafkaError(error)} (brokers ${brokersText(brokers)}).`,
      { cause: error instanceof Error ? error : undefined },
    );
  }
}
