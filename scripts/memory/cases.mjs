// Operations that can outgrow memory, each over as many records as wanted, with the answer that is right. A record is
// a key and a text of WIDTH characters; answers follow from how the keys are made and are not asked of tspark.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { StorageLevel } from '../../dist/index.js';

/** Characters of a record's value. */
export const WIDTH = 200;
/** What a record takes, key included. */
export const RECORD_BYTES = WIDTH + 16;
const PARTITIONS = 8;
const STEP = 7919;

/** The cases over `records` records; `folder` is for files. */
export function casesOf(sc, records, folder) {
  /** `[key, text]`; every key of `keys` is met equally often, give or take one. */
  const wide = (keys, count = records) =>
    sc
      .range(0, count, 1, PARTITIONS)
      .map((i) => [(i * STEP) % keys, String(i).padStart(WIDTH, '.')]);

  /** Pairs of a text key and a number, each key once. */
  const narrow = (count) =>
    sc.range(0, count, 1, PARTITIONS).map((i) => [`key ${(i * STEP) % count}`, i]);

  /** How many of the records of `wide(keys)` have a key that is wanted. */
  const countOf = (keys, isWanted) => {
    let count = 0;
    for (let i = 0; i < records; i++) if (isWanted((i * STEP) % keys)) count++;
    return count;
  };

  // No multiple of STEP, so that every key is met.
  const many = records - (records % STEP) - 1;
  const texts = () => wide(many).map(([k]) => String(k).padStart(WIDTH, '-'));

  return {
    groupByKey: async () => {
      const sizes = wide(5000)
        .groupByKey()
        .map(([, list]) => [...list].length);
      return [await sizes.sum(), records];
    },
    groupBy: async () => {
      const groups = wide(5000)
        .groupBy(([k]) => k % 997)
        .mapValues((list) => [...list].length);
      return [`${await groups.count()} ${await groups.map(([, n]) => n).sum()}`, `997 ${records}`];
    },
    sortByKey: async () => [
      await inOrder(
        wide(many)
          .map(([k, v]) => [`${k}`, v])
          .sortByKey(),
        true,
      ),
      records,
    ],
    'sortBy, descending': async () => [
      await inOrder(
        wide(many).sortBy(([k]) => k, false),
        false,
      ),
      records,
    ],
    join: async () => {
      const right = sc.range(0, 5000, 1, 4).map((i) => [i, i]);
      return [await wide(5000).join(right).count(), records];
    },
    leftOuterJoin: async () => {
      const right = sc.range(0, 2500, 1, 4).map((i) => [i, i]);
      const joined = wide(5000).leftOuterJoin(right);
      const alone = await joined.filter(([, [, b]]) => b === null).count();
      return [alone, countOf(5000, (k) => k >= 2500)];
    },
    cogroup: async () => {
      const half = Math.floor(records / 2);
      const both = wide(5000, half).cogroup(wide(5000, half));
      const sizes = both.map(([, [a, b]]) => [...a].length + [...b].length);
      return [await sizes.sum(), 2 * half];
    },
    distinct: async () => [await texts().distinct().count(), many],
    intersection: async () => {
      const some = texts().filter((text) => text.endsWith('7'));
      return [await texts().intersection(some).count(), Math.floor((many - 8) / 10) + 1];
    },
    subtract: async () => {
      const some = texts().filter((text) => text.endsWith('7'));
      return [await texts().subtract(some).count(), countOf(many, (k) => k % 10 !== 7)];
    },
    reduceByKey: async () => {
      const all = wide(many).reduceByKey((a, b) => (a < b ? a : b));
      return [await all.count(), many];
    },
    combineByKey: async () => {
      const counts = wide(many).combineByKey(
        (v) => [v, 1],
        ([v, n]) => [v, n + 1],
        ([v, n], [, m]) => [v, n + m],
      );
      return [await counts.map(([, [, n]]) => n).sum(), records];
    },
    aggregateByKey: async () => {
      const lengths = wide(1000).aggregateByKey(
        [],
        (list, v) => [...list.slice(-3), v.length],
        (a, b) => [...a, ...b].slice(-3),
      );
      return [await lengths.map(([, list]) => list.length).sum(), 3000];
    },
    countByKey: async () => {
      const count = records >> 3;
      const found = await narrow(count).countByKey();
      return [`${found.size} ${found.get('key 5')}`, `${count} 1`];
    },
    'cache(MEMORY_AND_DISK)': async () => {
      const kept = wide(many)
        .map(([, v]) => v)
        .persist(StorageLevel.MEMORY_AND_DISK);
      const counts = [await kept.count(), await kept.count()];
      kept.unpersist();
      return [counts.join(' '), `${records} ${records}`];
    },
    'words of a file': async () => {
      const path = join(folder, 'text');
      await wide(many)
        .map(([k, v]) => `${k} ${v}`)
        .saveAsTextFile(path);
      const counts = sc
        .textFile(path)
        .map((line) => [line.split(' ')[0], 1])
        .reduceByKey((a, b) => a + b);
      const found = await counts.count();
      rmSync(path, { recursive: true });
      return [found, many];
    },
  };
}

/** The number of records if each partition is in order and goes on where the last ended, else a text. */
async function inOrder(rdd, ascending) {
  const ends = await rdd
    .mapPartitions(function* (records) {
      let count = 0;
      let first;
      let last;
      for (const [key] of records) {
        if (count++ === 0) first = key;
        else if (ascending ? last > key : last < key) throw new Error(`${last} before ${key}`);
        last = key;
      }
      if (count > 0) yield [count, first, last];
    })
    .collect();
  for (let i = 1; i < ends.length; i++) {
    const [, , last] = ends[i - 1];
    const [, first] = ends[i];
    if (ascending ? last > first : last < first) return `${last} before ${first}`;
  }
  return ends.reduce((sum, [count]) => sum + count, 0);
}
