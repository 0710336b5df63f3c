import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TaskError } from '#dist/errors.js';
import { Prompt } from './harness.js';

const prompt = new Prompt('error');
beforeAll(() => prompt.language.warmUp());
afterAll(() => prompt.close());

test('an error has the user’s own frames, in the user’s lines and columns', async () => {
  await prompt.value(
    'function later(x: number): never {\n  // why\n\n  throw new TypeError("in " + x)\n}',
  );
  const file = `cell-${prompt.evaluator.cellCount}.ts`;
  const { error, frames } = await prompt.thrown('const n: number = 1\n\n  later(n)');
  expect(error).toBeInstanceOf(TypeError);
  expect(frames).toEqual([
    { functionName: 'later', file, line: 4, column: 9 },
    { functionName: null, file: `cell-${prompt.evaluator.cellCount}.ts`, line: 3, column: 3 },
  ]);
  expect(await prompt.value('_error.message')).toBe('in 1');
});

test('so it has after an await, and behind an await that was put in', async () => {
  await prompt.value('const a = sc.parallelize([1, 2, 3])');
  const { frames } = await prompt.thrown('const k = a.count() + a.first(); (null as any).x');
  expect(frames).toMatchObject([{ line: 1, column: 48 }]);
});

test('an error of the engine is placed where the cell waited', async () => {
  const { error, frames } = await prompt.thrown('let one = 1\na.foreach(() => {})');
  expect(error).toMatchObject({ message: 'failed in the engine' });
  expect(frames).toMatchObject([{ line: 2, column: 1 }]);
});

test('a value that is no error is thrown as it is', async () => {
  expect(await prompt.thrown('throw { a: 1 }')).toMatchObject({ error: { a: 1 }, frames: [] });
});

test('a script is one program and stops at the first error', async () => {
  const file = path.join(prompt.folder, 'a script.ts');
  const text =
    'export const early = 1;\n\nboom();\nfunction boom() { throw new Error("here") }\nconst never = 1';
  expect(await prompt.run(text, { mode: 'script', file })).toMatchObject({
    kind: 'threw',
    frames: [
      { functionName: 'boom', file, line: 4, column: 25 },
      { functionName: null, file, line: 3, column: 1 },
    ],
  });
  expect(prompt.evaluator.sources.text(file)).toBe(text);
});

test('a script that succeeds leaves its names', async () => {
  const file = path.join(prompt.folder, 'good.ts');
  const text = 'const n = sc.parallelize([1, 2]).count();\nfunction twice() { return n * 2 }';
  expect((await prompt.run(text, { mode: 'script', file })).kind).toBe('value');
  expect(await prompt.value('twice()')).toBe(4);
});

test('a type error in a script is found before anything runs', async () => {
  const file = path.join(prompt.folder, 'typed.ts');
  const text = 'globalThis.ran = true\nconst n: number = "text"';
  expect(await prompt.run(text, { mode: 'script', file })).toMatchObject({
    kind: 'rejected',
    diagnostics: [{ line: 2, column: 7 }],
  });
  expect('ran' in globalThis).toBe(false);
});

test('frames that a task sent along come first, in the user’s lines', () => {
  prompt.evaluator.sources.addProgram(
    'cell-900.ts',
    'cell-900.ts',
    'a\n\nb',
    Int32Array.from([0, 0, 0, 0, 1, 0, 2, 0]),
  );
  const error = new TaskError('TASK-101', 'it failed', {
    details: { frames: ['deep (cell-900.ts:2:11)', '/home/me/other.ts:3:4'] },
  });
  error.stack = 'TaskError: it failed\n    at cell-900.ts:1:1\n    at node:internal/x:1:1';
  expect(prompt.evaluator.frames(error)).toEqual([
    { functionName: 'deep', file: 'cell-900.ts', line: 3, column: 1 },
    { functionName: null, file: '/home/me/other.ts', line: 3, column: 4 },
    { functionName: null, file: 'cell-900.ts', line: 1, column: 1 },
  ]);
});

test('a module of the user’s is imported, and its errors are placed in it', async () => {
  const file = path.join(prompt.folder, 'mine.ts');
  writeFileSync(
    file,
    'interface Gone { x: number }\n\nexport const f = (p: Gone): number => p.x + 1;\nexport function boom(): never {\n  throw new Error("mine")\n}\nexport default 5;\n',
  );
  expect(await prompt.value("import five, { f, boom } from './mine'; f({ x: five })")).toBe(6);
  const { frames } = await prompt.thrown('boom()');
  expect(frames[0]).toEqual({ functionName: 'boom', file, line: 5, column: 9 });
});

test('packages, JSON and builtins are imported as TypeScript reads them', async () => {
  writeFileSync(path.join(prompt.folder, 'data.json'), '{ "n": 3 }');
  expect(await prompt.value("import data from './data.json'; data.n")).toBe(3);
  expect(
    await prompt.value("import fs, { existsSync } from 'fs'; fs.existsSync === existsSync"),
  ).toBe(true);
  expect(await prompt.value("const { sep } = await import('node:path'); sep")).toBe('/');
  expect(await prompt.value("require('./data.json').n")).toBe(3);
});

test('what cannot be found is refused by name', async () => {
  expect(await prompt.run("import { x } from './nowhere'")).toMatchObject({
    kind: 'rejected',
    diagnostics: [{ line: 1, column: 19 }],
  });
  expect((await prompt.thrown("await import('./no' + 'where')")).error).toMatchObject({
    message: `Cannot find module './nowhere' from ${prompt.folder}`,
  });
});

test('a module that cannot be compiled says where', async () => {
  writeFileSync(path.join(prompt.folder, 'bad.ts'), 'export const x =\n  (1;\n');
  expect((await prompt.thrown("await import('./b' + 'ad')")).error).toMatchObject({
    code: 'SHELL-101',
    message: expect.stringContaining("bad.ts, line 2, column 5: ')' expected."),
  });
});

test('giving up a wait leaves the session as it was', async () => {
  await prompt.value('let state = 1');
  const running = prompt.run(
    'state = 2; let lost = 1; const state = 3; await new Promise(() => {})',
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  prompt.evaluator.interrupt();
  expect(await running).toEqual({ kind: 'interrupted', reason: 'interrupt' });
  expect(await prompt.value('1 + 1')).toBe(2);
});
