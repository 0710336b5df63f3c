// Does a short batch interval hold at a steady rate? Filter and count of 10,000 lines a second in batches of 50 ms:
// the delay from the edge of a batch to its end must stay below one interval.
//   node scripts/bench/batch-interval.mjs [--seconds 20] [--rate 10000] [--batch 0.05] [--master local[2]]
//                                         [--spark-venv FOLDER]
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { at, machine, runStream, scalaCommand, tsparkCommand } from './stream-run.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    warm: { type: 'string', default: '5' },
    rate: { type: 'string', default: '10000' },
    batch: { type: 'string', default: '0.05' },
    master: { type: 'string', default: 'local[2]' },
    'spark-venv': { type: 'string' },
  },
});
const batch = Number(options.batch);
const run = {
  seconds: Number(options.seconds) + Number(options.warm),
  master: options.master,
  batch,
};
const engines = [{ name: 'tspark', start: tsparkCommand(run) }];
const home = options['spark-venv'] ?? process.env.SPARK_HOME;
if (home && existsSync(path.join(home, 'bin/spark-shell'))) {
  engines.push({ name: 'Scala Spark', start: scalaCommand(home, run) });
}

console.log(
  `${options.rate} lines/s in batches of ${batch * 1000} ms, ${options.master}; ${machine()}\n`,
);
const head = [
  'engine',
  'lines/s',
  'batches',
  'delay, median',
  '99 %',
  'most',
  'later than one interval',
];
console.log(`| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |`);
for (const { name, start } of engines) {
  const { batches } = await runStream(start, { rate: Number(options.rate) });
  const steady = batches.slice(Math.ceil(Number(options.warm) / batch));
  const delays = steady.map(({ schedulingMs, processingMs }) => schedulingMs + processingMs);
  const lines = steady.reduce((sum, { records }) => sum + records, 0);
  const late = delays.filter((delay) => delay >= batch * 1000).length;
  const cells = [name, Math.round(lines / (steady.length * batch)), steady.length];
  cells.push(...[0.5, 0.99, 1].map((part) => `${at(part, delays)} ms`), late);
  console.log(`| ${cells.join(' | ')} |`);
}
