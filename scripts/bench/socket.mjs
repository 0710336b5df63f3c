// How many lines a second does a socket stream take? Filter and count, batches of 1 s, a sender process on the same
// machine, tspark and Scala Spark in turn on the same cores. Prints one Markdown table.
//   node scripts/bench/socket.mjs [--seconds 20] [--rounds 2] [--master local[2]] [--spark-venv FOLDER]
//   FOLDER is a Python environment with pyspark; else SPARK_HOME; without either only tspark runs.
// The first batches, in which engines get warm and rates grow, are left out: see --warm.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { at, machine, runStream, scalaCommand, tsparkCommand } from './stream-run.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    warm: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '2' },
    master: { type: 'string', default: 'local[2]' },
    'spark-venv': { type: 'string' },
  },
});
const seconds = Number(options.seconds);
const warm = Number(options.warm);

const run = { seconds: seconds + warm, master: options.master, batch: 1 };
const engines = [{ name: 'tspark', start: tsparkCommand(run), rates: [] }];
const home = options['spark-venv'] ?? process.env.SPARK_HOME;
if (home && existsSync(path.join(home, 'bin/spark-shell'))) {
  engines.push({ name: 'Scala Spark', start: scalaCommand(home, run), rates: [] });
} else process.stderr.write('Spark is not here: only tspark is measured.\n');

const rows = [];
for (let round = 1; round <= Number(options.rounds); round++) {
  for (const engine of engines) {
    const { batches, errors, lines } = await runStream(engine.start, { rate: 0 });
    const steady = batches.slice(warm);
    const rate = steady.reduce((sum, batch) => sum + batch.records, 0) / steady.length;
    engine.rates.push(rate);
    const delays = steady.map((batch) => batch.schedulingMs + batch.processingMs);
    const share = ((100 * errors) / lines).toFixed(1);
    rows.push([
      round,
      engine.name,
      (rate / 1e6).toFixed(2),
      `${at(0.5, delays)} ms`,
      `${at(1, delays)} ms`,
      steady.length,
      `${share} %`,
    ]);
    process.stderr.write(`${rows.at(-1).join(' ')}\n`);
  }
}

console.log(
  `${options.master}, batches of 1 s, ${seconds} s a round after ${warm} s of warming up; ${machine()}\n`,
);
const head = ['round', 'engine', 'M lines/s', 'delay, median', 'delay, most', 'batches', 'errors'];
for (const cells of [head, head.map(() => '---'), ...rows]) console.log(`| ${cells.join(' | ')} |`);
const [own, other] = engines.map(({ rates }) => rates.reduce((a, b) => a + b, 0) / rates.length);
if (other !== undefined) console.log(`\ntspark / Scala Spark: ${(own / other).toFixed(2)}`);
