// How long does a job take that has nothing to do? The first, then median and 95th percentile of jobs after 50 of them and
// after 1,000, in milliseconds: V8 goes on optimising what a job runs through for that long.
//   node scripts/bench/tiny.mjs [--master local[2]] [--count 500]
import { parseArgs } from 'node:util';
import { SparkContext } from 'tspark';

const { values: options } = parseArgs({
  options: {
    master: { type: 'string', default: 'local[2]' },
    count: { type: 'string', default: '500' },
  },
});
const WARM_UPS = [50, 1000];
const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const sc = new SparkContext(options.master, 'tiny');
const JOBS = {
  'parallelize(ten, 2).count()': () => sc.parallelize(ten, 2).count(),
  'map, filter, collect': () =>
    sc
      .parallelize(ten, 2)
      .map((x) => x * 2)
      .filter((x) => x > 4)
      .collect(),
  'map, reduceByKey, collect': () =>
    sc
      .parallelize(ten, 2)
      .map((x) => [x % 3, x])
      .reduceByKey((a, b) => a + b)
      .collect(),
};

process.stdout.write(
  `${options.master}, ${options.count} jobs each, Node ${process.versions.node}\n\n`,
);
const columns = WARM_UPS.map((warmUps) => `after ${warmUps}: median | 95 %`).join(' | ');
process.stdout.write(`| job | first | ${columns} |\n|---|---|---|---|---|---|\n`);
for (const [name, run] of Object.entries(JOBS)) {
  const times = [];
  for (let i = 0; i < WARM_UPS.at(-1) + Number(options.count); i++) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  const cells = WARM_UPS.map((warmUps) => {
    const warm = times.slice(warmUps, warmUps + Number(options.count)).sort((a, b) => a - b);
    const at = (share) => warm[Math.floor(warm.length * share)].toFixed(2);
    return `${at(0.5)} | ${at(0.95)}`;
  });
  process.stdout.write(`| ${name} | ${times[0].toFixed(1)} | ${cells.join(' | ')} |\n`);
}
await sc.stop();
process.exit();
