import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cells } from './harness.js';

const cells = new Cells('error');
beforeAll(async () => {
  await cells.client.warmUp();
  await cells.js("const airlines = sc.textFile('x'); import path from 'path'");
});
afterAll(() => cells.close());

const complete = async (text: string) => {
  const { items, start } = await cells.client.complete(text, text.length);
  return { names: items.map((item) => item.name), start };
};

test.each([
  ['airlines.take(5).fo', 'forEach'],
  ['airlines.count().toF', 'toFixed'],
  ['airlines.count().th', 'then'],
  ['airlines.map(l => l.sta', 'startsWith'],
  ['airl', 'airlines'],
  ['for (const w of airlines.collect()) { w.trimS', 'trimStart'],
  ['if (true) { airl', 'airlines'],
  ['sc.textFile("a").filter(l => l.length > 3).redu', 'reduce'],
  ['const airlines = airlines.fil', 'filter'],
])('%s completes to %s', async (text, name) => {
  expect((await complete(text)).names).toContain(name);
});

test('members come after a dot, and say where the word begins', async () => {
  const { names, start } = await complete('airlines.');
  expect(names).toEqual(expect.arrayContaining(['count', 'filter', 'map']));
  expect(names).not.toContain('node');
  expect(start).toBe(9);
});

test('completion leaves no trace in the session', async () => {
  await complete('const ghost = airlines.');
  expect(await cells.refused('ghost')).toMatchObject([{ message: "Cannot find name 'ghost'." }]);
});

test('the type of an expression is that of its result', async () => {
  expect(await cells.client.typeOf('airlines.count()')).toBe('number');
  expect(await cells.client.typeOf('airlines.map(l => [l, 1])')).toBe('RDD<[string, number]>');
  expect(await cells.client.typeOf('const x = 1')).toBeNull();
  expect(await cells.client.typeOf('1 +')).toBeNull();
});

test('the overload that people mean comes first', async () => {
  const help = await cells.client.signatureHelp("'a'.split(", 10);
  expect(help?.activeSignature).toBe(0);
  expect(help?.signatures.map(({ parameters }) => parameters[0])).toEqual([
    expect.stringMatching(/^separator: string \| RegExp$/),
    expect.stringContaining('[Symbol.split]'),
  ]);
});

test('a call shows its signature and which parameter is next', async () => {
  const text = 'sc.parallelize([1], ';
  expect(await cells.client.signatureHelp(text, text.length)).toMatchObject({
    signatures: [
      {
        before: 'parallelize(',
        parameters: ['values: Iterable<number>', 'partitions?: number'],
        separator: ', ',
        after: '): RDD<number>',
      },
    ],
    activeParameter: 1,
  });
  expect(await cells.client.signatureHelp('1 + 1', 5)).toBeNull();
});

test('a name shows its declaration and documentation', async () => {
  expect(await cells.client.documentation('airlines.count', 14)).toMatchObject({
    declaration: '(method) RDD<string>.count(): Job<number>',
    text: 'Number of elements.',
  });
});
