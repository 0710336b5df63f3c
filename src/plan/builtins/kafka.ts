// Ranges of offsets → the records of Kafka they stand for. Runs in tasks; the client is loaded by the first of them.
import type { KafkaReading, OffsetRange } from '../../io/kafka/kafka-settings.js';
import { AsyncPages } from '../source.js';
import type { BuiltinFactory } from './builtin.js';

export const KAFKA_BUILTINS: Record<string, BuiltinFactory> = {
  kafkaRecords: ([reading]) => {
    const read = async function* (ranges: Iterable<OffsetRange>): AsyncGenerator<unknown[]> {
      for (const range of ranges) {
        if (range.fromOffset >= range.untilOffset) continue;
        const { readRange } = await import('../../io/kafka/kafka-range-reader.js');
        yield* readRange(reading as KafkaReading, range) as AsyncGenerator<unknown[]>;
      }
    };
    return (ranges: Iterable<OffsetRange>) => new AsyncPages(read(ranges));
  },
};

/** The names of builtins that give their records later. */
export const ASYNC_BUILTINS: ReadonlySet<string> = new Set(['kafkaRecords']);
