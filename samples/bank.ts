// A bank's requests that fail, per service, over a sliding window: kept up by adding what enters and taking
// away what leaves. When the share of failing requests is unusual, an alert says so.
// Run it with `npm start -- samples/bank.ts [seconds]`; the requests are made up as it runs.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const seconds = Number(process.argv[2] ?? 30);
const services = ['/login', '/transfer', '/accounts', '/statement'];
const WINDOW = 10 * ssc.batchDuration;
const SLIDE = 2 * ssc.batchDuration;
const REQUESTS_PER_BATCH = 200;

// Every batch has 200 requests, a few of which fail. From batch 20 to 25 /transfer fails often.
const batches = sc.range(0, REQUESTS_PER_BATCH, 1, 2);
let batch = 0;
const requests = ssc.queueStream([], true, batches).transform((ids) => {
  const isOutage = batch >= 20 && batch < 25;
  const seed = batch++ * 7919;
  return ids.map((id) => {
    const random = ((id * 2654435761 + seed) >>> 0) % 1000;
    const service = services[id % services.length];
    const failsBelow = isOutage && service === '/transfer' ? 400 : 20;
    return [service, random < failsBelow ? 500 : 200];
  });
});

// Per service [failed, all] over the window.
ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-bank-')));
const counts = requests
  .mapValues((status) => [status >= 500 ? 1 : 0, 1])
  .reduceByKeyAndWindow(
    (a, b) => [a[0] + b[0], a[1] + b[1]],
    (window, leaving) => [window[0] - leaving[0], window[1] - leaving[1]],
    WINDOW,
    SLIDE,
  );
counts.map(([service, [failed, all]]) => `${service} ${failed} of ${all} failed`).pprint();

// Usual is what was seen so far, give or take four standard deviations.
const seen: number[] = [];
counts.foreachRDD(async (rdd) => {
  const [failed, all] = (await rdd.values().collect()).reduce(
    (a, b) => [a[0] + b[0], a[1] + b[1]],
    [0, 0],
  );
  const share = failed / Math.max(all, 1);
  const mean = seen.reduce((a, b) => a + b, 0) / Math.max(seen.length, 1);
  const margin = 4 * Math.sqrt((mean * (1 - mean)) / Math.max(all, 1));
  if (seen.length >= 3 && share > mean + margin) {
    console.log(
      `ALERT: ${(100 * share).toFixed(1)} % fail, usual are ${(100 * mean).toFixed(1)} %`,
    );
  } else seen.push(share);
});

ssc.start();
await ssc.awaitTerminationOrTimeout(seconds);
