// Runs every operation that can outgrow memory over data ten times its budget, and prints how much memory the process
// took, what went to disk, and whether the answer is right. Usage: node scripts/check-memory.mjs [name…]
// Options: --budget=32m (tspark.memory.blocks), --times=10 (data in budgets). The budget of sorts and tables is half.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SparkConf, SparkContext, StorageLevel } from '../dist/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    budget: { type: 'string', default: '32m' },
    times: { type: 'string', default: '10' },
  },
});
const MB = 2 ** 20;
const budgetBytes = Number.parseInt(values.budget, 10) * MB;
/** Characters of a record's value. */
const WIDTH = 200;
const RECORDS = Math.floor((Number(values.times) * budgetBytes) / (WIDTH + 16));
const PARTITIONS = 8;
const folder = mkdtempSync(join(tmpdir(), 'check-memory-'));

const sc = new SparkContext(
  new SparkConf(false)
    .setMaster('local[2]')
    .setAppName('check-memory')
    .set('tspark.memory.blocks', values.budget)
    .set('spark.local.dir', folder),
);

/** `[key, a text of WIDTH characters]`; every key of `keys` is met equally often, give or take one. */
function wide(keys) {
  return sc
    .range(0, RECORDS, 1, PARTITIONS)
    .map((i) => [(i * 7919) % keys, String(i).padStart(WIDTH, '.')]);
}

/** Pairs of a key and its number, ordered by nothing. */
function narrow(count) {
  return sc.range(0, count, 1, PARTITIONS).map((i) => [`key ${(i * 7919) % count}`, i]);
}

const MANY = RECORDS - (RECORDS % 7919) - 1;
const CASES = {
  reduceByKey: async () => {
    const all = wide(MANY).reduceByKey((a, b) => (a < b ? a : b));
    return [await all.count(), MANY];
  },
  aggregateByKey: async () => {
    const sizes = wide(1000).aggregateByKey(
      [],
      (list, v) => [...list.slice(-3), v.length],
      (a, b) => [...a, ...b].slice(-3),
    );
    return [await sizes.map(([, list]) => list.length).sum(), 3000];
  },
  combineByKey: async () => {
    const counts = wide(MANY).combineByKey(
      (v) => [v, 1],
      ([v, n]) => [v, n + 1],
      ([v, n], [, m]) => [v, n + m],
    );
    return [await counts.map(([, [, n]]) => n).sum(), RECORDS];
  },
  countByKey: async () => {
    const count = RECORDS >> 3;
    const found = await narrow(count).countByKey();
    return [`${found.size} ${found.get('key 5')}`, `${count} 1`];
  },
  distinct: async () => {
    const texts = wide(MANY).map(([k]) => String(k).padStart(WIDTH, '-'));
    return [await texts.distinct().count(), MANY];
  },
  groupByKey: async () => {
    const groups = wide(5000)
      .groupByKey()
      .mapValues((list) => [...list].length);
    return [await groups.map(([, n]) => n).sum(), RECORDS];
  },
  groupBy: async () => {
    const groups = wide(5000)
      .groupBy(([k]) => k % 997)
      .mapValues((list) => [...list].length);
    return [`${await groups.count()} ${await groups.map(([, n]) => n).sum()}`, `997 ${RECORDS}`];
  },
  sortByKey: async () => [
    await inOrder(
      wide(MANY)
        .map(([k, v]) => [`${k}`, v])
        .sortByKey(),
      true,
    ),
    RECORDS,
  ],
  'sortBy, descending': async () => [
    await inOrder(
      wide(MANY).sortBy(([k]) => k, false),
      false,
    ),
    RECORDS,
  ],
  cogroup: async () => {
    const both = wide(5000).cogroup(wide(5000));
    const sizes = both.map(([, [a, b]]) => [...a].length + [...b].length);
    return [await sizes.sum(), 2 * RECORDS];
  },
  join: async () => {
    const right = sc.range(0, 5000, 1, 4).map((i) => [i, i]);
    return [await wide(5000).join(right).count(), RECORDS];
  },
  leftOuterJoin: async () => {
    const right = sc.range(0, 2500, 1, 4).map((i) => [i, i]);
    const joined = wide(5000).leftOuterJoin(right);
    return [
      await joined.filter(([, [, b]]) => b === null).count(),
      countOf(5000, (k) => k >= 2500),
    ];
  },
  intersection: async () => {
    const texts = wide(MANY).map(([k]) => String(k).padStart(WIDTH, '-'));
    const some = texts.filter((text) => text.endsWith('7'));
    return [await texts.intersection(some).count(), Math.floor((MANY - 8) / 10) + 1];
  },
  subtract: async () => {
    const texts = wide(MANY).map(([k]) => String(k).padStart(WIDTH, '-'));
    const some = texts.filter((text) => text.endsWith('7'));
    return [await texts.subtract(some).count(), countOf(MANY, (k) => k % 10 !== 7)];
  },
  'cache(MEMORY_AND_DISK)': async () => {
    const kept = wide(MANY)
      .map(([, v]) => v)
      .persist(StorageLevel.MEMORY_AND_DISK);
    const counts = [await kept.count(), await kept.count()];
    kept.unpersist();
    return [counts.join(' '), `${RECORDS} ${RECORDS}`];
  },
  'words of a file': async () => {
    const path = join(folder, 'text');
    await wide(MANY)
      .map(([k, v]) => `${k} ${v}`)
      .saveAsTextFile(path);
    const counts = sc
      .textFile(path)
      .map((line) => [line.split(' ')[0], 1])
      .reduceByKey((a, b) => a + b);
    const found = await counts.count();
    rmSync(path, { recursive: true });
    return [found, MANY];
  },
};

function countOf(keys, isWanted) {
  let count = 0;
  for (let i = 0; i < RECORDS; i++) if (isWanted((i * 7919) % keys)) count++;
  return count;
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

let peakBytes = 0;
let diskBytes = 0;
setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  diskBytes = Math.max(diskBytes, sizeOf(folder));
}, 50).unref();

function sizeOf(path) {
  if (!existsSync(path)) return 0;
  let bytes = 0;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    try {
      if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
    } catch {
      // Removed meanwhile.
    }
  }
  return bytes;
}

const wanted = Object.keys(CASES).filter(
  (name) => positionals.length === 0 || positionals.includes(name),
);
console.log(
  `${RECORDS} records, about ${Math.round((RECORDS * (WIDTH + 16)) / MB)} MB; budget ${values.budget}`,
);
await sc.parallelize([1, 2], 2).count();
let isRight = true;
for (const name of wanted) {
  peakBytes = 0;
  diskBytes = 0;
  const startMs = performance.now();
  let shown;
  try {
    const [answer, expected] = await CASES[name]();
    shown = answer === expected ? 'right' : `WRONG: ${answer} in place of ${expected}`;
  } catch (error) {
    shown = `FAILED: ${error.message.slice(0, 300)}`;
  }
  if (shown !== 'right') isRight = false;
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(
    `${name.padEnd(24)} ${shown.padEnd(8)} peak RSS ${String(Math.round(peakBytes / MB)).padStart(5)} MB  disk ${String(Math.round(diskBytes / MB)).padStart(5)} MB  ${seconds} s`,
  );
}
await sc.stop();
const left = readdirSync(folder);
console.log(left.length === 0 ? 'no files left' : `LEFT BEHIND: ${left.join(', ')}`);
rmSync(folder, { recursive: true });
process.exitCode = isRight && left.length === 0 ? 0 : 1;
