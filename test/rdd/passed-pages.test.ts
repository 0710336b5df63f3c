// Operations whose records come from another loop in pages: nobody who wants few of them pays for many, and a record that
// fails is met only by those who want it.
import { describe, expect, it } from 'vitest';
import type { RDD } from '#dist/rdd/rdd.js';
import { withContext } from './with-context.js';

const sc = withContext();

type Passing = (numbers: RDD<number>) => RDD<unknown>;
/** Each gives the numbers in order, in one partition or the first of several. */
const PASSING: [name: string, pass: Passing, of: (value: unknown) => number][] = [
  ['union', (numbers) => numbers.union(numbers), Number],
  ['coalesce', (numbers) => numbers.coalesce(1), Number],
  ['zip', (numbers) => numbers.zip(sc().range(0, 500, 1, 1)), (pair) => (pair as number[])[0]!],
  ['zip, on the right', (n) => sc().range(0, 500, 1, 1).zip(n), (pair) => (pair as number[])[1]!],
  ['cartesian', (n) => n.cartesian(sc().parallelize(['x'], 1)), (pair) => (pair as number[])[0]!],
];

/** Numbers that take so many milliseconds each, and how many of them were made. */
function counted(tookMs = 0) {
  const made = sc().accumulator(0);
  const numbers = sc()
    .range(0, 500, 1, 1)
    .map((x) => {
      made.add(1);
      const until = performance.now() + tookMs;
      while (performance.now() < until);
      return x;
    });
  return { numbers, made };
}

describe.each(PASSING)('%s', (_name, pass, of) => {
  it('makes no more records than twice those that are taken', async () => {
    const { numbers, made } = counted();
    expect((await pass(numbers).take(20)).map(of)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(made.value).toBeGreaterThanOrEqual(20);
    expect(made.value).toBeLessThanOrEqual(40);
  });

  it.each([0, 1, 5, 6, 7, 100])('gives what comes before record %i fails', async (failing) => {
    const numbers = sc()
      .range(0, 500, 1, 1)
      .map((x) => {
        if (x === failing) throw new RangeError(`no ${x}`);
        return x;
      });
    const passed = pass(numbers);
    expect((await passed.take(failing)).map(of)).toEqual(
      Array.from({ length: failing }, (_, i) => i),
    );
    await expect(passed.take(failing + 1)).rejects.toThrow(`no ${failing}`);
    await expect(passed.count()).rejects.toThrow(`Record: ${failing}`);
  });

  it('makes records that take long one at a time', async () => {
    const { numbers, made } = counted(2);
    expect((await pass(numbers).take(6)).map(of)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(made.value).toBe(6);
  });
});

it('zip tells of sides of different length after the pairs that both have', async () => {
  const zipped = sc()
    .range(0, 100, 1, 1)
    .zip(sc().range(0, 70, 1, 1));
  expect((await zipped.take(70)).length).toBe(70);
  await expect(zipped.count()).rejects.toThrow('TASK-105');
  await expect(
    sc()
      .range(0, 70, 1, 1)
      .zip(sc().range(0, 71, 1, 1))
      .count(),
  ).rejects.toThrow('TASK-105');
});
