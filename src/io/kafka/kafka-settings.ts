// What is said between driver and worker about Kafka, as plain data: how to connect, which offsets to read.

/** How keys and values come out: as text (UTF-8) or as the bytes they are. */
export type KafkaFormat = 'string' | 'bytes';

/** What is done where offsets that are to be read are not in the topic any more. */
export type KafkaOffsetReset = 'none' | 'earliest' | 'latest';

export interface KafkaSasl {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username: string;
  readonly password: string;
}

/** Certificates as PEM text. */
export interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
}

/** How to talk to a cluster. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl: KafkaTls | null;
  readonly sasl: KafkaSasl | null;
  /** Whether records of transactions that were not committed are left out. */
  readonly isCommittedOnly: boolean;
}

/** How a task reads. */
export interface KafkaReading extends KafkaSettings {
  readonly keyFormat: KafkaFormat;
  readonly valueFormat: KafkaFormat;
  readonly offsetReset: KafkaOffsetReset;
  /** How long a task waits for a broker that does not answer before it fails. */
  readonly waitMs: number;
}

/** Records of one partition of a topic, `untilOffset` not included. */
export interface OffsetRange {
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly untilOffset: number;
}

/** One record of a topic. A key that was not given and the value of a tombstone are null. */
export interface KafkaRecord<K = string, V = string> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: K | null;
  readonly value: V | null;
  /** Names with values, in order; a name may come twice. */
  readonly headers: readonly (readonly [string, string | null])[];
}
