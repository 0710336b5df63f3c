import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listInputFiles } from '#dist/io/listing.js';
import type { FileFormat, FileStatus } from '#dist/io/split.js';
import { computeSplits } from '#dist/io/splits.js';
import { fixtures } from './folders.js';

const MIB = 1024 * 1024;

function file(name: string, sizeBytes: number): FileStatus {
  return { path: `/d/${name}`, sizeBytes, modifiedMs: 0 };
}

function ranges(files: FileStatus[], minPartitions: number, format: FileFormat = { kind: 'text' }) {
  return computeSplits(files, format, minPartitions).map((split) => [
    path.basename(split.path),
    split.start,
    split.length,
  ]);
}

describe('splits of text files', () => {
  it('have the size of the whole input by the partitions asked for', () => {
    expect(ranges([file('a', 51)], 3)).toEqual([
      ['a', 0, 17],
      ['a', 17, 17],
      ['a', 34, 17],
    ]);
  });

  it('leave the last one a tenth larger rather than make a sliver', () => {
    expect(ranges([file('a', 109)], 1)).toEqual([['a', 0, 109]]);
    expect(ranges([file('a', 21)], 2)).toEqual([
      ['a', 0, 10],
      ['a', 10, 11],
    ]);
    expect(ranges([file('a', 23)], 2)).toEqual([
      ['a', 0, 11],
      ['a', 11, 12],
    ]);
    expect(ranges([file('a', 19)], 3)).toEqual([
      ['a', 0, 6],
      ['a', 6, 6],
      ['a', 12, 6],
      ['a', 18, 1],
    ]);
  });

  it('never span files and are never larger than 32 MiB', () => {
    expect(ranges([file('a', 6), file('b', 3), file('c', 9)], 4)).toEqual([
      ['a', 0, 4],
      ['a', 4, 2],
      ['b', 0, 3],
      ['c', 0, 4],
      ['c', 4, 4],
      ['c', 8, 1],
    ]);
    expect(ranges([file('a', 80 * MIB)], 1)).toEqual([
      ['a', 0, 32 * MIB],
      ['a', 32 * MIB, 32 * MIB],
      ['a', 64 * MIB, 16 * MIB],
    ]);
  });

  it('are none for empty files', () => {
    expect(ranges([file('a', 0), file('b', 2), file('c', 0)], 1)).toEqual([['b', 0, 2]]);
    expect(ranges([], 3)).toEqual([]);
  });

  it('are at least one byte long, however many are asked for', () => {
    expect(ranges([file('a', 2)], 100)).toEqual([
      ['a', 0, 1],
      ['a', 1, 1],
    ]);
    expect(ranges([file('a', 2)], 0)).toEqual([['a', 0, 2]]);
    expect(ranges([file('a', 2)], Number.NaN)).toEqual([['a', 0, 2]]);
  });

  it('are whole files for gzip and deflate, and ranges for bzip2', () => {
    const files = [file('a.gz', 90), file('b.deflate', 90), file('c.bz2', 90)];
    expect(computeSplits(files, { kind: 'text' }, 6)).toEqual([
      { path: '/d/a.gz', start: 0, length: 90, codec: 'gzip' },
      { path: '/d/b.deflate', start: 0, length: 90, codec: 'deflate' },
      { path: '/d/c.bz2', start: 0, length: 45, codec: 'bzip2' },
      { path: '/d/c.bz2', start: 45, length: 45, codec: 'bzip2' },
    ]);
  });
});

function packs(paths: string, format: FileFormat, minPartitions: number, cores?: number) {
  return computeSplits(listInputFiles(paths, format), format, minPartitions, cores).map((split) =>
    [split, ...(split.packed ?? [])].map((part) => path.basename(part.path)),
  );
}

// What PySpark 4.3 printed, with the files of a folder in the order of their names.
describe('whole files', () => {
  it('are packed until a partition has its share of the bytes', () => {
    const format = { kind: 'whole-text' } as const;
    expect(packs(`${fixtures}/*.txt`, format, 4)).toEqual([
      ['bad-utf8.txt', 'blank-lines.txt', 'bom.txt', 'cr-only.txt', 'crlf.txt', 'hello.txt'],
      ['name with space.txt', 'no-newline.txt', 'numbers.txt'],
      ['separators.txt', 'unicode.txt'],
      ['empty.txt', 'words.txt'],
    ]);
    expect(packs(`${fixtures}/dir`, format, 1)).toEqual([['a.txt', 'b.txt', 'c.log']]);
    expect(packs(`${fixtures}/dir`, format, 6)).toEqual([['a.txt'], ['b.txt'], ['c.log']]);
    expect(packs(`${fixtures}/empty.txt`, format, 2)).toEqual([['empty.txt']]);
  });

  it('of bytes are packed up to 4 MiB at least, as opening them has a cost', () => {
    expect(packs(`${fixtures}/bin`, { kind: 'binary-files' }, 2, 4)).toEqual([['1.bin', '2.bin']]);
    const large = [file('a', 5 * MIB), file('b', 5 * MIB), file('c', 1)];
    // 10 MiB and 4 for each of three files, over 4 cores: full at 5.5 MiB.
    expect(computeSplits(large, { kind: 'binary-files' }, 2, 4)).toMatchObject([
      { path: '/d/a', packed: [{ path: '/d/b' }] },
      { path: '/d/c' },
    ]);
  });

  it('keep the codec of each for text and none for bytes', () => {
    const files = [file('a.gz', 1), file('b', 1)];
    expect(computeSplits(files, { kind: 'whole-text' }, 1)).toEqual([
      {
        path: '/d/a.gz',
        start: 0,
        length: 1,
        codec: 'gzip',
        packed: [{ path: '/d/b', start: 0, length: 1, codec: 'none' }],
      },
    ]);
    expect(computeSplits(files, { kind: 'binary-files' }, 1)[0]!.codec).toBe('none');
  });
});

describe('records of a fixed length', () => {
  it('are cut at whole records only', () => {
    const length = 3 * MIB;
    expect(
      ranges([file('a', 90 * MIB)], 1, { kind: 'binary-records', recordLength: length }),
    ).toEqual([
      ['a', 0, 30 * MIB],
      ['a', 30 * MIB, 30 * MIB],
      ['a', 60 * MIB, 30 * MIB],
    ]);
  });

  it('need a length, and a file that is not compressed', () => {
    for (const recordLength of [0, -1, 1.5, Number.NaN]) {
      const format = { kind: 'binary-records', recordLength } as const;
      expect(() => ranges([file('a', 4)], 1, format)).toThrow(/IO-111.*at least 1 byte/);
    }
    const format = { kind: 'binary-records', recordLength: 4 } as const;
    expect(() => ranges([file('a.gz', 4)], 1, format)).toThrow(/IO-109.*'\/d\/a\.gz'/);
  });
});
