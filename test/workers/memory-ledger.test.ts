// What counts as the engine's own while shared buffers go from blocks to pools and garbage collectors.
import { expect, test } from 'vitest';
import { MemoryLedger } from '#dist/workers/memory-ledger.js';

const MB = 2 ** 20;

test('a block that is given back stays accounted for until its worker has heard of it', () => {
  const ledger = new MemoryLedger();
  const place = ledger.takePlace();
  ledger.addBlocks(30 * MB);
  ledger.addReturning(place, 30 * MB);
  ledger.addBlocks(-30 * MB);
  expect(ledger.figures().accountedBytes).toBe(30 * MB);
  // The worker keeps 20 of them in its pool.
  ledger.setWorker(place, 20 * MB);
  ledger.addReturning(place, -30 * MB);
  expect(ledger.figures().accountedBytes).toBe(20 * MB);
});

test('a dropped buffer stays accounted for until every living thread has collected its garbage', () => {
  const ledger = new MemoryLedger();
  const [one, other] = [ledger.takePlace(), ledger.takePlace()];
  ledger.addDropped(10 * MB);
  ledger.collectBy('driver', () => {});
  ledger.collectBy(one, () => ledger.addDropped(5 * MB));
  expect(ledger.droppedSince(one)).toBe(5 * MB);
  expect(ledger.droppedSince(other)).toBe(15 * MB);
  expect(ledger.figures().accountedBytes).toBe(15 * MB);
  ledger.leavePlace(other);
  expect(ledger.figures().accountedBytes).toBe(5 * MB);
  expect(ledger.droppedSince(ledger.takePlace())).toBe(0);
});

test('what was on its way to a worker that died is left to the garbage collectors', () => {
  const ledger = new MemoryLedger();
  const place = ledger.takePlace();
  ledger.addReturning(place, 8 * MB);
  ledger.leavePlace(place);
  expect(ledger.droppedSince('driver')).toBe(8 * MB);
  expect(ledger.figures().accountedBytes).toBe(8 * MB);
});

test('garbage counts up to the budget of blocks, so that what grows without end is seen', () => {
  const ledger = new MemoryLedger();
  ledger.addBlocks(60 * MB);
  ledger.addDropped(500 * MB);
  expect(ledger.figures(100 * MB).accountedBytes).toBe(100 * MB);
  ledger.addBlocks(90 * MB);
  expect(ledger.figures(100 * MB).accountedBytes).toBe(150 * MB);
});
