import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cells } from './harness.js';

const cells = new Cells('error');
const file = (name: string) => path.join(cells.folder, name);
beforeAll(() => cells.client.warmUp());
afterAll(() => cells.close());

test('imports become variables of the cell', async () => {
  const base = JSON.stringify(file('cell-1.ts'));
  expect(
    await cells.js(
      "import path, { join as put } from 'node:path'; import * as os from 'os'; import 'fs'",
    ),
  ).toBe(
    `let { default: path, join: put } = await __tspark.import('node:path', ${base}); ` +
      `let os = await __tspark.import('os', ${base}); await __tspark.import('fs', ${base});`,
  );
  expect(await cells.client.typeOf("put('a', 'b')")).toBe('string');
});

test('an import of types alone leaves nothing', async () => {
  expect(await cells.js("import type { Stats } from 'fs'")).toBe('');
  expect(await cells.client.typeOf('null as unknown as Stats["size"]')).toBe('number');
});

test('what is relative in a module is made absolute', async () => {
  const analysis = await cells.ok('[require("fs"), __dirname, __filename, import.meta.url]');
  const base = file(`cell-3.ts`);
  expect(analysis.js.replace(/\s+/g, ' ').trim()).toBe(
    `[globalThis.process.getBuiltinModule("module").createRequire("${base}")("fs"), "${cells.folder}", "${base}", ` +
      `({ url: "file://${base}", filename: "${base}", dirname: "${cells.folder}" }).url];`,
  );
});

test('import() works at the prompt and, left as it is, in a worker', async () => {
  const js = await cells.js('const later = () => import("fs")');
  expect(js).toBe(
    `let later = () => (globalThis.__tspark ? globalThis.__tspark.import("fs", "${file('cell-4.ts')}") : import("fs"));`,
  );
});

test('a TypeScript module is compiled with all it imports, once for each state of its text', async () => {
  mkdirSync(file('inner'));
  writeFileSync(file('inner/ten.ts'), 'export const ten: number = 10;\n');
  writeFileSync(
    file('my.ts'),
    "import type { Gone } from './gone';\nimport { ten } from './inner/ten';\nimport { parse } from 'acorn';\n" +
      'export const f = (x: number): number => x * ten;\nexport const where = [import.meta.url, __dirname];\n',
  );
  const first = await cells.client.compileModule(file('my.ts'));
  const again = await cells.client.compileModule(file('my.ts'));
  writeFileSync(file('inner/ten.ts'), 'export const ten: number = 11;\n');
  const changed = await cells.client.compileModule(file('my.ts'));
  if (first.state !== 'ok' || again.state !== 'ok' || changed.state !== 'ok')
    throw new Error('refused');
  expect(first.modules.map((module) => module.path)).toEqual([file('inner/ten.ts'), file('my.ts')]);
  expect(again.modules.map((module) => module.url)).toEqual(
    first.modules.map((module) => module.url),
  );
  expect(changed.modules[1]!.url).not.toBe(first.modules[1]!.url);
  const text = readFileSync(fileURLToPath(first.modules[1]!.url), 'utf8');
  expect(text).toContain(`from "${first.modules[0]!.url}"`);
  const loaded = await import(/* @vite-ignore */ first.modules[1]!.url);
  expect(loaded.f(4)).toBe(40);
  expect(loaded.where).toEqual([`file://${file('my.ts')}`, cells.folder]);
});

test('a module that is no TypeScript is refused with its place', async () => {
  writeFileSync(file('bad.ts'), 'export const x =\n  (1;\n');
  expect(await cells.client.compileModule(file('bad.ts'))).toMatchObject({
    state: 'error',
    path: file('bad.ts'),
    diagnostics: [{ line: 2, column: 5, message: "')' expected." }],
  });
});

test('compiled modules are gone once the client is closed', async () => {
  const other = new Cells('off');
  writeFileSync(path.join(other.folder, 'one.ts'), 'export const one = 1;');
  const compiled = await other.client.compileModule(path.join(other.folder, 'one.ts'));
  const compiledFile = compiled.state === 'ok' ? fileURLToPath(compiled.modules[0]!.url) : '';
  expect(existsSync(compiledFile)).toBe(true);
  await other.close();
  expect(existsSync(compiledFile)).toBe(false);
});
