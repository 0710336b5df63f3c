import { describe, expect, it } from 'vitest';
import { hashString, partitionOfKey, tableHash } from '#dist/values/hash.js';

// Printed by Python 3.11: portable_hash(key) modulo 2, 7, 1000 and 2000003.
const PYTHON_VECTORS: [unknown, [number, number, number, number]][] = [
  [0, [0, 0, 0, 0]],
  [1, [1, 1, 1, 1]],
  [-1, [0, 5, 998, 2000001]],
  [-2, [0, 5, 998, 2000001]],
  [-3, [1, 4, 997, 2000000]],
  [7, [1, 0, 7, 7]],
  [2147483647, [1, 1, 647, 1480428]],
  [-2147483648, [0, 5, 352, 519574]],
  [2147483648, [0, 2, 648, 1480429]],
  [-2147483649, [1, 4, 351, 519573]],
  [9007199254740991, [1, 3, 991, 1962378]],
  [-9007199254740991, [1, 4, 9, 37625]],
  [2 ** 60, [0, 1, 976, 1184137]],
  [2 ** 61, [1, 1, 1, 1]],
  [1e18, [0, 1, 0, 249997]],
  [1e300, [0, 5, 164, 1621268]],
  [-1e300, [0, 2, 836, 378735]],
  [0.5, [0, 1, 976, 1184137]],
  [-0.5, [0, 6, 24, 815866]],
  [0.1, [0, 6, 408, 1436842]],
  [-0.1, [0, 1, 592, 563161]],
  [1.5, [1, 2, 977, 1184138]],
  [2.75, [0, 0, 466, 776206]],
  [2.5e-10, [0, 5, 896, 1987104]],
  [-123456.789, [0, 3, 904, 1447884]],
  [5e-324, [0, 1, 216, 777192]],
  [1e-310, [1, 0, 99, 937547]],
  [1.7976931348623157e308, [1, 5, 671, 1168087]],
  [Infinity, [1, 6, 159, 314159]],
  [-Infinity, [1, 1, 841, 1685844]],
  [null, [0, 0, 0, 0]],
  [true, [1, 1, 1, 1]],
  [false, [0, 0, 0, 0]],
  [2n ** 61n - 1n, [0, 0, 0, 0]],
  [2n ** 61n, [1, 1, 1, 1]],
  [-(2n ** 61n), [0, 5, 998, 2000001]],
  [123456789012345678901234567890n, [0, 0, 448, 1851083]],
  [-1n, [0, 5, 998, 2000001]],
  [-98765432109876543210n, [0, 4, 732, 867034]],
  [[], [0, 1, 8, 1430005]],
  [[1], [0, 0, 26, 145005]],
  [
    [1, 2],
    [1, 1, 73, 217504],
  ],
  [
    [2, 1],
    [1, 5, 95, 1717517],
  ],
  [
    [-1, null],
    [0, 0, 716, 755570],
  ],
  [
    [0.5, [1, 2], true],
    [1, 1, 253, 1185722],
  ],
  [
    [9007199254740991, -9007199254740991],
    [0, 4, 238, 1257522],
  ],
  [
    [[], [[]]],
    [1, 2, 1, 1000001],
  ],
  [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [0, 0, 704, 1822362],
  ],
];

const COUNTS = [2, 7, 1000, 2000003] as const;

describe('partitionOfKey', () => {
  it.each(PYTHON_VECTORS)('puts %o where PySpark puts it', (key, expected) => {
    expect(COUNTS.map((count) => partitionOfKey(key, count))).toEqual(expected);
  });

  it('gives partitions without a sign, also for negative multiples and minus zero', () => {
    for (const key of [-4, -0, 0]) expect(Object.is(partitionOfKey(key, 2), 0)).toBe(true);
    expect(Object.is(partitionOfKey([], 1), 0)).toBe(true);
  });

  it('stays exact for more partitions than fit the fast path', () => {
    // Python: portable_hash((1, 2)) % 4000037 and % (2**31 - 1).
    expect(partitionOfKey([1, 2], 4000037)).toBe(2733523);
    expect(partitionOfKey([1, 2], 2147483647)).toBe(1092602543);
    expect(partitionOfKey(-5, 4000037)).toBe(4000032);
    expect(partitionOfKey(-1e300, 4000037)).toBe(1608654);
  });

  it('puts equal keys of every kind in the same partition', () => {
    const pairs: [unknown, unknown][] = [
      [null, undefined],
      [0, -0],
      [Number.NaN, -Number.NaN],
      [
        [1, undefined],
        [1, null],
      ],
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      [new Date(5), new Date(5)],
      [Buffer.from('ab'), new Uint8Array([97, 98])],
      [
        new Map([
          ['x', 1],
          ['y', 2],
        ]),
        new Map([
          ['y', 2],
          ['x', 1],
        ]),
      ],
      [new Set([1, 2]), new Set([2, 1])],
      [[['a', { k: 1 }]], [['a', { k: 1 }]]],
    ];
    for (const [a, b] of pairs) expect(partitionOfKey(a, 999983)).toBe(partitionOfKey(b, 999983));
  });

  it('spreads similar strings evenly', () => {
    const sizes = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) sizes[partitionOfKey(`N${10000 + i}`, 4)]!++;
    for (const size of sizes) {
      expect(size).toBeGreaterThan(900);
      expect(size).toBeLessThan(1100);
    }
  });

  it('refuses keys without a value, naming them', () => {
    expect(() => partitionOfKey(() => 1, 2)).toThrow(/VALUE-102.*function/);
    expect(() => partitionOfKey([Symbol('s')], 2)).toThrow(/VALUE-102.*Symbol\(s\)/);
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => partitionOfKey(loop, 2)).toThrow(/VALUE-102.*contains itself/);
  });
});

describe('hashString', () => {
  it.each([
    ['', 2872998923],
    ['a', 444641715],
    ['N10156', 2344568015],
    ['IBERIA', 1202305472],
    ['Köln', 4260671082],
    ['日本語', 3932500114],
    ['a😀b', 1495437518],
    ['tspark is the pyspark shell for TypeScript people', 814973485],
  ])('hashes the UTF-8 bytes of %o by FNV-1a and a finaliser', (text, hash) => {
    expect(hashString(text)).toBe(hash);
  });

  it('takes half a surrogate pair for the replacement character', () => {
    expect(hashString('\ufffd')).toBe(1205388858);
    expect(hashString('\ud83d')).toBe(1205388858);
    expect(hashString('\ude00')).toBe(1205388858);
  });

  it('does not depend on how the string was made', () => {
    const long = 'prefix of a long string,IBERIA';
    expect(hashString(long.slice(long.indexOf(',') + 1))).toBe(1202305472);
    expect(hashString(['IB', 'ER', 'IA'].join(''))).toBe(1202305472);
  });
});

describe('tableHash', () => {
  it('is equal for equal arrays and tells order and nesting apart', () => {
    expect(tableHash(['a', -0, null])).toBe(tableHash(['a', 0, undefined]));
    const different = [
      ['a', 'b'],
      ['b', 'a'],
      ['ab'],
      [['a', 'b']],
      ['a', 'b', null],
      [1, 2],
      [2, 1],
    ];
    expect(new Set(different.map(tableHash)).size).toBe(different.length);
  });
});
