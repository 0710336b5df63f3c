import { expect, test } from 'vitest';
import { type CheckResult, loadScript, makeTree } from './project-tree.js';

const { check } = await loadScript<{ check(root: string, budget: number): CheckResult }>(
  'check-any.mjs',
);

test('each use of the type any is counted, and the word in a text or a name is not', () => {
  const text =
    "// any\nexport const any = 'any';\nexport function f(x: any): unknown {\n  return x as any;\n}\n";
  const root = makeTree({ 'src/a.ts': text });
  expect(check(root, 1)).toMatchObject({
    failed: 1,
    failures: ['2 uses of any, 1 allowed', 'src/a.ts:3', 'src/a.ts:4'],
  });
  expect(check(root, 2)).toMatchObject({ failed: 0, failures: [], note: '2 of 2 uses' });
});
