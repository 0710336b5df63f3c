// Errors of a cluster as they are written to Kafka: counted by component in every batch and since the start, with
// the offsets that each batch is made of.
//
// Needs a Kafka broker. For a trial, in another terminal (needs Java 17 and Maven):
//   node scripts/kafka-broker.mjs --topic errors:2 --port 9092 --feed errors
// Then: npm start -- samples/kafka-errors.ts [brokers [topic [seconds]]]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { offsetRanges } from 'tspark';
import { trackErrors } from './error-counts.ts';

const brokers = process.argv[2] ?? 'localhost:9092';
const topics = process.argv[3] ?? 'errors';
const seconds = Number(process.argv[4] ?? 30);

// From the first record on; with a groupId it would go on where it ended the last time.
const records = ssc.kafkaStream({ brokers, topics, startingOffsets: 'earliest' });

// Where each batch comes from.
records.foreachRDD((rdd) => {
  const read = offsetRanges(rdd).filter((range) => range.untilOffset > range.fromOffset);
  const text = read.map((r) => `${r.topic}-${r.partition} ${r.fromOffset} to ${r.untilOffset - 1}`);
  if (read.length > 0) console.log(`offsets ${text.join(', ')}`);
});

ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-kafka-errors-')));
trackErrors(records.map(({ value }) => value ?? ''));

ssc.start();
await ssc.awaitTerminationOrTimeout(seconds);
await ssc.stop(false, true);
