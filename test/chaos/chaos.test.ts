// Injected faults strike, and nothing is lost, doubled or counted twice by them.
import { afterEach, describe, expect, it } from 'vitest';
import { SparkConf, SparkContext } from '#dist/index.js';

let sc: SparkContext | null = null;

/** A context with faults, and how often each has struck. */
function start(chaos: string): { sc: SparkContext; faults: Map<string, number> } {
  sc = new SparkContext(
    new SparkConf(false)
      .setMaster('local[4]')
      .setAppName('chaos')
      .set('tspark.memory.blocks', '64k')
      .set('tspark.chaos', chaos),
  );
  const faults = new Map<string, number>();
  sc.events.listen((event) => {
    if (event.kind === 'fault-injected')
      faults.set(event.fault, (faults.get(event.fault) ?? 0) + 1);
  });
  return { sc, faults };
}

afterEach(async () => {
  await sc?.stop();
  sc = null;
});

describe('with tspark.chaos', () => {
  // Workers that are killed start again, which takes its time on a busy machine.
  it.each(['1', '2x3'])(
    'seed %s, sums and accumulators are exact',
    { timeout: 240_000 },
    async (seed) => {
      const { sc, faults } = start(seed);
      for (let round = 0; round < 12; round++) {
        const seen = sc.accumulator(0);
        const totals = await sc
          .range(0, 8000, 1, 8)
          .map((x) => {
            seen.add(1);
            return [x % 4, 1] as [number, number];
          })
          .reduceByKey((a, b) => a + b)
          .sortByKey()
          .collect();
        expect(totals).toEqual([
          [0, 2000],
          [1, 2000],
          [2, 2000],
          [3, 2000],
        ]);
        expect(seen.value).toBe(8000);
      }
      for (const fault of ['killInTask', 'killWithAnswer', 'delay', 'repeat', 'dropBlock'])
        expect([fault, faults.get(fault) ?? 0]).not.toEqual([fault, 0]);
    },
  );

  it('a seed that is none is refused', () => {
    expect(() => start('often')).toThrow(/CONF-101.*tspark\.chaos is "often"/);
  });
});
