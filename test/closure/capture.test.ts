import { afterAll, describe, expect, test } from 'vitest';
import { captureClosure } from '#dist/closure/capture.js';
import { type HandleRef, TRAVELS_AS } from '#dist/closure/payload.js';
import { ReviveWorker } from './in-worker.js';

const worker = new ReviveWorker();
afterAll(() => worker.stop());

const capture = (fn: Function) => captureClosure(fn, { operation: 'map', site: null });

describe('handles', () => {
  const broadcast = { [TRAVELS_AS]: (): HandleRef => ({ type: 'broadcast', id: 7 }), value: [1] };
  const counter = { [TRAVELS_AS]: (): HandleRef => ({ type: 'accumulator', id: 8 }) };

  test('a broadcast and an accumulator travel by their number', async () => {
    const fn = () => [broadcast, counter, broadcast];
    expect(capture(fn).handles).toEqual([
      { type: 'broadcast', id: 7 },
      { type: 'accumulator', id: 8 },
    ]);
    expect(await worker.call(fn)).toEqual([
      { type: 'broadcast', id: 7 },
      { type: 'accumulator', id: 8 },
      { type: 'broadcast', id: 7 },
    ]);
  });
});

describe('functions known from before', () => {
  const site = { file: 'cell 1', line: 3, column: 5 };
  const at = (fn: Function, ordinal = 0) => captureClosure(fn, { operation: 'map', site, ordinal });

  test('an arrow that takes nothing from around it is captured once for a place', () => {
    const make = () => (x: number) => x + 1;
    const first = at(make());
    expect(at(make())).toBe(first);
    expect(at(make(), 1)).not.toBe(first);
    expect(at((x: number) => x + 2)).not.toBe(first);
    const elsewhere = { operation: 'map', site: { ...site, line: 4 } };
    expect(captureClosure(make(), elsewhere)).not.toBe(first);
  });

  test('one that takes a value, or has something of its own, is looked at each time', async () => {
    const adding = (n: number) => (x: number) => x + n;
    expect(at(adding(1)).hash).not.toBe(at(adding(2)).hash);
    const plain = () => (x: number) => x + 3;
    const known = at(plain());
    const marked = Object.assign(plain(), { mark: 1 });
    expect(at(marked).hash).not.toBe(known.hash);
  });
});

describe('large values', () => {
  const table = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`k${i}`, 'x'.repeat(100)]),
  );
  const helper = (k: string) => table[k];

  test('a value above the limit becomes a handle that is seen as the bare value', async () => {
    const offers: [string, boolean, number][] = [];
    const options = {
      largeValueBytes: 1000,
      onLargeValue(name: string, value: unknown, sizeBytes: number): HandleRef {
        offers.push([name, value === table, Math.round(sizeBytes / 100)]);
        return { type: 'broadcast', id: 3 };
      },
    };
    expect(await worker.callWith(() => [table, helper('0')], options)).toEqual(['value 3', 'v']);
    expect(offers).toEqual([['table', true, 22]]);
    const payload = captureClosure(() => table, { operation: 'map', site: null, ...options });
    expect(payload.handles).toEqual([{ type: 'broadcast', id: 3, unwrap: true }]);
    expect(payload.bytes.length).toBeLessThan(400);
  });

  test('a refusal of the offer lets the value travel', async () => {
    const options = { largeValueBytes: 1000, onLargeValue: () => null };
    expect(await worker.callWith(() => table.k1?.length, options)).toBe(100);
  });

  test('values up to the limit are not offered', () => {
    const options = {
      operation: 'map',
      site: null,
      onLargeValue(): never {
        throw new Error('offered');
      },
    };
    expect(captureClosure(() => table, options).handles).toEqual([]);
  });
});

describe('payloads', () => {
  test('the form tells how the function behaves', () => {
    expect(capture(() => 1).form).toBe('sync');
    expect(capture(async () => 1).form).toBe('async');
    expect(capture(function* () {}).form).toBe('generator');
    expect(capture(async function* () {}).form).toBe('async-generator');
    expect(capture(async function (this: unknown) {}.bind(null)).form).toBe('async');
    expect(capture(Number).form).toBe('sync');
  });

  test('the text is on one line', () => {
    const fn = new Function('a', 'return a\n   + 1');
    expect(capture(fn).text).toBe('function anonymous(a ) { return a + 1 }');
    expect(capture(Math.max).text).toBe('max');
  });

  test('equal captures have equal hashes, other values another', () => {
    const make = (limit: number) => (x: number) => x < limit;
    const [three, threeAgain, four] = [make(3), make(3), make(4)];
    expect(capture(three).hash).toBe(capture(threeAgain).hash);
    expect(capture(three).hash).not.toBe(capture(four).hash);
  });

  test('equal texts in different places have different hashes', () => {
    const [one, other] = [(k: number) => k % 2, (k: number) => k % 2];
    expect(capture(one).hash).not.toBe(capture(other).hash);
  });

  const limit = 3;
  const list = [1];
  const frozen = Object.freeze({ a: 1 });
  const pattern = /a/i;
  const stateful = /a/g;
  const helper = (x: number) => x + limit;
  const table = new Map([[1, 2]]);
  class Pure {
    get(): number {
      return limit;
    }
  }
  class Counted {
    static made = 0;
  }
  let counter = 0;
  test.each([
    ['constants', () => limit, true],
    ['built-ins', () => Math.max(limit, 1), true],
    ['functions of constants', () => helper(1), true],
    ['a class without static state', () => new Pure().get(), true],
    ['a frozen object of constants', () => frozen.a, true],
    ['a regular expression without g or y', () => pattern.test('a'), true],
    ['an array', () => list[0], false],
    ['a Map', () => table.get(1), false],
    ['a regular expression with g', () => stateful.test('a'), false],
    ['a class with static state', () => Counted.made, false],
    ['a variable it assigns', () => ++counter, false],
  ] satisfies [string, Function, boolean][])(
    'a function of %s is told to be stateless or not',
    (_, fn, expected) => {
      expect(capture(fn).isStateless).toBe(expected);
    },
  );
});

test('each revival starts from the captured values again', async () => {
  const seen: number[] = [];
  const fn = () => seen.push(1);
  expect(await worker.callRepeatedly(fn, 3)).toBe(3);
  expect(await worker.callRepeatedly(fn, 2)).toBe(2);
});
