import { describe, expect, it } from 'vitest';
import type { Block } from '#dist/blocks/block.js';
import { decodeBlock, encodeBlock, segmentPages } from '#dist/blocks/codec.js';
import { checksum } from '#dist/blocks/page-layout.js';
import { InternalError } from '#dist/errors.js';
import { SAMPLES, seeded } from './samples.js';

function copyOf(block: Block): Block & { bytes: Uint8Array } {
  const buffer = new SharedArrayBuffer(block.byteLength);
  const bytes = new Uint8Array(buffer);
  bytes.set(new Uint8Array(block.buffer, 0, block.byteLength));
  return { ...block, buffer, bytes };
}

function outcome(block: Block): string {
  try {
    decodeBlock(block);
    return 'decoded';
  } catch (error) {
    return error instanceof InternalError ? error.code : String(error);
  }
}

const RECORDS: unknown[] = [
  ['IBERIA', 1, 2.5, true, [1, 2], null, new Map([['a', 1]]), { x: 1, y: 'Zürich 東京' }],
  ['LUFTHANSA', 2, -0, false, [], 'x', new Date(1), { x: 2, y: '' }],
];

describe('a damaged block', () => {
  it('is found out whichever bit was flipped', () => {
    const block = copyOf(encodeBlock(RECORDS));
    expect(decodeBlock(block)).toEqual(RECORDS);
    for (let at = 0; at < block.byteLength; at++) {
      for (let bit = 0; bit < 8; bit++) {
        block.bytes[at]! ^= 1 << bit;
        expect([at, bit, outcome(block)]).toEqual([at, bit, 'BLOCK-901']);
        block.bytes[at]! ^= 1 << bit;
      }
    }
    expect(decodeBlock(block)).toEqual(RECORDS);
  });

  it('is found out when bytes are overwritten at random', () => {
    const random = seeded(5);
    const clean = encodeBlock(Array.from({ length: 5000 }, (_, i) => [`N${i}`, i]));
    for (let round = 0; round < 100; round++) {
      const block = copyOf(clean);
      const at = Math.floor(random() * block.byteLength);
      const end = Math.min(block.byteLength, at + 1 + Math.floor(random() * 2000));
      for (let i = at; i < end; i++) block.bytes[i]! += 1 + Math.floor(random() * 255);
      expect([at, end, outcome(block)]).toEqual([at, end, 'BLOCK-901']);
    }
  });

  it('is found out when it is too short or too long, or the number of records is another', () => {
    const block = encodeBlock(Array.from({ length: 3000 }, (_, i) => `N${i}`));
    for (const byteLength of [8, 16, 24, 1000, block.byteLength - 8, block.byteLength - 1]) {
      expect([byteLength, outcome({ ...block, byteLength })]).toEqual([byteLength, 'BLOCK-901']);
    }
    const longer = new SharedArrayBuffer(block.byteLength + 64);
    new Uint8Array(longer).set(new Uint8Array(block.buffer));
    expect(outcome({ ...block, buffer: longer, byteLength: block.byteLength + 64 })).toBe(
      'BLOCK-901',
    );
    expect(outcome({ ...block, count: 2999 })).toBe('BLOCK-901');
    expect(outcome({ ...block, byteLength: 0 })).toBe('BLOCK-901');
    expect(outcome({ ...block, byteLength: block.byteLength + 1024 })).toBe('BLOCK-901');
  });

  it('says what is damaged and how', () => {
    const block = copyOf(encodeBlock(['a', 'b']));
    block.bytes[20]! ^= 1;
    expect(() => decodeBlock(block)).toThrow(
      '[BLOCK-901] A block of 2 records in memory is damaged: the checksum of a page is wrong.',
    );
  });

  it('never ends in nonsense even if the checksum was made to fit', () => {
    const random = seeded(9);
    const kinds = [
      'pairs',
      'lists',
      'groups',
      'plain objects',
      'wide strings',
      'strings with gaps',
      'booleans',
      'doubles',
      'tuples in tuples',
    ];
    for (const kind of kinds) {
      const clean = encodeBlock(SAMPLES[kind]!);
      for (let round = 0; round < 300; round++) {
        const block = copyOf(clean);
        const words = new Int32Array(block.buffer);
        // Heads of columns are small numbers: change them to other small numbers.
        const at = 4 + Math.floor(random() * (words.length - 4));
        words[at]! ^= 1 + Math.floor(random() * 64);
        words[3] = checksum(words, 4, words.length) ^ block.count;
        expect(['decoded', 'BLOCK-901']).toContain(outcome(block));
      }
    }
  });

  it('is found out in segments too', () => {
    const block = encodeBlock([1, 2, 3]);
    const segments = { ...block, offsets: [0, block.byteLength], counts: [4] };
    expect(() => [...segmentPages(segments, 0)]).toThrow(/BLOCK-901.*it holds 3/);
  });
});
