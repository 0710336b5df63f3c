import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchName, checkpointName } from '#dist/streaming/checkpoint-data.js';
import { ManualClock } from '#dist/streaming/clock.js';
import { StreamingContext } from '#dist/streaming/context.js';
import { Receiver } from '#dist/streaming/receiver.js';
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

const TWELVE = Array.from({ length: 12 }, (_, i) => [`item ${i + 1}`]);
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

  /** As on a full disk: a folder is where a file is to be written. */
  function block(name: string): string {
    const path = join(folder, 'streaming', `${name}.tmp`);
    mkdirSync(path);
    return path;
  }

  function toldOfFailure({ ssc }: Program): Promise<void> {
    return new Promise((resolve) => {
      ssc.sparkContext.events.listen((event) => {
        if (event.kind === 'notice' && /could not be written/.test(event.text)) resolve();
      });
    });
  }

  async function written(name: string): Promise<void> {
    while (!readdirSync(join(folder, 'streaming')).includes(name)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('counts a batch again whose note could not be written', async () => {
    const first = await begin(0, totals('totals'));
    await first.pass(1);
    const blocked = block(batchName(START_MS + 2000));
    await first.pass(2);
    rmSync(blocked, { recursive: true });
    const second = await begin(60, totals('totals'));
    await second.pass(2);
    expect(second.seen).toEqual([
      [1, [['a', 1]]],
      [
        61,
        [
          ['a', 1],
          ['b', 2],
        ],
      ],
      [
        62,
        [
          ['a', 4],
          ['b', 2],
        ],
      ],
    ]);
    await Promise.all([end(first), end(second)]);
  });

  it('writes a note later that could not be written at once', async () => {
    const first = await begin(0, totals('totals'));
    const told: string[] = [];
    first.ssc.sparkContext.events.listen((event) => {
      if (event.kind === 'notice') told.push(event.text.slice(0, 35));
    });
    const blocked = block(batchName(START_MS + 1000));
    await first.pass(2);
    rmSync(blocked, { recursive: true });
    await first.pass(1);
    expect(told).toEqual([
      'The checkpoint could not be written',
      'The checkpoint is written again.',
    ]);
    const second = await begin(60, totals('totals'));
    await second.pass(1);
    expect(second.seen.map(([time]) => time)).toEqual([1, 2, 3, 61]);
    await Promise.all([end(first), end(second)]);
  });

  it.each([
    ['an item of a queue', (ssc: StreamingContext) => ssc.queueStream(TWELVE)],
    ['a file', (ssc: StreamingContext) => ssc.textFileStream(join(folder, 'in'))],
  ])('does not take %s for processed that belongs to a later batch', async (_, source) => {
    mkdirSync(join(folder, 'in'));
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const setUp = (ssc: StreamingContext, see: (time: Date, pairs: Pairs) => void): void => {
      const ones = source(ssc).map((word): [string, number] => [word, 1]);
      ones.foreachRDD(async (time: Date, rdd: { collect(): PromiseLike<Pairs> }) => {
        if (time.getTime() === START_MS + 10_000) await gate;
        see(time, await rdd.collect());
      });
    };
    const first = await begin(0, setUp);
    await first.pass(9);
    writeFileSync(join(folder, 'in', 'late.txt'), 'item 11\n');
    utimesSync(join(folder, 'in', 'late.txt'), START_MS / 1000 + 10.5, START_MS / 1000 + 10.5);
    const blocked = block(batchName(START_MS + 11_000));
    // The eleventh batch has its data when the tenth is done, with which a checkpoint is due.
    const isTold = toldOfFailure(first);
    first.clock.advance(2000);
    await isTold;
    open();
    await first.ssc.whenIdle();
    await written(checkpointName(START_MS + 10_000));
    rmSync(blocked, { recursive: true });
    const second = await begin(60, setUp);
    await second.pass(1);
    expect(second.seen).toEqual([[61, [['item 11', 1]]]]);
    await Promise.all([end(first), end(second)]);
  });

  it('keeps the position of a receiver while batches of other sources are processed again', async () => {
    const positions: unknown[] = [];
    class Counter extends Receiver<number> {
      onStart(position?: number): void {
        positions.push(position);
        this.store((position ?? 0) + 1, (position ?? 0) + 1);
      }
      onStop(): void {}
    }
    const setUp = (ssc: StreamingContext, see: (time: Date, pairs: Pairs) => void): void => {
      const counted = ssc.receiverStream(new Counter()).map((n): [string, number] => ['n', n]);
      const queued = ssc.queueStream<[string, number]>(QUEUE);
      const all = counted.union(queued);
      all.foreachRDD(async (time: Date, rdd: { collect(): PromiseLike<Pairs> }) =>
        see(time, await rdd.collect()),
      );
    };
    const first = await begin(0, setUp);
    await first.pass(1);
    await end(first);
    const second = await begin(60, setUp);
    const blocked = block(checkpointName(START_MS + 61_000));
    const isTold = toldOfFailure(second);
    await second.pass(1);
    await isTold;
    rmSync(blocked, { recursive: true });
    // Processes batch 61 of the queue again and writes a checkpoint; what the receiver brought is in no batch yet.
    const third = await begin(120, setUp);
    await third.ssc.whenIdle();
    await written(checkpointName(START_MS + 61_000));
    const fourth = await begin(180, setUp);
    expect(positions).toEqual([undefined, 1, 1, 1]);
    await Promise.all([end(second), end(third), end(fourth)]);
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
