// What is said most in the last 10 s, as a small chart of bars that is refreshed in place at a terminal.
//
// Try it:            npm start -- samples/trending.ts [seconds [port]]
// At the prompt:     npm start -- -i samples/trending.ts
// Without a port it starts its own source; another one: node scripts/log-server.mjs --kind words --port 9999
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argument, isProgram, startFeed } from './feed.ts';

const isRunAlone = isProgram('trending.ts');
const seconds = (isRunAlone && argument(1)) || 30;
const port = (isRunAlone && argument(2)) || (await startFeed('words', 500));
const WINDOW = 10;
const SHOWN = 5;
const BAR = 30;

ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-trending-')));
const counts = ssc
  .socketTextStream('localhost', port)
  .map((word): [string, number] => [word, 1])
  .reduceByKeyAndWindow(
    (a, b) => a + b,
    (a, b) => a - b,
    WINDOW,
    ssc.batchDuration,
  );

// The chart is drawn at the driver and goes on as a stream of its own, of one line a word.
const chart = counts.transform(async (rdd) => {
  const top = await rdd.takeOrdered(SHOWN, (pair) => -pair[1]);
  const most = Math.max(1, ...top.map((pair) => pair[1]));
  const bars = top.map(([word, count]) => {
    const bar = '█'.repeat(Math.round((BAR * count) / most)).padEnd(BAR);
    return `${word.padEnd(8)} ${bar} ${count}`;
  });
  return sc.parallelize(bars, 1);
});
chart.pprint(SHOWN, { inPlace: true });

ssc.start();
if (isRunAlone) await ssc.awaitTerminationOrTimeout(seconds);
