// Records of every kind a block may hold, and a seeded source of random ones.

/** Numbers in [0, 1), the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function withHole(): unknown[] {
  const array: unknown[] = [1, 2, 3];
  delete array[1];
  return array;
}

function circular(): unknown {
  const ring: Record<string, unknown> = { name: 'ring' };
  ring.self = ring;
  return ring;
}

const wide = 'Zürich – 東京 😀';

/** Records of one column each. */
export const SAMPLES: Record<string, unknown[]> = {
  nothing: [],
  'small integers': [0, 1, -1, 2147483647, -2147483648],
  doubles: [0.1, -2.5, 1e300, 5e-324, 2147483648],
  'special numbers': [-0, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  'minus zero among integers': [1, -0, 2],
  booleans: [true, false, true],
  'short strings': ['', 'a', 'IBERIA', 'ÿ', 'a\0b', 'back\\slash "quotes"\n'],
  'wide strings': ['a', wide, '', '\ud800', 'ÿĀ', '日本語'],
  'long strings': ['x'.repeat(300), 'y'.repeat(70_000), 'z', 'w'.repeat(16_384)],
  'long wide strings': ['é'.repeat(5000), wide.repeat(3000)],
  nulls: [null, null],
  undefineds: [undefined, undefined],
  'null and undefined': [null, undefined, null],
  'numbers with gaps': [1, null, 2.5, undefined, -0],
  'strings with gaps': [null, 'a', undefined, wide],
  'booleans with gaps': [null, true, undefined, false],
  'tuples with gaps': [null, ['a', 1], undefined, ['b', null]],
  bigints: [1n, -(2n ** 70n)],
  mixed: [1, 'a', true, null, [1], { a: 1 }, undefined, 2n],
  dates: [new Date(0), new Date(1e12)],
  pairs: [
    ['a', 1],
    ['b', 2],
    ['c', -3],
  ],
  'pairs of mixed values': [
    ['a', 1],
    ['b', 'x'],
    ['c', null],
    ['d', [1]],
  ],
  'tuples of eight': [
    [1, 'b', true, null, 2.5, 'f', [7], { h: 8 }],
    [2, 'c', false, 1, -0, 'g', [8, 9], { h: 'x' }],
  ],
  'tuples in tuples': [
    ['a', [1, ['x', 2.5]]],
    ['b', [2, ['y', 3]]],
  ],
  'empty tuples': [[], [], []],
  singles: [[1], [2]],
  triples: [
    ['a', 1, 0.5],
    ['b', 2, 1.5],
  ],
  'four places': [
    ['a', 1, 0.5, true],
    ['b', 2, 1.5, false],
  ],
  lists: [[1, 2, 3], [], [4]],
  'lists of mixed values': [['a', 1], [null], [true, undefined, wide]],
  'long lists': [Array.from({ length: 1000 }, (_, i) => i), Array.from({ length: 9 }, () => 'x')],
  groups: [
    ['a', [1, 2, 3]],
    ['b', []],
    ['c', [4]],
  ],
  'deeply nested arrays': [[[[[[[[1]]]]]]], [[[[[[['x']]]]]]]],
  'plain objects': [
    { id: 1, name: 'a' },
    { id: 2, name: wide },
  ],
  'objects with gaps': [
    { id: 1, name: undefined },
    { id: null, name: 'b' },
  ],
  'objects of different shapes': [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }, {}],
  'objects in another order': [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  'objects in objects': [{ a: { b: { c: [1, { d: 2 }] } } }, { a: { b: { c: [3, { d: 4 }] } } }],
  'empty objects': [{}, {}],
  'objects with odd names': [
    { '': 1, 'a b': 2, '"': 3, '\u2028': 4, 7: 5, constructor: 6, toString: 7 },
  ],
  'objects whose fields are all strings of digits': [{ 1: 'a', 0: 'b' }],
  'an own __proto__': [JSON.parse('{"__proto__":{"a":1},"b":2}')],
  maps: [
    new Map<unknown, unknown>([
      ['a', [1]],
      [{ k: 1 }, new Set([1])],
    ]),
    new Map(),
  ],
  sets: [new Set(['a', 1, [2]])],
  'typed arrays': [new Float64Array([1, Number.NaN]), new Uint8Array([1, 2, 3]), new Int16Array(0)],
  buffers: [Buffer.from('abc'), Buffer.from('')],
  'regular expressions': [/a+/giu, /b/],
  errors: [new TypeError('x')],
  'boxed values': [Object(1), Object('a'), Object(true)],
  holes: [withHole(), [1, 2, 3]],
  'holes in lists': [[1], withHole(), [1, 2]],
  'results of match': ['xay'.match(/a/), 'b'.match(/(?<n>b)/)],
  'an array with a name': [Object.assign([1, 2], { name: 'n' })],
  'circular references': [circular(), circular()],
  'a tuple that contains itself': [selfTuple()],
};

function selfTuple(): unknown[] {
  const tuple: unknown[] = [1];
  tuple.push(tuple);
  return tuple;
}

/** One random value; deeper values become rarer. */
export function randomValue(random: () => number, depth = 0): unknown {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const many = (make: () => unknown) => Array.from({ length: Math.floor(random() * 5) }, make);
  const deeper = () => randomValue(random, depth + 1);
  const kinds: (() => unknown)[] = [
    () => Math.floor(random() * 100) - 50,
    () => random() * 1e6 - 5e5,
    () => pick([-0, 0, Number.NaN, 1 / 0, 2 ** 31, -(2 ** 31), 5n, true, false, null, undefined]),
    () => 'abcdefghij'.slice(Math.floor(random() * 10)),
    () => pick(['', 'ÿ', wide, '日本'.repeat(20), 'long '.repeat(50), '\ud83d']),
    () => new Date(Math.floor(random() * 1e12)),
    () => many(deeper),
    () => [deeper(), deeper()],
    () => ({ a: deeper(), b: deeper() }),
    () => new Map(many(() => [deeper(), deeper()]) as [unknown, unknown][]),
    () => new Set(many(() => random())),
    () => Uint8Array.from(many(() => Math.floor(random() * 256)) as number[]),
  ];
  return kinds[Math.floor(random() * (depth > 3 ? 6 : kinds.length))]!();
}

/** Records that mostly have one shape, as real ones do, with an odd one here and there. */
export function randomRecords(random: () => number, count: number): unknown[] {
  const shape = Math.floor(random() * 6);
  const oddities = random() < 0.5 ? 0 : 0.02;
  const text = () => (random() < 0.05 ? wide : `N${Math.floor(random() * 1000)}`);
  return Array.from({ length: count }, (_, i) => {
    if (random() < oddities) return randomValue(random);
    if (shape === 0) return i;
    if (shape === 1) return text();
    if (shape === 2) return [text(), random() < 0.01 ? null : i / 2];
    if (shape === 3) return [text(), Array.from({ length: i % 4 }, () => random())];
    if (shape === 4) return { id: i, name: text(), ok: i % 2 === 0 };
    return randomValue(random);
  });
}
