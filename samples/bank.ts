// A bank's requests that fail, per service, over the last 10 s and every 2 s: a window kept up by adding what enters
// and taking away what leaves. When the share of failing requests leaves its usual range, an alert says so; the
// source lets transfers fail from second 20 to 30.
//
// Try it:            npm start -- samples/bank.ts [seconds [port]]
// At the prompt:     npm start -- -i samples/bank.ts
// Without a port it starts its own source; another one: node scripts/log-server.mjs --kind bank --port 9999
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argument, isProgram, startFeed } from './feed.ts';

const isRunAlone = isProgram('bank.ts');
const seconds = (isRunAlone && argument(1)) || 60;
const port = (isRunAlone && argument(2)) || (await startFeed('bank', 200));
const WINDOW = 10;
const SLIDE = 2;

// A line is `2026-11-28T10:00:00.123Z /transfer 500 87`: time, service, status, milliseconds.
const requests = ssc
  .socketTextStream('localhost', port)
  .map((line): [string, number] => [line.split(' ')[1], Number(line.split(' ')[2])]);

// Per service [failed, all] over the window.
ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-bank-')));
const counts = requests
  .mapValues((status): [number, number] => [status >= 500 ? 1 : 0, 1])
  .reduceByKeyAndWindow(
    (a, b) => [a[0] + b[0], a[1] + b[1]],
    (window, leaving) => [window[0] - leaving[0], window[1] - leaving[1]],
    WINDOW,
    SLIDE,
  );
counts.map(([service, [failed, all]]) => `${service} ${failed} of ${all} failed`).pprint();

// Usual is what was seen so far, give or take four standard deviations of such a share.
let usualFailed = 0;
let usualAll = 0;
let windows = 0;
counts.foreachRDD(async (time: Date, rdd) => {
  const services = await rdd.values().collect();
  const failed = services.reduce((sum, service) => sum + service[0], 0);
  const all = services.reduce((sum, service) => sum + service[1], 0);
  if (all === 0) return;
  const usual = usualAll === 0 ? 0 : usualFailed / usualAll;
  const margin = 4 * Math.sqrt((usual * (1 - usual)) / all);
  if (windows >= 3 && failed / all > usual + margin) {
    const [now, before] = [failed / all, usual].map((share) => `${(100 * share).toFixed(1)} %`);
    console.log(`${time.toTimeString().slice(0, 8)} ALERT: ${now} fail, usual are ${before}`);
    return;
  }
  // Not learnt in an alert: what is unusual must not become usual.
  windows++;
  usualFailed += failed;
  usualAll += all;
});

ssc.start();
if (isRunAlone) await ssc.awaitTerminationOrTimeout(seconds);
