// Does a batch of mapWithState cost by its changes rather than by the states it is among?
// Usage: node scripts/bench/state.mjs [--dist FOLDER] [--changes N] [--batches N]
// Prints the median time of a batch of N changes among 100,000, 300,000 and 1,000,000 states.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    dist: { type: 'string', default: 'dist' },
    changes: { type: 'string', default: '100000' },
    batches: { type: 'string', default: '12' },
  },
});
const dist = (file) => import(new URL(`../../${options.dist}/${file}`, import.meta.url));
const { SparkConf, SparkContext, StateSpec, StreamingContext } = await dist('index.js');
const { ManualClock } = await dist('streaming/clock.js');
const changes = Number(options.changes);
const batches = Number(options.batches);

async function measure(sc, keys) {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const ssc = new StreamingContext(sc, 1, { clock, isPreloaded: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'tspark-bench-state-'));
  ssc.checkpoint(folder);
  const all = sc
    .range(0, keys)
    .map((n) => [`key-${n}`, 1])
    .cache();
  await all.count();
  const queue = [];
  for (let batch = 0; batch < batches; batch++) {
    const step = batch * 7919;
    queue.push(
      sc
        .range(0, changes)
        .map((n) => [`key-${(n * 9973 + step) % keys}`, 1])
        .cache(),
    );
    await queue.at(-1).count();
  }
  const spec = StateSpec.function((_key, value, state) => {
    state.update((state.get() ?? 0) + value);
    return undefined;
  }).initialState(all);
  ssc
    .queueStream(queue)
    .mapWithState(spec)
    .foreachRDD((rdd) => rdd.count());
  ssc.start();
  const times = [];
  for (let batch = 0; batch < batches; batch++) {
    const began = performance.now();
    clock.advance(1000);
    await ssc.whenIdle();
    times.push(performance.now() - began);
  }
  await ssc.stop();
  rmSync(folder, { recursive: true, force: true });
  // The first batches fill the workers' tables.
  const steady = times.slice(4).sort((a, b) => a - b);
  return { median: steady[Math.floor(steady.length / 2)], slowest: steady.at(-1), first: times[0] };
}

const sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('bench-state'));
console.log(`A batch of ${changes} changes, ${batches} batches, local[2]`);
console.log(
  'states'.padStart(10),
  'median ms'.padStart(10),
  'slowest'.padStart(10),
  'first'.padStart(10),
);
for (const keys of [100_000, 300_000, 1_000_000]) {
  const { median, slowest, first } = await measure(sc, keys);
  console.log(
    ...[keys, ...[median, slowest, first].map(Math.round)].map((n) => String(n).padStart(10)),
  );
}
await sc.stop();
