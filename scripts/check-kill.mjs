// Kills a counting program at random instants and starts it again, until it has counted everything: are its
// states exactly right, and its repeated batches the same? For every source that can be read again.
// Usage: node scripts/check-kill.mjs [--kills 30] [--seed N] [--dist FOLDER] [--source files,receiver,log,kafka]
// Status 1 if anything was lost or doubled. Kafka needs Java 17, and Maven the first time.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brokerProblem, KafkaBroker } from './kafka-broker.mjs';
import { fileSource, kafkaSource, LINES, receiverSource, WORDS } from './kill-sources.mjs';
import { isProgram } from './report.mjs';

const PROGRAM = fileURLToPath(new URL('../test/streaming/fixtures/counting.mjs', import.meta.url));
const PORTIONS_PER_LIFE = 6;
/** A life is killed after up to so many lines of its log, two a batch. */
const MOST_LINES = 40;
const LONGEST_LIFE_MS = 60_000;

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** `open` makes the source in a folder that is removed at the end. */
export async function killRun({ dist, kills, seed, open = fileSource }) {
  const folder = mkdtempSync(join(tmpdir(), 'tspark-kill-'));
  const random = seededRandom(seed);
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const source = await open(folder);
  const portions = (kills + 1) * PORTIONS_PER_LIFE;
  const words = portions * LINES * WORDS.length;
  const args = [PROGRAM, dist, JSON.stringify(source.settings), join(folder, 'checkpoint'), log];
  const start = () =>
    spawn(process.execPath, [...args, `${words}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let fed = 0;
  try {
    for (let life = 1; life <= kills; life++) {
      const child = start();
      const exit = exitOf(child);
      void killInstant(log, random, exit).then(() => child.kill('SIGKILL'));
      // Some are left for the last life, so that none ends by itself before it is killed.
      while (!(await Promise.race([exit, pause(40 + random() * 120)]))) {
        if (fed === life * PORTIONS_PER_LIFE) continue;
        fed++;
        await source.feed();
      }
      const { status, errors } = await exit;
      if (status !== null) throw new Error(`the program ended with ${status}: ${errors}`);
    }
    for (; fed < portions; fed++) await source.feed();
    const { status, errors } = await exitOf(start());
    if (status !== 0) throw new Error(`the program ended with ${status}: ${errors}`);
    return { kills, ...judge(readFileSync(log, 'utf8'), portions * LINES, source) };
  } finally {
    await source.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From before the first batch to well into the run, however fast the machine is. */
async function killInstant(log, random, exit) {
  let isOver = false;
  exit.then(() => (isOver = true));
  const lines = Math.floor(random() * MOST_LINES);
  const waitMs = random() * (lines === 0 ? 1000 : 100);
  const count = () => readFileSync(log, 'utf8').split('\n{').length;
  const wanted = count() + lines;
  const endMs = Date.now() + LONGEST_LIFE_MS;
  while (!isOver && count() < wanted && Date.now() < endMs) await pause(10);
  await pause(waitMs);
}

function exitOf(child) {
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, errors })));
}

/** `each` is how often each word was given. */
function judge(log, each, source) {
  const states = new Map();
  const batches = new Map();
  const contradicted = [];
  let repeated = 0;
  let last;
  for (const line of log.split('\n')) {
    const seen = parsed(line);
    if (seen === null) continue;
    const known = 'batch' in seen ? batches : states;
    const before = known.get(seen.time);
    if (before !== undefined) repeated++;
    if (before !== undefined && before !== line) contradicted.push(line);
    known.set(seen.time, line);
    if (known === states) last = seen;
  }
  if (last === undefined) throw new Error('the program saw nothing');
  const counts = JSON.stringify([...WORDS].sort().map((word) => [word, [each, each]]));
  const output = totals([...batches.values()].map((line) => JSON.parse(line).batch));
  const isComplete = WORDS.every((word) =>
    source.repeatsBatches ? output[word] === each : output[word] >= each,
  );
  const isRight = JSON.stringify(last.counts) === counts && contradicted.length === 0 && isComplete;
  return { last, batches: batches.size, output, repeated, contradicted, isRight };
}

/** What a line says, null for one that a kill cut off. */
function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function totals(batches) {
  const sums = {};
  for (const [word, count] of batches.flat()) sums[word] = (sums[word] ?? 0) + count;
  return sums;
}

/** Opens a source by its name; `kafka` is the address of a broker. */
function opener(name, kafka) {
  if (name === 'files') return fileSource;
  if (name === 'receiver') return () => receiverSource(false);
  if (name === 'log') return () => receiverSource(true);
  if (name === 'kafka') return () => kafkaSource(kafka);
  throw new Error(`there is no source ${name}; there are files, receiver, log and kafka`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      dist: { type: 'string', default: 'dist' },
      source: { type: 'string', default: 'files,receiver,log,kafka' },
    },
  });
  const dist = fileURLToPath(new URL(`../${values.dist}`, import.meta.url));
  const [kills, seed] = [Number(values.kills), Number(values.seed)];
  let broker = null;
  try {
    for (const name of values.source.split(',')) {
      const problem = name === 'kafka' ? brokerProblem() : null;
      if (problem !== null) {
        console.log(`kafka: left out, ${problem}`);
        continue;
      }
      if (name === 'kafka') {
        broker = new KafkaBroker();
        await broker.start();
      }
      const result = await killRun({ dist, kills, seed, open: opener(name, broker?.address) });
      console.log(
        `${name}: ${result.kills} kills, ${result.last.total} words counted in ${result.batches} batches, ` +
          `${result.repeated} outputs repeated, ${result.contradicted.length} of them with other contents`,
      );
      console.log(
        result.isRight ? 'Nothing was lost or doubled.' : JSON.stringify(result, null, 2),
      );
      if (!result.isRight) process.exitCode = 1;
    }
  } finally {
    await broker?.remove();
  }
}

if (isProgram(import.meta)) await main();
