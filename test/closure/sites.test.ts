import { createRequire } from 'node:module';
import * as vm from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { userCallSite } from '#dist/closure/call-site.js';
import { nameScripts } from '#dist/closure/script-names.js';
import { mapUserFrames } from '#dist/closure/user-frames.js';
import type { CallSite } from '#dist/errors.js';
import { ReviveWorker, type ThrownInWorker } from './in-worker.js';

interface Sites {
  callAtLine3(find: () => CallSite | null): CallSite | null;
  throwing(capture: (fn: Function) => Promise<unknown>): Promise<unknown>;
  onOneLine(capture: (fn: Function) => Promise<unknown>): Promise<unknown>;
  helper(x: number): never;
}

const require = createRequire(import.meta.url);
const file = require.resolve('./fixtures/sites.cjs');
const sites = require(file) as Sites;
const worker = new ReviveWorker();
afterAll(() => worker.stop());

async function framesOf(call: Promise<unknown>): Promise<readonly string[]> {
  return call.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: ThrownInWorker) => error.frames,
  );
}

const withSite = (fn: Function) => worker.callWith(fn, { site: userCallSite() }, 5);

test('the call site is the first frame of the user', () => {
  expect(sites.callAtLine3(userCallSite)).toEqual({ file, line: 3, column: 10 });
});

test('the call site in a script has its name', () => {
  const script = new vm.Script('\n  (find) => find()', { filename: 'cell-4.ts' });
  const call = script.runInThisContext() as Sites['callAtLine3'];
  expect(call(userCallSite)).toEqual({ file: 'cell-4.ts', line: 2, column: 13 });
});

test('finding the call site leaves the settings of errors alone', () => {
  const { stackTraceLimit, prepareStackTrace } = Error;
  userCallSite();
  expect([Error.stackTraceLimit, Error.prepareStackTrace]).toEqual([
    stackTraceLimit,
    prepareStackTrace,
  ]);
});

test('frames of a thrown error are lines of the user in the file of the call', async () => {
  // The site is that of this file's helper: what counts is that lines and columns are those of the function.
  const site = { file, line: 6, column: 10 };
  const frames = await framesOf(sites.throwing((fn) => worker.callWith(fn, { site }, 5)));
  expect(frames).toEqual([`inner (${file}:8:13)`, `${file}:10:12`]);
});

test('columns are right on the first line of a function', async () => {
  const site = { file, line: 13, column: 34 };
  const frames = await framesOf(sites.onOneLine((fn) => worker.callWith(fn, { site }, 5)));
  expect(frames).toEqual([`${file}:13:57`]);
});

test('a function of a file not known at its capture is named at the driver', async () => {
  const call = new vm.Script('(helper) => (x) => helper(x)', { filename: 'unknown-cell.ts' });
  const fn = (call.runInThisContext() as (helper: Function) => Function)(sites.helper);
  const frames = await framesOf(worker.callWith(fn, { site: null }, 5));
  const named = nameScripts(frames);
  expect(named).toEqual([`helper (${file}:15:9)`, 'unknown-cell.ts:1:20']);
});

test('only frames of user functions are kept', () => {
  const stack = [
    'Error: bad',
    '    at f (tspark:cell 4:2:7)',
    '    at Array.<anonymous> (tspark:/home/me/app.ts:10:3)',
    '    at tspark:cell 5:1:1',
    '    at run (file:///opt/tspark/dist/plan/loop.js:10:3)',
    '    at node:internal/main/worker_thread:1:1',
  ].join('\n');
  expect(mapUserFrames(stack)).toEqual(['f (cell 4:2:7)', '/home/me/app.ts:10:3', 'cell 5:1:1']);
});

test('calls to withSite give the site of this file', async () => {
  const frames = await framesOf(
    withSite((x: number) => {
      throw new Error(`x is ${x}`);
    }),
  );
  expect(frames[0]).toContain('sites.test.ts:');
});
