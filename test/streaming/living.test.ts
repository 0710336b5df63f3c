// Streams that come and go while the context runs, and what it tells of them.
import { createServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { StreamingContext } from '#dist/streaming/context.js';
import { Receiver } from '#dist/streaming/receiver.js';
import type { StreamSource } from '#dist/streaming/source.js';
import { Bench, useBench } from './bench.js';

const open = useBench();

class Numbers extends Receiver<number> {
  log: string[] = [];
  onStart(): void {
    this.log.push('start');
  }
  onStop(): void {
    this.log.push('stop');
  }
}

const sourcesOf = (b: Bench): StreamSource[] =>
  b.ssc.streams.filter((stream) => stream.kind === 'source');

describe('a running context', () => {
  it('takes in whole new streams, with their sources, and lets them go with their last output', async () => {
    const b = open();
    const first = b.collect(b.ssc.queueStream([[1], [2], [3], [4], [5]]));
    b.ssc.start();
    await b.pass(1);
    const numbers = new Numbers();
    const stream = b.ssc.receiverStream(numbers);
    const seen: number[][] = [];
    const outputs = [
      stream.foreachRDD(async (rdd) => seen.push(await rdd.collect())),
      stream.map((n) => -n).foreachRDD(async (rdd) => seen.push(await rdd.collect())),
    ];
    await b.pass(1);
    numbers.store(7);
    await b.pass(1);
    outputs[0]?.close();
    numbers.store(8);
    await b.pass(1);
    expect(numbers.log).toEqual(['start']);
    outputs[1]?.close();
    await b.pass(1);
    expect(numbers.log).toEqual(['start', 'stop']);
    expect(seen).toEqual([[], [], [7], [-7], [-8]]);
    expect(first).toEqual([[1], [2], [3], [4], [5]]);
  });

  it('reads a stream again that was let go', async () => {
    const b = open();
    const numbers = new Numbers();
    const stream = b.ssc.receiverStream(numbers);
    b.collect(b.ssc.queueStream([[0]]));
    b.ssc.start();
    const once = stream.pprint();
    await b.pass(1);
    once.close();
    await b.pass(1);
    const seen = b.collect(stream);
    await b.pass(1);
    numbers.store(1);
    await b.pass(1);
    expect(seen).toEqual([[], [1]]);
    expect(numbers.log).toEqual(['start', 'stop', 'start']);
  });

  it('goes on without outputs, and takes in others', async () => {
    const b = open();
    const only = b.ssc.queueStream([[1]]).pprint();
    b.ssc.start();
    only.close();
    await b.pass(2);
    expect(b.ssc.isActive).toBe(true);
    expect(b.ssc.streams).toEqual([]);
    const seen = b.collect(b.ssc.queueStream([[5]]));
    await b.pass(1);
    expect(seen).toEqual([[5]]);
  });

  it('stops, starts and stops as often as is wanted', async () => {
    const b = new Bench(open().sc, { isPreloaded: true });
    const numbers = new Numbers();
    const seen = b.collect(b.ssc.receiverStream(numbers));
    for (let turn = 1; turn <= 3; turn++) {
      b.ssc.start();
      numbers.store(turn);
      await b.pass(1);
      await b.ssc.stop();
      await b.pass(1);
    }
    expect(seen).toEqual([[1], [2], [3]]);
    expect(numbers.log).toEqual(['start', 'stop', 'start', 'stop', 'start', 'stop']);
    await b.close();
  });

  it('keeps what a redeclared name no longer names', async () => {
    const b = open();
    let counts = b.ssc.queueStream([[1, 2], [3]]).count();
    const before = b.collect(counts);
    b.ssc.start();
    await b.pass(1);
    counts = b.ssc.queueStream([[1, 1, 1]]).count();
    b.collect(counts);
    await b.pass(1);
    expect(before).toEqual([[2], [1]]);
    expect(b.ssc.streams.map((stream) => stream.description)).toEqual([
      'foreachRDD ← count ← queueStream of 2',
      'foreachRDD ← count ← queueStream of 1',
      'queueStream of 2',
      'queueStream of 1',
    ]);
    b.ssc.streams[0]?.close();
    await b.pass(1);
    expect(b.ssc.streams).toHaveLength(2);
  });

  it('is found among those that run when its own name is gone', async () => {
    const b = open();
    b.collect(b.ssc.queueStream([[1]]));
    b.ssc.start();
    expect(StreamingContext.running()).toEqual([b.ssc]);
    await b.ssc.stop();
    expect(StreamingContext.running()).toEqual([]);
  });
});

describe('sources in ssc.streams', () => {
  it('tell their rate, records and bound', async () => {
    const b = open();
    const numbers = new Numbers();
    b.collect(b.ssc.receiverStream(numbers));
    expect(sourcesOf(b)[0]).toMatchObject({ records: 0, recordsPerSecond: null, lastError: null });
    b.ssc.start();
    for (const n of [1, 2, 3]) numbers.store(n);
    await b.pass(1);
    numbers.store(4);
    await b.pass(1);
    expect(sourcesOf(b)[0]).toMatchObject({
      description: 'receiverStream(Numbers)',
      records: 4,
      recordsPerSecond: 1,
      limitPerSecond: 10_000,
      isPaused: false,
    });
    expect(b.ssc.streams[0]).toMatchObject({ kind: 'output', records: 4, recordsPerSecond: 1 });
    expect(inspect(sourcesOf(b)[0])).toMatch(
      /^StreamSource \d+: receiverStream\(Numbers\) \(4 records, 1\/s\)$/,
    );
  });

  it('count for an output whether or not it has a turn in a batch', async () => {
    const b = open();
    const numbers = new Numbers();
    b.collect(b.ssc.receiverStream(numbers).window(2, 2).count());
    b.ssc.start();
    for (const n of [1, 2, 3]) {
      numbers.store(n);
      await b.pass(1);
    }
    expect(b.ssc.streams[0]).toMatchObject({ batches: 1, records: 3, recordsPerSecond: 1 });
  });

  it('close every output that reads them', async () => {
    const b = open();
    const [left, right] = [b.ssc.queueStream([[1], [2]]), b.ssc.queueStream([[3], [4]])];
    const both = b.collect(left.union(right));
    const one = b.collect(right);
    b.ssc.start();
    await b.pass(1);
    sourcesOf(b)[0]?.close();
    await b.pass(1);
    expect([both, one]).toEqual([[[1, 3]], [[3], [4]]]);
  });

  let server: Server | null = null;
  afterEach(() => server?.close());

  it('tell that they lost their sender, and why, until it is back', async () => {
    const b = open();
    const clients: Socket[] = [];
    server = createServer((client) => {
      client.on('error', () => {});
      clients.push(client);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    b.collect(b.ssc.socketTextStream('127.0.0.1', port));
    b.ssc.start();
    await until(() => clients.length === 1);
    clients[0]?.destroy();
    await until(() => sourcesOf(b)[0]?.isBroken === true);
    expect(sourcesOf(b)[0]?.lastError?.message).toContain('closed the connection');
    b.clock.advance(300);
    await until(() => clients.length === 2 && b.eventsOf('receiver-started').length > 0);
    // The connection counts as back once it has lasted for a second.
    await until(() => {
      b.clock.advance(1000);
      return sourcesOf(b)[0]?.isBroken === false;
    });
    expect(sourcesOf(b)[0]?.lastError?.message).toContain('closed the connection');
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
