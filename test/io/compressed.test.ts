import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CompressedWriteHandle } from '#dist/io/compressed-write-handle.js';
import { fileSystems } from '#dist/io/file-systems.js';
import type { Codec } from '#dist/io/split.js';
import { openTextSplit } from '#dist/io/text-reader.js';
import { fixtures, glom, makeFolder, ownFixtures, readLines } from './folders.js';

const folder = makeFolder();

function store(name: string, bytes: Buffer): string {
  const target = path.join(folder, name);
  fs.writeFileSync(target, bytes);
  return target;
}

function linesOf(name: string, bytes: Buffer, codec: Codec): string[] {
  return readLines({ path: store(name, bytes), start: 0, length: bytes.length, codec });
}

const packed = zlib.gzipSync('one\ntwo\n');

describe('a gzip file', () => {
  it('is one partition', () => {
    expect(glom(`${fixtures}/lines.txt.gz`, 5)).toEqual([['gz one', 'gz two', 'gz three']]);
  });

  it('may have several members, wherever the reads cut them', () => {
    // Members that do not compress are longer than one read of 64 KiB.
    const noise = Array.from(
      { length: 9 },
      (_, i) => `${i}${zlib.gzipSync(`${i}`).toString('hex')}`,
    );
    const large = zlib.gzipSync(`${noise.join('\n').repeat(400)}\n`, { level: 0 });
    const two = Buffer.concat([packed, large, packed]);
    const text = zlib.gunzipSync(two).toString();
    expect(linesOf('members.gz', two, 'gzip')).toEqual(text.slice(0, -1).split('\n'));
    const many = Buffer.concat(Array.from({ length: 3000 }, () => packed));
    expect(linesOf('many.gz', many, 'gzip')).toHaveLength(6000);
  });

  it('may be padded with zeros', () => {
    const padded = Buffer.concat([packed, Buffer.alloc(100_000)]);
    expect(linesOf('padded.gz', padded, 'gzip')).toEqual(['one', 'two']);
  });

  it('with an empty member has no lines', () => {
    expect(linesOf('empty.gz', zlib.gzipSync(''), 'gzip')).toEqual([]);
  });

  it('that is cut, damaged, followed by other data or no gzip at all is refused by name', () => {
    const read = (bytes: Buffer) => () => linesOf('bad.gz', bytes, 'gzip');
    const why = (text: string) => new RegExp(`IO-110.*Cannot decompress '.*bad\\.gz'.*${text}`);
    const damaged = Buffer.from(packed);
    damaged[packed.length - 6]! ^= 0xff;
    expect(read(packed.subarray(0, -10))).toThrow(why('ends in the middle'));
    expect(read(packed.subarray(0, 5))).toThrow(why('ends in the middle'));
    expect(read(damaged)).toThrow(why('incorrect data check'));
    expect(read(Buffer.concat([packed, Buffer.from('junk')]))).toThrow(why('incorrect header'));
    expect(read(Buffer.concat([packed, Buffer.from('\0\0junk')]))).toThrow(
      why('other data follow'),
    );
    expect(read(Buffer.from('plain text\n'))).toThrow(why('incorrect header'));
  });

  it('of 200 MB is read line by line in little memory', () => {
    const target = path.join(folder, 'large.gz');
    const handle = fileSystems.for(target).openWrite(target);
    const writer = new CompressedWriteHandle(handle, 'gzip');
    const megabyte = Buffer.from(`${'0123456789'.repeat(6)}abc\n`.repeat(16_384));
    for (let i = 0; i < 200; i++) writer.write(megabyte, 0, megabyte.length);
    writer.close();
    const sizeBytes = fs.statSync(target).size;
    const before = process.memoryUsage().rss;
    const reader = openTextSplit({ path: target, start: 0, length: sizeBytes, codec: 'gzip' });
    let characters = 0;
    let peak = 0;
    for (let chunk = reader.next(); chunk !== null; chunk = reader.next()) {
      characters += chunk.length;
      if (characters % (16 * 1024 * 1024) < chunk.length) {
        peak = Math.max(peak, process.memoryUsage().rss);
      }
    }
    expect(characters).toBe(200 * megabyte.length);
    expect(reader.bytesRead).toBe(sizeBytes);
    expect(peak - before).toBeLessThan(100 * 1024 * 1024);
    reader.close();
  });
});

describe('a deflate file', () => {
  it('is read as a zlib stream, or several', () => {
    const one = zlib.deflateSync('one\ntwo\n');
    expect(linesOf('a.deflate', one, 'deflate')).toEqual(['one', 'two']);
    expect(linesOf('b.deflate', Buffer.concat([one, one]), 'deflate')).toEqual([
      'one',
      'two',
      'one',
      'two',
    ]);
  });

  it('that is cut is refused', () => {
    const one = zlib.deflateSync('one\ntwo\n');
    expect(() => linesOf('c.deflate', one.subarray(0, -3), 'deflate')).toThrow(/IO-110/);
  });
});

describe('a bzip2 file', () => {
  const blocks = fs.readFileSync(`${ownFixtures}/two-streams.bz2`);
  // Two streams with blocks of 100 kB.
  const expected = [
    ...Array.from({ length: 8000 }, (_, i) => `${i} the quick brown fox`),
    ...Array.from({ length: 6000 }, (_, i) => `${i + 8000} jumps`),
  ];

  it('is cut into splits that begin at its blocks', () => {
    expect(glom(`${fixtures}/lines.txt.bz2`, 5)).toEqual([
      ['bz one', 'bz two'],
      [],
      [],
      [],
      [],
      [],
    ]);
  });

  it('gives every line once, in order, in any number of splits', () => {
    for (const partitions of [1, 2, 3, 5, 17]) {
      const found = glom(`${ownFixtures}/two-streams.bz2`, partitions);
      expect(found.length).toBeGreaterThanOrEqual(partitions);
      expect(found.flat()).toEqual(expected);
    }
    const [first, second] = glom(`${ownFixtures}/two-streams.bz2`, 2);
    expect(first!.length).toBeGreaterThan(1000);
    expect(second!.length).toBeGreaterThan(1000);
  });

  it('gives its lines once even if splits begin within its header', () => {
    const found = glom(`${fixtures}/lines.txt.bz2`, 52);
    expect(found).toHaveLength(52);
    expect(found.flat()).toEqual(['bz one', 'bz two']);
  });

  it('may hold runs of any length', () => {
    const runs = Buffer.from(
      'QlpoOTFBWSZTWb7wTnwAAAPDAOAQAQA8AAAIIAAxBkxA2qeUeidsyF9iprZSLWicXxdyRThQkL7wTnw=',
      'base64',
    );
    expect(linesOf('runs.bz2', runs, 'bzip2')).toEqual([
      `aaaabbb${'c'.repeat(260)}`,
      'd'.repeat(600),
    ]);
  });

  it('may be empty', () => {
    const empty = Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64');
    expect(linesOf('empty.bz2', empty, 'bzip2')).toEqual([]);
  });

  it('that is cut, damaged or no bzip2 at all is refused by name', () => {
    const read = (bytes: Buffer) => () => linesOf('bad.bz2', bytes, 'bzip2');
    const why = (text: string) => new RegExp(`IO-110.*Cannot decompress '.*bad\\.bz2'.*${text}`);
    expect(read(blocks.subarray(0, -100))).toThrow(why('ends in the middle'));
    expect(read(Buffer.from('plain text\n'))).toThrow(why('does not begin as a bzip2 file'));
    for (const at of [20, 200, 2000, 5000]) {
      const damaged = Buffer.from(blocks);
      damaged[at]! ^= 0x10;
      expect(read(damaged)).toThrow(/IO-110/);
    }
  });
});
