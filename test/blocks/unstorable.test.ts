import { describe, expect, it } from 'vitest';
import { decodeBlock, encodeBlock } from '#dist/blocks/codec.js';
import { UsageError } from '#dist/errors.js';

const f = (x: number) => x + 1;

describe('a record that cannot be stored', () => {
  it.each([
    [
      'a function',
      f,
      /BLOCK-101\] Cannot store the record \[Function: f\]: it is a function\. Only plain data/,
    ],
    ['a symbol', Symbol('s'), /record Symbol\(s\): it is a symbol/],
    ['a promise', Promise.resolve(1), /it is a promise/],
    ['a WeakMap', new WeakMap(), /it is of class WeakMap/],
    [
      'a function in a tuple',
      ['a', f],
      /record \[ 'a', \[Function: f\] \]: its \[1\] is a function, \[Function: f\]/,
    ],
    ['a function in a field', { id: 1, handler: f }, /its handler is a function/],
    [
      'a symbol deep inside',
      [1, { list: [{ 'odd name': Symbol('deep') }] }],
      /its \[1\]\.list\[0\]\["odd name"\] is a symbol, Symbol\(deep\)/,
    ],
    ['a function in a Map', new Map([['k', f]]), /its get\('k'\) is a function/],
    ['a function in a Set', new Set([f]), /its values\(\) is a function/],
  ])('is named: %s', (_, record, message) => {
    expect(() => encodeBlock([record])).toThrow(UsageError);
    expect(() => encodeBlock([record])).toThrow(message);
  });

  it('is found among good ones', () => {
    const records: unknown[] = Array.from({ length: 3000 }, (_, i) => [`k${i}`, i]);
    records[2500] = ['bad', { when: f }];
    expect(() => encodeBlock(records)).toThrow(/record \[ 'bad', .*its \[1\]\.when is a function/);
  });

  it('does not spoil later blocks', () => {
    expect(() => encodeBlock([['a', f]])).toThrow(UsageError);
    expect(decodeBlock(encodeBlock([['a', 1]]))).toEqual([['a', 1]]);
  });

  it('is reported with the cause where it fails by an accessor', () => {
    const record = {
      get broken(): number {
        throw new RangeError('no luck');
      },
    };
    expect(() => encodeBlock([record])).toThrow(/BLOCK-101.*no luck/);
  });

  it('is reported when nested too deeply', () => {
    let deep: unknown[] = [];
    for (let i = 0; i < 200_000; i++) deep = [deep];
    expect(() => encodeBlock([deep])).toThrow(/BLOCK-101/);
  });
});
