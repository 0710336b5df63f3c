// What the user says of a Kafka stream → what the source is told, or an error that names what is wrong.
import type { SparkContext } from '../context.js';
import { UsageError } from '../errors.js';
import { closestName } from '../io/closest-name.js';
import type {
  KafkaFormat,
  KafkaOffsetReset,
  KafkaReading,
  KafkaSasl,
  KafkaTls,
} from '../io/kafka/kafka-settings.js';

/** Offsets by topic and partition: `{ errors: { 0: 17, 1: 4 } }`. */
export type KafkaOffsets = Readonly<Record<string, Readonly<Record<number, number>>>>;

export interface KafkaStreamOptions {
  /** `host:port`, several separated by commas or as an array. */
  readonly brokers: string | readonly string[];
  readonly topics: string | readonly string[];
  /** Where a stream without a checkpoint begins: `latest` unless said otherwise, or the first record of a time. */
  readonly startingOffsets?: 'earliest' | 'latest' | Date | KafkaOffsets;
  /** Begins where this group has committed, and commits what has been processed. */
  readonly groupId?: string;
  /** Most records a second of each partition. */
  readonly maxRatePerPartition?: number;
  /** Where to go on when offsets are not in the topic any more; `none` (the default) is an error. */
  readonly offsetReset?: KafkaOffsetReset;
  readonly keyFormat?: KafkaFormat;
  readonly valueFormat?: KafkaFormat;
  /** `read_committed` leaves out records of transactions that were not committed. */
  readonly isolationLevel?: 'read_uncommitted' | 'read_committed';
  readonly clientId?: string;
  /** true, or certificates as PEM text. */
  readonly ssl?: boolean | KafkaTls;
  readonly sasl?: KafkaSasl;
}

/** What keys or values come out as. */
export type Decoded<F> = F extends 'bytes' ? Uint8Array : string;

/** A stream's options, checked. */
export interface KafkaPlan {
  readonly reading: KafkaReading;
  readonly topics: readonly string[];
  readonly starting: 'earliest' | 'latest' | Date | KafkaOffsets;
  readonly groupId: string | null;
  /** Most records a second of each partition, null for any number. */
  readonly maxRate: number | null;
}

const RATE = 'spark.streaming.kafka.maxRatePerPartition';
const POLL = 'spark.streaming.kafka.consumer.poll.ms';
const POLL_MS = '120000';

const NAMES: Readonly<Record<keyof KafkaStreamOptions, true>> = {
  brokers: true,
  topics: true,
  startingOffsets: true,
  groupId: true,
  maxRatePerPartition: true,
  offsetReset: true,
  keyFormat: true,
  valueFormat: true,
  isolationLevel: true,
  clientId: true,
  ssl: true,
  sasl: true,
};

/** Throws UsageError STREAM-106 for what cannot be used. */
export function kafkaPlan(options: KafkaStreamOptions, sc: SparkContext): KafkaPlan {
  if (typeof options !== 'object' || options === null) {
    throw unusable("an object such as { brokers: 'localhost:9092', topics: 'errors' }", options);
  }
  for (const name of Object.keys(options)) if (!(name in NAMES)) throw unknownOption(name);
  const { groupId, startingOffsets, ssl, sasl } = options;
  const topics = texts('topics', options.topics).map(topicName);
  return {
    topics,
    starting: startingPlace(startingOffsets ?? 'latest', topics),
    groupId: groupId === undefined ? null : text('groupId', groupId),
    maxRate: rate(options.maxRatePerPartition, sc),
    reading: {
      brokers: texts('brokers', options.brokers).map(brokerAddress),
      clientId: text('clientId', options.clientId ?? 'tspark'),
      ssl: ssl === true ? {} : ssl === false || ssl === undefined ? null : ssl,
      sasl: sasl === undefined ? null : saslOf(sasl),
      isCommittedOnly:
        choice('isolationLevel', options.isolationLevel, ['read_uncommitted', 'read_committed']) ===
        'read_committed',
      keyFormat: choice('keyFormat', options.keyFormat, ['string', 'bytes']),
      valueFormat: choice('valueFormat', options.valueFormat, ['string', 'bytes']),
      offsetReset: choice('offsetReset', options.offsetReset, ['none', 'earliest', 'latest']),
      waitMs: number(POLL, sc.getConf().get(POLL, POLL_MS)),
    },
  };
}

function unusable(wanted: string, got: unknown): UsageError {
  return new UsageError(
    'STREAM-106',
    `kafkaStream needs ${wanted}, not ${typeof got === 'object' ? JSON.stringify(got) : String(got)}.`,
  );
}

function unknownOption(name: string): UsageError {
  const close = closestName(name, Object.keys(NAMES));
  const hint =
    close === null ? `It has ${Object.keys(NAMES).join(', ')}.` : `Did you mean ${close}?`;
  return new UsageError('STREAM-106', `kafkaStream has no option ${name}. ${hint}`);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw unusable(`a text as ${name}`, value);
}

/** One or several texts, also separated by commas. */
function texts(name: string, value: unknown): string[] {
  const given = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(given) || given.length === 0) throw unusable(`${name}, one or several`, value);
  return [...new Set(given.map((one) => text(name, one)))];
}

function brokerAddress(broker: string): string {
  const port = Number(/^[^\s:/]+:(\d+)$|^\[[^\]]+\]:(\d+)$/.exec(broker)?.slice(1).find(Boolean));
  if (port >= 1 && port <= 65535) return broker;
  throw unusable("brokers as 'host:port'", `'${broker}'`);
}

function topicName(topic: string): string {
  if (/^[\w.-]{1,249}$/.test(topic)) return topic;
  throw unusable('names of topics (letters, digits, dots, dashes, underscores)', `'${topic}'`);
}

function startingPlace(place: unknown, topics: readonly string[]): KafkaPlan['starting'] {
  if (place === 'earliest' || place === 'latest') return place;
  if (place instanceof Date && !Number.isNaN(place.getTime())) return place;
  if (typeof place === 'object' && place !== null && !(place instanceof Date)) {
    const stranger = Object.keys(place).find((topic) => !topics.includes(topic));
    if (stranger !== undefined)
      throw unusable('startingOffsets of its own topics', `'${stranger}'`);
    const offsets = Object.values(place).flatMap((partitions) => Object.values(partitions ?? {}));
    if (
      offsets.length > 0 &&
      offsets.every((offset) => Number.isInteger(offset) && Number(offset) >= 0)
    )
      return place as KafkaOffsets;
  }
  throw unusable(
    "startingOffsets as 'earliest', 'latest', a Date or offsets such as { errors: { 0: 17 } }",
    place,
  );
}

function saslOf(sasl: KafkaSasl): KafkaSasl {
  const { mechanism, username, password } = sasl;
  choice('sasl.mechanism', mechanism, ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']);
  // What is wrong with a password is not shown.
  if (typeof password !== 'string') throw unusable('a text as sasl.password', 'something else');
  return { mechanism, username: text('sasl.username', username), password };
}

function choice<C extends string>(name: string, value: C | undefined, choices: readonly C[]): C {
  if (value === undefined) return choices[0]!;
  if (choices.includes(value)) return value;
  throw unusable(`${name} to be one of ${choices.join(', ')}`, value);
}

function rate(option: number | undefined, sc: SparkContext): number | null {
  const value = option ?? sc.getConf().get(RATE) ?? null;
  if (value === null) return null;
  const perSecond = number(option === undefined ? RATE : 'maxRatePerPartition', value);
  // As in Spark, 0 is no limit.
  return perSecond === 0 ? null : perSecond;
}

function number(name: string, value: unknown): number {
  const found = typeof value === 'number' ? value : Number(value);
  if (Number.isFinite(found) && found >= 0 && value !== '') return found;
  throw unusable(`${name} to be a number from 0`, value);
}
