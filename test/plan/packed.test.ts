// Zeros of aggregations: each key has a copy of its own, whatever kind of value it is.
import { expect, it } from 'vitest';
import { pack, unpacker } from '#dist/plan/builtins/packed.js';

const holed: unknown[] = [1, 2, 3];
delete holed[1];

const VALUES: [name: string, value: unknown][] = [
  ['a number', 7],
  ['minus zero', -0],
  ['a text', 'ü'],
  ['null', null],
  ['nothing', undefined],
  ['a flat array', [1, 'a', null, undefined, 2n]],
  ['an empty array', []],
  ['an array with a hole', holed],
  ['an array with a name', Object.assign([1, 2], { name: 'x' })],
  ['an array of arrays', [[1], [2]]],
  ['a flat object', { sum: 0, count: Number.NaN, name: null }],
  ['an empty object', {}],
  ['an object of objects', { a: { b: 1 } }],
  ['an empty Map', new Map()],
  ['a Map', new Map([['a', [1]]])],
  ['an empty Set', new Set()],
  ['a Set', new Set([1, 2])],
  ['a date', new Date(5)],
  ['a pattern', /a/g],
  ['bytes', new Uint8Array([1, 2, 3])],
  ['a boxed number', Object(3)],
];

it.each(VALUES)('%s is copied as it is', (_name, value) => {
  const fresh = unpacker(pack(value));
  const [first, second] = [fresh(), fresh()];
  expect(first).toStrictEqual(value);
  expect(second).toStrictEqual(value);
  if (Object(value) === value) expect(first).not.toBe(second);
});

it('a copy that is changed leaves the next as it was', () => {
  for (const value of [[1, 2], [[1]], { a: 1 }, new Set(), new Map()]) {
    const fresh = unpacker<Record<string, unknown> & unknown[] & Set<number>>(pack(value));
    const changed = fresh();
    if (value instanceof Set) changed.add(1);
    else if (value instanceof Map) (changed as unknown as Map<number, number>).set(1, 1);
    else if (Array.isArray(value)) changed.push(3);
    else changed.a = 2;
    expect(fresh()).toStrictEqual(value);
  }
});
