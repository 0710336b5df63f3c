// Statistics per key since the start: how many, mean and extremes of response times, by updateStateByKey.
//
// Try it:            npm start -- samples/running-statistics.ts [seconds [port]]
// At the prompt:     npm start -- -i samples/running-statistics.ts
// Without a port it starts its own source; another one: node scripts/log-server.mjs --kind bank --port 9999
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argument, isProgram, startFeed } from './feed.ts';

interface Statistics {
  n: number;
  sum: number;
  least: number;
  most: number;
}

const isRunAlone = isProgram('running-statistics.ts');
const seconds = (isRunAlone && argument(1)) || 30;
const port = (isRunAlone && argument(2)) || (await startFeed('bank', 300));
// A line is `2026-11-28T10:00:00.123Z /transfer 500 87`: time, service, status, milliseconds.
const times = ssc
  .socketTextStream('localhost', port)
  .map((line): [string, number] => [line.split(' ')[1], Number(line.split(' ')[3])]);

ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-statistics-')));
const statistics = times
  .updateStateByKey((values: number[], before: Statistics | null): Statistics => {
    const now = before ?? { n: 0, sum: 0, least: Infinity, most: -Infinity };
    return values.reduce(
      ({ n, sum, least, most }, ms) => ({
        n: n + 1,
        sum: sum + ms,
        least: Math.min(least, ms),
        most: Math.max(most, ms),
      }),
      now,
    );
  })
  .name('statistics');
statistics
  .map(([service, { n, sum, least, most }]) => {
    return `${service}: ${n} requests, ${least} to ${most} ms, mean ${(sum / n).toFixed(1)} ms`;
  })
  .pprint();

ssc.start();
if (isRunAlone) await ssc.awaitTerminationOrTimeout(seconds);
