// What a fetch brings → records. Pure: no connection, no waiting.
import type { fetchV17, RecordsBatch } from '@platformatic/kafka';
import type { KafkaFormat, KafkaRecord, OffsetRange } from './kafka-settings.js';

/** Bits of a batch's attributes. */
const HAS_BROKER_TIME = 1 << 3;
const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;

/** What a broker replies of one partition. */
export type FetchedPartition = fetchV17.FetchResponsePartition;

export interface RecordFormats {
  readonly keyFormat: KafkaFormat;
  readonly valueFormat: KafkaFormat;
  readonly isCommittedOnly: boolean;
}

export interface FetchedPage {
  readonly records: readonly KafkaRecord<unknown, unknown>[];
  /** Where the next fetch begins; the offset that was asked for if nothing came. */
  readonly nextOffset: number;
}

/**
 * The records of `range` from `from` on. Batches come whole, so some are older than what was asked for; offsets
 * may be missing where the topic was compacted or a transaction ended.
 */
export function pageOf(
  fetched: FetchedPartition,
  from: number,
  range: OffsetRange,
  formats: RecordFormats,
): FetchedPage {
  const decodeKey = decoder(formats.keyFormat);
  const decodeValue = decoder(formats.valueFormat);
  const { topic, partition, untilOffset } = range;
  const records: KafkaRecord<unknown, unknown>[] = [];
  const wanted = formats.isCommittedOnly ? new CommittedBatches(fetched) : null;
  let nextOffset = from;
  for (const batch of fetched.records ?? []) {
    const first = Number(batch.firstOffset);
    nextOffset = Math.max(nextOffset, first + batch.lastOffsetDelta + 1);
    if (batch.attributes & IS_CONTROL || wanted?.has(batch) === false) {
      wanted?.see(batch);
      continue;
    }
    const timeOf = timestamps(batch);
    for (const record of batch.records) {
      const offset = first + record.offsetDelta;
      if (offset < from || offset >= untilOffset) continue;
      records.push({
        topic,
        partition,
        offset,
        timestamp: timeOf(record.timestampDelta),
        key: record.key === null ? null : decodeKey(record.key),
        value: record.value === null ? null : decodeValue(record.value),
        headers: record.headers.length === 0 ? NO_HEADERS : headersOf(record.headers),
      });
    }
  }
  return { records, nextOffset: Math.min(nextOffset, Math.max(from, untilOffset)) };
}

const NO_HEADERS: KafkaRecord['headers'] = [];

function headersOf(headers: readonly (readonly [Buffer | null, Buffer | null])[]) {
  return headers.map(
    ([name, value]) => [name?.toString() ?? '', value?.toString() ?? null] as const,
  );
}

function decoder(format: KafkaFormat): (bytes: Buffer) => unknown {
  if (format === 'string') return (bytes) => bytes.toString();
  // Copied: a view would keep the whole reply of the broker.
  return (bytes) => new Uint8Array(bytes);
}

function timestamps(batch: RecordsBatch): (delta: bigint) => number {
  if (batch.attributes & HAS_BROKER_TIME) return () => Number(batch.maxTimestamp);
  const first = Number(batch.firstTimestamp);
  return (delta) => first + Number(delta);
}

/** Leaves out batches of transactions that were aborted, as the broker lists them; batches are seen in order. */
class CommittedBatches {
  readonly #pending: { readonly producerId: bigint; readonly firstOffset: bigint }[];
  readonly #aborted = new Set<bigint>();

  constructor({ abortedTransactions }: FetchedPartition) {
    this.#pending = [...(abortedTransactions ?? [])].sort((a, b) =>
      Number(a.firstOffset - b.firstOffset),
    );
  }

  has(batch: RecordsBatch): boolean {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (this.#pending[0] !== undefined && this.#pending[0].firstOffset <= last) {
      this.#aborted.add(this.#pending.shift()!.producerId);
    }
    return !(batch.attributes & IS_TRANSACTIONAL && this.#aborted.has(batch.producerId));
  }

  /** A marker ends what its producer aborted. */
  see(batch: RecordsBatch): void {
    if (batch.attributes & IS_CONTROL) this.#aborted.delete(batch.producerId);
  }
}
