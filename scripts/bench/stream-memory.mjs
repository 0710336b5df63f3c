// Does the memory of a stream stay flat? A socket at full rate for ten minutes, batches of 1 s: the resident size of the
// process, its threads included, minute by minute.
//   node scripts/bench/stream-memory.mjs [--minutes 10] [--master local[2]]
import { parseArgs } from 'node:util';
import { machine, runStream, tsparkCommand } from './stream-run.mjs';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    master: { type: 'string', default: 'local[2]' },
  },
});
const minutes = Number(options.minutes);
// Some seconds more, so that the last minute is whole.
const run = { seconds: minutes * 60 + 2, master: options.master, batch: 1 };

console.log(`${options.master}, batches of 1 s, as many lines as are taken; ${machine()}\n`);
console.log(
  '| minute | M lines/s | resident, mean MiB | resident, most MiB |\n| --- | --- | --- | --- |',
);
let present = [];
let minute = 0;
const onBatch = (batch) => {
  present.push(batch);
  if (present.length < 60) return;
  const mean = (of) => present.reduce((sum, one) => sum + of(one), 0) / present.length;
  const lines = mean(({ records }) => records) / 1e6;
  const resident = mean(({ residentMiB }) => residentMiB);
  const most = Math.max(...present.map(({ residentMiB }) => residentMiB));
  console.log(`| ${++minute} | ${lines.toFixed(2)} | ${Math.round(resident)} | ${most} |`);
  present = [];
};
await runStream(tsparkCommand(run), { rate: 0, onBatch });
