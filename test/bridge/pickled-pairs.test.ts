// The pickles that Spark's writers read. The bytes were checked with Python 3's pickle.loads.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlockingWriter } from '#dist/bridge/worker/blocking-stream.js';
import { pickledPairs } from '#dist/bridge/worker/pickled-pairs.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tspark-pickles-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a task writes for the records, frames and all, in hexadecimal. */
function sent(format: Parameters<typeof pickledPairs>[1], records: readonly unknown[]): string {
  const file = path.join(folder, 'sent');
  const fd = openSync(file, 'w');
  const writer = new BlockingWriter(fd);
  const sink = pickledPairs(writer, format);
  for (const record of records) sink.push(record);
  sink.finish();
  writer.flush();
  closeSync(fd);
  return readFileSync(file).toString('hex');
}

const BEGIN = '80035d28';
const END = '652e';

test('lines are pairs of a text and None', () => {
  // [('a', None), ('é', None)]
  const pickle = `${BEGIN}5801000000614e865802000000c3a94e86${END}`;
  expect(sent('text', ['a', 'é'])).toBe(`00000017${pickle}`);
});

test('pairs of a text format are lines, and a pair of nulls is none', () => {
  const format = { kind: 'line-pairs', separator: '=' } as const;
  // [('k=1', None)]
  const pickle = `${BEGIN}58030000006b3d314e86${END}`;
  expect(
    sent(format, [
      ['k', 1],
      [null, null],
    ]),
  ).toBe(`00000010${pickle}`);
});

test('pairs of a SequenceFile are the bytes of their Writables', () => {
  const format = {
    kind: 'sequence-file',
    keyClass: 'Text',
    valueClass: 'IntWritable',
  } as const;
  // [(b'\x01k', b'\x00\x00\x00\x07')]
  const pickle = `${BEGIN}4202000000016b42040000000000000786${END}`;
  expect(sent(format, [['k', 7]])).toBe(`00000017${pickle}`);
});

test('a task without records sends nothing', () => {
  expect(sent('text', [])).toBe('');
  expect(sent('objects', [])).toBe('');
});
