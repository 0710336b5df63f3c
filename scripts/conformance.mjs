// Runs every conformance case at every master they are held to, one after the other, and prints how many pass at each.
// `npm test` runs all of them at the first and a third at the others. `node scripts/conformance.mjs [filter…]`
import { describe, isProgram } from './report.mjs';
import { check } from './run-vitest.mjs';

const SETTINGS = [
  { TSPARK_CONFORMANCE_MASTER: 'local[4]', TSPARK_CONFORMANCE_CONF: '' },
  ...['local[2]', 'local[1]'].map((master) => ({
    TSPARK_CONFORMANCE_MASTER: master,
    TSPARK_CONFORMANCE_CONF: 'spark.default.parallelism=4',
  })),
];

async function checkAll(filters) {
  let failed = 0;
  for (const setting of SETTINGS) {
    const startedMs = performance.now();
    Object.assign(process.env, setting);
    const result = await check(filters.length > 0 ? filters : ['test/conformance']);
    failed += result.failed;
    process.stdout.write(`${describe(result, (performance.now() - startedMs) / 1000)}\n`);
  }
  return failed;
}

if (isProgram(import.meta)) {
  process.exitCode = (await checkAll(process.argv.slice(2))) === 0 ? 0 : 1;
}
