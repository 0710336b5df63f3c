// How soon can one type, and how soon is the first answer there? bin/tspark against bare node, each started in turn in
// a pseudo-terminal (python3), medians.
//   node scripts/bench/start.mjs [--times 10] [-- options of tspark]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  options: { times: { type: 'string', default: '10' } },
  allowPositionals: true,
});
const TIMER = fileURLToPath(new URL('./prompt-time.py', import.meta.url));
const TSPARK = fileURLToPath(new URL('../../bin/tspark', import.meta.url));
const COMMANDS = {
  'node (its own prompt)': ['> ', process.execPath],
  'bin/tspark': ['>>>', process.execPath, TSPARK, ...positionals],
};

function startOnce(command) {
  const { status, stdout, stderr, error } = spawnSync('python3', [TIMER, ...command], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`cannot measure ${command.join(' ')}: ${error ?? stderr}`);
  return stdout.trim().split(' ').map(Number);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const timesByName = new Map(Object.keys(COMMANDS).map((name) => [name, []]));
for (let i = 0; i < Number(options.times); i++) {
  for (const [name, command] of Object.entries(COMMANDS))
    timesByName.get(name).push(startOnce(command));
}
process.stdout.write(`medians of ${options.times} starts, Node ${process.versions.node}\n\n`);
process.stdout.write('| program | prompt ms | first answer ms | times node |\n|---|---|---|---|\n');
const base = median([...timesByName.values()][0].map(([prompt]) => prompt));
for (const [name, times] of timesByName) {
  const [prompt, answer] = [0, 1].map((column) => median(times.map((pair) => pair[column])));
  process.stdout.write(
    `| ${name} | ${prompt.toFixed(0)} | ${answer.toFixed(0)} | ${(prompt / base).toFixed(1)} |\n`,
  );
}
