// How long does a warm job take that has nothing to do? Median and 95th percentile, in milliseconds.
//   node scripts/bench/tiny.mjs [--master local[2]] [--count 500]
import { parseArgs } from 'node:util';
import { SparkContext } from 'tspark';

const { values: options } = parseArgs({
  options: {
    master: { type: 'string', default: 'local[2]' },
    count: { type: 'string', default: '500' },
  },
});
const WARM_UPS = 50;
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
process.stdout.write('| job | first ms | median ms | 95 % ms |\n|---|---|---|---|\n');
for (const [name, run] of Object.entries(JOBS)) {
  const times = [];
  for (let i = 0; i < WARM_UPS + Number(options.count); i++) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  const warm = times.slice(WARM_UPS).sort((a, b) => a - b);
  const at = (share) => warm[Math.floor(warm.length * share)].toFixed(2);
  process.stdout.write(`| ${name} | ${times[0].toFixed(1)} | ${at(0.5)} | ${at(0.95)} |\n`);
}
await sc.stop();
process.exit();
