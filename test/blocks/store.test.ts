import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Block } from '#dist/blocks/block.js';
import { decodeBlock, finishSegments } from '#dist/blocks/codec.js';
import { BlockStore } from '#dist/blocks/store.js';
import { decodeStored, storedSegmentPages } from '#dist/blocks/stored.js';
import { BlockWriter } from '#dist/blocks/writer.js';
import { LostDataError } from '#dist/errors.js';

let folder: string;
let released: SharedArrayBuffer[];
let evicted: string[];
let moved: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-store-'));
  released = [];
  evicted = [];
  moved = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A store with room for three blocks of `block`. */
function storeOf(budgetBytes = 3000, directory = () => join(folder, 'local')): BlockStore {
  return new BlockStore({
    budgetBytes,
    directory,
    release: (buffer) => released.push(buffer),
    onEvict: (key) => evicted.push(key),
    onMove: (key) => moved.push(key),
  });
}

/** A block of one record in a buffer of a thousand bytes. */
function block(record: unknown, bufferBytes = 1000): Block {
  const writer = new BlockWriter<unknown>();
  writer.push(record);
  return writer.finish(() => new SharedArrayBuffer(bufferBytes));
}

function segments(...records: unknown[]) {
  const writers = records.map((record) => {
    const writer = new BlockWriter<unknown>();
    writer.push(record);
    return writer;
  });
  return finishSegments(writers, () => new SharedArrayBuffer(1000));
}

function files(): string[] {
  const local = join(folder, 'local');
  return existsSync(local)
    ? readdirSync(local, { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('.block'))
    : [];
}

const read = (store: BlockStore, key: string): unknown => {
  const stored = store.get(key);
  return stored && [stored.kind, ...decodeStored(stored)];
};

describe('BlockStore', () => {
  it('gives back what was put, until it is removed', () => {
    const store = storeOf();
    const a = block('a');
    store.put('a', a, 'drop');
    expect([store.has('a'), read(store, 'a'), store.usedBytes]).toEqual([
      true,
      ['memory', 'a'],
      1000,
    ]);
    expect([store.has('b'), store.get('b'), store.remove('b')]).toEqual([false, undefined, false]);
    expect(store.remove('a')).toBe(true);
    expect([store.has('a'), store.usedBytes, released]).toEqual([false, 0, [a.buffer]]);
  });

  it('forgets the block used longest ago when there is no room', () => {
    const store = storeOf();
    const blocks = new Map(['a', 'b', 'c', 'd'].map((key) => [key, block(key)]));
    for (const key of ['a', 'b', 'c']) store.put(key, blocks.get(key)!, 'drop');
    store.get('a');
    store.put('d', blocks.get('d')!, 'drop');
    expect([[...store.keys()], evicted, store.usedBytes]).toEqual([['c', 'a', 'd'], ['b'], 3000]);
    expect(released).toEqual([blocks.get('b')!.buffer]);
  });

  it('moves blocks and segments that may spill to disk and reads them there', () => {
    const store = storeOf();
    store.put('a', block('a'), 'spill');
    store.putSegments('s', segments('s0', 's1'));
    for (const key of ['b', 'c', 'd']) store.put(key, block(key), 'spill');
    expect([moved, evicted, store.usedBytes, released.length]).toEqual([['a', 's'], [], 3000, 2]);
    expect(read(store, 'a')).toEqual(['disk', 'a']);
    expect(read(store, 'd')).toEqual(['memory', 'd']);
    const stored = store.getSegments('s')!;
    expect([stored.kind, ...storedSegmentPages(stored, 1)]).toEqual(['disk', ['s1']]);
    expect([store.get('s'), store.getSegments('a')]).toEqual([undefined, undefined]);
  });

  it('puts a block for disk there at once, in a file of its owner alone', () => {
    const store = storeOf();
    store.put('a', block('a'), 'disk');
    expect([read(store, 'a'), store.usedBytes, released.length]).toEqual([['disk', 'a'], 0, 1]);
    const stored = store.get('a')!;
    const path = stored.kind === 'disk' ? stored.block.path : '';
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'local')).mode & 0o777).toBe(0o700);
    store.remove('a');
    expect(files()).toEqual([]);
  });

  it('counts whole buffers, which may be larger than what is in them', () => {
    const store = storeOf();
    store.put('a', block('a', 2500), 'drop');
    expect(store.usedBytes).toBe(2500);
    store.put('b', block('b'), 'drop');
    expect([[...store.keys()], store.usedBytes]).toEqual([['b'], 1000]);
  });

  it('does not push all others out for a block that would not fit alone', () => {
    const store = storeOf();
    store.put('a', block('a'), 'drop');
    store.put('large', block('large', 5000), 'drop');
    expect([[...store.keys()], evicted, store.usedBytes]).toEqual([['a'], ['large'], 1000]);
    store.put('large', block('large', 5000), 'spill');
    expect([read(store, 'large'), read(store, 'a')]).toEqual([
      ['disk', 'large'],
      ['memory', 'a'],
    ]);
  });

  it('replaces a block of the same key', () => {
    const store = storeOf();
    const first = block('first');
    store.put('a', first, 'drop');
    store.put('a', block('second'), 'disk');
    expect([read(store, 'a'), store.usedBytes, released.includes(first.buffer)]).toEqual([
      ['disk', 'second'],
      0,
      true,
    ]);
    store.put('a', block('third'), 'drop');
    expect([read(store, 'a'), files()]).toEqual([['memory', 'third'], []]);
  });

  it('neither evicts nor releases pinned blocks', () => {
    const store = storeOf();
    const a = block('a');
    store.put('a', a, 'drop');
    store.pin('a');
    store.pin('a');
    for (const key of ['b', 'c', 'd', 'e']) store.put(key, block(key), 'drop');
    expect([[...store.keys()].sort(), evicted]).toEqual([
      ['a', 'd', 'e'],
      ['b', 'c'],
    ]);
    store.remove('a');
    store.unpin('a');
    expect([store.has('a'), released.includes(a.buffer), store.usedBytes, decodeBlock(a)]).toEqual([
      false,
      false,
      3000,
      ['a'],
    ]);
    store.unpin('a');
    expect([released.includes(a.buffer), store.usedBytes]).toEqual([true, 2000]);
    store.unpin('a');
    expect(released.filter((buffer) => buffer === a.buffer).length).toBe(1);
  });

  it('keeps the file of a pinned block, and what was replaced while it was read', () => {
    const store = storeOf();
    store.put('a', block('old'), 'disk');
    const old = store.get('a')!;
    store.pin('a');
    store.put('a', block('new'), 'disk');
    expect([read(store, 'a'), decodeStored(old), files().length]).toEqual([
      ['disk', 'new'],
      ['old'],
      2,
    ]);
    store.unpin('a');
    expect([read(store, 'a'), files().length]).toEqual([['disk', 'new'], 1]);
  });

  it('exceeds its budget for pinned blocks and makes room when they are unpinned', () => {
    const store = storeOf(1500);
    store.put('a', block('a'), 'drop');
    store.pin('a');
    store.put('b', block('b'), 'drop');
    store.pin('b');
    // 'b' was evicted at once, so its pin does nothing.
    expect([[...store.keys()], store.usedBytes]).toEqual([['a'], 1000]);
    const wide = storeOf(2000);
    for (const key of ['x', 'y']) {
      wide.put(key, block(key), 'spill');
      wide.pin(key);
    }
    wide.put('z', block('z'), 'spill');
    expect([read(wide, 'z'), wide.usedBytes]).toEqual([['disk', 'z'], 2000]);
  });

  it('removes its files and gives all memory back when closed', () => {
    const store = storeOf(1500);
    store.put('a', block('a'), 'disk');
    store.put('b', block('b'), 'spill');
    store.putSegments('s', segments('s0'));
    store.pin('s');
    expect(files().length).toBe(2);
    store.close();
    expect([
      readdirSync(join(folder, 'local')),
      released.length,
      [...store.keys()],
      store.usedBytes,
    ]).toEqual([[], 3, [], 0]);
    store.put('late', block('late'), 'disk');
    expect([store.has('late'), released.length, store.usedBytes]).toEqual([false, 4, 0]);
    store.unpin('s');
    store.close();
    expect(released.length).toBe(4);
  });

  it('makes no folder while nothing goes to disk', () => {
    const store = storeOf(3000, () => {
      throw new Error('not asked for');
    });
    for (const key of ['a', 'b', 'c', 'd']) store.put(key, block(key), 'drop');
    store.close();
    expect(store.usedBytes).toBe(0);
  });

  it('says so when its folder cannot be made, and has given the memory back', () => {
    writeFileSync(join(folder, 'file'), '');
    const store = storeOf(3000, () => join(folder, 'file', 'local'));
    expect(() => store.put('a', block('a'), 'disk')).toThrow(LostDataError);
    expect(() => store.put('a', block('a'), 'disk')).toThrow(
      /BLOCK-501\] Could not make a folder .*file\/local.*spark\.local\.dir/,
    );
    expect([store.has('a'), store.usedBytes, released.length]).toEqual([false, 0, 2]);
  });

  it('loses nothing but the new block when the disk takes no more', () => {
    // A shell limits the size of files to 4 KiB; what exceeds it fails in the middle of writing.
    const script = fileURLToPath(new URL('./fixtures/full-disk.mjs', import.meta.url));
    const dist = fileURLToPath(
      new URL('../../' + (process.env.TSPARK_DIST ?? 'dist'), import.meta.url),
    );
    const command = `trap '' XFSZ; ulimit -f 8; exec "${process.execPath}" "${script}" "${dist}" "${folder}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      code: 'BLOCK-501',
      message: expect.stringMatching(/Could not write \d+ bytes to .*\.block: .*spark\.local\.dir/),
      keys: ['first'],
      first: 'memory',
      firstLength: 40_000,
      usedBytes: expect.any(Number),
      files: [],
    });
  });
});
