// Errors of a cluster while they happen: Hadoop's log lines from a socket, the errors counted by component in every
// batch, and the running total of each component since the start.
//
// Try it:            npm start -- samples/error-tracking.ts [seconds [port]]
// At the prompt:     npm start -- -i samples/error-tracking.ts
// Without a port it starts its own source; another one: node scripts/log-server.mjs --port 9999
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argument, isProgram, startFeed } from './feed.ts';

const isRunAlone = isProgram('error-tracking.ts');
const seconds = (isRunAlone && argument(1)) || 30;
const port = (isRunAlone && argument(2)) || (await startFeed('log', 100));

const lines = ssc.socketTextStream('localhost', port);
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
if (isRunAlone) {
  await ssc.awaitTerminationOrTimeout(seconds);
  await ssc.stop(false, true);
}
