import { expect, test } from 'vitest';
import { type CheckResult, loadScript } from './project-tree.js';

const { summarise } = await loadScript<{
  summarise(report: unknown, status: number, output: string): CheckResult;
}>('run-vitest.mjs');

const one = (status: string, ancestor = 'a room', failureMessages: string[] = []) => ({
  status,
  ancestorTitles: [ancestor],
  fullName: `${ancestor} does it`,
  failureMessages,
});
const file = (status: string, assertionResults: unknown[], message = '') => ({
  name: `${process.cwd()}/test/a.test.ts`,
  status,
  message,
  assertionResults,
});

test('passed, failed and skipped tests are counted, and conformance cases besides', () => {
  const results = [
    one('passed'),
    one('passed', 'conformance: sort'),
    one('skipped', 'conformance: sort'),
  ];
  expect(summarise({ testResults: [file('passed', results)] }, 0, '')).toEqual({
    name: 'tests',
    passed: 2,
    failed: 0,
    failures: [],
    skipped: 1,
    note: 'conformance: 1 of 2 cases pass, 1 missing',
  });
});

test('conformance cases are counted apart for each master they ran at, the recorded one first', () => {
  const results = [
    one('passed', 'conformance at local[4]: sort'),
    one('passed', 'conformance at local[4]: join'),
    one('failed', 'conformance at local[1]: sort'),
    one('skipped', 'conformance at local[1]: sort'),
  ];
  expect(summarise({ testResults: [file('failed', results)] }, 1, '').note).toBe(
    'conformance: 2 of 2 cases pass at local[4], 0 missing; 0 of 2 cases pass at local[1], 1 missing',
  );
});

test('what was left out for want of a program is named, with why', () => {
  const title = 'a Kafka stream (left out: no java on the PATH)';
  const results = [one('passed'), one('skipped', title), one('skipped', title), one('skipped')];
  expect(summarise({ testResults: [file('passed', results)] }, 0, '')).toMatchObject({
    skipped: 3,
    note: 'conformance: 0 of 0 cases pass; a Kafka stream (left out: no java on the PATH), 2 skipped',
  });
});

test('a failed test is named with the start of its message, without colours', () => {
  const failed = one('failed', 'a room', ['\u001b[31mexpected 1\u001b[39m\n  at x']);
  expect(
    summarise({ testResults: [file('failed', [one('passed'), failed])] }, 1, ''),
  ).toMatchObject({
    passed: 1,
    failed: 1,
    failures: ['test/a.test.ts > a room does it\nexpected 1\n  at x'],
  });
});

test('a file that could not be loaded counts as a failure', () => {
  const report = {
    testResults: [file('failed', [], 'Cannot find module'), file('passed', [one('passed')])],
  };
  expect(summarise(report, 1, '')).toMatchObject({
    passed: 1,
    failed: 1,
    failures: ['test/a.test.ts: Cannot find module'],
  });
});

test('a runner that ends badly, or runs nothing, is a failure even if no test failed', () => {
  expect(
    summarise({ testResults: [file('passed', [one('passed')])] }, 1, 'Unhandled'),
  ).toMatchObject({
    failed: 1,
    failures: ['vitest ended with 1: Unhandled'],
  });
  expect(summarise({ testResults: [] }, 0, 'no tests')).toMatchObject({ failed: 1 });
});
