import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listInputFiles } from '#dist/io/listing.js';
import { commitOutput, prepareOutput } from '#dist/io/output.js';
import { openRecordSplit } from '#dist/io/record-readers.js';
import type { FileSplit } from '#dist/io/split.js';
import { computeSplits } from '#dist/io/splits.js';
import { openTaskWriter } from '#dist/io/writers.js';
import { makeFolder } from './folders.js';
import zlib from 'node:zlib';

const folder = makeFolder();

function file(name: string, content: Buffer | string): string {
  fs.writeFileSync(`${folder}/${name}`, content);
  return `${folder}/${name}`;
}

function read(split: FileSplit, separator: string | null = null): unknown[] {
  const reader = openRecordSplit(split, { kind: 'line-pairs', separator });
  const pairs: unknown[] = [];
  for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) pairs.push(...chunk);
  reader.close();
  return pairs;
}

function pieces(path: string, length: number): unknown[][] {
  const size = fs.statSync(path).size;
  const starts = Array.from({ length: Math.ceil(size / length) }, (_, i) => i * length);
  return starts.map((start) =>
    read({ path, start, length: Math.min(length, size - start), codec: 'none' }),
  );
}

function whole(path: string, separator: string | null = null): unknown[] {
  const format = { kind: 'line-pairs', separator } as const;
  return computeSplits(listInputFiles(path), format, 1).flatMap((split) => read(split, separator));
}

describe('lines behind their byte offsets', () => {
  // A byte order mark and all three line ends; the answers are PySpark's for the same splits.
  const mixed = file('mixed.txt', '\ufeffab\r\ncd\refg\n\nh');

  it('count the mark and every line end', () => {
    expect(pieces(mixed, 16)).toEqual([
      [
        [0, 'ab'],
        [7, 'cd'],
        [10, 'efg'],
        [14, ''],
        [15, 'h'],
      ],
    ]);
  });

  it('are the same wherever splits begin', () => {
    expect(pieces(mixed, 8)).toEqual([
      [
        [0, 'ab'],
        [7, 'cd'],
      ],
      [
        [10, 'efg'],
        [14, ''],
        [15, 'h'],
      ],
    ]);
    expect(pieces(mixed, 4)).toEqual([
      [[0, 'ab']],
      [[7, 'cd']],
      [[10, 'efg']],
      [
        [14, ''],
        [15, 'h'],
      ],
    ]);
    expect(pieces(mixed, 1).flat()).toEqual(pieces(mixed, 16).flat());
    expect(pieces(mixed, 1)[6]).toEqual([[7, 'cd']]);
  });

  it('go on over many chunks, counting bytes and not characters', () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `ä${i % 10}`);
    const path = file('long.txt', lines.join('\r\n'));
    const pairs = whole(path);
    expect(pairs).toHaveLength(30_000);
    expect(pairs[29_999]).toEqual([149_995, 'ä9']);
    expect(pieces(path, 40_001).flat()).toEqual(pairs);
  });

  it('count unpacked bytes in compressed files', () => {
    const path = file('packed.gz', zlib.gzipSync('one\ntwo\nthree\n'));
    expect(whole(path)).toEqual([
      [0, 'one'],
      [4, 'two'],
      [8, 'three'],
    ]);
  });
});

it('lines are cut at the first separator; without one they are all key', () => {
  const path = file('pairs.txt', 'a\t1\t2\nb\n\tc\n');
  expect(whole(path, '\t')).toEqual([
    ['a', '1\t2'],
    ['b', ''],
    ['', 'c'],
  ]);
});

describe('pairs as lines', () => {
  let next = 0;
  function written(pairs: readonly unknown[], separator = '\t'): string {
    const path = `${folder}/out-${next++}`;
    prepareOutput(path);
    const format = { kind: 'line-pairs', separator } as const;
    const writer = openTaskWriter({
      path,
      partition: 3,
      attempt: 0,
      format,
      codec: 'none',
      prefix: 'part-r-',
    });
    for (const pair of pairs) writer.write(pair);
    writer.commit();
    commitOutput(path);
    return fs.readFileSync(`${path}/part-r-00003`, 'utf8');
  }

  it('leave out what is null, and pairs of nulls', () => {
    const pairs = [
      [null, 'a'],
      ['b', undefined],
      [null, null],
      ['c', 'd'],
    ];
    expect(written(pairs)).toBe('a\nb\nc\td\n');
  });

  it('show values as Java does', () => {
    const pairs = [
      [1.5, true],
      [2 ** 40, 1e21],
      [new Uint8Array([97, 98]), 12n],
      [1e-4, 12345678.5],
    ];
    expect(written(pairs)).toBe(
      '1.5\ttrue\n1099511627776\t1.0E21\n61 62\t12\n1.0E-4\t1.23456785E7\n',
    );
  });

  it('have the separator that is asked for', () => {
    expect(written([['a', 1]], '::')).toBe('a::1\n');
  });

  it('refuse what has no text of its own', () => {
    expect(() => written([['a', [1]]])).toThrow(/IO-114.*cannot hold \[ 1 \].*JSON\.stringify/);
  });
});
