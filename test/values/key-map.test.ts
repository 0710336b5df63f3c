import { describe, expect, it } from 'vitest';
import { tableHash } from '#dist/values/hash.js';
import { KeyMap, ValueKeyedMap } from '#dist/values/key-map.js';

const maps: [string, () => KeyMap<unknown, number> | ValueKeyedMap<unknown, number>][] = [
  ['KeyMap', () => new KeyMap<unknown, number>()],
  ['ValueKeyedMap', () => new ValueKeyedMap<unknown, number>()],
];

describe.each(maps)('%s', (_, make) => {
  it('finds composite keys by value', () => {
    const map = make().set(['a', 1], 10).set({ x: 1, y: 2 }, 20).set(new Date(3), 30);
    expect(map.get(['a', 1])).toBe(10);
    expect(map.get({ y: 2, x: 1 })).toBe(20);
    expect(map.get(new Date(3))).toBe(30);
    expect(map.get(['a', 2])).toBeUndefined();
    expect([map.has(['a', 1]), map.has(['a']), map.has({ x: 1 })]).toEqual([true, false, false]);
    expect(map.size).toBe(3);
  });

  it('keeps 1, "1", true, 1n and null apart and zeros and NaN together', () => {
    const map = make();
    for (const [i, key] of [1, '1', true, 1n, null, 0, Number.NaN].entries()) map.set(key, i);
    expect(map.size).toBe(7);
    expect([map.get(-0), map.get(Number.NaN), map.get(undefined), map.get(null)]).toEqual([
      5, 6, 4, 4,
    ]);
  });

  it('replaces the value of an equal key and keeps the first key and its place', () => {
    const first = ['k', 1];
    const map = make().set(first, 1).set('z', 2).set(['k', 1], 3);
    expect([...map]).toEqual([
      [['k', 1], 3],
      ['z', 2],
    ]);
    expect([...map.keys()][0]).toBe(first);
  });

  it('lists entries of all kinds in order of insertion', () => {
    const map = make().set([1], 1).set('a', 2).set({ b: 1 }, 3).set(4, 4).set(undefined, 5);
    expect([...map.entries()]).toEqual([
      [[1], 1],
      ['a', 2],
      [{ b: 1 }, 3],
      [4, 4],
      [null, 5],
    ]);
    expect([...map.values()]).toEqual([1, 2, 3, 4, 5]);
    const seen: unknown[] = [];
    map.forEach((value: number, key: unknown) => {
      seen.push([key, value]);
    });
    expect(seen).toEqual([...map]);
  });

  it('deletes by value and says whether there was anything', () => {
    const map = make().set(['a'], 1).set('b', 2).set(null, 3);
    expect([map.delete(['a']), map.delete(['a']), map.delete('b'), map.delete(undefined)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect([map.size, map.has(['a'])]).toEqual([0, false]);
    map.set(['a'], 4);
    expect(map.get(['a'])).toBe(4);
  });

  it('clears', () => {
    const map = make().set(['a'], 1).set('b', 2);
    map.clear();
    expect([map.size, map.get(['a']), map.get('b'), [...map]]).toEqual([
      0,
      undefined,
      undefined,
      [],
    ]);
  });

  it('stores undefined as a value like any other', () => {
    const map = make().set([1], undefined as unknown as number);
    expect([map.has([1]), map.get([1]), map.size]).toEqual([true, undefined, 1]);
  });

  it('treats special property names as ordinary keys', () => {
    const map = make()
      .set('__proto__', 1)
      .set('constructor', 2)
      .set(['__proto__'], 3)
      .set(JSON.parse('{"__proto__":1}'), 4);
    expect([map.get('__proto__'), map.get('constructor'), map.get(['__proto__'])]).toEqual([
      1, 2, 3,
    ]);
    expect([map.get(JSON.parse('{"__proto__":1}')), map.get({})]).toEqual([4, undefined]);
  });

  it('does not mix up a key array that is filled anew between uses', () => {
    const map = make();
    const key: unknown[] = ['a'];
    expect(map.get(key)).toBeUndefined();
    map.set([...key], 1);
    key[0] = 'b';
    expect(map.get(key)).toBeUndefined();
    expect(map.get(['a'])).toBe(1);
  });

  it('keeps keys whose hashes are the same apart', () => {
    const twins = [
      ['k20888', 2],
      ['k125869', 1],
    ];
    expect(tableHash(twins[0]!)).toBe(tableHash(twins[1]!));
    const map = make().set(twins[0], 1).set(twins[1], 2);
    expect([map.size, map.get(['k20888', 2]), map.get(['k125869', 1])]).toEqual([2, 1, 2]);
    expect([map.delete(['k125869', 1]), map.get(['k20888', 2]), map.size]).toEqual([true, 1, 1]);
    map.set(twins[1], 3);
    expect([map.delete(['k20888', 2]), map.get(['k125869', 1]), map.size]).toEqual([true, 3, 1]);
    expect(map.get(['k20888', 2])).toBeUndefined();
  });

  it('holds many composite keys', () => {
    const map = make();
    for (let i = 0; i < 2000; i++) map.set([i % 20, `k${Math.floor(i / 20)}`], i);
    for (let i = 0; i < 2000; i += 2) map.delete([i % 20, `k${Math.floor(i / 20)}`]);
    expect(map.size).toBe(1000);
    expect([map.get([1, 'k0']), map.get([2, 'k0']), map.get([19, 'k99'])]).toEqual([
      1,
      undefined,
      1999,
    ]);
  });
});

describe('ValueKeyedMap', () => {
  it('is a Map that takes entries', () => {
    const map = new ValueKeyedMap<unknown, number>([
      [['a'], 1],
      ['b', 2],
      [['a'], 3],
    ]);
    expect(map).toBeInstanceOf(Map);
    expect([...map]).toEqual([
      [['a'], 3],
      ['b', 2],
    ]);
  });
});
