// Does a batch of mapWithState cost by its changes rather than by the states it is among?
// Usage: node scripts/bench/state.mjs [--master local[2]] [--states 100000,1000000] [--changes 100000,10000,1000]
// Prints for each number of states and of changes a batch: median, mean (in which renewed bases show) and slowest.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './stream-run.mjs';

const { values: options } = parseArgs({
  options: {
    master: { type: 'string', default: 'local[2]' },
    states: { type: 'string', default: '100000,1000000' },
    changes: { type: 'string', default: '100000,10000,1000' },
  },
});
const dist = (file) => import(new URL(`../../dist/${file}`, import.meta.url));
const { SparkConf, SparkContext, StateSpec, StreamingContext } = await dist('index.js');
const { ManualClock } = await dist('streaming/clock.js');

/** Batches that fill the workers' tables first. */
const WARM = 5;
/** Batches of a thousand changes are many, so that chains of blocks become as long as they can. */
const batchesOf = (changes) => (changes <= 1000 ? 250 : changes <= 10_000 ? 100 : 25);

const sc = new SparkContext(new SparkConf().setMaster(options.master).setAppName('bench-state'));

async function measure(keys, changes) {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const ssc = new StreamingContext(sc, 1, { clock });
  const folder = mkdtempSync(path.join(tmpdir(), 'tspark-bench-state-'));
  ssc.checkpoint(folder);
  const all = sc.range(0, keys).map((n) => [`key-${n}`, 1]);
  // Some different batches in turn, so that making them is no part of what is measured.
  const inputs = [];
  for (let i = 0; i < 5; i++) {
    const step = i * 7919;
    const input = sc
      .range(0, changes)
      .map((n) => [`key-${(n * 9973 + step) % keys}`, 1])
      .cache();
    await input.count();
    inputs.push(input);
  }
  const batches = batchesOf(changes);
  const queue = Array.from({ length: batches }, (_, i) => inputs[i % inputs.length]);
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
  for (const input of inputs) await input.unpersist();
  rmSync(folder, { recursive: true, force: true });
  const steady = times.slice(WARM).sort((a, b) => a - b);
  const mean = steady.reduce((a, b) => a + b, 0) / steady.length;
  return [steady[Math.floor(steady.length / 2)], mean, steady.at(-1)];
}

console.log(`${options.master}; ${machine()}\n`);
console.log(
  '| states | changes a batch | median ms | mean ms | slowest ms | µs a change, median |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
for (const keys of options.states.split(',').map(Number)) {
  for (const changes of options.changes.split(',').map(Number)) {
    const [median, mean, slowest] = await measure(keys, changes);
    const cells = [keys, changes, ...[median, mean, slowest].map((ms) => ms.toFixed(1))];
    console.log(`| ${[...cells, ((median * 1000) / changes).toFixed(2)].join(' | ')} |`);
  }
}
await sc.stop();
