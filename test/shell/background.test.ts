import { afterEach, describe, expect, it } from 'vitest';
import { CancelledError } from '#dist/errors.js';
import type { CellOutcome } from '#dist/shell/evaluate/outcome.js';
import { FakeShell } from './fake-shell.js';
import { value } from './fake-runner.js';
import { jobEnd, jobStart } from './job-events.js';
import { KEY, settle } from './keyboard.js';

let fake: FakeShell;

afterEach(() => fake.leave());

/** A cell whose job runs until `finish` is called. */
function slowCell(jobId: number) {
  let finish: (outcome: CellOutcome) => void = () => {};
  const run = () => {
    fake.events.emit(jobStart(jobId));
    return new Promise<CellOutcome>((resolve) => {
      finish = resolve;
    });
  };
  const end = async (outcome: CellOutcome) => {
    fake.events.emit(jobEnd(jobId, outcome.kind === 'value' ? 'succeeded' : 'cancelled'));
    finish(outcome);
    await settle();
  };
  return { run, end };
}

/** Without the times, which are never the same. */
function shown(): string {
  return fake.screen.text.replace(/\b[\d.]+ (?:µs|ms|s)\b/g, 'T');
}

const STARTED = '[7] runs in the background (.fg 7 waits, .cancel 7 ends)';
const CANCELLED: CellOutcome = {
  kind: 'threw',
  error: new CancelledError('JOB-102', 'the job was cancelled: Ctrl-C was pressed'),
  frames: [],
};

describe('a line that ends in &', () => {
  it('keeps the prompt, and tells the value and its name when it is there', async () => {
    const count = slowCell(7);
    fake = new FakeShell({ 'rdd.count()': count.run, '1 + 1': value(2) });
    await fake.type('rdd.count() &', '1 + 1');
    expect(shown()).toBe(`>>> rdd.count() &\n${STARTED}\n>>> 1 + 1\n2\n>>>`);
    await fake.keyboard.press('half');
    await count.end(value(42));
    expect(shown().split('\n').slice(-2)).toEqual(['[7] done in T: 42 · kept as $7', '>>> half']);
    expect(fake.runner.named).toEqual(['$7']);
  });

  it('gives the value the name that the line gives it', async () => {
    const count = slowCell(7);
    fake = new FakeShell({ 'rdd.count()': count.run });
    await fake.type('const n = rdd.count() &');
    await count.end(value(42));
    expect(shown()).toContain('[7] done in T: n = 42\n');
    expect(fake.runner.named).toEqual(['n']);
  });

  it('tells of a long value what it is', async () => {
    const take = slowCell(7);
    fake = new FakeShell({ 'rdd.take(30)': take.run });
    await fake.type('rdd.take(30) &');
    await take.end(value(Array.from({ length: 30 }, (_, i) => `line ${i}`)));
    expect(shown()).toContain('[7] done in T: 30 elements · kept as $7');
  });

  it('refuses a name of the language', async () => {
    fake = new FakeShell();
    await fake.type('const process = rdd.count() &');
    expect(shown()).toContain("process is a name of the language's own: give another one.");
    expect(fake.runner.named).toEqual([]);
  });

  it('goes on in the next line where it is no whole expression, or was pasted', async () => {
    fake = new FakeShell({
      'flags.map(f => f &': { kind: 'incomplete' },
      'flags &': { kind: 'incomplete' },
      'flags &\nmask': value(2),
    });
    await fake.type('flags &');
    expect(shown()).toBe('>>> flags &\n...');
    await fake.type('mask');
    expect(shown()).toBe('>>> flags &\n... mask\n2\n>>>');
  });

  it('shows how a cell failed, under its number', async () => {
    const count = slowCell(7);
    fake = new FakeShell({ 'rdd.count()': count.run });
    await fake.type('rdd.count() &');
    await count.end({
      kind: 'threw',
      error: new TypeError('no'),
      frames: [{ functionName: null, file: 'cell-4.ts', line: 2, column: 3 }],
    });
    expect(shown()).toContain('[7] failed after T: rdd.count()\nTypeError: no\n  cell 4, line 2');
  });
});

describe('job control', () => {
  it('leaves what runs in the background alone when Ctrl-C is pressed', async () => {
    const [behind, before] = [slowCell(7), slowCell(8)];
    fake = new FakeShell({ 'a.count()': behind.run, 'b.count()': before.run });
    await fake.type('a.count() &', 'b.count()');
    await fake.keyboard.press(KEY.ctrlC);
    expect(fake.cancelled).toEqual([8]);
    await before.end(CANCELLED);
    await fake.keyboard.press(KEY.ctrlC);
    await settle(100);
    expect(fake.cancelled).toEqual([8]);
  });

  it('waits with .fg, where Ctrl-C cancels what is waited for', async () => {
    const count = slowCell(7);
    fake = new FakeShell({ 'a.count()': count.run });
    await fake.type('a.count() &', '.fg');
    expect(shown().endsWith('>>> .fg\na.count()')).toBe(true);
    await fake.keyboard.press(KEY.ctrlC);
    expect(fake.cancelled).toEqual([7]);
    await count.end(CANCELLED);
    expect(shown()).toContain('[7] cancelled after T: a.count()\n[JOB-102] the job was cancelled');
    expect(shown().endsWith('>>>')).toBe(true);
  });

  it('prints the value of a cell that .fg waited for as the prompt does', async () => {
    const count = slowCell(7);
    fake = new FakeShell({ 'a.count()': count.run });
    await fake.type('a.count() &', '.fg 7');
    await count.end(value(42));
    expect(shown().endsWith('>>> .fg 7\na.count()\n42\nkept as $7\n>>>')).toBe(true);
  });

  it('cancels by the number, a cell without a job too', async () => {
    const count = slowCell(7);
    fake = new FakeShell({ 'a.count()': count.run, 'wait()': () => new Promise(() => {}) });
    await fake.type('a.count() &', '.bg wait()', '.cancel 7', '.cancel 90', '.cancel 3');
    expect(fake.cancelled).toEqual([7]);
    expect(shown()).toContain('[90] cancelled after T: wait()\ninterrupted');
    expect(shown()).toContain('There is no job 3; .jobs lists them.');
  });

  it('lists what runs in the background with its line', async () => {
    const count = slowCell(7);
    fake = new FakeShell({ 'a.count()': count.run, 'wait()': () => new Promise(() => {}) });
    await fake.type('a.count() &', 'wait() &', '.jobs');
    const rows = fake.screen.text.split('\n').filter((line) => line.startsWith('│'));
    expect(rows.map((row) => row.split('│').map((cell) => cell.trim()))).toEqual([
      ['', 'job', 'action', 'state', 'tasks', 'seconds', 'background', ''],
      ['', '7', 'count', 'running', '0/0', expect.any(String), 'a.count()', ''],
      ['', '90', '', 'running', '', expect.any(String), 'wait()', ''],
    ]);
  });

  it('says what .fg and .bg cannot use', async () => {
    fake = new FakeShell();
    await fake.type('.fg', '.fg x', '.bg', '.bg const', '.fg 3');
    expect(
      shown()
        .split('\n')
        .filter((line) => !line.startsWith('>>>')),
    ).toEqual([
      'Nothing runs in the background.',
      'usage: .fg [job]',
      'usage: .bg <expression>',
      '.bg takes one whole expression, or const name = expression.',
      'There is no job 3; .jobs lists them.',
    ]);
  });
});
