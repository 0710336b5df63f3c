// Runs one case in a process of its own, whose peak of memory is then the case's, and prints what it saw as JSON.
// `node scripts/memory/measure.mjs '{"name": …, "records": …, "budget": …, "conf": {…}}'`
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SparkConf, SparkContext } from '../../dist/index.js';
import { casesOf } from './cases.mjs';

const { name, records, budget, conf = {} } = JSON.parse(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'check-memory-'));
const settings = new SparkConf(false)
  .setMaster('local[2]')
  .setAppName('check-memory')
  .set('tspark.memory.blocks', budget)
  .set('spark.local.dir', folder);
for (const [key, value] of Object.entries(conf)) settings.set(key, value);
const sc = new SparkContext(settings);

let diskBytes = 0;
const looking = setInterval(() => {
  diskBytes = Math.max(diskBytes, sizeOf(folder));
}, 100);

function sizeOf(path) {
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

// Both workers are there, and warm.
await sc
  .range(0, 100_000, 1, 4)
  .map((i) => [i % 10, i])
  .groupByKey()
  .count();
const restBytes = process.memoryUsage.rss();
const startMs = performance.now();
let shown;
try {
  const [answer, expected] = await casesOf(sc, records, folder)[name]();
  shown = answer === expected ? 'right' : `WRONG: ${answer} in place of ${expected}`;
} catch (error) {
  shown = `FAILED: ${error.message.slice(0, 300)}`;
}
const seconds = (performance.now() - startMs) / 1000;
clearInterval(looking);
await sc.stop();
const left = readdirSync(folder);
rmSync(folder, { recursive: true });
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ shown, restBytes, peakBytes, diskBytes, seconds, left }));
