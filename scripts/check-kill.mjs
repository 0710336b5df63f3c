// Kills a counting program at random instants and starts it again, until it has counted everything: are its
// states exactly right, and its repeated batches the same?
// Usage: node scripts/check-kill.mjs [--kills 30] [--seed N] [--dist FOLDER]; status 1 if anything was lost or doubled.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
const PROGRAM = fileURLToPath(new URL('../test/streaming/fixtures/counting.mjs', import.meta.url));
const FILES_PER_LIFE = 6;
const WORDS_PER_FILE = 300;
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
/** Every file has each of three words a hundred times; files are moved in while the program lives and dies. */
export async function killRun({ dist, kills, seed }) {
  const folder = mkdtempSync(join(tmpdir(), 'tspark-kill-'));
  const random = seededRandom(seed);
  const inbox = join(folder, 'inbox');
  const log = join(folder, 'log');
  mkdirSync(inbox);
  writeFileSync(log, '');
  const files = (kills + 1) * FILES_PER_LIFE;
  const expected = files * WORDS_PER_FILE;
  let dropped = 0;
  let lives = 0;
  const drop = () => {
    // Some are left for the last life, so that none ends by itself before it is killed.
    if (dropped === lives * FILES_PER_LIFE) return;
    const name = `file-${dropped++}.txt`;
    const text = `${WORDS.join(' ')}\n`.repeat(WORDS_PER_FILE / WORDS.length);
    writeFileSync(join(folder, name), text);
    renameSync(join(folder, name), join(inbox, name));
  };
  const start = () =>
    spawn(
      process.execPath,
      [PROGRAM, dist, inbox, join(folder, 'checkpoint'), log, `${expected}`],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
  try {
    for (let kill = 0; kill < kills; kill++) {
      lives++;
      const child = start();
      const dropping = setInterval(drop, 40 + random() * 120);
      // From before the first batch to well into the run.
      await new Promise((resolve) => setTimeout(resolve, 250 + random() * 1200));
      clearInterval(dropping);
      const exit = exitOf(child);
      child.kill('SIGKILL');
      await exit;
    }
    lives++;
    while (dropped < files) drop();
    const { status, errors } = await exitOf(start());
    if (status !== 0) throw new Error(`the program ended with ${status}: ${errors}`);
    return judge(readFileSync(log, 'utf8'), kills, expected / WORDS.length);
  } finally {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      dist: { type: 'string', default: 'dist' },
    },
  });
  const dist = fileURLToPath(new URL(`../${values.dist}`, import.meta.url));
  const result = await killRun({ dist, kills: Number(values.kills), seed: Number(values.seed) });
  console.log(
    `${result.kills} kills: ${result.last.total} words counted, ${result.repeated} batches repeated, ` +
      `${result.contradicted.length} of them with other contents`,
  );
  console.log(result.isRight ? 'Nothing was lost or doubled.' : JSON.stringify(result, null, 2));
  process.exitCode = result.isRight ? 0 : 1;
}
