// Streams, jobs, cancellations and injected faults together for as long as asked: are all answers right, and do
// memory, threads and handles stay where they were?
// Usage: node scripts/soak.mjs [--minutes 60] [--interval SECONDS] [--pause MS] [--seed 1] [--dist FOLDER]; status 1 if not.
// The pause between jobs, at most so long, sets the load: 100 ms keep one core and a half busy, 500 ms a half.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from './check-kill.mjs';
import { JOB_NAMES, runCancelled, runKnown } from './soak/jobs.mjs';
import { startStreams } from './soak/streams.mjs';
import { collectGarbage, measure } from './soak/usage.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    interval: { type: 'string', default: '60' },
    pause: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    dist: { type: 'string', default: 'dist' },
  },
});
const minutes = Number(values.minutes);
const { SparkConf, SparkContext, StreamingContext } = await import(
  new URL(`../${values.dist}/index.js`, import.meta.url)
);
/** Jobs at a time, as from one prompt with some in the background. */
const AT_A_TIME = 3;
const CANCELLED_SHARE = 0.3;
const COLUMNS =
  'minute jobs cancelled faults batches wrong rssMb heapMb threads handles blocks blockMb shuffles listeners'.split(
    ' ',
  );

const folder = mkdtempSync(join(tmpdir(), 'tspark-soak-'));
const random = seededRandom(Number(values.seed));
const conf = new SparkConf(false)
  .setMaster('local[2]')
  .setAppName('soak')
  .set('spark.local.dir', folder)
  .set('tspark.memory.blocks', '64m')
  .set('tspark.chaos', `${values.seed}x0.5`);
const sc = new SparkContext(conf);
const { backend } = SparkContext.engineOf(sc);
const done = { jobs: 0, cancelled: 0, faults: 0 };
const wrong = [];
sc.events.listen((event) => {
  if (event.kind === 'fault-injected') done.faults++;
});

const streams = await startStreams(StreamingContext, sc, folder);
const startMs = performance.now();
const endMs = startMs + minutes * 60_000;
const rows = [];
let told = 0;

/** One line of work: a job after the other until the time is up. */
async function work() {
  while (performance.now() < endMs) {
    const isCancelled = random() < CANCELLED_SHARE;
    const name = JOB_NAMES[Math.floor(random() * JOB_NAMES.length)];
    const problem = isCancelled
      ? await runCancelled(random, sc)
      : await runKnown(name, sc, 1000 + Math.floor(random() * 20_000), folder);
    if (problem !== null) wrong.push(problem);
    if (isCancelled) done.cancelled++;
    else done.jobs++;
    await new Promise((resolve) => setTimeout(resolve, random() * Number(values.pause)));
  }
}

/** Received data of batches that wait is held rightly: what stays is seen when they are done, half a minute at most. */
async function batchesCaughtUp() {
  const lateMs = performance.now() + 30_000;
  const due = () => Math.floor((performance.now() - startMs) / 1000) - 2;
  while (streams.state.batches < due() && performance.now() < lateMs)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

function print(cells) {
  console.log(cells.map((cell, i) => String(cell).padStart(COLUMNS[i].length + 1)).join(' '));
}

async function look() {
  await batchesCaughtUp();
  await collectGarbage();
  const usage = measure(sc, backend);
  const row = {
    minute: Math.round((performance.now() - startMs) / 6000) / 10,
    ...done,
    ...usage,
    batches: streams.state.batches,
    wrong: wrong.length + streams.state.wrong.length,
    blockMb: Math.round(usage.blockBytes / 2 ** 20),
  };
  rows.push(row);
  print(COLUMNS.map((column) => row[column]));
  const problems = [...wrong, ...streams.state.wrong];
  for (const problem of problems.slice(told, 20)) console.log(`wrong: ${problem}`);
  told = problems.length;
}

console.log(
  `soak of ${minutes} minutes from ${new Date().toISOString()}, Node ${process.version}, ${cpus().length} cores, seed ${values.seed}`,
);
print(COLUMNS);
let isLooking = false;
const looking = setInterval(async () => {
  if (isLooking) return;
  isLooking = true;
  await look();
  isLooking = false;
}, Number(values.interval) * 1000);
await Promise.all(Array.from({ length: AT_A_TIME }, work));
clearInterval(looking);
streams.stopDropping();
// The last files have to be counted before the figures can be compared.
const lateMs = performance.now() + 60_000;
while (streams.state.words < streams.wordsDropped() && performance.now() < lateMs)
  await new Promise((resolve) => setTimeout(resolve, 200));
if (streams.state.words !== streams.wordsDropped())
  wrong.push(`${streams.state.words} words counted of ${streams.wordsDropped()} in the files`);
await look();
await streams.stop();
await sc.stop();

const problems = [...wrong, ...streams.state.wrong];
const flat = [
  growth('rssMb', 0.15, 40),
  growth('heapMb', 0.2, 15),
  growth('threads', 0, 3),
  growth('handles', 0, 5),
  growth('listeners', 0, 0),
  growth('blocks', 0.5, 60),
].filter((text) => text !== null);
for (const text of flat) console.log(`not flat: ${text}`);
const isGood = problems.length === 0 && flat.length === 0;
console.log(
  `${new Date().toISOString()}: ${done.jobs} jobs, ${done.cancelled} cancelled, ${done.faults} faults, ${streams.state.batches} batches, ${streams.state.words} words from files: ${isGood ? 'all answers right, nothing grows' : 'FAILED'}`,
);
rmSync(folder, { recursive: true, force: true });
process.exit(isGood ? 0 : 1);

/** The middle of the last third against that of the first, after a warm-up of a tenth; null while it is flat. */
function growth(column, share, least) {
  const warm = rows.slice(Math.floor(rows.length / 10));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const before = median(warm.slice(0, third).map((row) => row[column]));
  const after = median(warm.slice(-third).map((row) => row[column]));
  return after <= before * (1 + share) + least ? null : `${column} went from ${before} to ${after}`;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
