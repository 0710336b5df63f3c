// What records take in the heap is told from their columns: near what they really take, and never far below; more where
// values are serialised, for they may be of any kind.
import { getHeapStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { decodeBlock, encodeBlock } from '#dist/blocks/codec.js';
import { decodedHeapBytes } from '#dist/blocks/heap-size.js';
import { collectGarbage } from '#dist/workers/collect-garbage.js';

const COUNT = 200_000;

test.each<[string, (i: number) => unknown, most?: number]>([
  ['integers', (i) => i],
  ['floats', (i) => i + 0.5],
  ['booleans', (i) => i % 2 === 0],
  ['texts', (i) => `record number ${i}`],
  ['texts that are not latin1', (i) => `récord ✓ ${i}`],
  ['pairs of integers', (i) => [i, i + 1]],
  ['pairs of a text and a float', (i) => [`key ${i}`, i + 0.5]],
  ['lists', (i) => Array.from({ length: i % 20 }, (_, k) => k)],
  ['objects', (i) => ({ id: i, name: `name ${i}`, score: i / 7 })],
  ['integers and nulls', (i) => (i % 3 === 0 ? null : i)],
  ['dates', (i) => new Date(i), 8],
])('%s', (_, make, most = 3) => {
  const block = encodeBlock(Array.from({ length: COUNT }, (_, i) => make(i)));
  collectGarbage();
  const before = getHeapStatistics().used_heap_size;
  const records = decodeBlock(block);
  collectGarbage();
  const taken = getHeapStatistics().used_heap_size - before;
  const told = decodedHeapBytes(block);
  expect(records).toHaveLength(COUNT);
  expect(told / taken).toBeGreaterThan(0.75);
  expect(told / taken).toBeLessThan(most);
});
