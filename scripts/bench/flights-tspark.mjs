// The workloads as a tspark user writes them. Driven line by line over a socket, as flights.scala and flights.py are.
import { serve } from './workload-server.mjs';

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

const linesOf = (sc) => sc.textFile(process.env.FLIGHTS);

function workloads(sc) {
  const lines = () => linesOf(sc);
  return {
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
    'route-count': async () =>
      sizeAndSum(
        await lines()
          .map((l) => {
            const f = l.split(',');
            return [[f[2], f[3]], 1];
          })
          .reduceByKey((a, b) => a + b)
          .collect(),
      ),
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
}

function preparations(sc) {
  return {
    'join-17k': async () => {
      airportTable = sc.parallelize(airports(), 2);
    },
    'cached-sum': async () => {
      durations = linesOf(sc)
        .map((l) => Number.parseInt(l.split(',')[6], 10))
        .cache();
      await durations.count();
    },
  };
}

serve(workloads, preparations);
