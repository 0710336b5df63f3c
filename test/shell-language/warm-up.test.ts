import { expect, test } from 'vitest';
import { Cells } from './harness.js';

test('a cell before the checker is there runs without types, and its names have types afterwards', async () => {
  const cells = new Cells('error', false);
  const first = await cells.ok('const early = sc.parallelize([1, 2])');
  const second = await cells.ok('const n = early.count(); interface Point { x: number }');
  expect([first.isTyped, second.isTyped]).toEqual([false, false]);
  await cells.client.warmUp();
  expect(cells.client.isWarm).toBe(true);
  expect(await cells.client.typeOf('early')).toBe('RDD<number>');
  expect(await cells.client.typeOf('n')).toBe('number');
  expect((await cells.ok('const p: Point = { x: n }')).isTyped).toBe(true);
  await cells.close();
});

test('a function that only types can mend waits for the checker', async () => {
  const cells = new Cells('error', false);
  await cells.ok('const a = sc.parallelize([1, 2])');
  const cell = await cells.ok('function g() { return a.count() + 1 }');
  expect(cell.isTyped).toBe(true);
  expect(cell.js).toContain('__tspark.job');
  await cells.close();
});

test('a cell that uses an action in a callback of its own does not wait', async () => {
  const cells = new Cells('error', false);
  expect((await cells.ok('[[1], [2]].map(l => l.reduce((x, y) => x + y) + 1)')).isTyped).toBe(
    false,
  );
  await cells.close();
});

test('whenWarm settles by itself where the checker is asked to start', async () => {
  const cells = new Cells('error', true);
  await cells.client.whenWarm;
  expect((await cells.ok('1')).isTyped).toBe(true);
  await cells.close();
});

test('a script can ask to wait for types', async () => {
  const cells = new Cells('error', false);
  const analysis = await cells.client.analyse("const x: number = 'a'", {
    types: 'error',
    name: 'script.ts',
    waitForTypes: true,
  });
  expect(analysis.state).toBe('error');
  await cells.close();
});
