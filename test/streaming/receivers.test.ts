import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Receiver } from '#dist/streaming/receiver.js';
import { useBench } from './bench.js';

const open = useBench();

/** Lets what was asked of an asynchronous iterable arrive. */
async function arrive(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('rateStream', () => {
  it('gives so many numbers a second, with their times', async () => {
    const b = open();
    const seen = b.collect(b.ssc.rateStream(3).map((pair) => pair[1]));
    b.ssc.start();
    await b.pass(3);
    // A number that is due at the very edge of a batch is in the next.
    expect(seen.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].slice(0, seen.flat().length));
    expect(seen.flat().length).toBeGreaterThanOrEqual(8);
  });
});

describe('fromIterable', () => {
  it('reads arrays, async generators and Readables', async () => {
    const b = open();
    async function* letters(): AsyncGenerator<string> {
      yield 'a';
      yield 'b';
    }
    const streams = b.ssc.union<string | number>(
      b.ssc.fromIterable<string | number>([1, 2]),
      b.ssc.fromIterable<string | number>(letters()),
      b.ssc.fromIterable<string | number>(Readable.from(['x', 'y'])),
    );
    const seen = b.collect(streams);
    b.ssc.start();
    await arrive();
    await b.pass(1);
    expect(seen).toEqual([[1, 2, 'a', 'b', 'x', 'y']]);
  });

  it('tells an iterable that throws once, and the rest of the stream goes on', async () => {
    const b = open();
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error('no more numbers');
    }
    const seen = b.collect(b.ssc.fromIterable(broken()));
    b.ssc.start();
    await arrive();
    await b.pass(2);
    expect(seen).toEqual([[1], []]);
    expect(b.eventsOf('receiver-error').map((event) => event.message)).toEqual([
      'fromIterable failed: no more numbers. It is started again, with growing pauses.',
    ]);
  });
});

class Flaky extends Receiver<string> {
  starts = 0;
  stops = 0;

  onStart(): void {
    this.starts++;
    if (this.starts <= 2) throw new Error('not yet');
    this.store('came back');
  }

  onStop(): void {
    this.stops++;
  }
}

describe('receiverStream', () => {
  it('starts a receiver again that fails, and tells it once', async () => {
    const b = open();
    const receiver = new Flaky();
    const seen = b.collect(b.ssc.receiverStream(receiver));
    b.ssc.start();
    await b.pass(2);
    expect(seen.flat()).toEqual(['came back']);
    expect(receiver.starts).toBe(3);
    expect(b.eventsOf('receiver-error')).toHaveLength(1);
  });

  it('refuses what is no receiver', () => {
    expect(() => open().ssc.receiverStream({} as never)).toThrow(/extends Receiver, not object/);
  });
});
