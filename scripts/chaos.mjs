// Runs the conformance cases with injected faults, seed after seed, and tells which seeds gave another answer.
// Usage: node scripts/chaos.mjs [--minutes 10] [--seed 1] [--factor 1] [filter…]; status 1 if any answer was wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from './run-vitest.mjs';

/** With the budget of the machine nothing is written to disk, so every second seed runs with hardly any. */
const BUDGETS = ['64k', '512m'];

async function runSeed(seed, { factor, filters, tally }) {
  const budget = BUDGETS[seed % BUDGETS.length];
  writeFileSync(tally, '');
  Object.assign(process.env, {
    TSPARK_CONFORMANCE_MASTER: 'local[4]',
    TSPARK_CONFORMANCE_CONF: `tspark.chaos=${seed}x${factor},tspark.memory.blocks=${budget}`,
    TSPARK_CHAOS_TALLY: tally,
    // Every fault costs a task or a worker, whose start takes its time.
    TSPARK_CONFORMANCE_PATIENCE: '4',
  });
  const startedMs = performance.now();
  const { passed, failed, failures } = await check(filters);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  return { seed, budget, passed, failed, failures, seconds, faults: readTally(tally) };
}

function readTally(file) {
  const faults = {};
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    for (const [fault, times] of Object.entries(JSON.parse(line)))
      faults[fault] = (faults[fault] ?? 0) + times;
  }
  return faults;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    factor: { type: 'string', default: '1' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'tspark-chaos-'));
const endMs = performance.now() + Number(values.minutes) * 60_000;
const total = { seeds: 0, passed: 0, failed: 0, faults: 0 };
try {
  for (let seed = Number(values.seed); total.seeds === 0 || performance.now() < endMs; seed++) {
    const result = await runSeed(seed, {
      factor: values.factor,
      filters: positionals.length > 0 ? positionals : ['test/conformance'],
      tally: join(folder, 'tally'),
    });
    const faults = Object.entries(result.faults).map(([name, times]) => `${name} ${times}`);
    console.log(
      `seed ${seed}, budget ${result.budget}: ${result.passed} passed, ${result.failed} failed in ${result.seconds} s; ${faults.sort().join(', ')}`,
    );
    for (const failure of result.failures) console.log(`  seed ${seed}: ${failure}`);
    total.seeds++;
    total.passed += result.passed;
    total.failed += result.failed;
    total.faults += Object.values(result.faults).reduce((sum, times) => sum + times, 0);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  `${new Date().toISOString().slice(0, 10)}: ${total.seeds} seeds, ${total.faults} faults, ${total.passed} passed, ${total.failed} failed`,
);
process.exitCode = total.failed === 0 ? 0 : 1;
