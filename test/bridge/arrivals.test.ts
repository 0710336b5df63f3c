import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeBlock } from '#dist/blocks/codec.js';
import { type StoredSegments, storedSegmentPages } from '#dist/blocks/stored.js';
import { Arrivals } from '#dist/bridge/worker/arrivals.js';
import { BlockingReader } from '#dist/bridge/worker/blocking-stream.js';
import { SpillFolder } from '#dist/plan/spill/spill-folder.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tspark-arrivals-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Blocks of one record each, taken from a connection that is a file. */
function takeAll(texts: readonly string[], limitBytes: number): StoredSegments[] {
  const blocks = texts.map((text) => encodeBlock([text]));
  const bytes = blocks.map(({ buffer, byteLength }) => Buffer.from(buffer, 0, byteLength));
  const connection = path.join(root, 'connection');
  writeFileSync(connection, Buffer.concat(bytes));
  const fd = openSync(connection, 'r');
  const folder = new SpillFolder(path.join(root, 'spill'));
  const arrivals = new Arrivals({
    reader: new BlockingReader(fd),
    partition: 2,
    folder,
    limitBytes,
  });
  try {
    return blocks.map(({ byteLength }) => arrivals.take(byteLength, 1));
  } finally {
    arrivals.close();
    closeSync(fd);
  }
}

function recordsOf(stored: StoredSegments): unknown[] {
  return [...storedSegmentPages(stored, 2)].flat();
}

test('blocks beyond the limit go to a file and are read as they were', () => {
  const texts = ['a'.repeat(1000), 'b'.repeat(1000), 'ü'.repeat(300_000), 'd'];
  const taken = takeAll(texts, 1500);
  expect(taken.map(({ kind }) => kind)).toEqual(['memory', 'disk', 'disk', 'memory']);
  expect(taken.map(recordsOf)).toEqual(texts.map((text) => [text]));
});

test('blocks below the limit stay in memory', () => {
  const taken = takeAll(['a', 'b'], 1_000_000);
  expect(taken.map(({ kind }) => kind)).toEqual(['memory', 'memory']);
  expect(taken.map(recordsOf)).toEqual([['a'], ['b']]);
});
