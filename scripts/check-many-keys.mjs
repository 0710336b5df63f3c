// More keys than a native Map takes (16,777,216), numbers and texts, in one partition and in a result at the driver.
// Prints whether the answers are right and what the process took. Each case runs in a process of its own.
// `node scripts/check-many-keys.mjs [keys, 17000000] [case…]`
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SparkConf, SparkContext } from '../dist/index.js';

const CHILD = 'CHECK_MANY_KEYS_CASE';
const [keys = '17000000', ...wanted] = process.argv.slice(2);
const COUNT = Number(keys);
const PARTITIONS = 8;

const numbers = (sc) => sc.range(0, COUNT, 1, PARTITIONS).map((i) => [i, 1]);
const texts = (sc) => sc.range(0, COUNT, 1, PARTITIONS).map((i) => [`key ${i}`, 1]);
/** A key near the end, which a map that lost its last keys would not have. */
const LAST = COUNT - 3;

const CASES = {
  'reduceByKey of numbers': (sc) =>
    numbers(sc)
      .reduceByKey((a, b) => a + b, 1)
      .count(),
  'reduceByKey of texts': (sc) =>
    texts(sc)
      .reduceByKey((a, b) => a + b, 1)
      .count(),
  'distinct numbers': (sc) => numbers(sc).keys().distinct(1).count(),
  'distinct texts': (sc) => texts(sc).keys().distinct(1).count(),
  'groupByKey of numbers': (sc) => groups(numbers(sc)),
  'groupByKey of texts': (sc) => groups(texts(sc)),
  'countByKey of numbers': async (sc) => sized(await numbers(sc).countByKey(), LAST),
  'countByKey of texts': async (sc) => sized(await texts(sc).countByKey(), `key ${LAST}`),
};

function groups(pairs) {
  return pairs
    .groupByKey(1)
    .filter(([, list]) => list.length === 1)
    .count();
}

/** The size of the map if all of it can be walked through and a late key is there. */
function sized(map, key) {
  let walked = 0;
  for (const count of map.values()) walked += count;
  return walked === map.size && map.get(key) === 1 ? map.size : -1;
}

async function runCase(name) {
  const sc = new SparkContext(new SparkConf(false).setMaster('local[2]').setAppName('many keys'));
  const startMs = performance.now();
  let shown;
  try {
    const found = await CASES[name](sc);
    shown = found === COUNT ? 'right' : `WRONG: ${found}`;
  } catch (error) {
    shown = `FAILED: ${error.message.slice(0, 300)}`;
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  await sc.stop();
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`| ${name} | ${COUNT} | ${peak} | ${seconds} | ${shown} |`);
  process.exitCode = shown === 'right' ? 0 : 1;
}

const own = process.env[CHILD];
if (own !== undefined) await runCase(own);
else {
  console.log('| operation | keys | peak RSS (MB) | s | answer |\n|---|---|---|---|---|');
  for (const name of Object.keys(CASES)) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    const { status, signal } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), keys], {
      stdio: 'inherit',
      env: { ...process.env, [CHILD]: name },
    });
    if (status === 0) continue;
    process.exitCode = 1;
    if (signal !== null || status > 1)
      console.log(`| ${name} | ${COUNT} | | | DIED: ${signal ?? status} |`);
  }
}
