import { expect, test } from 'vitest';
import { loadScript, makeTree } from './project-tree.js';

interface Example {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly isRun: boolean;
}
const { findExamples, toFunctionBody } = await loadScript<{
  findExamples(file: string, root: string): Example[];
  toFunctionBody(example: Example): string;
}>('example-source.mjs');

const fence = '```';

function bodyOf(code: string): string {
  return toFunctionBody({ file: 'a.md', line: 10, code, isRun: true }).trim();
}

test('the fences of a page are found with their line, others are not', () => {
  const text = `# Title\n\n${fence}ts\nconst a = 1;\n${fence}\n${fence}sh\nls\n${fence}\n${fence}ts no-run\nb()\n${fence}\n`;
  expect(findExamples('a.md', makeTree({ 'a.md': text }))).toEqual([
    { file: 'a.md', line: 4, code: 'const a = 1;\n', isRun: true },
    { file: 'a.md', line: 10, code: 'b()\n', isRun: false },
  ]);
});

test('the fences of a docstring are found without its stars', () => {
  const text = `class A {\n  /**\n   * Text.\n   * ${fence}ts\n   * f(x => {\n   *   g(x);\n   * });\n   * ${fence}\n   */\n  f() {}\n}\n`;
  expect(findExamples('a.ts', makeTree({ 'a.ts': text }))).toEqual([
    { file: 'a.ts', line: 5, code: 'f(x => {\n  g(x);\n});\n', isRun: true },
  ]);
});

test('calls at top level are awaited, calls inside functions and before .then are not', () => {
  expect(bodyOf('const n = count(x => f(x));')).toBe('const n = (await count(x => f(x)));');
  expect(bodyOf('const p = count().then(show);')).toBe('const p = (await count().then(show));');
  expect(bodyOf('const j: Job<number> = count();\nj.cancel();')).toBe(
    'const j = count();\n;\n(await j.cancel());',
  );
});

test('a value in a comment becomes a comparison that knows its line', () => {
  expect(bodyOf('const a = 1;\na + 1; // => 2')).toBe('const a = 1;\n;\n$value(a + 1, "2", 11);');
  expect(bodyOf('const a = 1; // => 1')).toBe('const a = 1;\n;\n$value(a, "1", 10);');
});

test('an expected error becomes a call that must throw', () => {
  expect(bodyOf('count(); // throws boom')).toBe(
    'await $throws(async () => { (await count()); }, "boom", 10);',
  );
});

test('imports become calls', () => {
  expect(bodyOf("import { A, B as C, type D } from 'x';")).toBe(
    "const { A, B: C } = await $import('x');",
  );
});
