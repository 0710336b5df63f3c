// Types are checked when the tests are compiled; here they only have to be named.
import { describe, expectTypeOf, it } from 'vitest';
import type { DStream } from '#dist/streaming/dstream.js';
import { type State, StateSpec } from '#dist/streaming/state-spec.js';
import { useBench } from './bench.js';

const open = useBench();

describe('types of streams', () => {
  it('follow pairs through the operations', () => {
    const lines = open().ssc.queueStream(['a b'].map((line) => [line]));
    const pairs = lines.flatMap((line) => line.split(' ')).map((word) => [word, 1]);
    expectTypeOf(pairs).toEqualTypeOf<DStream<[string, number]>>();
    const counts = pairs.reduceByKey((a, b) => a + b);
    expectTypeOf(counts).toEqualTypeOf<DStream<[string, number]>>();
    expectTypeOf(counts.mapValues((n) => `${n}`)).toEqualTypeOf<DStream<[string, string]>>();
    expectTypeOf(counts.leftOuterJoin(pairs)).toEqualTypeOf<
      DStream<[string, [number, number | null]]>
    >();
  });

  it('keep tuples that functions return', () => {
    const lines = open().ssc.queueStream([['a']]);
    const sums = lines
      .map((line): [string, [number, number]] => [line, [1, 2]])
      .reduceByKey((a, b) => [a[0] + b[0], a[1] + b[1]]);
    expectTypeOf(sums).toEqualTypeOf<DStream<[string, [number, number]]>>();
  });

  it('follow keys, values and states through mapWithState', () => {
    const pairs = open().ssc.queueStream<[string, number]>([[['a', 1]]]);
    const spec = StateSpec.function((key: string, value: number | null, state: State<boolean>) => {
      state.update(value !== null);
      return [key, state.get() ?? false];
    }).timeout(10);
    const mapped = pairs.mapWithState(spec);
    expectTypeOf(mapped).toExtend<DStream<[string, boolean]>>();
    expectTypeOf(mapped.stateSnapshots()).toEqualTypeOf<DStream<[string, boolean]>>();
  });

  it('narrow what a filter lets through', () => {
    const mixed = open().ssc.queueStream<string | number>([['a', 1]]);
    const texts = mixed.filter((x): x is string => typeof x === 'string');
    expectTypeOf(texts).toEqualTypeOf<DStream<string>>();
  });

  it('refuse operations on pairs for other records', () => {
    const numbers = open().ssc.queueStream([[1]]);
    const misuse = (): void => {
      // @ts-expect-error numbers are no pairs
      numbers.reduceByKey((a, b) => a + b);
    };
    expectTypeOf(misuse).toBeFunction();
  });

  it('give functions at the driver the RDD', () => {
    const numbers = open().ssc.queueStream([[1]]);
    const doubled = numbers.transform((rdd) => rdd.map((x) => `${x}`));
    expectTypeOf(doubled).toEqualTypeOf<DStream<string>>();
    const later = numbers.transform(async (rdd) => rdd.filter((x) => x > 1));
    expectTypeOf(later).toEqualTypeOf<DStream<number>>();
  });
});
