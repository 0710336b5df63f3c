// The four joins, differences and intersections beside loops over plain arrays: whichever side is the smaller one,
// shuffled or lying where it is, in memory or too large for it.
import { describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { sorted, withContext } from './with-context.js';

type Pair = [unknown, unknown];
type Joined = [unknown, [unknown, unknown]];

const KINDS = ['join', 'leftOuterJoin', 'rightOuterJoin', 'fullOuterJoin'] as const;
type Kind = (typeof KINDS)[number];

/** Keys repeat on both sides, and each side has some of its own. */
const LARGE: Pair[] = Array.from({ length: 3000 }, (_, i) => [keyOf(i % 90), i]);
const SMALL: Pair[] = Array.from({ length: 150 }, (_, i) => [keyOf(i % 100), `v${i}`]);
/** By number, text, tuple, null: one table holds all kinds. */
function keyOf(i: number): unknown {
  return [i, `k${i}`, [i, 'x'], i === 3 ? null : i + 0.5][i % 4];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the join should give: a loop over the left side, and in it one over the right. */
function joinedPlainly(kind: Kind, left: readonly Pair[], right: readonly Pair[]): Joined[] {
  const out: Joined[] = [];
  for (const [key, a] of left) {
    const found = right.filter(([other]) => same(key, other));
    for (const [, b] of found) out.push([key, [a, b]]);
    if (found.length === 0 && (kind === 'leftOuterJoin' || kind === 'fullOuterJoin'))
      out.push([key, [a, null]]);
  }
  if (kind === 'rightOuterJoin' || kind === 'fullOuterJoin') {
    for (const [key, b] of right)
      if (!left.some(([other]) => same(key, other))) out.push([key, [null, b]]);
  }
  return out;
}

const joinOf = (kind: Kind, left: RDD<Pair>, right: RDD<Pair>): RDD<Joined> =>
  left[kind](right, 3) as RDD<Joined>;

/** Each with the name of its sides. */
const SIDES: [name: string, left: Pair[], right: Pair[]][] = [
  ['large and small', LARGE, SMALL],
  ['small and large', SMALL, LARGE],
  ['nothing and small', [], SMALL],
  ['small and nothing', SMALL, []],
];

describe.each(KINDS)('%s', (kind) => {
  const sc = withContext();

  it.each(SIDES)('meets every pair of %s', async (_name, left, right) => {
    const found = await joinOf(
      kind,
      sc().parallelize(left, 2),
      sc().parallelize(right, 2),
    ).collect();
    expect(sorted(found)).toEqual(sorted(joinedPlainly(kind, left, right)));
  });

  it.each(SIDES)('meets them where a side of %s lies right', async (_name, left, right) => {
    const lying = sc().parallelize(left, 2).partitionBy(3);
    const expected = sorted(joinedPlainly(kind, left, right));
    expect(sorted(await joinOf(kind, lying, sc().parallelize(right, 2)).collect())).toEqual(
      expected,
    );
    const both = sc().parallelize(right, 2).partitionBy(3).cache();
    expect(sorted(await joinOf(kind, lying, both).collect())).toEqual(expected);
    expect(sorted(await joinOf(kind, lying, both).collect())).toEqual(expected);
    expect(await joinOf(kind, lying, both).count()).toBe(expected.length);
  });

  it('goes on into what follows it', async () => {
    const joined = joinOf(kind, sc().parallelize(LARGE, 2), sc().parallelize(SMALL, 2));
    const plain = joinedPlainly(kind, LARGE, SMALL);
    const wanted = ([, [a, b]]: Joined): boolean =>
      typeof a === 'number' && a % 3 === 0 && b !== 'v9';
    const kept = joined.filter(([, [a, b]]) => typeof a === 'number' && a % 3 === 0 && b !== 'v9');
    expect(sorted(await kept.flatMap(([, sides]) => sides).collect())).toEqual(
      sorted(plain.filter(wanted).flatMap(([, sides]) => sides)),
    );
    const numbered = await joined
      .mapPartitions((part) => part)
      .zipWithIndex()
      .values()
      .collect();
    expect(numbered).toEqual(plain.map((_, i) => i));
    expect(await joined.take(7)).toEqual((await joined.collect()).slice(0, 7));
  });

  it('joins what a join has given', async () => {
    const first = joinOf(kind, sc().parallelize(SMALL, 2), sc().parallelize(SMALL, 2));
    const plain = joinedPlainly(kind, SMALL, SMALL);
    expect(sorted(await joinOf(kind, first, sc().parallelize(LARGE, 2)).collect())).toEqual(
      sorted(joinedPlainly(kind, plain, LARGE)),
    );
  });
});

/** The pairs of the left side whose keys the right one has, or has not. */
const pairsOf = (left: readonly Pair[], right: readonly Pair[], areInRight: boolean): Pair[] =>
  left.filter(([key]) => right.some(([other]) => same(key, other)) === areInRight);

describe('differences and intersections', () => {
  const sc = withContext();
  const withoutRepeats = (keys: readonly unknown[]): unknown[] =>
    keys.filter((key, at) => keys.findIndex((other) => same(key, other)) === at);

  /** How each side comes to its place: by a shuffle, or lying there. */
  const LYING: [name: string, left: boolean, right: boolean][] = [
    ['both move', false, false],
    ['the left side lies right', true, false],
    ['the right side lies right', false, true],
    ['both lie right', true, true],
  ];
  const sideOf = (pairs: Pair[], liesRight: boolean): RDD<Pair> => {
    const side = sc().parallelize(pairs, 2) as RDD<Pair>;
    return liesRight ? side.partitionBy(3) : side;
  };

  it.each(
    SIDES.flatMap(([name, left, right]) =>
      LYING.map(([how, ...lying]) => [`${name}, ${how}`, left, right, lying] as const),
    ),
  )('of %s', async (_name, left, right, [leftLies, rightLies]) => {
    const missing = sideOf(left, leftLies).subtractByKey(sideOf(right, rightLies), 3);
    const expected = pairsOf(left, right, false);
    expect(sorted(await missing.collect())).toEqual(sorted(expected));
    expect(await missing.count()).toBe(expected.length);
    const wanted = expected.filter(([, value]) => String(value).endsWith('5'));
    expect(
      sorted(await missing.filter(([, value]) => String(value).endsWith('5')).collect()),
    ).toEqual(sorted(wanted));
  });

  it.each(SIDES)('of the values of %s', async (_name, left, right) => {
    const keysOf = (pairs: Pair[]): RDD<unknown> => sc().parallelize(pairs, 2).keys();
    const found = await keysOf(left).subtract(keysOf(right), 3).collect();
    expect(sorted(found)).toEqual(sorted(pairsOf(left, right, false).map(([key]) => key)));
    const common = keysOf(left).intersection(keysOf(right));
    const expected = withoutRepeats(pairsOf(left, right, true).map(([key]) => key));
    expect(sorted(await common.collect())).toEqual(sorted(expected));
    expect(await common.count()).toBe(expected.length);
  });

  it('keep the order of the left side where that one passes', async () => {
    const left = sc().parallelize([5, 1, 9, 1, 7, 3], 1);
    expect(await left.subtract(sc().parallelize([9], 1), 1).collect()).toEqual([5, 1, 1, 7, 3]);
  });
});

describe('joins larger than memory', { timeout: 60_000 }, () => {
  const sc = withContext('local[2]', { 'tspark.memory.execution': '1m' });
  const RECORDS = 300_000;

  /** Of the keys that are a multiple of `step`; each value is of 300 characters. */
  const side = (step: number): RDD<[string, string]> =>
    sc()
      .range(0, RECORDS, 1, 2)
      .filter((i) => i % step === 0)
      .map((i) => [`k${i}`, `${i}`.padStart(300, '.')] as [string, string]);

  it.each([
    ['join', 50_000],
    ['leftOuterJoin', 150_000],
    ['rightOuterJoin', 100_000],
    ['fullOuterJoin', 200_000],
  ] as const)('%s', async (kind, expected) => {
    const joined = side(2)[kind](side(3) as never, 2) as RDD<Joined>;
    const wrong = joined.filter(([key, [a, b]]) => {
      const i = Number(String(key).slice(1));
      const text = String(i).padStart(300, '.');
      return a !== (i % 2 === 0 ? text : null) || b !== (i % 3 === 0 ? text : null);
    });
    expect(await joined.keys().distinct().count()).toBe(expected);
    expect(await joined.map(() => 1).sum()).toBe(expected);
    expect(await wrong.take(3)).toEqual([]);
  });

  it('differences and intersections', async () => {
    const isWrong = ([key, text]: [string, string]): boolean => {
      const i = Number(key.slice(1));
      return i % 2 !== 0 || i % 3 === 0 || text !== String(i).padStart(300, '.');
    };
    const missing = side(2).subtractByKey(side(3), 2);
    expect(await missing.keys().distinct().count()).toBe(100_000);
    expect(await missing.filter((pair) => isWrong(pair)).take(3)).toEqual([]);
    expect(await missing.map(() => 1).sum()).toBe(100_000);
    const common = side(2).intersection(side(3));
    expect(await common.map(() => 1).sum()).toBe(50_000);
    expect(await common.filter(([key]) => Number(key.slice(1)) % 6 !== 0).take(3)).toEqual([]);
  });
});
