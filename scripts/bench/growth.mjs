// How does the time of jobs grow with the data, the workers, the partitions, the keys and the length of a lineage, and
// what does a job cost in fixed time? Prints Markdown tables; times are the best of a few runs.
//   node scripts/bench/growth.mjs [--rows 600000] [--keys 1000000] [--only data,workers,partitions,keys,lineage,joins]
import os from 'node:os';
import { parseArgs } from 'node:util';
import { SparkContext } from 'tspark';
import { flightsFile } from './flights-data.mjs';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '600000' },
    keys: { type: 'string', default: '10000000' },
    only: { type: 'string', default: 'data,workers,partitions,keys,lineage,joins' },
  },
});
const RUNS = 3;
const add = (a, b) => a + b;

async function best(job, runs = RUNS) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await job();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

async function withContext(master, use) {
  const sc = new SparkContext(master, 'growth');
  try {
    return await use(sc);
  } finally {
    await sc.stop();
  }
}

const ms = (time) => (time < 10 ? time.toFixed(2) : time.toFixed(0));
const times = (time, base) => `${ms(time)} (${(time / base).toFixed(1)}×)`;

function print(title, head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  process.stdout.write(`\n${title}\n\n${lines.join('\n')}\n`);
}

/** Jobs on each of the ways a stage can take: on bytes, with a merge, with records that move, and plainly. */
const JOBS = {
  'count of a filter': (lines) => lines.filter((l) => !l.includes('Lufthansa')).count(),
  'reduceByKey, 100 k keys': (lines) =>
    lines
      .map((l) => [l.split(',')[7], 1])
      .reduceByKey(add)
      .count(),
  'sortByKey, take 1': (lines) =>
    lines
      .map((l) => [l.split(',')[7], l])
      .sortByKey()
      .take(1),
  groupByKey: (lines) =>
    lines
      .map((l) => [l.split(',')[2], Number.parseInt(l.split(',')[5], 10)])
      .groupByKey()
      .mapValues((delays) => Math.max(...[0, delays.length]))
      .collect(),
  'unreadable, reduceByKey': (lines) =>
    lines
      .map((l) => [/,([A-Z]{3}),/.exec(l)[1], 1])
      .reduceByKey(add)
      .collect(),
};

async function data() {
  const rows = Number(options.rows);
  const table = [];
  await withContext('local[2]', async (sc) => {
    for (const [name, job] of Object.entries(JOBS)) {
      const found = [];
      for (const factor of [1, 3, 10]) {
        found.push(await best(() => job(sc.textFile(flightsFile(rows * factor)))));
      }
      table.push([name, ms(found[0]), times(found[1], found[0]), times(found[2], found[0])]);
    }
  });
  print(
    `Time in ms over ${rows} rows, three and ten times as many; local[2]`,
    ['job', '1×', '3×', '10×'],
    table,
  );
}

async function workers() {
  const file = flightsFile(Number(options.rows) * 3);
  const found = {};
  for (const count of [1, 2]) {
    await withContext(`local[${count}]`, async (sc) => {
      for (const [name, job] of Object.entries(JOBS)) {
        found[name] = [...(found[name] ?? []), await best(() => job(sc.textFile(file, 8)))];
      }
    });
  }
  const rows = Object.entries(found).map(([name, [one, two]]) => [
    name,
    ms(one),
    ms(two),
    (one / two).toFixed(2),
  ]);
  print('Time in ms with one and two workers', ['job', '1 worker', '2 workers', '1 / 2'], rows);
}

async function partitions() {
  const table = [];
  await withContext('local[2]', async (sc) => {
    for (const count of [1, 10, 100, 1000, 5000]) {
      const numbers = sc.range(0, 100_000, 1, count);
      const counted = await best(() => numbers.count());
      const reduced = await best(
        () =>
          numbers
            .map((x) => [x % 100, 1])
            .reduceByKey(add, Math.min(count, 100))
            .collect(),
        count > 1000 ? 1 : RUNS,
      );
      table.push([
        count,
        ms(counted),
        (counted / count).toFixed(3),
        ms(reduced),
        (reduced / count).toFixed(3),
      ]);
    }
  });
  print(
    'Time in ms over 100,000 numbers by partitions; local[2]',
    ['partitions', 'count', 'a partition', 'reduceByKey', 'a partition'],
    table,
  );
}

async function keys() {
  const table = [];
  await withContext('local[2]', async (sc) => {
    for (let count = 10; count <= Number(options.keys); count *= 10) {
      const records = Math.max(count, 1_000_000);
      const numbers = sc.range(0, records, 1, 4);
      const time = await best(
        () =>
          numbers
            .map((x) => [x % count, 1])
            .reduceByKey(add, 4)
            .count(),
        count > 1_000_000 ? 1 : 2,
      );
      table.push([count, records, ms(time), ((time * 1e6) / records).toFixed(0)]);
    }
  });
  print('reduceByKey by number of keys; local[2]', ['keys', 'records', 'ms', 'ns a record'], table);
}

async function lineage() {
  const table = [];
  await withContext('local[2]', async (sc) => {
    for (const length of [1, 10, 100, 1000, 10_000]) {
      let rdd = sc.parallelize([1, 2, 3, 4], 2);
      const started = performance.now();
      for (let i = 0; i < length; i++) rdd = rdd.map((x) => x + 1);
      const made = performance.now() - started;
      const first = await best(() => rdd.sum(), 1);
      const warm = await best(() => rdd.sum());
      table.push([length, ms(made), ms(first), ms(warm), (warm / length).toFixed(3)]);
    }
  });
  print(
    'Time in ms by the number of maps one after the other; local[2]',
    ['maps', 'to make', 'first job', 'best job', 'a map'],
    table,
  );
}

const JOIN_RECORDS = 2_000_000;

/** Joins that give records: their kind, the sides, and whether keys are texts. */
async function joins() {
  const table = [];
  await withContext('local[2]', async (sc) => {
    const sides = (large, small, isText) => [
      sc.range(large).map(isText ? (x) => [`k${x % 200_000}`, x] : (x) => [x % 200_000, x]),
      sc.range(small).map(isText ? (x) => [`k${x * 7}`, x] : (x) => [x * 7, x]),
    ];
    const total = (joined) => joined.map(([, [a, b]]) => (a ?? 0) + (b ?? 0)).sum();
    for (const [kind, isText] of [
      ['join', false],
      ['join', true],
      ['leftOuterJoin', false],
      ['rightOuterJoin', false],
      ['fullOuterJoin', false],
    ]) {
      const [large, small] = sides(JOIN_RECORDS, 17_000, isText);
      const first = await best(() => total(large[kind](small, 2)));
      const other = await best(() => total(small[kind](large, 2)));
      table.push([kind, isText ? 'texts' : 'numbers', ms(first), ms(other)]);
    }
  });
  print(
    'Time in ms to join 2 million records with 17,000 and to sum up what that gives; local[2]',
    ['join', 'keys', 'large with small', 'small with large'],
    table,
  );
}

const PARTS = { data, workers, partitions, keys, lineage, joins };
const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
const memory = (os.totalmem() / 2 ** 30).toFixed(0);
process.stdout.write(
  `${os.availableParallelism()} cores (${cpu}), ${memory} GiB, Node ${process.versions.node}, ${os.platform()}\n`,
);
for (const name of options.only.split(',')) await PARTS[name]();
process.exit();
