// Statistics per key since the start: how many, mean and extremes of response times, by updateStateByKey.
// Run it with `npm start -- samples/running-statistics.ts [seconds]`; the requests are made up as it runs.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Statistics {
  n: number;
  sum: number;
  least: number;
  most: number;
}

const seconds = Number(process.argv[2] ?? 30);
const services = ['/login', '/transfer', '/accounts'];
const times = ssc
  .rateStream(300)
  .map(([, n]): [string, number] => [services[n % 3], 20 + ((n * 7919) % 100)]);

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
await ssc.awaitTerminationOrTimeout(seconds);
