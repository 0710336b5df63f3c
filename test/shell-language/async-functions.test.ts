import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cells } from './harness.js';

const cells = new Cells('error');
beforeAll(async () => {
  await cells.client.warmUp();
  await cells.js('const a = sc.parallelize([1, 2, 3])');
  await cells.js("type Numbers = import('tspark').RDD<number>");
});
afterAll(() => cells.close());

test('a function that uses a result at once returns a Job', async () => {
  expect(await cells.js('function g() { return a.count() + 1 }')).toBe(
    'let g = function g() { return __tspark.job(async () => { return (await __tspark.awaiting(a.count())) + 1; }); };',
  );
  expect(await cells.client.typeOf('g')).toBe('() => Job<number>');
  expect(await cells.js('g() * 2')).toBe('(await __tspark.awaiting(g())) * 2;');
});

test('so do arrows, and what they are called with is awaited by type', async () => {
  await cells.js('const avg = (r: Numbers) => r.reduce((x, y) => x + y) / r.count()');
  expect(await cells.client.typeOf('avg')).toBe('(r: RDD<number>) => Job<number>');
  expect(await cells.js('avg(a).toFixed(2)')).toBe('(await __tspark.awaiting(avg(a))).toFixed(2);');
});

test('a declared result type becomes a Job of it, and calls of such functions wait', async () => {
  await cells.js('function h() { return a.count() * 3 }');
  await cells.js(
    'function typed(r: Numbers): number { const n = r.count(); if (n > 2) return n; return h() }',
  );
  expect(await cells.client.typeOf('typed(a)')).toBe('number');
  expect(await cells.client.typeOf('typed')).toBe('(r: RDD<number>) => Job<number>');
});

test('methods too, with their this', async () => {
  await cells.js(
    'class M { constructor(readonly r: Numbers) {} size() { return this.r.count() * 2 } }',
  );
  expect(await cells.client.typeOf('new M(a).size() + 1')).toBe('number');
});

test('a function that only returns the job is left alone', async () => {
  expect(await cells.js('function size() { return a.count() }')).toBe(
    'let size = function size() { return a.count(); };',
  );
});

test('an async function gets its awaits', async () => {
  expect(await cells.js('async function ok() { return a.count() + 1 }')).toBe(
    'let ok = async function ok() { return (await __tspark.awaiting(a.count())) + 1; };',
  );
});

test('callbacks at the driver become async', async () => {
  expect(await cells.js('lines.foreachRDD(rdd => { console.log(rdd.count() + 1) })')).toBe(
    'lines.foreachRDD(async (rdd) => { console.log((await __tspark.awaiting(rdd.count())) + 1); });',
  );
  expect(
    await cells.js(
      'const t = lines.transform(rdd => { const n = rdd.count(); return rdd.map(x => n) })',
    ),
  ).toBe(
    'let t = lines.transform(async (rdd) => { const n = (await __tspark.awaiting(rdd.count())); return rdd.map(x => n); });',
  );
});

test.each([
  ['[1, 2].filter(i => a.count() > i)', 20, 'in a function given to filter'],
  ['[1, 2].forEach(i => { console.log(a.count() + i) })', 35, 'in a function given to forEach'],
  ['class C { constructor() { console.log(a.count()) } }', 39, 'in a constructor'],
  ['class C { get size() { return a.count() + 1 } }', 31, 'in a getter or setter'],
  ['function* gen() { yield a.count() + 1 }', 25, 'in a generator'],
])('%s is refused with what to do', async (text, column, where) => {
  expect(await cells.refused(text)).toMatchObject([
    {
      code: 'TSPARK-ACTION',
      line: 1,
      column,
      length: 'a.count()'.length,
      message: `\`a.count()\` is an action and cannot be waited for ${where}. Call it before and use its result, or use a for…of loop.`,
    },
  ]);
});
