// Words of the last ten batches as a small chart of bars, refreshed in place at a terminal.
// Run it with `npm start -- samples/trending.ts [seconds]`; the words are made up as it runs.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const seconds = Number(process.argv[2] ?? 30);
const words = ['spark', 'stream', 'batch', 'window', 'state', 'key', 'join'];
const WINDOW = 10 * ssc.batchDuration;

// Which word is said most wanders as time goes by.
const said = ssc.rateStream(500).map(([, n]): [string, number] => {
  const favourite = Math.floor(n / 2500);
  const random = (n * 2654435761) % 1000;
  return [words[random < 300 ? favourite % words.length : random % words.length], 1];
});

ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-trending-')));
const counts = said.reduceByKeyAndWindow(
  (a, b) => a + b,
  (a, b) => a - b,
  WINDOW,
);

let drawn = 0;
counts.foreachRDD(async (rdd) => {
  const top = await rdd.takeOrdered(5, (pair) => -pair[1]);
  const most = Math.max(1, ...top.map(([, count]) => count));
  const bars = top.map(([word, count]) => {
    return `${word.padEnd(8)} ${'█'.repeat(Math.round((30 * count) / most)).padEnd(30)} ${count}`;
  });
  // Up over the last chart, clearing it; a file or a pipe gets one chart after the other.
  const back = process.stdout.isTTY && drawn > 0 ? `\x1b[${drawn}A\x1b[J` : '';
  console.log(back + bars.join('\n'));
  drawn = bars.length;
});

ssc.start();
await ssc.awaitTerminationOrTimeout(seconds);
