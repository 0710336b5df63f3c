import { describe, expect, it } from 'vitest';
import { canonicalKey, isPrimitiveKey, keyEquals } from '#dist/values/keys.js';

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

const EQUAL: [string, unknown, unknown][] = [
  ['numbers', 1.5, 1.5],
  ['zeros of both signs', 0, -0],
  ['NaN', Number.NaN, Number.NaN],
  ['null and undefined', null, undefined],
  ['arrays', [1, ['a', null]], [1, ['a', undefined]]],
  ['an array with a hole and one with null', Object.assign(Array(3), { 0: 1, 2: 2 }), [1, null, 2]],
  ['zeros and NaN inside', [0, Number.NaN], [-0, Number.NaN]],
  ['objects in another order', { a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }],
  ['objects without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['an instance and its fields', new Point(1, 2), { x: 1, y: 2 }],
  ['dates', new Date(7), new Date(7)],
  ['bytes and buffers', new Uint8Array([1, 2]), Buffer.from([1, 2])],
  ['other typed arrays', new Float64Array([1, -0]), new Float64Array([1, 0])],
  [
    'maps in another order',
    new Map([
      [[1], 'a'],
      [[2], 'b'],
    ]),
    new Map([
      [[2], 'b'],
      [[1], 'a'],
    ]),
  ],
  ['sets in another order', new Set(['a', 'b']), new Set(['b', 'a'])],
  [
    'names that prototypes use',
    JSON.parse('{"__proto__":1,"constructor":2}'),
    JSON.parse('{"constructor":2,"__proto__":1}'),
  ],
  ['big integers', [10n], [10n]],
];

const DIFFERENT: unknown[] = [
  null,
  0,
  1,
  '1',
  true,
  false,
  1n,
  '',
  'null',
  Number.NaN,
  'NaN',
  Number.POSITIVE_INFINITY,
  [],
  [null],
  [[]],
  [1],
  ['1'],
  [true],
  [1n],
  [1, 2],
  [2, 1],
  [[1], 2],
  [[1, 2]],
  ['1,2'],
  ['a', 'b'],
  ['a1:b'],
  ['as1:b'],
  ['ab'],
  {},
  { a: 1 },
  { a: '1' },
  { a: 1, b: 2 },
  { a: null },
  { b: 1 },
  { '': 1 },
  JSON.parse('{"__proto__":1}'),
  { constructor: 1 },
  new Date(1),
  new Date(2),
  new Date(Number.NaN),
  new Uint8Array([1]),
  new Uint8Array([1, 0]),
  new Int8Array([1]),
  new Uint16Array([1]),
  new Map(),
  new Map([['a', 1]]),
  new Map([['a', '1']]),
  new Set(),
  new Set(['a']),
  new Set([['a', 1]]),
  /a/,
  /a/g,
  new Error('a'),
  new TypeError('a'),
  Object(1),
  Object('1'),
]; // prettier-ignore

describe('keyEquals and canonicalKey', () => {
  it.each(EQUAL)('take %s for one key', (_, a, b) => {
    expect(keyEquals(a, b)).toBe(true);
    expect(keyEquals(b, a)).toBe(true);
    expect(canonicalKey(a)).toBe(canonicalKey(b));
  });

  it('tell all different keys apart', () => {
    expect(new Set(DIFFERENT.map(canonicalKey)).size).toBe(DIFFERENT.length);
    for (const [i, a] of DIFFERENT.entries()) {
      for (const [j, b] of DIFFERENT.entries()) {
        expect([a, b, keyEquals(a, b)]).toEqual([a, b, i === j]);
      }
    }
  });

  it('name what cannot be a key', () => {
    class Hidden {
      #secret = 1;
      peek() {
        return this.#secret;
      }
    }
    expect(() => canonicalKey(() => 1)).toThrow(/VALUE-102.*a function has no value/);
    expect(() => canonicalKey([Symbol('id')])).toThrow(/VALUE-102.*Symbol\(id\).*symbol/);
    expect(() => canonicalKey(Promise.resolve(1))).toThrow(
      /VALUE-102.*Promise.*no enumerable fields/,
    );
    expect(() => canonicalKey(new WeakMap())).toThrow(/VALUE-102.*WeakMap/);
    expect(() => canonicalKey(new Hidden())).toThrow(/VALUE-102.*Hidden/);
  });

  it('end with an error on a key that contains itself', () => {
    const loop: unknown[] = [1];
    loop.push(loop);
    const other: unknown[] = [1];
    other.push(other);
    expect(() => canonicalKey(loop)).toThrow(/VALUE-102.*contains itself/);
    expect(() => keyEquals(loop, other)).toThrow(/VALUE-102.*contains itself/);
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    expect(() => canonicalKey(ring)).toThrow(/VALUE-102.*contains itself/);
  });
});

describe('isPrimitiveKey', () => {
  it('is true for what a native Map compares by value', () => {
    expect(['a', 1, 1n, true, null, undefined].map(isPrimitiveKey)).toEqual(Array(6).fill(true));
    expect([[], {}, new Date(), () => 1, Symbol('s')].map(isPrimitiveKey)).toEqual(
      Array(5).fill(false),
    );
  });
});
