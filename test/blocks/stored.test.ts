import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allocateFresh, encodeBlock, finishSegments } from '#dist/blocks/codec.js';
import {
  decodeStored,
  storedPages,
  storedSegmentPages,
  writeDiskBlock,
  writeDiskSegments,
} from '#dist/blocks/stored.js';
import { segmentWriters } from '#dist/blocks/writer.js';
import { LostDataError } from '#dist/errors.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-stored-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PAIRS = Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, i / 2]);

describe('a block on disk', () => {
  it('gives the same pages as in memory', () => {
    const block = encodeBlock(PAIRS);
    const disk = writeDiskBlock(join(folder, 'b'), block);
    expect(disk).toEqual({ path: join(folder, 'b'), byteLength: block.byteLength, count: 20_000 });
    const inMemory = [...storedPages({ kind: 'memory', block })];
    const onDisk = [...storedPages({ kind: 'disk', block: disk })];
    expect(onDisk).toEqual(inMemory);
    expect(decodeStored({ kind: 'disk', block: disk })).toEqual(PAIRS);
    expect(decodeStored({ kind: 'memory', block })).toEqual(PAIRS);
  });

  it('can have pages larger than what is read at a time, and none', () => {
    const large = ['x'.repeat(3_000_000), 'y', 'z'.repeat(700_000)];
    expect(
      decodeStored({ kind: 'disk', block: writeDiskBlock(join(folder, 'l'), encodeBlock(large)) }),
    ).toEqual(large);
    expect(
      decodeStored({ kind: 'disk', block: writeDiskBlock(join(folder, 'e'), encodeBlock([])) }),
    ).toEqual([]);
  });

  it('can be read by its owner only', () => {
    writeDiskBlock(join(folder, 'b'), encodeBlock([1]));
    expect(statSync(join(folder, 'b')).mode & 0o777).toBe(0o600);
  });

  it.runIf(existsSync('/proc/self/fd'))('closes its file when the reader stops early', () => {
    const disk = writeDiskBlock(join(folder, 'b'), encodeBlock(PAIRS));
    const open = readdirSync('/proc/self/fd').length;
    for (const _page of storedPages({ kind: 'disk', block: disk })) break;
    expect(readdirSync('/proc/self/fd').length).toBe(open);
  });

  it('is an error when its file is missing, cut short, changed, or not its own', () => {
    const path = join(folder, 'b');
    const disk = writeDiskBlock(path, encodeBlock(PAIRS));
    const read = () => decodeStored({ kind: 'disk', block: disk });
    const bytes = readFileSync(path);
    for (const [at, bit] of [
      [0, 1],
      [5, 8],
      [12, 2],
      [40, 1],
      [150_000, 128],
      [bytes.length - 1, 1],
    ] as const) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= bit;
      writeFileSync(path, changed);
      expect(read).toThrow(LostDataError);
      expect(read).toThrow(/BLOCK-502\] Could not read 20000 records back from .*\/b: /);
    }
    writeFileSync(path, bytes);
    expect(() => decodeStored({ kind: 'disk', block: { ...disk, count: 1 } })).toThrow(
      /BLOCK-502.*it holds 20000/,
    );
    for (const size of [0, 10, 4096, bytes.length - 8]) {
      truncateSync(path, size);
      expect(read).toThrow(/BLOCK-502.*shorter than it was/);
      writeFileSync(path, bytes);
    }
    rmSync(path);
    expect(read).toThrow(/BLOCK-502.*ENOENT/);
  });

  it('leaves nothing behind where it cannot be written', () => {
    expect(() => writeDiskBlock(join(folder, 'no', 'b'), encodeBlock([1]))).toThrow(
      /BLOCK-501\] Could not write .*ENOENT.*spark\.local\.dir/,
    );
    writeFileSync(join(folder, 'mine'), 'not a block');
    expect(() => writeDiskBlock(join(folder, 'mine'), encodeBlock([1]))).toThrow(/BLOCK-501/);
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('not a block');
  });
});

describe('segments on disk', () => {
  it('are read one by one', () => {
    const writers = segmentWriters<unknown>(3);
    for (let i = 0; i < 20_000; i++) writers[i % 2]!.push(`record ${i}`);
    const block = finishSegments(writers, allocateFresh);
    const disk = { kind: 'disk', block: writeDiskSegments(join(folder, 's'), block) } as const;
    for (const index of [0, 1, 2]) {
      const inMemory = [...storedSegmentPages({ kind: 'memory', block }, index)];
      expect([...storedSegmentPages(disk, index)]).toEqual(inMemory);
    }
    expect([...storedSegmentPages<string>(disk, 1)].flat().slice(0, 2)).toEqual([
      'record 1',
      'record 3',
    ]);
    expect([...storedSegmentPages(disk, 2)]).toEqual([]);
  });
});
