// Workloads whose functions say more than the reader of functions understands: captured tables, regular expressions,
// string building, objects, loops over characters. Driven line by line over a socket, as unreadable.scala is.
import { serve } from './workload-server.mjs';

const FIRST_LETTERS = new Map(
  Array.from({ length: 26 }, (_, i) => [String.fromCharCode(65 + i), i]),
);
const add = (a, b) => a + b;

serve((sc) => {
  const lines = () => sc.textFile(process.env.FLIGHTS);
  return {
    'captured-table': () =>
      lines()
        .map((l) => FIRST_LETTERS.get(l.split(',')[2][0]) ?? 0)
        .sum(),
    'regex-test': () =>
      lines()
        .filter((l) => /,N\d*7$/.test(l))
        .count(),
    'regex-extract': async () =>
      (
        await lines()
          .map((l) => [/^(\d+)-(\d+)/.exec(l)[2], 1])
          .reduceByKey(add)
          .collect()
      ).length,
    replace: () =>
      lines()
        .map((l) => l.replace(/[,-]/g, ';').length)
        .sum(),
    'string-building': async () =>
      (
        await lines()
          .map((l) => {
            const f = l.split(',');
            return [`${f[2].toLowerCase()}-${f[3]}`, 1];
          })
          .reduceByKey(add)
          .collect()
      ).length,
    'upper-case': () =>
      lines()
        .map((l) => l.toUpperCase())
        .filter((l) => l.includes('LUFTHANSA'))
        .count(),
    objects: async () => {
      const flights = lines().map((l) => {
        const f = l.split(',');
        return {
          origin: f[2],
          distance: Number.parseInt(f[4], 10),
          delay: Number.parseInt(f[5], 10),
        };
      });
      return await flights.filter((f) => f.delay > 60 && f.distance < 1000).count();
    },
    'characters-loop': () =>
      lines()
        .map((l) => {
          let digits = 0;
          for (let i = 0; i < l.length; i++) {
            const c = l.charCodeAt(i);
            if (c >= 48 && c <= 57) digits++;
          }
          return digits;
        })
        .sum(),
    'hash-loop': () =>
      lines()
        .map((l) => {
          let h = 0;
          for (let i = 0; i < l.length; i++) h = (h * 31 + l.charCodeAt(i)) | 0;
          return h & 255;
        })
        .sum(),
    aggregate: async () => {
      const sums = await lines()
        .map((l) => {
          const f = l.split(',');
          return [f[1], Number.parseInt(f[5], 10)];
        })
        .aggregateByKey(
          [0, 0],
          ([count, sum], x) => [count + 1, sum + x],
          (a, b) => [a[0] + b[0], a[1] + b[1]],
        )
        .collect();
      return sums.reduce((total, [, [, sum]]) => total + sum, 0);
    },
    'sort-by-built-key': async () => {
      const first = await lines()
        .map((l) => l.split(','))
        .sortBy((f) => `${f[7]}/${f[0]}`)
        .take(1);
      return first[0][7];
    },
    'group-objects': () =>
      lines()
        .map((l) => {
          const f = l.split(',');
          return [f[2], { to: f[3], delay: f[5] }];
        })
        .groupByKey()
        .mapValues((flights) => flights.filter((f) => f.delay.startsWith('-')).length)
        .count(),
  };
});
