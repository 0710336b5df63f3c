// The table of a join: keys of every kind, and the values of each in the order in which they came.
import { describe, expect, it } from 'vitest';
import { JoinTable } from '#dist/plan/join-table.js';

const valuesAt = (table: JoinTable, key: unknown): unknown[] => [
  ...table.valuesOf(table.find(key)),
];

describe('a table of a join', () => {
  it('gives the values of a key in the order in which they came', () => {
    const table = new JoinTable();
    for (const [key, value] of [
      [1, 'a'],
      ['1', 'text'],
      [1, 'b'],
      [2, 'c'],
      [1, 'd'],
    ])
      table.push(key, value);
    expect(valuesAt(table, 1)).toEqual(['a', 'b', 'd']);
    expect(valuesAt(table, '1')).toEqual(['text']);
    expect(valuesAt(table, 2)).toEqual(['c']);
    expect(table.size).toBe(5);
  });

  it('has one null for a key that is not there', () => {
    const table = new JoinTable();
    table.push(0, 'zero');
    for (const key of [1, '0', null, [0], 0n]) {
      expect(table.find(key)).toBe(0);
      expect(valuesAt(table, key)).toEqual([null]);
    }
  });

  it('compares keys by value', () => {
    const table = new JoinTable();
    table.push([1, 'x'], 'tuple');
    table.push({ a: 1 }, 'object');
    table.push(undefined, 'nothing');
    table.push(-0, 'zero');
    table.push(Number.NaN, 'NaN');
    table.push([1, 'x'], 'tuple again');
    expect(valuesAt(table, [1, 'x'])).toEqual(['tuple', 'tuple again']);
    expect(valuesAt(table, { a: 1 })).toEqual(['object']);
    expect(valuesAt(table, null)).toEqual(['nothing']);
    expect(valuesAt(table, 0)).toEqual(['zero']);
    expect(valuesAt(table, Number.NaN)).toEqual(['NaN']);
  });

  it('grows, tells what was not matched, and is empty once it is cleared', () => {
    const table = new JoinTable();
    for (let i = 0; i < 5000; i++) table.push(i % 2000, i);
    expect(valuesAt(table, 1999)).toEqual([1999, 3999]);
    table.expectMatches();
    for (let key = 3; key < 2000; key++) table.matched[table.find(key)] = 1;
    expect([...table.unmatched()]).toEqual([
      [0, 0],
      [0, 2000],
      [0, 4000],
      [1, 1],
      [1, 2001],
      [1, 4001],
      [2, 2],
      [2, 2002],
      [2, 4002],
    ]);
    table.clear();
    expect([table.size, table.find(1999), [...table.keys()]]).toEqual([0, 0, []]);
    table.push(7, 'again');
    expect(valuesAt(table, 7)).toEqual(['again']);
  });
});
