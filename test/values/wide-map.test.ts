// Maps of more entries than a native Map takes, tried with a limit of three.
import { expect, test } from 'vitest';
import { ValueKeyedMap } from '#dist/values/key-map.js';
import { WideMap } from '#dist/values/wide-map.js';

function seven(): WideMap<string, number> {
  const map = new WideMap<string, number>(3);
  for (const [i, key] of ['a', 'b', 'c', 'd', 'e', 'f', 'g'].entries()) map.set(key, i);
  return map;
}

test('a native Map throws where tspark thinks it does', { timeout: 60_000 }, () => {
  const keys = new Set<number>();
  for (let i = 0; i < 2 ** 24; i++) keys.add(i);
  expect(() => keys.add(-1)).toThrow(RangeError);
});

test('entries beyond the limit are found, changed and listed in order', () => {
  const map = seven();
  map.set('a', 10);
  map.set('g', 16);
  expect(map.size).toBe(7);
  expect([map.get('a'), map.get('d'), map.get('g'), map.get('x')]).toEqual([10, 3, 16, undefined]);
  expect([map.has('f'), map.has('x')]).toEqual([true, false]);
  expect([...map.keys()].join('')).toBe('abcdefg');
  expect([...map.values()]).toEqual([10, 1, 2, 3, 4, 5, 16]);
  expect([...map].at(-1)).toEqual(['g', 16]);
});

test('a key that was there goes once, and a new one comes last', () => {
  const map = seven();
  expect([map.delete('b'), map.delete('b'), map.delete('e')]).toEqual([true, false, true]);
  map.set('h', 7);
  expect([...map.keys()].join('')).toBe('acdfgh');
  map.clear();
  expect([map.size, [...map]]).toEqual([0, []]);
});

test('a value of undefined hides none of another', () => {
  const map = new WideMap<string, number | undefined>(1);
  map.set('a', undefined);
  map.set('b', 2);
  expect([map.get('a'), map.has('a'), map.get('b')]).toEqual([undefined, true, 2]);
});

test('a result map with more entries than a native one looks keys up by value', () => {
  const map = new ValueKeyedMap<unknown, number>([], 2);
  for (const [i, key] of [['k', 1], 'a', ['k', 2], null, 'b'].entries()) map.set(key, i);
  map.set(['k', 2], 20);
  expect(map.size).toBe(5);
  expect([map.get(['k', 1]), map.get(['k', 2]), map.get(null), map.get('b')]).toEqual([
    0, 20, 3, 4,
  ]);
  expect(map.has(['k', 3])).toBe(false);
  expect([...map.values()]).toEqual([0, 1, 20, 3, 4]);
  expect([...map.keys()]).toEqual([['k', 1], 'a', ['k', 2], null, 'b']);
  const seen: number[] = [];
  map.forEach((value, _, itself) => {
    seen.push(itself === map ? value : -1);
  });
  expect(seen).toEqual([0, 1, 20, 3, 4]);
  expect([map.delete(['k', 2]), map.size, [...map].length]).toEqual([true, 4, 4]);
  map.clear();
  expect([map.size, map.get('b')]).toEqual([0, undefined]);
});
