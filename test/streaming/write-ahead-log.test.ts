import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { ManualClock } from '#dist/streaming/clock.js';
import { StreamingContext } from '#dist/streaming/context.js';
import { Receiver } from '#dist/streaming/receiver.js';
import { type Bench, START_MS, useBench } from './bench.js';

const open = useBench(
  {},
  {
    'spark.streaming.receiver.writeAheadLog.enable': 'true',
    'tspark.streaming.checkpoint.interval': '5',
  },
);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a test gives it is received. */
class Hand extends Receiver<string> {
  onStart(): void {}
  onStop(): void {}
}

function files(ending: string): string[] {
  return readdirSync(join(folder, 'streaming'))
    .filter((name) => name.endsWith(ending))
    .sort();
}

function notices(b: Bench): string[] {
  return b.eventsOf('notice').map(({ text }) => text);
}

/** A process that begins at a second after START_MS; leaving it alone is its crash. */
async function begin(second: number) {
  const { sc } = open();
  const clock = new ManualClock(START_MS + second * 1000);
  const hand = new Hand();
  const seen: [number, string[]][] = [];
  const ssc = await StreamingContext.getOrCreate(folder, () => {
    const made = new StreamingContext(sc, 1, { clock });
    made.receiverStream(hand).foreachRDD(async (time: Date, rdd: RDD<string>) => {
      seen.push([(time.getTime() - START_MS) / 1000, await rdd.collect()]);
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
  const end = async (): Promise<void> => {
    const stopped = ssc.stop();
    clock.advance(10_000);
    await stopped;
  };
  return { ssc, clock, hand, seen, pass, end };
}

describe('the write-ahead log', () => {
  it('needs a checkpoint folder', () => {
    const { ssc } = open();
    ssc.receiverStream(new Hand()).foreachRDD(() => {});
    expect(() => ssc.start()).toThrow(
      /\[STREAM-105\] The write-ahead log .* but receiverStream\(Hand\) needs it/,
    );
  });

  it('holds a batch before the batch is processed', async () => {
    const b = open();
    const hand = new Hand();
    b.ssc.checkpoint(folder);
    const logged: number[] = [];
    b.ssc.receiverStream(hand).foreachRDD(() => {
      logged.push(files('.block').length);
    });
    b.ssc.start();
    hand.store('a');
    await b.pass(1);
    hand.store('b');
    await b.pass(1);
    expect(logged).toEqual([1, 2]);
  });

  it('gives a crashed batch back, also one that waited for its turn', async () => {
    const first = await begin(0);
    first.hand.store('a');
    await first.pass(1);
    first.hand.store('b');
    await first.pass(1);
    const second = await begin(60);
    second.hand.store('c');
    await second.pass(1);
    await second.end();
    expect(second.seen).toEqual([
      [1, ['a']],
      [2, ['b']],
      [61, ['c']],
    ]);
    await first.end();
  });

  it('tolerates a last record that is cut off', async () => {
    const b = open();
    const first = await begin(0);
    for (const letter of ['a', 'b', 'c']) {
      first.hand.store(letter);
      await first.pass(1);
    }
    const at = (name: string): string => join(folder, 'streaming', name);
    const [, second = ''] = files('.block');
    truncateSync(at(second), statSync(at(second)).size - 5);
    const lastNote = files('.json')
      .filter((name) => name.startsWith('batch'))
      .at(-1)!;
    truncateSync(at(lastNote), 20);
    const again = await begin(60);
    again.hand.store('d');
    await again.pass(1);
    await again.end();
    expect(again.seen).toEqual([
      [1, ['a']],
      [2, []],
      [61, ['d']],
    ]);
    expect(notices(b)).toContainEqual(
      expect.stringMatching(/^1 records of the write-ahead log cannot be read and are left out: /),
    );
    await first.end();
  });

  it('makes batches and senders wait while it cannot be written, and loses nothing', async () => {
    const b = open();
    const { hand, seen, pass, clock, ssc, end } = await begin(0);
    hand.store('a');
    await pass(1);
    // As a full disk: nothing can be written there.
    renameSync(join(folder, 'streaming'), join(folder, 'away'));
    hand.store('b');
    let isSafe = false;
    void hand.whenSafe().then(() => {
      isSafe = true;
    });
    clock.advance(1000);
    await told(b, /write-ahead log cannot be written: ENOENT.*Batches wait/);
    hand.store('c');
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
    expect([seen, isSafe]).toEqual([[[1, ['a']]], false]);
    renameSync(join(folder, 'away'), join(folder, 'streaming'));
    await until(() => {
      clock.advance(1000);
      return seen.length >= 3;
    });
    await ssc.whenIdle();
    expect(seen.slice(0, 3)).toEqual([
      [1, ['a']],
      [2, ['b']],
      [3, ['c']],
    ]);
    expect(isSafe).toBe(true);
    expect(notices(b)).toContain('The write-ahead log is written again.');
    expect(notices(b).filter((text) => text.includes('cannot be written: '))).toHaveLength(1);
    await end();
  });

  it('can be stopped while it cannot be written', async () => {
    const b = open();
    const { hand, seen, clock, ssc } = await begin(0);
    renameSync(join(folder, 'streaming'), join(folder, 'away'));
    hand.store('a');
    clock.advance(1000);
    await told(b, /write-ahead log cannot be written/);
    await ssc.stop();
    expect(seen).toEqual([]);
    renameSync(join(folder, 'away'), join(folder, 'streaming'));
  });

  it('is removed behind the checkpoints', async () => {
    const { hand, pass, end } = await begin(0);
    for (let second = 0; second < 30; second++) {
      hand.store(`record ${second}`);
      await pass(1);
    }
    await end();
    // Two checkpoints are kept, five seconds apart, and what came since the older of them.
    expect(files('.block').length).toBeLessThanOrEqual(12);
    expect(files('.json').length).toBeLessThanOrEqual(14);
  });
});

async function told(b: Bench, text: RegExp): Promise<void> {
  while (!notices(b).some((notice) => text.test(notice)))
    await new Promise((resolve) => setTimeout(resolve, 5));
}

const root = new URL('../../', import.meta.url);
const dist = fileURLToPath(new URL(process.env.TSPARK_DIST ?? 'dist', root));
const program = fileURLToPath(new URL('fixtures/acknowledging.mjs', import.meta.url));

/** Sends numbers from 0, and after a break again what was not acknowledged. */
class Sender {
  readonly acknowledged = new Set<number>();
  readonly #server: Server = createServer((socket) => this.#serve(socket));
  readonly #unacknowledged = new Set<number>();
  #next = 0;

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }

  #serve(socket: Socket): void {
    for (const number of this.#unacknowledged) socket.write(`${number}\n`);
    const timer = setInterval(() => {
      this.#unacknowledged.add(this.#next);
      socket.write(`${this.#next++}\n`);
    }, 3);
    const lines = createInterface({ input: socket });
    // It passes on the errors of its socket: a program that is killed cuts the connection off.
    lines.on('error', () => {});
    lines.on('line', (line) => {
      this.acknowledged.add(Number(line));
      this.#unacknowledged.delete(Number(line));
    });
    socket.on('error', () => {});
    socket.on('close', () => clearInterval(timer));
  }
}

describe('a program with a write-ahead log that is killed', () => {
  it('has everything that it acknowledged', async () => {
    const sender = new Sender();
    const port = await sender.listen();
    const seen = join(folder, 'seen.json');
    const start = (): ChildProcess =>
      spawn(process.execPath, [program, dist, String(port), join(folder, 'checkpoint'), seen], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    let before = 0;
    for (let life = 0; life < 3; life++) {
      const child = start();
      await until(() => sender.acknowledged.size > before + 50);
      await kill(child);
      before = sender.acknowledged.size;
    }
    const acknowledged = [...sender.acknowledged];
    const last = start();
    let has: ReadonlySet<number> = new Set();
    // What this life receives anew is in its state when what was acknowledged before must be as well.
    await until(() => {
      has = numbersIn(seen) ?? has;
      return [...has].some((number) => number > Math.max(...acknowledged));
    });
    await kill(last);
    sender.close();
    expect(acknowledged.length).toBeGreaterThan(150);
    expect(acknowledged.filter((number) => !has.has(number))).toEqual([]);
  }, 120_000);
});

/** The numbers in a file, null while it is being written. */
function numbersIn(file: string): ReadonlySet<number> | null {
  try {
    return new Set(JSON.parse(readFileSync(file, 'utf8')) as number[]);
  } catch {
    return null;
  }
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
