// In a process of its own: signals go to the whole process.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = path.join(root, process.env.TSPARK_DIST ?? 'dist');
const fixture = fileURLToPath(new URL('./fixtures/interruptible.mjs', import.meta.url));

function run(...cells: string[]) {
  return runWith({}, cells);
}

function runWith(variables: Record<string, string>, cells: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fixture, dist, ...cells], {
    encoding: 'utf8',
    timeout: 25_000,
    env: { ...process.env, ...variables },
  });
  const lines = stdout
    .trim()
    .split('\n')
    .filter((line) => line !== 'signal at the prompt');
  return { lines, stderr, status };
}

test.each([
  ['an endless loop', 'while (true) {}'],
  ['an endless loop behind an await', 'await null; while (true) {}'],
  [
    'an endless loop in what follows a timer',
    'await new Promise(r => setTimeout(r, 50)); while (true) {}',
  ],
  [
    'an endless loop in a timer',
    'setTimeout(() => { while (true) {} }, 10); await new Promise(() => {})',
  ],
  ['a promise that never settles', 'await new Promise(() => {})'],
])('Ctrl-C ends %s, time and again, and the shell lives on', (_, cell) => {
  expect(run(cell, cell)).toEqual({
    lines: ['interrupted interrupt', 'interrupted interrupt', 'alive 2'],
    stderr: '',
    status: 0,
  });
});

test.each([
  ['a loop', 'endByMemory(); while (true) {}'],
  ['a loop behind an await', 'endByMemory(); await null; while (true) {}'],
  ['a wait', 'endByMemory(); await new Promise(() => {})'],
])('another thread can have %s ended', (_, cell) => {
  expect(run(cell)).toEqual({ lines: ['interrupted memory', 'alive 2'], stderr: '', status: 0 });
});

test('cells that hold too much memory are ended, and what they made is let go', () => {
  const cells = [
    'const grown = []; for (;;) grown.push(1.5)',
    'typeof grown === "undefined"',
    'const grown = new Map(); await null; for (let i = 0; ; i++) grown.set(i, { i })',
    'let grown = []; for (;;) grown.push(Buffer.alloc(1 << 20, 1))',
    'const grow = (n) => grow(n + 1) + 1; try { grow(0) } catch (error) { error.message }',
  ];
  expect(runWith({ HEAP_BYTES: String(128 * 2 ** 20) }, cells)).toEqual({
    lines: [
      'interrupted memory',
      'value true',
      'interrupted memory',
      'interrupted memory',
      'value Maximum call stack size exceeded',
      'alive 2',
    ],
    stderr: '',
    status: 0,
  });
});

test('errors nobody waits for are reported and do not end the process', () => {
  const { lines, status } = run(
    'globalThis.endByMemory; setTimeout(() => { throw new Error("in a timer") }, 1); Promise.reject(new Error("not looked at")); 7',
  );
  expect(lines.sort()).toEqual(['alive 2', 'stray: in a timer', 'stray: not looked at', 'value 7']);
  expect(status).toBe(0);
});

test('what cells replace of the language, or take away from the process, is put back', () => {
  const { lines, stderr, status } = runWith({ HEAP_BYTES: String(2 ** 30) }, [
    'Array.prototype.map = null; 1',
    'await null; Promise.prototype.then = () => 0; 2',
    'globalThis.setTimeout = Map.prototype.get = 3',
    'process.removeAllListeners(); Promise.reject(new Error("not looked at")); 4',
    'try { process.abort() } catch (error) { error.message.slice(0, 15) }',
  ]);
  expect({ lines, stderr, status }).toEqual({
    lines: [
      'restored Array.prototype.map',
      'value 1',
      'restored Promise.prototype.then',
      'value 2',
      'restored Map.prototype.get,setTimeout',
      'value 3',
      'value 4',
      'stray: not looked at',
      'value process.abort()',
      'alive 2',
    ],
    stderr: '',
    status: 0,
  });
});

test('a loop that lets the thread breathe is ended as well', () => {
  const pause = 'await new Promise((resolve) => setImmediate(resolve))';
  const { lines, status } = runWith({ HEAP_BYTES: String(96 * 2 ** 20) }, [
    `const held = []; for (;;) { held.push(new Array(1e5).fill(1.5)); ${pause}; }`,
    'typeof held === "undefined"',
  ]);
  // Without its name the loop has nowhere to put more, and ends by an error of its own.
  expect([lines[0], lines.at(-1), status]).toEqual(['interrupted memory', 'alive 2', 0]);
  expect(lines).toContain('value true');
});
