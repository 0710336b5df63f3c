// A broker and a producer for the tests of Kafka streams, started once for a file.
import { type Producer, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll } from 'vitest';
import type { Bench } from './bench.js';

/** What scripts/kafka-broker.mjs exports. */
interface BrokerScript {
  brokerProblem(): string | null;
  createTopic(address: string, name: string, partitions?: number): Promise<void>;
  readonly KafkaBroker: new () => Broker;
}

interface Broker {
  readonly address: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

interface Sent {
  readonly key?: string;
  readonly value: string;
  readonly partition?: number;
  readonly headers?: Record<string, string>;
  readonly timestamp?: bigint;
}

const script = (await import(
  new URL('../../scripts/kafka-broker.mjs', import.meta.url).href
)) as BrokerScript;

/** One line where the tests cannot run, otherwise null. */
export const kafkaProblem = script.brokerProblem();

/** What Kafka's tests do to a cluster. */
export class Cluster {
  readonly #broker = new script.KafkaBroker();
  #producer: Producer<string, string, string, string> | null = null;
  #topics = 0;

  get address(): string {
    return this.#broker.address;
  }

  start(): Promise<void> {
    return this.#broker.start();
  }

  kill(): Promise<void> {
    return this.#broker.kill();
  }

  /** A topic of its own for a test. */
  async topic(partitions = 1): Promise<string> {
    const name = `topic-${this.#topics++}`;
    await this.make(name, partitions);
    return name;
  }

  make(name: string, partitions = 1): Promise<void> {
    return script.createTopic(this.address, name, partitions);
  }

  /** Sends records to partition 0 unless they say otherwise. */
  async send(topic: string, sent: readonly (Sent | string)[], compression = 'none'): Promise<void> {
    const messages = sent
      .map((one): Sent => (typeof one === 'string' ? { value: one } : one))
      .map((one) => ({ ...one, topic, partition: one.partition ?? 0 }));
    const producer = await this.#open();
    // One partition at a time: a retry for one would send to the others again.
    for (const partition of new Set(messages.map((message) => message.partition))) {
      await producer.send({
        messages: messages.filter((message) => message.partition === partition),
        compression: compression as 'none',
      });
    }
  }

  async remove(): Promise<void> {
    await this.#producer?.close();
    await this.#broker.remove();
  }

  async #open(): Promise<Producer<string, string, string, string>> {
    if (this.#producer === null) {
      const { Producer } = await import('@platformatic/kafka');
      const bootstrapBrokers = [this.address];
      this.#producer = new Producer({
        clientId: 'test',
        bootstrapBrokers,
        serializers: stringSerializers,
        retries: 20,
        retryDelay: 300,
        idempotent: true,
        acks: -1,
      });
    }
    return this.#producer;
  }
}

/** The cluster of a file's tests. */
export function useCluster(): () => Cluster {
  const cluster = new Cluster();
  beforeAll(() => cluster.start(), 150_000);
  afterAll(() => cluster.remove());
  return () => cluster;
}

/** Waits, in real time, until something holds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const endMs = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts the streams and waits until all of their sources receive. */
export async function startConnected(bench: Bench, sources = 1): Promise<void> {
  bench.ssc.start();
  await until(
    () => bench.eventsOf('receiver-started').length >= sources,
    'the stream is connected',
  );
}
