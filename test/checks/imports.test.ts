import { expect, test } from 'vitest';
import { type CheckResult, loadScript, makeTree } from './project-tree.js';

const { check } = await loadScript<{ check(root: string): CheckResult }>('check-imports.mjs');

const ORDER = '`errors` ← `left`, `right` ← `workers` ← `shell`.';
const sound = {
  'docs/architecture.md': `Imports go from later to earlier rooms only:\n${ORDER}\n`,
  'src/errors.ts': 'export const code = 1;',
  'src/index.ts': "export * from './shell/main.js';",
  'src/workers/entry.ts': "import { code } from '../errors.js';\nexport const c = code;",
  'src/shell/main.ts': "import { code } from '../errors.js';\nexport const d = code;",
};

function failuresWith(files: Record<string, string>): readonly string[] {
  return check(makeTree({ ...sound, ...files })).failures;
}

test('a tree in order passes every rule', () => {
  expect(check(makeTree(sound))).toMatchObject({ passed: 6, failed: 0, failures: [] });
});

test('an import against the order is named with its line, also when it imports types only', () => {
  const text = "// a comment\nimport type { D } from '../shell/main.js';\nexport type E = D;";
  expect(failuresWith({ 'src/left/a.ts': text })).toEqual([
    'src/left/a.ts:2 imports src/shell/main.ts: left comes before shell',
  ]);
});

test('a room that the page does not place is named', () => {
  expect(failuresWith({ 'src/extra.ts': 'export const x = 1;' })).toEqual([
    'src/extra has no place in the order of rooms in docs/architecture.md',
  ]);
});

test('files that import each other are named, also when one of them imports types only', () => {
  const files = {
    'src/left/a.ts': "import { b } from './b.js';\nexport const a = b;",
    'src/left/b.ts': "import type { a } from './a.js';\nexport const b: typeof a | 1 = 1;",
  };
  expect(failuresWith(files)).toEqual([
    'files in a circle: src/left/a.ts → src/left/b.ts → src/left/a.ts',
  ]);
});

test('rooms of one level may not use each other in both directions', () => {
  const files = {
    'src/left/a.ts': "import { b } from '../right/b.js';\nexport const a = b;",
    'src/right/b.ts': 'export const b = 1;',
    'src/right/c.ts': "import { d } from '../left/d.js';\nexport const c = d;",
    'src/left/d.ts': 'export const d = 1;',
  };
  expect(failuresWith(files)).toEqual([
    'rooms in a circle: left → right → left (src/left/a.ts → src/right/b.ts, src/right/c.ts → src/left/d.ts)',
  ]);
});

test('barrels are refused wherever they stand but in the public list', () => {
  expect(failuresWith({ 'src/left/all.ts': "export * from '../errors.js';" })).toEqual([
    'src/left/all.ts re-exports a whole module',
  ]);
  expect(failuresWith({ 'src/left/some.ts': "export { code } from '../errors.js';" })).toEqual([
    'src/left/some.ts does nothing but re-export',
  ]);
  expect(failuresWith({ 'src/left/index.ts': 'export const x = 1;' })).toEqual([
    'src/left/index.ts is a barrel by its name',
  ]);
});

test('a thread that would load the compiler at start is refused with the way it gets there', () => {
  const files = {
    'src/workers/entry.ts': "import { a } from '../left/a.js';\nexport const c = a;",
    'src/left/a.ts': "import ts from 'typescript';\nexport const a = ts.version;",
  };
  expect(failuresWith(files)).toEqual([
    'a thread loads typescript at start: src/workers/entry.ts → src/left/a.ts',
  ]);
});

test('a thread may load the compiler later, or import its types', () => {
  const files = {
    'src/workers/entry.ts':
      "import type ts from 'typescript';\nexport const c = (): Promise<typeof ts> => import('typescript');",
  };
  expect(failuresWith(files)).toEqual([]);
});
