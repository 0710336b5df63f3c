import { describe, expect, it } from 'vitest';
import { compareValues, sortedPositions, sortStable } from '#dist/values/order.js';

/** Numbers in [0, 1) that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

describe('compareValues', () => {
  it.each([
    [1, 2],
    [-1, 0.5],
    [Number.NEGATIVE_INFINITY, -1e308],
    [Number.POSITIVE_INFINITY, Number.NaN],
    [1, 2n],
    [9007199254740992, 9007199254740993n],
    [false, 1],
    [true, 2],
    [0.5, true],
    ['', 'a'],
    ['a', 'b'],
    ['B', 'a'],
    ['a', 'aa'],
    ['\ufffd', '😀'],
    ['\ue000', '\u{10000}'],
    ['😀', '😁'],
    [
      [1, 2],
      [1, 3],
    ],
    [[1], [1, 0]],
    [[], [null]],
    [
      [null, 1],
      [null, 2],
    ],
    [
      [{ a: 1 }, 1],
      [{ a: 1 }, 2],
    ],
    [
      [1, 'z'],
      [2, 5],
    ],
    [new Date(1), new Date(2)],
    [new Uint8Array([1, 2]), new Uint8Array([1, 200])],
    [new Uint8Array([1]), Buffer.from([1, 0])],
  ])('puts %o before %o', (smaller, larger) => {
    expect(compareValues(smaller, larger)).toBeLessThan(0);
    expect(compareValues(larger, smaller)).toBeGreaterThan(0);
  });

  it.each([
    [1, 1],
    [0, -0],
    [Number.NaN, Number.NaN],
    [1, true],
    [0, false],
    [5n, 5],
    ['x', 'x'],
    [
      [1, ['a']],
      [1, ['a']],
    ],
    [[null], [undefined]],
    [new Date(1), new Date(1)],
  ])('takes %o and %o for the same in order', (a, b) => {
    expect(compareValues(a, b)).toBe(0);
  });

  it.each([
    [null, 1, /VALUE-101\] '<' not supported between null \(no value\) and 1 \(number\)/],
    [null, null, /VALUE-101.*null/],
    [undefined, 'a', /VALUE-101.*undefined.*'a'/],
    [1, '1', /VALUE-101.*1 \(number\) and '1' \(string\)/],
    [{ a: 1 }, { a: 2 }, /VALUE-101.*{ a: 1 } \(Object\) and { a: 2 } \(Object\)/],
    [[1, null], [1, 2], /VALUE-101.*null.*2/],
    [[1], 1, /VALUE-101.*\[ 1 \] \(array\)/],
    [new Date(1), 1, /VALUE-101.*Date/],
    [() => 1, () => 2, /VALUE-101.*function/],
  ])('refuses to order %o and %o, naming both', (a, b, message) => {
    expect(() => compareValues(a, b)).toThrow(message);
  });
});

describe('sortStable', () => {
  it('sorts nothing and one record without looking at the keys', () => {
    expect(sortStable([])).toEqual([]);
    expect(sortStable([null])).toEqual([null]);
  });

  it('leaves its input alone', () => {
    const records = [3, 1, 2];
    expect(sortStable(records)).toEqual([1, 2, 3]);
    expect(records).toEqual([3, 1, 2]);
  });

  it('computes each key once, in order', () => {
    const seen: number[] = [];
    const sorted = sortStable([3, 1, 2], (n) => {
      seen.push(n);
      return -n;
    });
    expect([sorted, seen]).toEqual([
      [3, 2, 1],
      [3, 1, 2],
    ]);
  });

  it('sorts numbers with infinities, zeros and NaN last', () => {
    const numbers = [
      3,
      Number.NaN,
      -0,
      Number.POSITIVE_INFINITY,
      0,
      -2.5,
      Number.NEGATIVE_INFINITY,
    ];
    expect(sortStable(numbers)).toEqual([
      Number.NEGATIVE_INFINITY,
      -2.5,
      -0,
      0,
      3,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it('keeps the order of equal keys in both directions', () => {
    const records = ['b1', 'a1', 'b2', 'a2', 'b3'];
    expect(sortStable(records, (r) => r[0])).toEqual(['a1', 'a2', 'b1', 'b2', 'b3']);
    expect(sortStable(records, (r) => r[0], false)).toEqual(['b1', 'b2', 'b3', 'a1', 'a2']);
    expect(sortStable(records, (r) => (r.startsWith('a') ? 0 : 1), false)).toEqual([
      'b1',
      'b2',
      'b3',
      'a1',
      'a2',
    ]);
  });

  it('fails on keys without an order', () => {
    expect(() => sortStable([1, null, 2])).toThrow(/VALUE-101/);
    expect(() => sortStable([1, 2, 'x'])).toThrow(/VALUE-101/);
    expect(() => sortStable([null, null])).toThrow(/VALUE-101/);
  });

  it('sorts mixed numbers, bigints and booleans, and tuples', () => {
    expect(sortStable([2n, true, 0.5, false, 3])).toEqual([false, 0.5, true, 2n, 3]);
    expect(
      sortStable([
        ['b', 1],
        ['a', 2],
        ['a', 1],
      ]),
    ).toEqual([
      ['a', 1],
      ['a', 2],
      ['b', 1],
    ]);
  });

  const random = seeded(7);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)]!;
  const word = (letters: readonly string[], length: number) =>
    Array.from({ length: Math.floor(random() * (length + 1)) }, () => pick(letters)).join('');
  const generators: [string, () => unknown][] = [
    ['small integers', () => Math.floor(random() * 50) - 25],
    ['large and negative doubles', () => (random() - 0.5) * 10 ** Math.floor(random() * 600 - 300)],
    [
      'numbers with NaN, infinities and zeros',
      () => [Number.NaN, -0, 0, 1 / 0, -1 / 0, 1, -1][Math.floor(random() * 7)],
    ],
    ['short strings', () => word(['a', 'b', '\0'], 4)],
    ['long strings that share a prefix', () => 'a shared prefix, ' + word(['a', 'b'], 40)],
    ['strings of any script', () => word(['a', 'é', '日', '\ue000', '\ufffd', '😀', '\ud800'], 9)],
    [
      'strings that mostly fit in bytes',
      () => (random() < 0.01 ? 'x😀' : word(['x', 'y', 'ÿ'], 20)),
    ],
    ['pairs of a string and a number', () => [word(['a', 'b'], 3), Math.floor(random() * 9) - 4]],
    ['triples', () => [Math.floor(random() * 3), word(['é', '日'], 2), random()]],
    [
      'pairs of which a few are longer',
      () => (random() < 0.01 ? [1, 2, 3] : [Math.floor(random() * 3), 1]),
    ],
    ['empty arrays', () => []],
    ['one string many times', () => 'the same string of more than eight characters'],
  ];

  it.each(generators)('agrees with a plain comparison sort on %s', (_, next) => {
    for (const count of [300, 3000]) {
      const keys = Array.from({ length: count }, next);
      const ids = keys.map((_key, i) => i);
      for (const sign of [1, -1]) {
        const expected = ids
          .slice()
          .sort((a, b) => sign * compareValues(keys[a], keys[b]) || a - b);
        expect(Array.from(sortedPositions(keys, sign === 1))).toEqual(expected);
        expect(sortStable(ids, (id) => keys[id], sign === 1)).toEqual(expected);
      }
    }
  });

  it('sorts strings that differ only far behind, without deep recursion', () => {
    const keys = Array.from({ length: 2000 }, (_, i) => 'x'.repeat(2000 - i));
    expect(sortStable(keys).map((key) => key.length)).toEqual(keys.map((_, i) => i + 1));
  });
});
