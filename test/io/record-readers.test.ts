import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listInputFiles } from '#dist/io/listing.js';
import { openRecordSplit } from '#dist/io/record-readers.js';
import type { FileFormat } from '#dist/io/split.js';
import { computeSplits } from '#dist/io/splits.js';
import { fixtures, makeFolder } from './folders.js';

type RecordFormat = Exclude<FileFormat, { kind: 'text' }>;

function read(paths: string, format: RecordFormat, minPartitions = 1): unknown[] {
  const splits = computeSplits(listInputFiles(paths, format), format, minPartitions);
  return splits.flatMap((split) => {
    const reader = openRecordSplit(split, format);
    const records: unknown[] = [];
    for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) records.push(...chunk);
    reader.close();
    return records;
  });
}

describe('whole text files', () => {
  const format = { kind: 'whole-text' } as const;

  it('are their URL as Hadoop writes it and their content, line ends untouched', () => {
    expect(read(`${fixtures}/crlf.txt,${fixtures}/name with space.txt`, format)).toEqual([
      [`file:${fixtures}/crlf.txt`, 'one\r\ntwo\r\n\r\nthree\r\n'],
      [`file:${fixtures}/name with space.txt`, 'spaced\n'],
    ]);
  });

  it('may be empty, compressed, marked or not UTF-8', () => {
    const contents = (name: string) =>
      read(`${fixtures}/${name}`, format).map((pair) => (pair as [string, string])[1]);
    expect(contents('empty.txt')).toEqual(['']);
    expect(contents('lines.txt.gz')).toEqual(['gz one\ngz two\ngz three\n']);
    expect(contents('lines.txt.bz2')).toEqual(['bz one\nbz two\n']);
    expect(contents('bom.txt')).toEqual(['\ufeffwith bom\nsecond\n']);
    expect(contents('bad-utf8.txt')).toEqual(['ok\n\ufffd\ufffd bad\nend\n']);
  });

  it('are all read when they share a partition', () => {
    expect(read(`${fixtures}/dir`, format).map((pair) => (pair as [string, string])[1])).toEqual([
      'a1\na2\n',
      'b1\n',
      'c1\nc2\nc3\n',
    ]);
  });
});

describe('binary files', () => {
  it('are their URL and their bytes, in memory of their own', () => {
    const [[url, bytes]] = read(`${fixtures}/bytes.bin`, { kind: 'binary-files' }) as [
      [string, Uint8Array],
    ];
    expect(url).toBe(`file:${fixtures}/bytes.bin`);
    expect(bytes).toEqual(new Uint8Array([0, 1, 2, 250, 255, 13, 10, 0]));
    expect(Buffer.isBuffer(bytes)).toBe(false);
  });

  it('are not decompressed', () => {
    const [[, bytes]] = read(`${fixtures}/lines.txt.gz`, { kind: 'binary-files' }) as [
      [string, Uint8Array],
    ];
    expect([...bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });
});

describe('records of a fixed length', () => {
  it('are the bytes of each', () => {
    const records = read(`${fixtures}/records.bin`, { kind: 'binary-records', recordLength: 4 });
    expect(
      (records as Uint8Array[]).map((record) =>
        new DataView(record.buffer, record.byteOffset, record.byteLength).getInt32(0),
      ),
    ).toEqual([0, 1, 4, 9, 16, 25]);
  });

  it('stay what they are when more are read', () => {
    const target = path.join(makeFolder(), 'many.bin');
    const bytes = Buffer.alloc(300_000 * 2);
    for (let i = 0; i < 300_000; i++) bytes.writeUInt16LE(i & 0xffff, i * 2);
    fs.writeFileSync(target, bytes);
    const records = read(target, { kind: 'binary-records', recordLength: 2 }) as Uint8Array[];
    expect(records).toHaveLength(300_000);
    expect(records[0]).toEqual(new Uint8Array([0, 0]));
    expect(records[0x1234]).toEqual(new Uint8Array([0x34, 0x12]));
    expect(records[299_999]).toEqual(new Uint8Array([0xdf, 0x93]));
  });

  it('must fill the file', () => {
    const format = { kind: 'binary-records', recordLength: 4 } as const;
    expect(() => read(`${fixtures}/records-ragged.bin`, format)).toThrow(
      /IO-111.*records-ragged\.bin' in records of 4 bytes: its length, 10 bytes, is not a multiple.*incomplete, with 2 bytes/,
    );
  });

  it('fail if the file was cut since it was listed', () => {
    const target = path.join(makeFolder(), 'cut.bin');
    fs.writeFileSync(target, Buffer.alloc(4));
    const split = { path: target, start: 0, length: 8, codec: 'none' } as const;
    const reader = openRecordSplit(split, { kind: 'binary-records', recordLength: 4 });
    expect(() => reader.next()).toThrow(/IO-110.*cut\.bin'.*become shorter/);
    reader.close();
  });
});
