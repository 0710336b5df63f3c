// Errors of a cluster while they happen: lines from a socket, counted by component in every batch, and the
// running total of each component since the start.
//
// Start a source first, in another terminal: node scripts/log-server.mjs
// Then: npm start -- samples/error-tracking.ts [host [port [seconds]]]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const host = process.argv[2] ?? 'localhost';
const port = Number(process.argv[3] ?? 9999);
const seconds = Number(process.argv[4] ?? 30);

const lines = ssc.socketTextStream(host, port);
const errors = lines
  .filter((line) => line.split(' ')[2] === 'ERROR')
  .map((line) => [line.split(' ')[3].replace(/:$/, ''), 1]);

// This batch.
errors.reduceByKey((a, b) => a + b).pprint();

// Since the start: a state per component, which needs a folder for checkpoints.
ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-errors-')));
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
