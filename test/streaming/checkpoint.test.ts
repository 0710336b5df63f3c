import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#dist/streaming/clock.js';
import { StreamingContext } from '#dist/streaming/context.js';
import { type State, StateSpec } from '#dist/streaming/state-spec.js';
import { START_MS, useBench } from './bench.js';

const open = useBench();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-checkpoint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Pairs = [string, number][];

interface Program {
  readonly ssc: StreamingContext;
  readonly clock: ManualClock;
  readonly seen: [number, Pairs][];
  pass(seconds: number): Promise<void>;
}

/** A process that begins at a second after START_MS; leaving it alone is its crash. */
async function begin(
  second: number,
  setUp: (ssc: StreamingContext, see: (time: Date, pairs: Pairs) => void) => void,
): Promise<Program> {
  const { sc } = open();
  const clock = new ManualClock(START_MS + second * 1000);
  const seen: [number, Pairs][] = [];
  const ssc = await StreamingContext.getOrCreate(folder, () => {
    const made = new StreamingContext(sc, 1, { clock });
    setUp(made, (time, pairs) => {
      seen.push([(time.getTime() - START_MS) / 1000, [...pairs].sort()]);
    });
    return made;
  });
  ssc.start();
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1000);
      await ssc.whenIdle();
    }
  };
  return { ssc, clock, seen, pass };
}

async function end({ ssc, clock }: Program): Promise<void> {
  const stopped = ssc.stop();
  clock.advance(10_000);
  await stopped;
}

const QUEUE: Pairs[] = [[['a', 1]], [['b', 2]], [['a', 3]], [['b', 4]], [['a', 5]]];

function totals(name: string | null, numPartitions = 2) {
  return (ssc: StreamingContext, see: (time: Date, pairs: Pairs) => void): void => {
    const spec = StateSpec.function(
      (key: string, value: number | null, state: State<number>): [string, number] => {
        state.update((state.get() ?? 0) + (value ?? 0));
        return [key, state.get() ?? 0];
      },
    ).numPartitions(numPartitions);
    const sums = ssc.queueStream(QUEUE).mapWithState(spec);
    if (name !== null) sums.name(name);
    sums
      .stateSnapshots()
      .foreachRDD(async (time: Date, rdd: { collect(): PromiseLike<Pairs> }) =>
        see(time, await rdd.collect()),
      );
  };
}

describe('a checkpoint', () => {
  it('lets another process go on with states and position', async () => {
    const first = await begin(0, totals('totals'));
    await first.pass(2);
    await end(first);
    const second = await begin(60, totals('totals'));
    await second.pass(2);
    await end(second);
    expect(second.seen).toEqual([
      [
        61,
        [
          ['a', 4],
          ['b', 2],
        ],
      ],
      [
        62,
        [
          ['a', 4],
          ['b', 6],
        ],
      ],
    ]);
  });

  it('processes the batches again that came after it, with their old times', async () => {
    const first = await begin(0, totals('totals'));
    await first.pass(3);
    // No stop: the checkpoint is that of the start.
    const second = await begin(60, totals('totals'));
    await second.pass(1);
    await end(second);
    expect(second.seen).toEqual([
      [1, [['a', 1]]],
      [
        2,
        [
          ['a', 1],
          ['b', 2],
        ],
      ],
      [
        3,
        [
          ['a', 4],
          ['b', 2],
        ],
      ],
      [
        61,
        [
          ['a', 4],
          ['b', 6],
        ],
      ],
    ]);
  });

  it('gives states to operators by name, also when the code around them and their spread changed', async () => {
    const first = await begin(0, totals('totals'));
    await first.pass(2);
    await end(first);
    const second = await begin(60, (ssc, see) => {
      ssc
        .queueStream([[1]])
        .name('another')
        .foreachRDD(() => {});
      totals('totals', 3)(ssc, see);
    });
    await second.pass(1);
    await end(second);
    expect(second.seen).toEqual([
      [
        61,
        [
          ['a', 4],
          ['b', 2],
        ],
      ],
    ]);
  });

  it('refuses data that no operator takes, and names it', async () => {
    const first = await begin(0, totals('totals'));
    await first.pass(2);
    await end(first);
    await expect(begin(60, totals('sums'))).rejects.toThrow(
      /STREAM-108.*totals: a state of mapWithState that the program does not have.*The program has: queueStream, sums/s,
    );
  });

  it('keeps the states of updateStateByKey', async () => {
    const setUp = (ssc: StreamingContext, see: (time: Date, pairs: Pairs) => void): void => {
      ssc
        .queueStream(QUEUE)
        .updateStateByKey((values: number[], sum: number | null) =>
          values.reduce((x, y) => x + y, sum ?? 0),
        )
        .foreachRDD(async (time: Date, rdd: { collect(): PromiseLike<Pairs> }) =>
          see(time, await rdd.collect()),
        );
    };
    const first = await begin(0, setUp);
    await first.pass(3);
    await end(first);
    const second = await begin(60, setUp);
    await second.pass(1);
    await end(second);
    expect(second.seen).toEqual([
      [
        61,
        [
          ['a', 4],
          ['b', 6],
        ],
      ],
    ]);
  });

  it('makes windows again from what the sources can still give', async () => {
    const setUp = (ssc: StreamingContext, see: (time: Date, pairs: Pairs) => void): void => {
      ssc
        .queueStream(QUEUE)
        .reduceByKeyAndWindow(
          (x, y) => x + y,
          (x, y) => x - y,
          60,
          1,
        )
        .foreachRDD(async (time: Date, rdd: { collect(): PromiseLike<Pairs> }) =>
          see(time, await rdd.collect()),
        );
    };
    const first = await begin(0, setUp);
    await first.pass(2);
    await end(first);
    const second = await begin(10, setUp);
    await second.pass(1);
    await end(second);
    expect(second.seen).toEqual([
      [
        11,
        [
          ['a', 4],
          ['b', 2],
        ],
      ],
    ]);
  });

  it('reads files that came while nothing ran, and none twice', async () => {
    const inbox = join(folder, 'inbox');
    mkdirSync(inbox);
    const drop = (name: string, text: string, second: number): void => {
      writeFileSync(join(inbox, name), text);
      utimesSync(join(inbox, name), START_MS / 1000 + second, START_MS / 1000 + second);
    };
    drop('old.txt', 'old\n', -10);
    const setUp = (ssc: StreamingContext, see: (time: Date, pairs: Pairs) => void): void => {
      ssc
        .textFileStream(inbox)
        .map((line) => [line, 1])
        .foreachRDD(async (time: Date, rdd: { collect(): PromiseLike<Pairs> }) =>
          see(time, await rdd.collect()),
        );
    };
    const first = await begin(0, setUp);
    drop('one.txt', 'one\n', 0.5);
    await first.pass(2);
    await end(first);
    drop('two.txt', 'two\n', 30);
    const second = await begin(60, setUp);
    await second.pass(2);
    await end(second);
    expect(first.seen).toEqual([
      [1, [['one', 1]]],
      [2, []],
    ]);
    expect(second.seen).toEqual([
      [61, [['two', 1]]],
      [62, []],
    ]);
  });

  it('removes what is too old to be of use', async () => {
    const first = await begin(0, totals('totals'));
    await first.pass(45);
    await end(first);
    const kept = readdirSync(join(folder, 'streaming'));
    expect(kept.filter((name) => name.startsWith('checkpoint-'))).toHaveLength(2);
    // A checkpoint every 10 batches and two of them kept: notes of at most two intervals of the 45 batches.
    expect(kept.filter((name) => name.startsWith('batch-')).length).toBeLessThanOrEqual(20);
    expect(kept.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
