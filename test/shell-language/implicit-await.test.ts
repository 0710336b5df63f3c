import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cells } from './harness.js';

const AWAITED = (text: string) => `(await __tspark.awaiting(${text}))`;

describe('by type', () => {
  const cells = new Cells('error');
  beforeAll(async () => {
    await cells.client.warmUp();
    await cells.js('const a = sc.parallelize([1, 2, 3])');
  });
  afterAll(() => cells.close());

  test.each([
    ['a.count()', `${AWAITED('a.count()')};`],
    ['const n = a.count(); n + 1', `let n = ${AWAITED('a.count()')}; n + 1;`],
    [
      'a.count() - a.filter(x => x > 1).count()',
      `${AWAITED('a.count()')} - ${AWAITED('a.filter(x => x > 1).count()')};`,
    ],
    ['a.take(5).map(x => x.toFixed(2))', `${AWAITED('a.take(5)')}.map(x => x.toFixed(2));`],
    ['typeof a.count()', `typeof ${AWAITED('a.count()')};`],
    ['a?.collect()?.[0]', `${AWAITED('a?.collect()')}?.[0];`],
    [
      'for (const w of a.collect()) { w + 1 }',
      `for (const w of ${AWAITED('a.collect()')}) { w + 1; }`,
    ],
    [`\`\${a.count()} rows\``, `\`\${${AWAITED('a.count()')}} rows\`;`],
    ['[a.count(), a.first()]', `[${AWAITED('a.count()')}, ${AWAITED('a.first()')}];`],
    ['const u = a.first()\nu.toFixed()', `let u = ${AWAITED('a.first()')}; u.toFixed();`],
    ['a.count(), (1).toFixed()', `${AWAITED('a.count()')}, (1).toFixed();`],
    ['let t = 1\na.count()', `let t = 1; ${AWAITED('a.count()')};`],
    ['a\n  .filter(x => x > 1)\n  .count()', `${AWAITED('a .filter(x => x > 1) .count()')};`],
    [
      'a.map(x => [x, 1]).reduceByKey((x, y) => x + y).collect()',
      `${AWAITED('a.map(x => [x, 1]).reduceByKey((x, y) => x + y).collect()')};`,
    ],
  ])('%j waits', async (text, js) => {
    expect(await cells.js(text)).toBe(js);
  });

  test.each([
    ['a.count().then(x => x + 1)', 'a.count().then(x => x + 1);'],
    ['a.count().cancel()', 'a.count().cancel();'],
    ['void a.count()', 'void a.count();'],
    ['await a.count()', 'await __tspark.awaiting(a.count());'],
    ['Promise.all([a.count(), a.first()])', 'Promise.all([a.count(), a.first()]);'],
    ['const k: import("tspark").Job<number> = a.count()', 'let k = a.count();'],
    ['const f = () => a.count()', 'let f = () => a.count();'],
    ['[1].map(i => a.filter(x => x > i).count())', '[1].map(i => a.filter(x => x > i).count());'],
    [
      'async function ok() { return (await a.count()) + 1 }',
      'let ok = async function ok() { return (await a.count()) + 1; };',
    ],
  ])('%j stays as it is', async (text, js) => {
    expect(await cells.js(text)).toBe(js);
  });

  test('a variable that was kept a Job is awaited where it is used', async () => {
    await cells.js('const j: import("tspark").Job<number> = a.count()');
    expect(await cells.js('j')).toBe(`${AWAITED('j')};`);
    expect(await cells.js('j + 1')).toBe(`${AWAITED('j')} + 1;`);
    expect(await cells.js('j.id')).toBe('j.id;');
    expect(await cells.js('Promise.all([j])')).toBe('Promise.all([j]);');
  });

  test('a call of type any is awaited if it gives a Job', async () => {
    await cells.js('const loose: any = a');
    expect(await cells.js('const m = loose.count()')).toBe(
      'let m = (__tspark.isJob(__tspark.held = loose.count()) ? await __tspark.awaiting(__tspark.held) : __tspark.held);',
    );
  });
});

describe('without types', () => {
  const cells = new Cells('off');
  afterAll(() => cells.close());
  const SETTLED = (text: string) =>
    `(__tspark.isJob(__tspark.held = ${text}) ? await __tspark.awaiting(__tspark.held) : __tspark.held)`;

  test.each([
    ['const n = a.count(); n + 1', `let n = ${SETTLED('a.count()')}; n + 1;`],
    ['a.count().then(x => f(x))', `${SETTLED('a.count().then(x => f(x))')};`],
    ['Promise.all([a.count()])', `${SETTLED('Promise.all([a.count()])')};`],
    ['void a.count()', 'void a.count();'],
    ['const k: Job<number> = a.count()', 'let k = a.count();'],
    [
      'k + 1',
      '(__tspark.isJob(__tspark.held = k) ? await __tspark.awaiting(__tspark.held) : __tspark.held) + 1;',
    ],
    ['const f = () => a.count() + 1', 'let f = () => a.count() + 1;'],
    ['a?.b().c()', `${SETTLED('a?.b().c()')};`],
  ])('%j is compiled for whatever it gives', async (text, js) => {
    expect(await cells.js(text)).toBe(js);
  });

  test('the function given to foreachRDD waits', async () => {
    expect(await cells.js('lines.foreachRDD(rdd => { print(rdd.count()) })')).toBe(
      `${SETTLED(`lines.foreachRDD(async (rdd) => { ${SETTLED(`print(${SETTLED('rdd.count()')})`)}; })`)};`,
    );
  });

  test('a constant cannot be assigned to, in any later cell', async () => {
    await cells.js('const fixed = 1');
    expect(await cells.refused('(() => { fixed = 2 })()')).toMatchObject([
      { message: "Cannot assign to 'fixed' because it is a constant.", line: 1, column: 10 },
    ]);
    expect(await cells.js('{ let fixed = 1; fixed = 2 }')).toBe('{ let fixed = 1; fixed = 2; }');
  });
});
