// Kills a counting program at random instants and starts it again, until it has counted everything: are its
// states exactly right, and its repeated batches the same?
// Usage: node scripts/check-kill.mjs [--kills 30] [--seed N] [--dist FOLDER] [--source files|kafka]
// Status 1 if anything was lost or doubled. Kafka's broker is started here; see kafka-broker.mjs.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brokerProblem, createTopic, KafkaBroker } from './kafka-broker.mjs';

const PROGRAM = fileURLToPath(new URL('../test/streaming/fixtures/counting.mjs', import.meta.url));
const TEXTS_PER_LIFE = 6;
const WORDS_PER_TEXT = 300;
const WORDS = ['to', 'be', 'or'];
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
/** What the program reads: texts are put in while it lives and dies. */
async function openSource(folder, kafka) {
  if (kafka !== null) {
    const topic = `kill-${process.pid}-${Date.now()}`;
    await createTopic(kafka, topic, 2);
    const { Producer, stringSerializers } = await import('@platformatic/kafka');
    const options = { clientId: 'check-kill', bootstrapBrokers: [kafka], retries: 20, acks: -1 };
    const producer = new Producer({ ...options, serializers: stringSerializers, idempotent: true });
    const put = (number, lines) =>
      producer.send({
        messages: lines.map((value) => ({ topic, value, partition: number % 2 })),
      });
    return { name: `kafka:${kafka}/${topic}`, put, close: () => producer.close() };
  }
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  const put = async (number, lines) => {
    const name = `file-${number}.txt`;
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    renameSync(join(folder, name), join(inbox, name));
  };
  return { name: inbox, put, close: async () => {} };
}

/**
 * Every text has each of three words a hundred times; texts come while the program lives and dies. `kafka` is the
 * address of a broker, null for files.
 */
export async function killRun({ dist, kills, seed, kafka = null }) {
  const folder = mkdtempSync(join(tmpdir(), 'tspark-kill-'));
  const random = seededRandom(seed);
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const source = await openSource(folder, kafka);
  const texts = (kills + 1) * TEXTS_PER_LIFE;
  const expected = texts * WORDS_PER_TEXT;
  const lines = Array.from({ length: WORDS_PER_TEXT / WORDS.length }, () => WORDS.join(' '));
  const putting = [];
  let lives = 0;
  const put = () => {
    // Some are left for the last life, so that none ends by itself before it is killed.
    if (putting.length === lives * TEXTS_PER_LIFE) return;
    putting.push(source.put(putting.length, lines));
  };
  const start = () => {
    const args = [PROGRAM, dist, source.name, join(folder, 'checkpoint'), log, `${expected}`];
    return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  try {
    for (let kill = 0; kill < kills; kill++) {
      lives++;
      const child = start();
      const coming = setInterval(put, 40 + random() * 120);
      // From before the first batch to well into the run.
      await new Promise((resolve) => setTimeout(resolve, 250 + random() * 1200));
      clearInterval(coming);
      const exit = exitOf(child);
      child.kill('SIGKILL');
      await exit;
    }
    lives++;
    while (putting.length < texts) put();
    await Promise.all(putting);
    const { status, errors } = await exitOf(start());
    if (status !== 0) throw new Error(`the program ended with ${status}: ${errors}`);
    return judge(readFileSync(log, 'utf8'), kills, expected / WORDS.length);
  } finally {
    await source.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function exitOf(child) {
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, errors })));
}
function judge(log, kills, each) {
  const seen = new Map();
  const contradicted = [];
  let repeated = 0;
  let last;
  // A line that was cut off by a kill runs into the next one.
  const whole = log
    .split('\n')
    .filter((line) => /^\{"time":\d+,"total":\d+,"counts":\[.*\]\}$/.test(line));
  for (const line of whole) {
    last = JSON.parse(line);
    const before = seen.get(last.time);
    if (before !== undefined) repeated++;
    if (before !== undefined && before.total !== last.total) contradicted.push(last);
    seen.set(last.time, last);
  }
  if (last === undefined) throw new Error('the program saw nothing');
  const right = JSON.stringify([...WORDS].sort().map((word) => [word, [each, each]]));
  const isRight = JSON.stringify(last.counts) === right && contradicted.length === 0;
  return { kills, last, repeated, contradicted, isRight };
}

async function main() {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      dist: { type: 'string', default: 'dist' },
      source: { type: 'string', default: 'files' },
    },
  });
  const dist = fileURLToPath(new URL(`../${values.dist}`, import.meta.url));
  const problem = values.source === 'kafka' ? brokerProblem() : null;
  if (problem !== null) {
    console.log(`Left out: ${problem}.`);
    return;
  }
  const broker = values.source === 'kafka' ? new KafkaBroker() : null;
  try {
    await broker?.start();
    const kafka = broker?.address ?? null;
    const numbers = { kills: Number(values.kills), seed: Number(values.seed) };
    const result = await killRun({ dist, kafka, ...numbers });
    console.log(
      `${result.kills} kills: ${result.last.total} words counted, ${result.repeated} batches repeated, ` +
        `${result.contradicted.length} of them with other contents`,
    );
    console.log(result.isRight ? 'Nothing was lost or doubled.' : JSON.stringify(result, null, 2));
    process.exitCode = result.isRight ? 0 : 1;
  } finally {
    await broker?.remove();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
