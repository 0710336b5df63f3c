import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cells } from './harness.js';

const cells = new Cells('error');
beforeAll(async () => {
  await cells.client.warmUp();
  await cells.js('const a = sc.parallelize([1, 2, 3])');
});
afterAll(() => cells.close());

test('a misspelt method is shown in its place, with what was meant', async () => {
  expect(await cells.refused('const n =\n  a.cuont()')).toEqual([
    {
      severity: 'error',
      message: "Property 'cuont' does not exist on type 'RDD<number>'. Did you mean 'count'?",
      line: 2,
      column: 5,
      length: 5,
      code: 'TS2551',
      suggestion: 'count',
    },
  ]);
});

test('positions are the user’s although awaits were put in before them', async () => {
  expect(await cells.refused("a.count() + a.count() + 'x'.nope")).toMatchObject([
    { line: 1, column: 29, length: 4 },
  ]);
  expect(await cells.refused('{ a: 1, b: nope }')).toMatchObject([
    { line: 1, column: 12, length: 4 },
  ]);
});

test('types of earlier cells are named as the user named them', async () => {
  await cells.js('class Money { constructor(readonly cents: number) {} }');
  expect(await cells.refused('const m: Money = 5')).toMatchObject([
    { message: "Type 'number' is not assignable to type 'Money'." },
  ]);
});

test('a syntax error is the first one, in its place', async () => {
  expect(await cells.refused('const x = 1\nfoo(1 2\nconst y')).toMatchObject([
    { line: 2, column: 7, length: 1, message: "',' expected.", code: 'TS1005' },
  ]);
});

test('an empty list takes anything, in its cell and in later ones', async () => {
  await cells.ok("const few = []; few.push(1); few.push('a')");
  await cells.ok('const later = []');
  await cells.ok('later.push(1)');
  await cells.ok('let total; total = 5; total + 1');
});

test('what is thrown may be looked into, and types may be left out', async () => {
  await cells.ok('try { JSON.parse("{") } catch (e) { console.log(e.code) }');
  await cells.ok('const pick = (x, i) => x[i]');
  await cells.ok('const [p, { q }] = JSON.parse("[1, {}]"); const o = {}; o["k"]');
});

test('with types only warned about, the cell is compiled all the same', async () => {
  const cell = await cells.ok("const wrong: number = 'text'", 'warn');
  expect(cell.js.trim()).toBe("let wrong = 'text';");
  expect(cell.diagnostics).toMatchObject([
    { severity: 'warning', message: "Type 'string' is not assignable to type 'number'." },
  ]);
});

test('with types off, nothing is looked at', async () => {
  const cell = await cells.ok("const unseen: number = 'text'", 'off');
  expect(cell).toMatchObject({ isTyped: false, diagnostics: [] });
});
