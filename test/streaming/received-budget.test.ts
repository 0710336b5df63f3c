import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { StorageLevel } from '#dist/storage-level.js';
import { Receiver } from '#dist/streaming/receiver.js';
import { ReceivedBudget } from '#dist/streaming/received-budget.js';
import { useBench } from './bench.js';

describe('ReceivedBudget', () => {
  it('makes a source wait at its own bound until half of it is free', () => {
    const told: string[] = [];
    const share = new ReceivedBudget(1000).share(100, () => told.push('room'));
    share.take(99);
    expect(share.mustWait).toBe(false);
    share.take(1);
    expect(share.mustWait).toBe(true);
    share.giveBack(49);
    expect(share.mustWait).toBe(true);
    share.giveBack(1);
    expect(share.mustWait).toBe(false);
    expect(told).toEqual(['room']);
  });

  it('makes every source wait that brings more once all together are full', () => {
    const told: string[] = [];
    const budget = new ReceivedBudget(100);
    const greedy = budget.share(1000, () => told.push('greedy'));
    const modest = budget.share(1000, () => told.push('modest'));
    greedy.take(99);
    modest.take(1);
    expect([greedy.mustWait, modest.mustWait]).toEqual([false, true]);
    greedy.take(1);
    expect(greedy.mustWait).toBe(true);
    greedy.giveBack(100);
    expect([greedy.mustWait, modest.mustWait]).toEqual([false, false]);
    expect(told.sort()).toEqual(['greedy', 'modest']);
    expect(budget.usedBytes).toBe(1);
  });
});

/** Stores texts of 100,000 characters until it is told to wait. */
class Flood extends Receiver<string> {
  stored = 0;
  isWaiting = false;

  async onStart(): Promise<void> {
    for (;;) {
      this.stored++;
      if (this.store(String(this.stored % 10).repeat(100_000))) continue;
      this.isWaiting = true;
      await this.whenRoom();
      this.isWaiting = false;
      if (this.isStopped()) return;
    }
  }

  onStop(): void {}
}

async function arrive(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('received data and the memory for blocks', () => {
  const local = mkdtempSync(path.join(tmpdir(), 'tspark-received-'));
  afterAll(() => rmSync(local, { recursive: true }));
  const open = useBench({}, { 'tspark.memory.blocks': '4m', 'spark.local.dir': local });
  const filesOnDisk = (): string[] =>
    (readdirSync(local, { recursive: true }) as string[]).filter((name) => name.endsWith('.block'));

  it('pauses a receiver before the first batch when half of the memory is full', async () => {
    const b = open();
    const receiver = new Flood();
    b.collect(b.ssc.receiverStream(receiver).count());
    b.ssc.start();
    await arrive();
    expect(receiver.isWaiting).toBe(true);
    // 2 MiB are 20.97 such texts.
    expect(receiver.stored).toBeGreaterThanOrEqual(20);
    expect(receiver.stored).toBeLessThanOrEqual(40);
    const { stored } = receiver;
    await b.pass(1);
    await arrive();
    expect(receiver.stored).toBeGreaterThan(stored);
  });

  it('moves what a window still needs to disk, and the window has it all', async () => {
    const b = open();
    const receiver = new Flood();
    const windows = b.collect(b.ssc.receiverStream(receiver).window(4).count());
    b.ssc.start();
    let onDisk = 0;
    for (let batch = 0; batch < 5; batch++) {
      await arrive();
      await b.pass(1);
      onDisk = Math.max(onDisk, filesOnDisk().length);
    }
    expect(onDisk).toBeGreaterThan(0);
    const counts = windows.map(([count]) => count ?? 0);
    const inputs = b.eventsOf('batch-completed').map((event) => event.inputRecords);
    expect(counts[3]).toBe(
      (inputs[0] ?? 0) + (inputs[1] ?? 0) + (inputs[2] ?? 0) + (inputs[3] ?? 0),
    );
    expect(counts[3]).toBeGreaterThan(60);
  });

  it('lets go of what arrived when nobody reads the source any more', async () => {
    const b = open();
    const budget = ReceivedBudget.of(b.sc);
    const before = budget.usedBytes;
    const output = b.ssc.receiverStream(new Flood()).pprint();
    b.ssc.start();
    await arrive();
    expect(budget.usedBytes).toBeGreaterThan(before);
    output.close();
    await b.pass(1);
    expect(budget.usedBytes).toBe(before);
  });
});

describe('received data on a full disk', () => {
  const open = useBench(
    {},
    { 'tspark.memory.blocks': '4m', 'spark.local.dir': '/proc/there-is-no-such-folder' },
  );

  it('stays in memory, and that is told once', async () => {
    const b = open();
    const windows = b.collect(b.ssc.receiverStream(new Flood()).window(4).count());
    b.ssc.start();
    for (let batch = 0; batch < 4; batch++) {
      await arrive();
      await b.pass(1);
    }
    expect(windows[3]?.[0]).toBeGreaterThan(60);
    const notices = b.eventsOf('notice').filter((event) => event.text.includes('stays in memory'));
    expect(notices).toHaveLength(1);
  });
});

describe('a storage level without memory', () => {
  const local = mkdtempSync(path.join(tmpdir(), 'tspark-received-'));
  afterAll(() => rmSync(local, { recursive: true }));
  const open = useBench({}, { 'spark.local.dir': local });

  it('is kept for the lines of a socket', async () => {
    const b = open();
    const { createServer } = await import('node:net');
    const server = createServer((client) => client.end('one\ntwo\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const seen = b.collect(b.ssc.socketTextStream('127.0.0.1', port, StorageLevel.DISK_ONLY));
    b.ssc.remember(60);
    b.ssc.start();
    while (seen.flat().length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await b.pass(1);
    }
    expect(seen.flat()).toEqual(['one', 'two']);
    const files = readdirSync(local, { recursive: true }) as string[];
    expect(files.some((name) => name.endsWith('.block'))).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });
});
