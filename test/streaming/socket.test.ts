import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { useBench } from './bench.js';

const open = useBench({}, { 'tspark.streaming.receiver.maxBytes': '4m' });

/** A server on loopback that remembers who is connected. */
class LineServer {
  readonly clients: Socket[] = [];
  readonly #server: Server;
  port = 0;

  constructor() {
    this.#server = createServer((client) => {
      client.on('error', () => {});
      this.clients.push(client);
    });
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as { port: number }).port;
    return this;
  }

  async connections(count: number): Promise<void> {
    await until(() => this.clients.length >= count);
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const servers: LineServer[] = [];
async function serve(port = 0): Promise<LineServer> {
  const server = await new LineServer().listen(port);
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close().catch(() => {});
});

/** Real bytes on a real socket need real time; nothing waits longer than it has to. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('socketTextStream', () => {
  it('gives the lines that arrived since the last batch', async () => {
    const b = open();
    const server = await serve();
    const seen = b.collect(b.ssc.socketTextStream('127.0.0.1', server.port));
    b.ssc.start();
    await server.connections(1);
    await until(() => b.eventsOf('receiver-started').length === 1);
    server.clients[0]?.write('hello\nwörld\r\nunfin');
    await recordsArrive(b, seen, 2);
    server.clients[0]?.write('ished\n');
    await recordsArrive(b, seen, 3);
    expect(seen.flat()).toEqual(['hello', 'wörld', 'unfinished']);
  });

  it('names the line that a function failed for', async () => {
    const b = open();
    const server = await serve();
    b.collect(
      b.ssc.socketTextStream('127.0.0.1', server.port).map((line) => JSON.parse(line) as number),
    );
    b.ssc.start();
    await server.connections(1);
    server.clients[0]?.write('1\n2\nthree\n');
    await until(() => {
      b.clock.advance(1000);
      return b.eventsOf('batch-completed').some(({ failure }) => failure !== null);
    });
    const failed = b.eventsOf('batch-completed').find(({ failure }) => failure !== null);
    expect(failed?.failure?.details.record).toBe("'three'");
  });

  it('counts what it received in the events of the batch', async () => {
    const b = open();
    const server = await serve();
    const seen = b.collect(b.ssc.socketTextStream('127.0.0.1', server.port));
    b.ssc.start();
    await server.connections(1);
    server.clients[0]?.write('a\nb\nc\n');
    await recordsArrive(b, seen, 3);
    const records = b.eventsOf('batch-completed').map((event) => event.inputRecords);
    expect(records.reduce((x, y) => x + y, 0)).toBe(3);
  });

  it('comes back when the connection ends, and says so once', async () => {
    const b = open();
    const server = await serve();
    const seen = b.collect(b.ssc.socketTextStream('127.0.0.1', server.port));
    b.ssc.start();
    await server.connections(1);
    server.clients[0]?.end('last words');
    await until(() => b.eventsOf('receiver-error').length === 1);
    await b.pass(1);
    await server.connections(2);
    await until(() => server.clients[1]?.readyState === 'open');
    server.clients[1]?.write('back\n');
    await recordsArrive(b, seen, 2);
    expect(seen.flat()).toEqual(['last words', 'back']);
    await b.pass(2);
    expect(b.eventsOf('receiver-error').map((event) => event.message)).toEqual([
      `127.0.0.1:${server.port} closed the connection. Trying again, with growing pauses, until it answers.`,
    ]);
    expect(b.eventsOf('receiver-started').map((event) => event.message)).toEqual([
      null,
      `connected to 127.0.0.1:${server.port} again`,
    ]);
  });

  it('waits for a server that is not there yet, with growing pauses and one report', async () => {
    const b = open();
    const probe = await serve();
    const { port } = probe;
    await probe.close();
    const seen = b.collect(b.ssc.socketTextStream('127.0.0.1', port));
    b.ssc.start();
    await until(() => b.eventsOf('receiver-error').length === 1);
    expect(b.eventsOf('receiver-error')[0]?.message).toBe(
      `cannot connect to 127.0.0.1:${port}: nobody listens there. Trying again, with growing pauses, until it answers.`,
    );
    for (let second = 0; second < 5; second++) {
      await b.pass(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(b.eventsOf('receiver-error')).toHaveLength(1);
    const server = await serve(port);
    while (server.clients.length === 0) {
      await b.pass(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    server.clients[0]?.write('there\n');
    await recordsArrive(b, seen, 1);
    expect(seen.flat()).toEqual(['there']);
  });

  it('reads several servers at once', async () => {
    const b = open();
    const ports = await Promise.all(Array.from({ length: 8 }, () => serve()));
    const streams = ports.map((server, i) =>
      b.ssc.socketTextStream('127.0.0.1', server.port).map((line) => `${i} ${line}`),
    );
    const seen = b.collect(b.ssc.union(...streams));
    b.ssc.start();
    for (const server of ports) {
      await server.connections(1);
      server.clients[0]?.write('hi\n');
    }
    await recordsArrive(b, seen, 8);
    expect(seen.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => `${i} hi`));
  });

  it('makes the sender wait when batches lag, and loses nothing', async () => {
    const b = open();
    const server = await serve();
    let release: (() => void) | null = null;
    let isSlow = true;
    const counts: number[] = [];
    b.ssc.socketTextStream('127.0.0.1', server.port).foreachRDD(async (rdd) => {
      counts.push(await rdd.count());
      if (!isSlow) return;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    b.ssc.start();
    await server.connections(1);
    const client = server.clients[0]!;
    b.clock.advance(1000);
    await until(() => release !== null);
    // Far more than the bound of 4 MiB and all buffers in between.
    const line = `${'x'.repeat(1023)}\n`;
    const block = line.repeat(1024);
    const MEBIBYTES = 48;
    let sent = 0;
    const send = (): void => {
      while (sent < MEBIBYTES) {
        sent++;
        if (!client.write(block)) {
          client.once('drain', send);
          return;
        }
      }
    };
    send();
    await settles(() => client.bytesWritten - client.writableLength);
    expect(client.writableLength).toBeGreaterThan(0);
    expect(sent).toBeLessThan(MEBIBYTES);
    isSlow = false;
    (release as (() => void) | null)?.();
    const total = (): number => counts.reduce((x, y) => x + y, 0);
    while (total() < MEBIBYTES * 1024) {
      await b.pass(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(total()).toBe(MEBIBYTES * 1024);
    expect(b.eventsOf('receiver-error')).toEqual([]);
  });

  it('connects when its first output is there and hangs up after the last', async () => {
    const b = open();
    const server = await serve();
    const lines = b.ssc.socketTextStream('127.0.0.1', server.port);
    b.collect(b.ssc.queueStream([[1]]));
    b.ssc.start();
    await b.pass(1);
    expect(server.clients).toHaveLength(0);
    const output = lines.pprint();
    await b.pass(1);
    await server.connections(1);
    output.close();
    await b.pass(1);
    await until(() => server.clients[0]?.destroyed === true || isEnded(server.clients[0]));
    expect(b.eventsOf('receiver-stopped')).toHaveLength(1);
  });

  it('processes what was received when it is stopped gracefully', async () => {
    const b = open();
    const server = await serve();
    const stream = b.ssc.socketTextStream('127.0.0.1', server.port);
    const seen = b.collect(stream);
    b.ssc.start();
    await server.connections(1);
    server.clients[0]?.write('one\ntwo\n');
    const { source } = stream.node.spec as { source: { hasPending(): boolean } };
    await until(() => source.hasPending());
    const stopped = b.ssc.stop(false, true);
    await b.pass(1);
    await stopped;
    expect(seen.flat()).toEqual(['one', 'two']);
  });

  it('refuses a port that is none', () => {
    const b = open();
    expect(() => b.ssc.socketTextStream('localhost', 70_000)).toThrow(
      '[STREAM-106] socketTextStream needs a port from 1 to 65535, not 70000.',
    );
  });
});

async function recordsArrive(
  b: ReturnType<typeof open>,
  seen: unknown[][],
  count: number,
): Promise<void> {
  while (seen.flat().length < count) {
    await b.pass(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function isEnded(socket: Socket | undefined): boolean {
  return socket === undefined || socket.readableEnded || socket.readyState !== 'open';
}

/** Waits until a figure has not changed for a while. */
async function settles(figure: () => number): Promise<void> {
  let last = -1;
  let sameFor = 0;
  while (sameFor < 20) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const now = figure();
    sameFor = now === last ? sameFor + 1 : 0;
    last = now;
  }
}
