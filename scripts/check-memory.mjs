// Runs every operation that can outgrow memory over data one, three and ten times its budget, and prints how much
// memory the process took at most, what went to disk, and whether the answer is right. Memory should follow the budget,
// not the data. Usage: node scripts/check-memory.mjs [name…]
// Options: --budget=32m (tspark.memory.blocks; that of sorts and tables is half), --times=1,3,10 (data in budgets).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { casesOf, RECORD_BYTES } from './memory/cases.mjs';

const MB = 2 ** 20;
const MEASURE = fileURLToPath(new URL('./memory/measure.mjs', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string', default: '32m' },
    times: { type: 'string', default: '1,3,10' },
  },
});
const { budget } = values;
const budgetBytes = Number.parseInt(budget, 10) * MB;
const times = values.times.split(',').map(Number);
const wanted = Object.keys(casesOf(null, 0, '')).filter(
  (name) => positionals.length === 0 || positionals.includes(name),
);

function measured(name, factor) {
  const records = Math.floor((factor * budgetBytes) / RECORD_BYTES);
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    [MEASURE, JSON.stringify({ name, records, budget })],
    { encoding: 'utf8' },
  );
  try {
    return { records, ...JSON.parse(stdout) };
  } catch {
    const why = signal ?? stderr.slice(0, 300);
    return {
      records,
      shown: `DIED: ${why}`,
      restBytes: 0,
      peakBytes: 0,
      diskBytes: 0,
      seconds: 0,
      left: [],
    };
  }
}

const mb = (bytes) => String(Math.round(bytes / MB));
console.log(
  `| operation | data (MB) | budget (MB) | peak RSS (MB) | at rest before (MB) | on disk (MB) | s | answer |`,
);
console.log('|---|---|---|---|---|---|---|---|');
let isRight = true;
for (const name of wanted) {
  for (const factor of times) {
    const { records, shown, restBytes, peakBytes, diskBytes, seconds, left } = measured(
      name,
      factor,
    );
    if (shown !== 'right' || left.length > 0) isRight = false;
    const cells = [
      name,
      mb(records * RECORD_BYTES),
      mb(budgetBytes),
      mb(peakBytes),
      mb(restBytes),
      mb(diskBytes),
      seconds.toFixed(1),
      left.length === 0 ? shown : `${shown}; files left: ${left.join(', ')}`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
process.exitCode = isRight ? 0 : 1;
