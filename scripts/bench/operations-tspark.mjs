// Operations on records that the program makes itself, as operations.scala does. Driven line by line over a socket.
import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StorageLevel } from 'tspark';
import { serve } from './workload-server.mjs';

const ROWS = Number(process.env.BENCH_ROWS);
const PARTS = 4;
const add = (a, b) => a + b;
const OUT = path.join(os.tmpdir(), 'tspark-bench', 'saved-by-tspark');

serve((sc) => {
  const numbers = (rows = ROWS) => sc.range(0, rows, 1, PARTS);
  /** Spread over the whole, so that neighbours have nothing in common. */
  const mixed = (rows = ROWS) => numbers(rows).map((i) => (i * 7919) % 1000003);
  const pairs = (rows = ROWS) => mixed(rows).map((x) => [x % 100000, x]);
  const texts = (rows = ROWS) => mixed(rows).map((x) => [`key${x % 100000}`, x]);
  const sentences = () =>
    numbers(ROWS / 10).map((i) => {
      const words = [];
      for (let j = 0; j < 10; j++) words.push(`word${(i * 31 + j * 7919) % 20011}`);
      return words.join(' ');
    });
  let objects;
  return {
    'word-count': () =>
      sentences()
        .flatMap((line) => line.split(' '))
        .map((word) => [word, 1])
        .reduceByKey(add)
        .count(),
    subtract: () =>
      mixed()
        .subtract(numbers(ROWS / 2))
        .count(),
    intersection: () =>
      mixed()
        .intersection(numbers(ROWS / 2))
        .count(),
    'subtract-by-key': () =>
      texts()
        .subtractByKey(numbers(50000).map((i) => [`key${i}`, i]))
        .count(),
    cogroup: () =>
      texts()
        .cogroup(texts(ROWS / 2))
        .map(([, [left, right]]) => left.length * right.length)
        .sum(),
    'join-texts': () =>
      texts()
        .join(numbers(100000).map((i) => [`key${i}`, i]))
        .map(([, [x, i]]) => x + i)
        .sum(),
    'left-outer-join': () =>
      texts()
        .leftOuterJoin(numbers(50000).map((i) => [`key${i}`, i]))
        .filter(([, [, i]]) => i === null)
        .count(),
    'join-lying-right': async () => {
      const left = texts().partitionBy(PARTS);
      return left.join(left.mapValues((x) => x % 2).filter(([, x]) => x === 1)).count();
    },
    'union-distinct': () =>
      mixed()
        .union(mixed(ROWS / 2))
        .distinct()
        .count(),
    'group-by': () =>
      mixed()
        .groupBy((x) => x % 1000)
        .mapValues((values) => values.length)
        .count(),
    'combine-tuples': () =>
      pairs()
        .mapValues((x) => [x, 1])
        .reduceByKey((a, b) => [a[0] + b[0], a[1] + b[1]])
        .mapValues(([sum, count]) => sum / count)
        .count(),
    'combine-objects': () =>
      texts()
        .aggregateByKey(
          { sum: 0, most: 0 },
          (so, x) => ({ sum: so.sum + x, most: Math.max(so.most, x) }),
          (a, b) => ({ sum: a.sum + b.sum, most: Math.max(a.most, b.most) }),
        )
        .map(([, { most }]) => most)
        .max(),
    'fold-by-key': () => texts().foldByKey(0, add).count(),
    'sets-by-key': () =>
      pairs()
        .aggregateByKey(
          new Set(),
          (set, x) => set.add(x % 10),
          (a, b) => new Set([...a, ...b]),
        )
        .map(([, set]) => set.size)
        .sum(),
    'count-by-value': async () =>
      (
        await mixed()
          .map((x) => x % 5000)
          .countByValue()
      ).size,
    'sort-tuples': async () =>
      (
        await mixed()
          .map((x) => [x % 1000, `t${x}`])
          .sortBy((t) => t)
          .first()
      )[1],
    'sort-numbers-down': async () =>
      mixed()
        .sortBy((x) => x, false)
        .first(),
    'sort-texts-down': async () => (await texts().sortByKey(false).first())[0],
    top: async () => (await mixed().top(10))[9],
    zip: () =>
      numbers()
        .zip(mixed())
        .map(([a, b]) => (a ^ b) & 1)
        .sum(),
    'zip-with-index': () =>
      mixed()
        .zipWithIndex()
        .filter(([x, i]) => (x + i) % 2 === 0)
        .count(),
    cartesian: () =>
      numbers(1000)
        .cartesian(numbers(ROWS / 500))
        .filter(([a, b]) => (a * b) % 7 === 0)
        .count(),
    sample: async () => (await mixed().sample(false, 0.1, 7).count()) > 0,
    'map-partitions': () =>
      mixed()
        .mapPartitions(function* (records) {
          let sum = 0;
          for (const x of records) sum += x;
          yield sum;
        })
        .sum(),
    glom: () =>
      mixed()
        .glom()
        .map((records) => records.length)
        .sum(),
    repartition: () => texts().repartition(7).count(),
    coalesce: () =>
      sc
        .range(0, ROWS, 1, 200)
        .coalesce(2)
        .map((x) => x % 3)
        .sum(),
    stats: async () => (await mixed().stats()).count(),
    histogram: async () => (await mixed().histogram(10))[1].length,
    'tree-aggregate': () => mixed().treeAggregate(0, add, add),
    'cached-objects': async () => {
      if (objects === undefined) {
        objects = mixed()
          .map((x) => ({ id: x, name: `n${x % 100}`, score: x / 7 }))
          .cache();
        await objects.count();
      }
      return objects.filter((o) => o.name === 'n42' && o.score > 100).count();
    },
    'on-disk': async () => {
      const kept = texts().persist(StorageLevel.DISK_ONLY);
      const counts = [await kept.count(), await kept.count()];
      await kept.unpersist();
      return counts[1];
    },
    'save-text': async () => {
      rmSync(OUT, { recursive: true, force: true });
      await texts()
        .map(([key, x]) => `${key},${x}`)
        .saveAsTextFile(OUT);
      return true;
    },
  };
});
