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

const brokers = process.argv[2] ?? 'localhost:9092';
const topics = process.argv[3] ?? 'errors';
const seconds = Number(process.argv[4] ?? 30);

// From the first record on; with a groupId it would go on where it ended the last time.
const records = ssc.kafkaStream({ brokers, topics, startingOffsets: 'earliest' });
const errors = records
  .map(({ value }) => (value ?? '').split(' '))
  .filter((words) => words[2] === 'ERROR')
  .map((words) => [words[3].replace(/:$/, ''), 1]);

// This batch, and where it comes from.
errors.reduceByKey((a, b) => a + b).pprint();
records.foreachRDD((rdd) => {
  const read = offsetRanges(rdd).filter((range) => range.untilOffset > range.fromOffset);
  const text = read.map((r) => `${r.topic}-${r.partition} ${r.fromOffset} to ${r.untilOffset - 1}`);
  if (read.length > 0) console.log(`offsets ${text.join(', ')}`);
});

// Since the start: a state per component, which needs a folder for checkpoints.
ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-kafka-errors-')));
const totals = errors.updateStateByKey(
  (counts: number[], total: number | null) => counts.reduce((a, b) => a + b, 0) + (total ?? 0),
);
totals.foreachRDD(async (time: Date, rdd) => {
  const worst = await rdd.takeOrdered(3, (pair) => -pair[1]);
  const text = worst.map(([component, count]) => `${component} ${count}`).join(', ');
  console.log(`${time.toTimeString().slice(0, 8)} worst so far: ${text || 'no error yet'}`);
});

ssc.start();
await ssc.awaitTerminationOrTimeout(seconds);
await ssc.stop(false, true);
