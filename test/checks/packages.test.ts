// Few packages, exact versions, checksums, no program run at installation; and what breaks each rule is named.
import { expect, test } from 'vitest';
import { type CheckResult, loadScript, makeTree } from './project-tree.js';

const { check } = await loadScript<{ check(root?: string): CheckResult }>('check-packages.mjs');

const sound = { version: '1.2.3', integrity: 'sha512-abc' };

function failuresWith(
  pinned: Record<string, string>,
  locked: Record<string, object>,
  files: Record<string, string> = {},
): readonly string[] {
  return check(
    makeTree({
      'package.json': JSON.stringify({ dependencies: pinned, devDependencies: {} }),
      'package-lock.json': JSON.stringify({ packages: { '': {}, ...locked } }),
      ...files,
    }),
  ).failures;
}

test('the packages of tspark are in order', () => {
  expect(check()).toMatchObject({ passed: 7, failed: 0, failures: [] });
});

test('a project with one sound package is in order', () => {
  expect(failuresWith({ a: '1.2.3' }, { 'node_modules/a': sound })).toEqual([]);
});

test.each([
  ['a range', { a: '^1.2.3' }, {}, /a \^1\.2\.3 is no exact version/],
  ['another version in the lock', { a: '1.2.4' }, {}, /a is 1\.2\.4 here and 1\.2\.3 in the lock/],
  ['no checksum', { a: '1.2.3' }, { integrity: undefined }, /no sha512/],
  ['a repository as source', { a: '1.2.3' }, { resolved: 'git+ssh://x' }, /comes from elsewhere/],
  ['a program at installation', { a: '1.2.3' }, { hasInstallScript: true }, /runs a program/],
])('%s is named', (_, pinned, changed, message) => {
  const failures = failuresWith(pinned, { 'node_modules/a': { ...sound, ...changed } });
  expect(failures.join('\n')).toMatch(message);
});

test('a package that was installed in another version is named', () => {
  const files = { 'node_modules/a/package.json': '{"version": "6.6.6"}' };
  expect(failuresWith({ a: '1.2.3' }, { 'node_modules/a': sound }, files)).toEqual([
    'node_modules/a is installed as 6.6.6, locked as 1.2.3',
  ]);
});
