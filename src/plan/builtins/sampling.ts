// Builtins that choose records at random: iterator to iterator, with the partition's index, so that every
// partition draws numbers of its own and the same seed gives the same sample again. Run in tasks.
import { describeValue } from '../../values/describe.js';
import { KeyMap } from '../../values/key-map.js';
import type { BuiltinFactory } from './builtin.js';
import { unpack } from './packed.js';
import { SeededRandom } from './random.js';

function* bernoulli(
  fraction: number,
  random: SeededRandom,
  records: Iterable<unknown>,
): Iterable<unknown> {
  for (const record of records) if (random.next() < fraction) yield record;
}

function* poisson(
  mean: number,
  random: SeededRandom,
  records: Iterable<unknown>,
): Iterable<unknown> {
  for (const record of records) {
    for (let left = random.poisson(mean); left > 0; left--) yield record;
  }
}

function* inRange(
  [low, high]: readonly [number, number],
  random: SeededRandom,
  records: Iterable<unknown>,
): Iterable<unknown> {
  for (const record of records) {
    const draw = random.next();
    if (low <= draw && draw < high) yield record;
  }
}

function* byKey(
  fractions: KeyMap<unknown, number>,
  repeats: (random: SeededRandom, fraction: number) => number,
  random: SeededRandom,
  records: Iterable<unknown>,
): Iterable<unknown> {
  for (const record of records) {
    const [key] = record as readonly [unknown];
    const fraction = fractions.get(key);
    if (fraction === undefined)
      throw new Error(`sampleByKey has no fraction for the key ${describeValue(key)}`);
    for (let left = repeats(random, fraction); left > 0; left--) yield record;
  }
}

export const SAMPLING_BUILTINS: Record<string, BuiltinFactory> = {
  sampleBernoulli:
    ([fraction, seed]) =>
    (partition: number, records: Iterable<unknown>) =>
      bernoulli(fraction as number, new SeededRandom(seed as number, partition), records),

  samplePoisson:
    ([mean, seed]) =>
    (partition: number, records: Iterable<unknown>) =>
      poisson(mean as number, new SeededRandom(seed as number, partition), records),

  /** One share of randomSplit: records whose draw falls into [low, high). */
  sampleRange:
    ([low, high, seed]) =>
    (partition: number, records: Iterable<unknown>) =>
      inRange(
        [low as number, high as number],
        new SeededRandom(seed as number, partition),
        records,
      ),

  sampleByKey: ([withReplacement, packed, seed]) => {
    const fractions = new KeyMap<unknown, number>();
    for (const [key, fraction] of unpack<[unknown, number][]>(packed)) fractions.set(key, fraction);
    const repeats = withReplacement
      ? (random: SeededRandom, fraction: number) => random.poisson(fraction)
      : (random: SeededRandom, fraction: number) => (random.next() < fraction ? 1 : 0);
    return (partition: number, records: Iterable<unknown>) =>
      byKey(fractions, repeats, new SeededRandom(seed as number, partition), records);
  },
};
