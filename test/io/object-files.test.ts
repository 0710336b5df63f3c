import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commitOutput, prepareOutput } from '#dist/io/output.js';
import { openRecordSplit } from '#dist/io/record-readers.js';
import type { FileSplit } from '#dist/io/split.js';
import { openTaskWriter } from '#dist/io/writers.js';
import { fixtures, makeFolder } from './folders.js';

const folder = makeFolder();
let next = 0;

/** Writes one part of records and returns its path. */
function write(records: readonly unknown[], batchSize?: number): string {
  const path = `${folder}/objects-${next++}`;
  prepareOutput(path);
  const writer = openTaskWriter({
    path,
    partition: 0,
    attempt: 0,
    format: 'objects',
    codec: 'none',
    ...(batchSize === undefined ? {} : { batchSize }),
  });
  for (const record of records) writer.write(record);
  writer.commit();
  commitOutput(path);
  return `${path}/part-00000`;
}

function read(path: string, start = 0, length = fs.statSync(path).size - start): unknown[] {
  const split: FileSplit = { path, start, length, codec: 'none' };
  const reader = openRecordSplit(split, { kind: 'objects' });
  const records: unknown[] = [];
  for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) records.push(...chunk);
  reader.close();
  return records;
}

describe('an object file', () => {
  it('gives back plain data of every kind', () => {
    const records = [
      1,
      -0.5,
      'ä🎉',
      null,
      undefined,
      true,
      12n,
      ['t', [1, 2]],
      { a: { b: [] } },
      new Map([['k', new Set([1])]]),
      new Date(0),
      /a+/gi,
      new Uint8Array([1, 2]),
      Number.NaN,
    ];
    expect(read(write(records))).toEqual(records);
  });

  it('gives back text that looks like code as the text it is', () => {
    expect(read(write(['() => process.exit()', 'return 1']))).toEqual([
      '() => process.exit()',
      'return 1',
    ]);
  });

  it('has no records if none were written', () => {
    expect(read(write([]))).toEqual([]);
  });

  it('is read by any number of splits, every record once and in order', () => {
    const records = Array.from({ length: 5000 }, (_, i) => ({ id: i, name: `record ${i}` }));
    const path = write(records, 10);
    const size = fs.statSync(path).size;
    for (const step of [size, 50_000, 7777]) {
      const found: unknown[] = [];
      for (let start = 0; start < size; start += step) {
        found.push(...read(path, start, Math.min(step, size - start)));
      }
      expect(found).toEqual(records);
    }
  });

  it('keeps pages small when records are large', () => {
    const large = 'x'.repeat(100_000);
    const path = write(Array.from({ length: 60 }, () => large));
    const reader = openRecordSplit(
      { path, start: 0, length: fs.statSync(path).size, codec: 'none' },
      { kind: 'objects' },
    );
    const sizes: number[] = [];
    for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) sizes.push(chunk.length);
    reader.close();
    expect(sizes).toEqual([16, ...Array.from({ length: 44 }, () => 1)]);
  });
});

describe('an object file that cannot be read', () => {
  it('is one of another format', () => {
    expect(() => read(`${fixtures}/words.txt`)).toThrow(/IO-110.*words\.txt'.*not an object file/);
    expect(() => read(`${fixtures}/hello.txt`)).toThrow(/IO-110.*not an object file/);
  });

  it('is one of a later version', () => {
    const path = write([1]);
    const bytes = fs.readFileSync(path);
    bytes[8] = 9;
    fs.writeFileSync(path, bytes);
    expect(() => read(path)).toThrow(/IO-110.*version 9/);
  });

  it('is cut or damaged anywhere', () => {
    const path = write(['a', 'b', 'c'], 1);
    const bytes = fs.readFileSync(path);
    for (let length = 0; length < bytes.length; length++) {
      fs.writeFileSync(path, bytes.subarray(0, length));
      expect(() => read(path), `${length} bytes`).toThrow(/IO-110/);
    }
    for (let at = 28; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x40;
      fs.writeFileSync(path, damaged);
      expect(() => read(path), `byte ${at}`).toThrow(/IO-110/);
    }
  });

  it('is damaged where a split begins', () => {
    const path = write(['a', 'b', 'c', 'd'], 1);
    const bytes = fs.readFileSync(path);
    const mark = bytes.subarray(12, 28);
    const third = bytes.indexOf(mark, bytes.indexOf(mark, bytes.indexOf(mark, 28) + 1) + 1);
    bytes[third]! ^= 1;
    fs.writeFileSync(path, bytes);
    const both = () => [...read(path, 0, third), ...read(path, third)];
    expect(both).toThrow(/IO-110.*no page begins/);
  });
});

it('refuses a record that is no data, and says what it is', () => {
  expect(() => write([1, { f: () => 1 }])).toThrow(/IO-113.*could not be cloned.*plain data/s);
});
