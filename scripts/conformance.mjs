// Runs every conformance case at every master they are held to, one after the other, and prints how many pass at each.
// `npm test` runs all of them at the first and a third at the others. `node scripts/conformance.mjs [filter…]`
// `--master M` runs them at another one: `spark-local[4]`, `spark://host:port`, or `cluster` for a standalone Spark
// cluster that is started for it on this machine.
import { describe, isProgram } from './report.mjs';
import { check } from './run-vitest.mjs';
import { findSparkForTests, startCluster } from './spark-cluster.mjs';

const SETTINGS = [
  { TSPARK_CONFORMANCE_MASTER: 'local[4]', TSPARK_CONFORMANCE_CONF: '' },
  ...['local[2]', 'local[1]'].map((master) => ({
    TSPARK_CONFORMANCE_MASTER: master,
    TSPARK_CONFORMANCE_CONF: 'spark.default.parallelism=4',
  })),
];

async function checkAll(filters, settings, forks) {
  let failed = 0;
  for (const setting of settings) {
    const startedMs = performance.now();
    Object.assign(process.env, setting);
    const result = await check(filters.length > 0 ? filters : ['test/conformance'], forks);
    failed += result.failed;
    process.stdout.write(`${describe(result, (performance.now() - startedMs) / 1000)}\n`);
  }
  return failed;
}

/** Every file of cases is an application of its own, which gets the cores that the cases ask for: one at a time. */
async function checkOnCluster(filters, master) {
  const found = await findSparkForTests();
  if ('missing' in found) {
    process.stderr.write(`the cases cannot run on Spark: ${found.missing}\n`);
    return 1;
  }
  process.env.SPARK_HOME = found.sparkHome;
  process.env.TSPARK_CONFORMANCE_PATIENCE ??= '4';
  process.env.TSPARK_TESTS_LIMIT_MINUTES ??= '90';
  if (master !== 'cluster')
    return checkAll(
      filters,
      [{ TSPARK_CONFORMANCE_MASTER: master, TSPARK_CONFORMANCE_CONF: '' }],
      1,
    );
  const cluster = await startCluster({
    sparkHome: found.sparkHome,
    workers: 2,
    cores: 2,
    memory: '4g',
  });
  const conf = 'spark.cores.max=4,spark.executor.cores=2,spark.ui.enabled=false';
  try {
    const setting = { TSPARK_CONFORMANCE_MASTER: cluster.master, TSPARK_CONFORMANCE_CONF: conf };
    return await checkAll(filters, [setting], 1);
  } finally {
    await cluster.stop();
  }
}

async function main(args) {
  const at = args.indexOf('--master');
  if (at < 0) return checkAll(args, SETTINGS);
  return checkOnCluster(args.toSpliced(at, 2), args[at + 1] ?? 'cluster');
}

if (isProgram(import.meta)) {
  process.exitCode = (await main(process.argv.slice(2))) === 0 ? 0 : 1;
}
