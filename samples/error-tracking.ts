// Errors of a cluster while they happen: Hadoop's log lines from a socket, the errors counted by component in every
// batch, and the running total of each component since the start.
//
// Try it:            npm start -- samples/error-tracking.ts [seconds [port]]
// At the prompt:     npm start -- -i samples/error-tracking.ts
// Without a port it starts its own source; another one: node scripts/log-server.mjs --port 9999
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trackErrors } from './error-counts.ts';
import { argument, isProgram, startFeed } from './feed.ts';

const isRunAlone = isProgram('error-tracking.ts');
const seconds = (isRunAlone && argument(1)) || 30;
const port = (isRunAlone && argument(2)) || (await startFeed('log', 100));

ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-errors-')));
trackErrors(ssc.socketTextStream('localhost', port));

ssc.start();
if (isRunAlone) {
  await ssc.awaitTerminationOrTimeout(seconds);
  await ssc.stop(false, true);
}
