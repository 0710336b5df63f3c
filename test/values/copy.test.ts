import { describe, expect, it } from 'vitest';
import { copyValue } from '#dist/values/copy.js';

class Stats {
  count = 0;
  readonly seen = new Set<string>();
  add(word: string): this {
    this.count++;
    this.seen.add(word);
    return this;
  }
}

class NamedMap extends Map<string, number> {
  constructor(readonly name: string) {
    super();
    if (name === undefined) throw new Error('a name, please');
  }
}

describe('copyValue', () => {
  it.each([
    ['a string', 'a'],
    ['null', null],
    ['undefined', undefined],
    ['minus zero', -0],
    ['a bigint', 5n],
    ['nested arrays', [1, [2, ['x']], null, undefined]],
    ['a plain object', { a: { b: [1] }, c: undefined }],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', [1]],
        [{ k: 1 }, new Set([1])],
      ]),
    ],
    ['a Set', new Set([1, 'a'])],
    ['a Date', new Date(5)],
    ['a RegExp', /a+/gi],
    ['typed arrays', [new Float64Array([1, 2]), new Uint8Array([3]), Buffer.from('abc')]],
    ['an ArrayBuffer', new Uint8Array([1, 2]).buffer],
    ['an error', new TypeError('x')],
  ])('copies %s to an equal value', (_, value) => {
    expect(copyValue(value)).toStrictEqual(value);
  });

  it('shares nothing that can change', () => {
    const original = {
      list: [1],
      map: new Map([['a', [1]]]),
      set: new Set([[1]]),
      bytes: new Uint8Array([1]),
      date: new Date(1),
    };
    const copy = copyValue(original);
    copy.list.push(2);
    copy.map.get('a')!.push(2);
    copy.set.clear();
    copy.bytes[0] = 9;
    copy.date.setTime(9);
    expect(original).toStrictEqual({
      list: [1],
      map: new Map([['a', [1]]]),
      set: new Set([[1]]),
      bytes: new Uint8Array([1]),
      date: new Date(1),
    });
  });

  it('copies only the window of a typed array', () => {
    const copy = copyValue(new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
    expect([copy, copy.buffer.byteLength]).toEqual([new Uint8Array([2, 3]), 2]);
  });

  it('keeps the class of instances with their own fields', () => {
    const zero = new Stats().add('a');
    const copy = copyValue(zero);
    copy.add('b');
    expect(copy).toBeInstanceOf(Stats);
    expect([copy.count, [...copy.seen], zero.count, [...zero.seen]]).toEqual([
      2,
      ['a', 'b'],
      1,
      ['a'],
    ]);
  });

  it('copies a Map subclass whose constructor wants arguments', () => {
    const copy = copyValue(new NamedMap('n').set('a', 1));
    expect(copy).toBeInstanceOf(NamedMap);
    expect([copy.name, [...copy]]).toEqual(['n', [['a', 1]]]);
  });

  it('keeps shared and circular references', () => {
    const shared = [1];
    const original: Record<string, unknown> = { a: shared, b: shared };
    original.self = original;
    const copy = copyValue(original);
    expect(copy.a).toBe(copy.b);
    expect(copy.a).not.toBe(shared);
    expect(copy.self).toBe(copy);
  });

  it('keeps holes, named properties of arrays, and special property names', () => {
    const sparse = [1, 2, 3];
    delete sparse[1];
    expect(1 in copyValue(sparse)).toBe(false);
    const match = 'xay'.match(/a/)!;
    expect([copyValue(match).index, copyValue(match).input]).toEqual([1, 'xay']);
    const special = JSON.parse('{"__proto__":{"polluted":1}}');
    expect(Object.keys(copyValue(special))).toEqual(['__proto__']);
    expect(copyValue(special).polluted).toBeUndefined();
  });

  it('keeps accessors, frozen fields and symbols', () => {
    const tag = Symbol('tag');
    const original = Object.freeze({
      [tag]: [1],
      get double() {
        return 2;
      },
    });
    const copy = copyValue(original);
    expect([copy[tag], copy.double]).toEqual([[1], 2]);
    expect(copy[tag]).not.toBe(original[tag]);
  });

  it('passes functions and promises on as they are', () => {
    const f = () => 1;
    const promise = Promise.resolve(1);
    expect(copyValue({ f, promise })).toStrictEqual({ f, promise });
  });
});
