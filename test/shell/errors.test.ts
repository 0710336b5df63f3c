import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CancelledError, UsageError } from '#dist/errors.js';
import { showDiagnostics, showError } from '#dist/shell/errors.js';
import { labelOf } from '#dist/shell/place-label.js';
import { excerpt } from '#dist/shell/source-excerpt.js';
import { PLAIN_STYLE } from '#dist/shell/style.js';

const view = {
  style: PLAIN_STYLE,
  columns: 40,
  names: () => [],
  placeOf: () => null,
  source: (file: string) => (file === 'cell-2.ts' ? 'a\nb.c()' : null),
};

describe('showError', () => {
  it("shows the user's line and the calls that led to it", () => {
    const error = new TypeError('b.c is not a function');
    const frames = [
      { file: 'cell-2.ts', line: 2, column: 3, functionName: 'go' },
      { file: 'cell-3.ts', line: 1, column: 1, functionName: null },
    ];
    expect(showError(error, frames, view).text).toBe(
      [
        'TypeError: b.c is not a function',
        '  cell 2, line 2, in go',
        '    b.c()',
        '      ^',
        '  at cell 3, line 1',
        '(.trace for the rest)',
      ].join('\n'),
    );
  });

  it('says no more than the message where an error of the engine says it all', () => {
    const shown = showError(new UsageError('IO-101', 'Input path does not exist: x'), [], view);
    expect(shown.text).toBe('[IO-101] Input path does not exist: x');
    expect(shown.rest).toContain('UsageError: [IO-101] Input path does not exist: x');
  });

  it('tells a line that calls itself once', () => {
    const frame = { file: 'cell-2.ts', line: 2, column: 3, functionName: null };
    const other = { file: 'cell-3.ts', line: 1, column: 1, functionName: null };
    const text = showError(
      new Error('x'),
      [frame, { ...frame, column: 1 }, other, other],
      view,
    ).text;
    expect(text.split('\n').filter((line) => line.includes('  at '))).toEqual([
      '  at cell 3, line 1',
    ]);
  });

  it('breaks long messages between words and names cells as the prompt does', () => {
    const error = new UsageError(
      'IO-101',
      'cannot send the function (cell-7.ts, line 1) to a worker',
    );
    expect(showError(error, [], view).text).toBe(
      '[IO-101] cannot send the function (cell\n7, line 1) to a worker',
    );
  });

  it('shows values that were thrown and are no errors', () => {
    expect(showError('text', [], view).text).toBe("thrown value: 'text'");
    expect(showError({ code: 1 }, [], view).text).toBe('thrown value: { code: 1 }');
    expect(showError(undefined, [], view).text).toBe('thrown value: undefined');
  });

  it('keeps causes for .trace', () => {
    const error = new Error('outer', { cause: new RangeError('inner') });
    const shown = showError(error, [], view);
    expect(shown.text).toBe('Error: outer\n(.trace for the rest)');
    expect(shown.rest).toMatch(/^Error: outer\n[\s\S]*\ncaused by RangeError: inner\n/);
  });

  it('keeps an option and its value on one line', () => {
    const error = new UsageError('IO-101', 'too much was held here; start with --conf a.b=2g.');
    expect(showError(error, [], view).text).toBe(
      '[IO-101] too much was held here; start\nwith --conf a.b=2g.',
    );
  });

  it("tells places in .trace as the user calls them, and the program's own files from its folder", () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const error = new Error('outer');
    error.stack = [
      'Error: outer',
      '    at go (cell-2.ts:7:3)',
      '    at tspark:cell-2.ts:7:9',
      `    at async Job.run (${pathToFileURL(root).href}dist/job.js:4:5)`,
      `    at load (${root}node_modules/acorn/x.js:1:2)`,
      '    at node:internal/x:3:4',
      '    at async Promise.all (index 0)',
    ].join('\n');
    const placeOf = (file: string, line: number) =>
      file === 'cell-2.ts' ? { file, line: line - 5 } : null;
    expect(showError(error, [], { ...view, placeOf }).rest.split('\n')).toEqual([
      'Error: outer',
      '    at go (cell 2, line 2)',
      '    at cell 2, line 2',
      '    at async Job.run (tspark/dist/job.js:4:5)',
      '    at load (tspark/node_modules/acorn/x.js:1:2)',
      '    at node:internal/x:3:4',
      '    at async Promise.all (index 0)',
    ]);
  });

  it('shows a cancelled job on one line', () => {
    const error = new CancelledError('JOB-102', 'the job was cancelled', { cause: new Error('x') });
    expect(showError(error, [], view).text).toBe('[JOB-102] the job was cancelled');
  });
});

describe('showDiagnostics', () => {
  it('shows at most five messages with their places', () => {
    const one = {
      severity: 'error',
      message: 'Wrong.',
      line: 1,
      column: 5,
      length: 3,
      code: 'TS1',
      suggestion: null,
    } as const;
    const text = showDiagnostics(Array(7).fill(one), { text: 'let foo', label: 'this cell' }, view);
    const block = 'this cell, line 1: Wrong. (TS1)\n  let foo\n      ^^^\n';
    expect(text).toBe(`${block.repeat(5)}… 2 more`);
  });
});

describe('excerpt', () => {
  it('cuts a long line around the place', () => {
    const line = `${'a'.repeat(30)}HERE${'b'.repeat(30)}`;
    expect(excerpt(line, { line: 1, column: 31, length: 4 }, 20)).toEqual([
      '…aaaaaaaaaHERE' + 'bbbbb…',
      '          ^^^^',
    ]);
  });

  it('places the caret below wide characters', () => {
    expect(excerpt("'東京'.x", { line: 1, column: 6 }, 40)).toEqual(["'東京'.x", '       ^']);
  });

  it('shows nothing for a line that is not there', () => {
    expect(excerpt('a', { line: 9, column: 1 }, 40)).toBe(null);
  });
});

describe('labelOf', () => {
  it('names cells by number and files by their shortest path', () => {
    expect(labelOf('cell-12.ts')).toBe('cell 12');
    expect(labelOf(`${process.cwd()}/samples/a.ts`)).toBe('samples/a.ts');
    expect(labelOf('/elsewhere/a.ts')).toBe('/elsewhere/a.ts');
  });
});
