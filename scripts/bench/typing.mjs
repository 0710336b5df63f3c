// How long does the prompt take to answer a key: echo, menu of completions, signature? The real program in a
// pseudo-terminal (python3), each text typed anew, medians and the 95th percentile; and how soon the checker is there.
//   node scripts/bench/typing.mjs [--times 40] [-- options of tspark]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  options: { times: { type: 'string', default: '40' } },
  allowPositionals: true,
});
const TIMER = fileURLToPath(new URL('./typing-time.py', import.meta.url));
const TSPARK = fileURLToPath(new URL('../../bin/tspark', import.meta.url));

function quantile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)];
}

const { status, stdout, stderr, error } = spawnSync(
  'python3',
  [TIMER, options.times, process.execPath, TSPARK, ...positionals],
  { encoding: 'utf8', cwd: fileURLToPath(new URL('../..', import.meta.url)) },
);
if (status !== 0) throw new Error(`cannot measure: ${error ?? stderr}`);
process.stdout.write(
  `${options.times} times each, Node ${process.versions.node}, milliseconds\n\n`,
);
process.stdout.write('| what | median | 95 % |\n|---|---|---|\n');
for (const [name, times] of Object.entries(JSON.parse(stdout))) {
  const [median, most] = [0.5, 0.95].map((part) => quantile(times, part).toFixed(1));
  process.stdout.write(`| ${name} | ${median} | ${times.length === 1 ? '' : most} |\n`);
}
