// The workloads as a tspark user writes them. Driven line by line over a socket, as flights.scala and flights.py are.
import { createInterface } from 'node:readline';
import net from 'node:net';
import { SparkContext } from 'tspark';

const sc = new SparkContext(process.env.BENCH_MASTER, 'flights');
const lines = () => sc.textFile(process.env.FLIGHTS);
const sizeAndSum = (pairs) => `${pairs.length}:${pairs.reduce((sum, [, n]) => sum + n, 0)}`;
const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const airports = () => {
  const suffix = process.env.AIRPORT_SUFFIX;
  const pairs = [];
  for (let i = 0; i < 26; i++)
    for (let j = 0; j < 26; j++)
      for (let k = 0; k < 26; k++)
        pairs.push([String.fromCharCode(65 + i, 65 + j, 65 + k) + suffix, i * j]);
  return pairs;
};
let airportTable;
let durations;

const WORKLOADS = {
  count: () => lines().count(),
  'filter-count': () =>
    lines()
      .filter((l) => !l.includes('Lufthansa'))
      .count(),
  take5: async () =>
    (
      await lines()
        .filter((l) => !l.includes('Lufthansa'))
        .take(5)
    ).length,
  'airport-count': async () =>
    sizeAndSum(
      await lines()
        .map((l) => [l.split(',')[2], 1])
        .reduceByKey((a, b) => a + b)
        .collect(),
    ),
  'tail-count': () =>
    lines()
      .map((l) => [l.split(',')[7], 1])
      .reduceByKey((a, b) => a + b)
      .count(),
  'sort-int': async () =>
    (
      await lines()
        .map((l) => Number.parseInt(l.split(',')[4], 10))
        .sortBy((x) => x)
        .take(3)
    ).join(','),
  'sort-lines': async () =>
    (
      await lines()
        .map((l) => [l.split(',')[7], l])
        .sortByKey()
        .take(1)
    )[0][0],
  'group-airport': () =>
    lines()
      .map((l) => [l.split(',')[2], Number.parseInt(l.split(',')[5], 10)])
      .groupByKey()
      .mapValues((delays) => delays.length)
      .count(),
  'join-17k': () =>
    lines()
      .map((l) => [l.split(',')[2], 1])
      .join(airportTable)
      .count(),
  'range-sum': async () =>
    (
      await sc
        .range(0, 10_000_000, 1, 2)
        .map((x) => x * 3 + 1)
        .filter((x) => x % 2 === 0)
        .sum()
    ).toFixed(0),
  'cached-sum': async () => (await durations.map((x) => x * 2).sum()).toFixed(0),
  distinct: () =>
    lines()
      .map((l) => l.split(',')[7])
      .distinct()
      .count(),
  'tiny-count': () => sc.parallelize(ten, 2).count(),
  'tiny-shuffle': async () =>
    sizeAndSum(
      await sc
        .parallelize(ten, 2)
        .map((x) => [x % 3, x])
        .reduceByKey((a, b) => a + b)
        .collect(),
    ),
};

/** What a workload needs beforehand, outside its time. */
const PREPARATIONS = {
  'join-17k': async () => {
    airportTable = sc.parallelize(airports(), 2);
  },
  'cached-sum': async () => {
    durations = lines()
      .map((l) => Number.parseInt(l.split(',')[6], 10))
      .cache();
    await durations.count();
  },
};

const prepared = new Set();

async function time(name) {
  const started = process.hrtime.bigint();
  const check = await WORKLOADS[name]();
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, check };
}

/** One run; of a tiny job the median of 30 warm ones. */
async function measure(name) {
  if (!prepared.has(name)) await PREPARATIONS[name]?.();
  prepared.add(name);
  if (!name.startsWith('tiny-')) return time(name);
  const times = [];
  for (let i = 0; i < 60; i++) times.push(await time(name));
  const warm = times.slice(30).sort((a, b) => a.seconds - b.seconds);
  return warm[15];
}

const socket = net.connect(Number(process.env.BENCH_PORT), '127.0.0.1');
for await (const name of createInterface({ input: socket })) {
  if (name === 'quit') break;
  try {
    const { seconds, check } = await measure(name);
    socket.write(`RES ${name} ${seconds.toFixed(6)} ${check}\n`);
  } catch (error) {
    socket.write(`ERR ${name} ${String(error).replaceAll('\n', ' ')}\n`);
  }
}
await sc.stop();
process.exit();
