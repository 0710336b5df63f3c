// What counts as held by user functions: RSS less what is accounted for, less what was there at rest.
import { expect, test } from 'vitest';
import { HeapGuard, type MemorySample } from '#dist/workers/heap-guard.js';

const MB = 2 ** 20;
const LIMIT = 100 * MB;

/** A sample in megabytes. */
function sample(
  rss: number,
  parts: { accounted?: number; driver?: number; workers?: number } = {},
) {
  const { accounted = 0, driver = 0, workers = 0 } = parts;
  return {
    rssBytes: rss * MB,
    accountedBytes: accounted * MB,
    driverBytes: driver * MB,
    workers,
  } satisfies MemorySample;
}

test('what the process holds at rest is not held by functions', () => {
  const guard = new HeapGuard(LIMIT);
  guard.atRest(sample(300), 0);
  expect(guard.heldBytes(sample(350))).toBe(50 * MB);
});

test('blocks, the heap of the driver and new threads are not held by functions', () => {
  const guard = new HeapGuard(LIMIT);
  guard.atRest(sample(300, { driver: 100 }), 0);
  expect(guard.heldBytes(sample(300, { driver: 100 }))).toBe(0);
  expect(guard.heldBytes(sample(500, { driver: 150, accounted: 60, workers: 2 }))).toBe(26 * MB);
  guard.atRest(sample(300, { workers: 2 }), 10);
  expect(guard.heldBytes(sample(340, { workers: 2 }))).toBe(8 * MB);
});

test('what a program gains between jobs is its own', () => {
  const guard = new HeapGuard(LIMIT);
  guard.atRest(sample(300), 0);
  guard.heldBytes(sample(310));
  guard.atRest(sample(310), 1000);
  guard.atRest(sample(360), 1100);
  expect(guard.heldBytes(sample(370))).toBe(20 * MB);
});

test('garbage of a job is no base for the next until workers had time to let it go', () => {
  const guard = new HeapGuard(LIMIT);
  guard.atRest(sample(300), 0);
  guard.heldBytes(sample(390));
  guard.atRest(sample(390), 1000);
  expect(guard.heldBytes(sample(395))).toBe(95 * MB);
  guard.atRest(sample(390), 2000);
  guard.atRest(sample(340), 2600);
  expect(guard.heldBytes(sample(345))).toBe(5 * MB);
});
