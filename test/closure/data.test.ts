import { afterAll, expect, test } from 'vitest';
import { ReviveWorker } from './in-worker.js';

const worker = new ReviveWorker();
afterAll(() => worker.stop());

test('a constant of the scope around travels', async () => {
  const airport = 'FRA';
  expect(await worker.call((line: string) => line.includes(airport), '1,FRA')).toBe(true);
});

test('all kinds of primitives travel', async () => {
  const [number, minusZero, nan, big, text, yes, nothing, missing] = [
    1.5,
    -0,
    NaN,
    12345678901234567890n,
    'é',
    true,
    null,
    undefined,
  ];
  const result = await worker.call(() => [
    number,
    Object.is(minusZero, -0),
    nan,
    big,
    text,
    yes,
    nothing,
    missing,
  ]);
  expect(result).toEqual([1.5, true, NaN, 12345678901234567890n, 'é', true, null, undefined]);
});

test('an object keeps symbols, getters, methods, odd values and cycles', async () => {
  const tag = Symbol('tag');
  const object: Record<string | symbol, unknown> = {
    a: 1,
    [tag]: 2,
    get double() {
      return (this.a as number) * 2;
    },
    plus(x: number) {
      return (this.a as number) + x;
    },
    nan: NaN,
    minusZero: -0,
    missing: undefined,
  };
  object.self = object;
  const result = await worker.call(() => [
    object.double,
    object[tag],
    (object.plus as (x: number) => number)(1),
    object.nan,
    Object.is(object.minusZero, -0),
    'missing' in object,
    object.self === object,
  ]);
  expect(result).toEqual([2, 2, 2, NaN, true, true, true]);
});

test('Map, Set, Date, RegExp, typed arrays, Buffer and ArrayBuffer travel', async () => {
  const map = new Map<unknown, unknown>([
    [1, { inner: new Set([1]) }],
    ['when', new Date(5)],
  ]);
  const pattern = /a(b)/gi;
  const numbers = new Float64Array([1, 2]);
  const bytes = Buffer.from('hey');
  const empty = new ArrayBuffer(4);
  const big = new BigUint64Array([7n]);
  const view = new DataView(new Uint8Array([1, 0, 0, 0]).buffer, 1);
  const result = await worker.call(() => [
    (map.get(1) as { inner: Set<number> }).inner.has(1),
    (map.get('when') as Date).getTime(),
    'xAB'.replace(pattern, '$1'),
    numbers[1],
    bytes.toString(),
    Buffer.isBuffer(bytes),
    empty.byteLength,
    big[0],
    view.byteLength,
  ]);
  expect(result).toEqual([true, 5, 'xB', 2, 'hey', true, 4, 7n, 3]);
});

test('two views of one buffer go on sharing it', async () => {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  const result = await worker.call(() => {
    view.setUint8(3, 9);
    return bytes[3];
  });
  expect(result).toBe(9);
});

test('a small view of a large buffer takes its own bytes only', async () => {
  const part = new Uint8Array(1_000_000).subarray(10, 14);
  part[2] = 5;
  expect(await worker.call(() => [part[2], part.buffer.byteLength])).toEqual([5, 4]);
});

test('a sparse array keeps its holes', async () => {
  // biome-ignore lint/suspicious/noSparseArray: it is what the test is about
  const sparse = [1, 'a', , null];
  expect(await worker.call(() => [sparse.length, 2 in sparse, 3 in sparse])).toEqual([
    4,
    false,
    true,
  ]);
});

test('an array keeps properties of its own', async () => {
  const match = Object.assign([{ x: 1 }], { index: 7 });
  expect(await worker.call(() => [match[0]?.x, match.index, match.length])).toEqual([1, 7, 1]);
});

test('frozen, sealed and non-extensible objects stay so', async () => {
  const frozen = Object.freeze({ a: 1 });
  const deep = Object.freeze([{ b: 1 }]);
  const sealed = Object.seal({ a: 1 });
  const fixed = Object.preventExtensions({ a: { b: 1 } });
  const result = await worker.call(() => [
    Object.isFrozen(frozen),
    Object.isFrozen(deep) && !Object.isFrozen(deep[0]),
    Object.isSealed(sealed) && !Object.isFrozen(sealed),
    Object.isExtensible(fixed),
  ]);
  expect(result).toEqual([true, true, true, false]);
});

test('an object without a prototype stays without', async () => {
  const bare = Object.assign(Object.create(null) as Record<string, number>, { a: 1 });
  expect(await worker.call(() => [Object.getPrototypeOf(bare), bare.a])).toEqual([null, 1]);
});

test('a key named __proto__ is a key, not a prototype', async () => {
  const odd = JSON.parse('{"__proto__": {"x": 1}}') as Record<string, unknown>;
  expect(await worker.call(() => [Object.keys(odd), (odd as { x?: number }).x])).toEqual([
    ['__proto__'],
    undefined,
  ]);
});

test('unusual property attributes are kept', async () => {
  const object = Object.defineProperty({ a: 1 }, 'hidden', { value: 2, enumerable: false });
  const result = await worker.call(() => [
    Object.keys(object),
    (object as { hidden?: number }).hidden,
  ]);
  expect(result).toEqual([['a'], 2]);
});

test('errors travel with their class, message, cause and fields', async () => {
  const error = Object.assign(new TypeError('bad', { cause: 'why' }), { code: 'E1' });
  const result = await worker.call(() => [
    error instanceof TypeError,
    error.message,
    error.cause,
    error.code,
  ]);
  expect(result).toEqual([true, 'bad', 'why', 'E1']);
});

test('registered, well-known and own symbols travel', async () => {
  const [registered, wellKnown, own] = [Symbol.for('app'), Symbol.iterator, Symbol('mine')];
  const holder = { [own]: 1 };
  const result = await worker.call(() => [
    registered === Symbol.for('app'),
    wellKnown === Symbol.iterator,
    holder[own],
    own.description,
  ]);
  expect(result).toEqual([true, true, 1, 'mine']);
});

test('boxed primitives and invalid dates travel', async () => {
  const [boxed, text, never] = [Object(5) as Number, Object('ab') as String, new Date(NaN)];
  const result = await worker.call(() => [
    boxed.valueOf(),
    text.length,
    Number.isNaN(never.getTime()),
  ]);
  expect(result).toEqual([5, 2, true]);
});

test('URL, URLSearchParams, TextDecoder and Intl objects are made again', async () => {
  const url = new URL('http://a/b?q=1');
  const params = new URLSearchParams('x=1&x=2');
  const decoder = new TextDecoder('utf-16le');
  const format = new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' });
  const dates = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' });
  const rules = new Intl.PluralRules('en', { type: 'ordinal' });
  const result = await worker.call(() => [
    url.pathname,
    params.getAll('x'),
    decoder.decode(new Uint8Array([65, 0])),
    format.format(1000.5),
    dates.format(new Date(0)),
    rules.select(2),
  ]);
  expect(result).toEqual(['/b', ['1', '2'], 'A', '1.000,50\u00a0€', 'January 1, 1970', 'two']);
});

test('a value captured twice is one value', async () => {
  const shared = { count: 0 };
  const [first, second] = [{ shared }, { shared }];
  expect(await worker.call(() => first.shared === second.shared)).toBe(true);
});

test('a long linked list travels without exhausting the stack', async () => {
  type Link = { next: Link | null; value: { n: number } };
  let list: Link | null = null;
  for (let n = 0; n < 20_000; n++) list = { next: list, value: { n } };
  const result = await worker.call(() => {
    let length = 0;
    for (let at = list; at !== null; at = at.next) length++;
    return length;
  });
  expect(result).toBe(20_000);
});

test('text that looks like code stays text', async () => {
  const text = '() => process.exit(1)';
  const object = { kind: 'function', code: '(function(){throw 1})' };
  expect(await worker.call(() => [typeof text, object.code])).toEqual([
    'string',
    '(function(){throw 1})',
  ]);
});

test('a captured name that does not exist is left for the call to report', async () => {
  // @ts-expect-error the name is not declared anywhere
  await expect(worker.call(() => notDefinedAnywhere)).rejects.toThrow(
    'notDefinedAnywhere is not defined',
  );
});

test('a broadcast value may be plain data or hold functions and instances', async () => {
  class Point {
    constructor(readonly x: number) {}
    double(): number {
      return this.x * 2;
    }
  }
  const value = { codes: new Map([['DE', 1]]), points: [new Point(4)], rate: (x: number) => x * 3 };
  expect(await worker.send({ a: [1, new Map([['k', new Set([1n])]])] })).toEqual({
    a: [1, new Map([['k', new Set([1n])]])],
  });
  const back = await worker.call(() => [
    value.codes.get('DE'),
    value.points[0]?.double(),
    value.rate(2),
  ]);
  expect(back).toEqual([1, 8, 6]);
});
