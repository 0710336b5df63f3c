// A cluster as the driver asks it: which topics and partitions, which offsets there are, what a group has committed.
import type { Admin } from '@platformatic/kafka';
import { setTimeout as pause } from 'node:timers/promises';
import { UsageError } from '../../errors.js';
import { closestName } from '../closest-name.js';
import { brokersText, kafkaErrorId, openAdmin } from './kafka-client.js';
import type { KafkaSettings } from './kafka-settings.js';

/** An offset of a partition of a topic. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The end, the beginning, or the first record at or after a time in milliseconds. */
export type OffsetPlace = 'latest' | 'earliest' | number;

const NO_OFFSET = -1;

/** What a cluster says whose groups are not ready yet: of its first group, or after a restart. */
const NOT_READY = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
]);
const READY_ATTEMPTS = 50;
const READY_PAUSE_MS = 200;

export class KafkaCluster {
  readonly #settings: KafkaSettings;
  readonly #admin: Admin;

  private constructor(settings: KafkaSettings, admin: Admin) {
    this.#settings = settings;
    this.#admin = admin;
  }

  static async open(settings: KafkaSettings): Promise<KafkaCluster> {
    return new KafkaCluster(settings, await openAdmin(settings));
  }

  /** The offset of every partition of the topics at a place. Throws UsageError STREAM-110 for unknown topics. */
  async offsets(topics: readonly string[], place: OffsetPlace): Promise<PartitionOffset[]> {
    const partitions = await this.#partitions(topics);
    const found = await this.#list(partitions, place);
    if (typeof place !== 'number') return found;
    // Nothing that late: the end.
    const latest = found.some(({ offset }) => offset === NO_OFFSET)
      ? await this.#list(partitions, 'latest')
      : [];
    return found.map((one) => (one.offset !== NO_OFFSET ? one : latest.find(isSame(one))!));
  }

  /** What a group has committed; partitions of which it has not are left out. */
  async committed(groupId: string, topics: readonly string[]): Promise<PartitionOffset[]> {
    const partitions = await this.#partitions(topics);
    const wanted = [...partitions].map(([name, count]) => ({
      name,
      partitionIndexes: indexes(count),
    }));
    const groups = await whenReady(() =>
      this.#admin.listConsumerGroupOffsets({ groups: [{ groupId, topics: wanted }] }),
    );
    return groups
      .flatMap((group) => group.topics)
      .flatMap(({ name, partitions: found }) =>
        found.map(({ partitionIndex, committedOffset }) => ({
          topic: name,
          partition: partitionIndex,
          offset: Number(committedOffset),
        })),
      )
      .filter(({ offset }) => offset >= 0);
  }

  async commit(groupId: string, offsets: readonly PartitionOffset[]): Promise<void> {
    const names = [...new Set(offsets.map(({ topic }) => topic))];
    const topics = names.map((name) => ({
      name,
      partitionOffsets: offsets
        .filter(({ topic }) => topic === name)
        .map(({ partition, offset }) => ({ partition, offset: BigInt(offset) })),
    }));
    await whenReady(() => this.#admin.alterConsumerGroupOffsets({ groupId, topics }));
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }

  /** Number of partitions by topic. */
  async #partitions(topics: readonly string[]): Promise<Map<string, number>> {
    const { topics: found, brokers } = await this.#admin
      .metadata({ topics: [...topics] })
      .catch(async (error: unknown) => {
        if (error instanceof Error && error.message.startsWith('Unknown topic'))
          throw await this.#unknownTopic(topics);
        throw error;
      });
    const partitions = new Map<string, number>();
    for (const [name, topic] of found) {
      const leaderless = topic.partitions.findIndex(({ leader }) => !brokers.has(leader));
      // The client itself would fail where nobody could catch it.
      if (leaderless >= 0) throw new RangeError(`${name}-${leaderless} has no leader now`);
      partitions.set(name, topic.partitionsCount);
    }
    return partitions;
  }

  async #unknownTopic(topics: readonly string[]): Promise<UsageError> {
    const known = await this.#admin.listTopics();
    const missing = topics.find((topic) => !known.includes(topic)) ?? topics[0]!;
    const close = closestName(missing, known);
    const hint =
      close !== null
        ? ` Did you mean '${close}'?`
        : known.length === 0
          ? ' There are no topics at all.'
          : ` There are: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}.`;
    return new UsageError(
      'STREAM-110',
      `There is no topic '${missing}' at ${brokersText(this.#settings.brokers)}.${hint}`,
    );
  }

  async #list(
    partitions: ReadonlyMap<string, number>,
    place: OffsetPlace,
  ): Promise<PartitionOffset[]> {
    const timestamp = place === 'latest' ? -1n : place === 'earliest' ? -2n : BigInt(place);
    const topics = [...partitions].map(([name, count]) => ({
      name,
      partitions: indexes(count).map((partitionIndex) => ({ partitionIndex, timestamp })),
    }));
    const isolationLevel = this.#settings.isCommittedOnly ? 1 : 0;
    const listed = await this.#admin.listOffsets({ topics, isolationLevel });
    return listed
      .flatMap(({ name, partitions: found }) =>
        found.map(({ partitionIndex, offset }) => ({
          topic: name,
          partition: partitionIndex,
          offset: Number(offset),
        })),
      )
      .sort((a, b) => compareText(a.topic, b.topic) || a.partition - b.partition);
  }
}

/** Tries again while the cluster makes itself ready for groups. */
async function whenReady<R>(ask: () => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === READY_ATTEMPTS || !NOT_READY.has(kafkaErrorId(error) ?? '')) throw error;
      await pause(READY_PAUSE_MS, undefined, { ref: false });
    }
  }
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function isSame(one: PartitionOffset): (other: PartitionOffset) => boolean {
  return ({ topic, partition }) => topic === one.topic && partition === one.partition;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
