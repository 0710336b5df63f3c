import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cells } from './harness.js';

const cells = new Cells('error');
beforeAll(() => cells.client.warmUp());
afterAll(() => cells.close());

test('a name declared again has the newest type', async () => {
  await cells.js('const x = 1');
  await cells.js("const x = 'text'");
  expect(await cells.client.typeOf('x')).toBe('"text"');
  await cells.js('function x() { return true }');
  expect(await cells.client.typeOf('x()')).toBe('boolean');
});

test('a declaration may use the old value of its own name', async () => {
  await cells.js('const rdd = sc.parallelize([1, 2])');
  expect(await cells.js('const rdd = rdd.map(n => String(n))')).toBe(
    'let rdd = rdd.map(n => String(n));',
  );
  expect(await cells.client.typeOf('rdd')).toBe('RDD<string>');
  expect(await cells.js('const before = rdd.first(); const rdd = 5')).toContain('rdd.first()');
  expect(await cells.client.typeOf('before')).toBe('string');
});

test('an assignment to a new name declares it', async () => {
  expect(await cells.js('fresh = 1')).toBe('let fresh = 1;');
  expect(await cells.js('fresh = 2')).toBe('fresh = 2;');
  expect(await cells.js('[left, right] = [1, "r"]')).toBe('let [left, right] = [1, "r"];');
  expect(await cells.client.typeOf('right')).toBe('string');
  expect(await cells.refused('(() => { other = 1 })()')).toMatchObject([
    { message: "Cannot find name 'other'." },
  ]);
});

test('types, interfaces, enums and generic classes keep their meaning', async () => {
  await cells.js('interface Point { x: number }');
  await cells.js('type Pair = [string, number]');
  await cells.js('enum Colour { Red, Green }');
  await cells.js('class Box<T> { constructor(readonly value: T) {} }');
  await cells.js(
    'const p: Point = { x: 1 }; const c: Colour = Colour.Green; const b: Box<Pair> = new Box(["a", 1])',
  );
  expect(await cells.client.typeOf('b.value')).toBe('Pair');
  expect(await cells.refused('const q: Point = { y: 1 }')).toMatchObject([
    {
      message:
        "Object literal may only specify known properties, and 'y' does not exist in type 'Point'.",
    },
  ]);
});

test('a name counts once its cell has succeeded', async () => {
  const analysis = await cells.analyse('const maybe = 1');
  if (analysis.state === 'ok') await cells.client.rollback(analysis.id);
  expect(await cells.refused('maybe')).toMatchObject([{ message: "Cannot find name 'maybe'." }]);
});

test('the last value has its type until the user takes its name', async () => {
  await cells.js('[1, 2].map(String)');
  expect(await cells.client.typeOf('_')).toBe('string[]');
  await cells.js('const _ = 5');
  await cells.js("'later'");
  expect(await cells.client.typeOf('_')).toBe('5');
});

test('names that would hide a global of the whole process get another name', async () => {
  expect(await cells.js('const process = 5; ({ process })')).toBe(
    'let process$1 = 5; ({ process: process$1 });',
  );
  expect(await cells.js('(process => process)(process + globalThis.process.pid)')).toBe(
    '(process => process)(process$1 + globalThis.process.pid);',
  );
  expect(await cells.js("import { setTimeout } from 'timers/promises'")).toMatch(
    /^let \{ setTimeout: setTimeout\$1 \} = await __tspark\.import\('timers\/promises'/,
  );
  expect(await cells.js('class Event { static make() { return new Event() } }')).toBe(
    'let Event$1 = class Event { static make() { return new Event$1(); } };',
  );
  expect(await cells.js('const { Map: Buffer } = { Map: 1 }; Buffer')).toBe(
    'let { Map: Buffer$1 } = { Map: 1 }; Buffer$1;',
  );
});

test('a line that begins with a dot goes on with what is above it', async () => {
  await cells.js('const chain = sc.parallelize([1, 2, 3])');
  await cells.js('.filter(n => n > 1)');
  await cells.js('.count()');
  expect(await cells.client.typeOf('chain')).toBe('number');
});

test('declarations take the one form that can be declared again', async () => {
  expect(await cells.js('main(); function main() { return 1 }')).toBe(
    'let main = function main() { return 1; }; main();',
  );
  expect(await cells.js('var v = 1; var v = 2')).toBe('let v = 1; v = 2;');
  expect(await cells.js('for (var i = 0, k; i < 3; i++) { var w = i }')).toBe(
    'let w, i, k; for (i = 0; i < 3; i++) { w = i; }',
  );
  expect(await cells.js('for (var key in { a: 1 }) { key }')).toBe(
    'let key; for (key in { a: 1 }) { key; }',
  );
  expect(
    await cells.js('export const ex = 1; export default function () {}; export { ex as why }'),
  ).toBe('let ex = 1; (function () { }); ;');
  expect(await cells.js('declare const ambient: number; interface Gone {}')).toBe('');
});

test('an object is an object, not a block', async () => {
  expect((await cells.ok('{ a: 1 }')).hasValue).toBe(true);
  expect(await cells.js('{ a: 1, b: [2] }')).toBe('({ a: 1, b: [2] });');
  expect(await cells.js('{ let inner = 1; inner }')).toBe('{ let inner = 1; inner; }');
  expect((await cells.analyse('{ a: 1, b: [')).state).toBe('incomplete');
});

test('only an expression at the end is a value', async () => {
  expect((await cells.ok('const one = 1; one')).hasValue).toBe(true);
  expect((await cells.ok('one; const two = 2')).hasValue).toBe(false);
  expect((await cells.ok('for (const n of [1]) { n }')).hasValue).toBe(false);
  expect((await cells.ok('assigned = 1')).hasValue).toBe(false);
});
