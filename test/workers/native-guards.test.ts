// Calls that V8 answers by ending the process: done in another way, or refused; all others as they were.
import { beforeAll, expect, test } from 'vitest';
import { installNativeGuards } from '#dist/workers/native-guards.js';

beforeAll(() => installNativeGuards());

test('fill and from of usual arrays are as they were', () => {
  expect(new Array(3).fill(0)).toEqual([0, 0, 0]);
  expect([1, 2, 3, 4].fill(9, 1, 3)).toEqual([1, 9, 9, 4]);
  expect(Array.from({ length: 3 }, (_, i) => i * 2)).toEqual([0, 2, 4]);
  expect(Array.from(new Set('aab'))).toEqual(['a', 'b']);
  class Own extends Array {}
  expect(Own.from([1])).toBeInstanceOf(Own);
  expect(JSON.parse('{"a":[1]}', (key, value) => (key === 'a' ? 7 : value))).toEqual({ a: 7 });
  expect([Array.from.name, Array.from.length, JSON.parse.length]).toEqual(['from', 1, 2]);
});

test('what does not fit in an array is refused with what to do', () => {
  expect(() => new Array(1e9).fill(0)).toThrow(/new Array\(1000000000\)\.fill.*Float64Array/s);
  expect(() => Array.from({ length: 2e8 })).toThrow(/Array\.from.*112000000 at most/s);
});

test('a text that may hold more than an array takes is refused', () => {
  const text = `[${'1,'.repeat(2 ** 27)}1]`;
  expect(() => JSON.parse(text)).toThrow(/268435459 characters.*pieces/s);
});

test('an array that V8 would make a dictionary of is filled place by place', () => {
  const filled = new Array(2 ** 25 + 1).fill(7);
  expect([filled.length, filled[0], filled.at(-1)]).toEqual([2 ** 25 + 1, 7, 7]);
});

test('texts are cut as they were', () => {
  expect('a,b,c'.split(',')).toEqual(['a', 'b', 'c']);
  expect('a,b,c'.split(',', 2)).toEqual(['a', 'b']);
  expect('a1b22'.split(/\d+/)).toEqual(['a', 'b', '']);
  expect('a1b22'.match(/\d+/g)).toEqual(['1', '22']);
  expect('a1b22'.replace(/\d/g, (d) => `<${d}>`)).toBe('a<1>b<2><2>');
  expect('aba'.replaceAll('a', 'x')).toBe('xbx');
  expect(['x'.split.name, 'x'.split.length, 'x'.replace.length]).toEqual(['split', 2, 2]);
});

test('a long text is cut in few pieces, and refused where they are too many', () => {
  const text = `${'x'.repeat(2 ** 26)}y`;
  expect(text.split('y')).toHaveLength(2);
  expect(text.match(/y/g)).toEqual(['y']);
  expect(text.replace(/y$/g, '').length).toBe(2 ** 26);
  expect(() => text.split('')).toThrow(/split of 67108865 characters gives more pieces.*matchAll/s);
});
