import { afterEach, describe, expect, it, vi } from 'vitest';
import { CancelledError, TaskError } from '#dist/errors.js';
import { FakeShell } from './fake-shell.js';
import { value } from './fake-runner.js';
import { jobStart } from './job-events.js';
import { KEY, settle } from './keyboard.js';

/** However slow the machine is. */
const WAIT = { timeout: 20_000 };

let fake: FakeShell;

afterEach(async () => {
  await fake.keyboard.press(KEY.ctrlC, KEY.ctrlD);
  fake.shell.session.leave();
  fake.keyboard.end();
  await settle();
});

describe('the prompt', () => {
  it('prints the value of a cell and waits for the next', async () => {
    fake = new FakeShell({ '1 + 1': value(2), x: value(undefined) });
    await fake.type('1 + 1', 'x');
    expect(fake.screen.text).toBe('>>> 1 + 1\n2\n>>> x\n>>>');
  });

  it('edits an unfinished cell on and runs it as one', async () => {
    fake = new FakeShell({ 'const f =': { kind: 'incomplete' }, 'const f =\n1': value(1) });
    await fake.type('const f =', '1');
    expect(fake.screen.text).toBe('>>> const f =\n... 1\n1\n>>>');
    expect(fake.history.entries).toEqual(['const f =\n1']);
  });

  it('shows a type error with line and caret and does not go on', async () => {
    const message = "Property 'lenght' does not exist on type 'string'.";
    fake = new FakeShell({
      's.lenght': {
        kind: 'rejected',
        diagnostics: [
          {
            severity: 'error',
            message,
            line: 1,
            column: 3,
            length: 6,
            code: 'TS2551',
            suggestion: null,
          },
        ],
      },
    });
    await fake.type('s.lenght');
    expect(fake.screen.text).toBe(
      `>>> s.lenght\nthis cell, line 1: ${message} (TS2551)\n  s.lenght\n    ^^^^^^\n>>>`,
    );
  });

  it('shows where a task failed, in which partition and for which record', async () => {
    const error = new TaskError('TASK-101', 'x', {
      cause: new TypeError("Cannot read properties of undefined (reading 'split')"),
      details: {
        userError: "TypeError: Cannot read properties of undefined (reading 'split')",
        partition: 3,
        record: "'LH,Lufthansa'",
      },
    });
    const frame = { functionName: null, file: 'cell-4.ts', line: 2, column: 9 };
    fake = new FakeShell({ go: { kind: 'threw', error, frames: [frame] } });
    await fake.type('go');
    expect(fake.screen.text).toBe(
      [
        '>>> go',
        "TypeError: Cannot read properties of undefined (reading 'split')",
        '  cell 4, line 2',
        "      l.foo.split(','))",
        '            ^',
        "  in partition 3, for the record 'LH,Lufthansa'",
        '(.trace for the rest)',
        '>>>',
      ].join('\n'),
    );
    await fake.type('.trace');
    expect(fake.screen.text).toContain('caused by TypeError: Cannot read properties of undefined');
  });

  it('shows warnings above the value of a cell that ran all the same', async () => {
    const warning = {
      severity: 'warning',
      message: 'Odd.',
      line: 1,
      column: 1,
      length: 1,
      code: 'TS1',
      suggestion: null,
    } as const;
    fake = new FakeShell({ x: { kind: 'value', value: 1, hasValue: true, warnings: [warning] } });
    await fake.type('x');
    expect(fake.screen.text).toBe('>>> x\nthis cell, line 1: Odd. (TS1)\n  x\n  ^\n1\n>>>');
  });

  it('says why a cell was ended for its memory', async () => {
    fake = new FakeShell({ go: { kind: 'interrupted', reason: 'memory' } });
    await fake.type('go');
    expect(fake.screen.text).toContain(
      '>>> go\nOut of memory: the cell was ended because it held more than',
    );
  });

  it('says only that a job was cancelled', async () => {
    const error = new CancelledError('JOB-102', 'the job was cancelled: Ctrl-C');
    fake = new FakeShell({ go: { kind: 'threw', error, frames: [] } });
    await fake.type('go');
    expect(fake.screen.text).toBe('>>> go\n[JOB-102] the job was cancelled: Ctrl-C\n>>>');
  });

  it('runs commands and names the one that was meant', async () => {
    fake = new FakeShell();
    await fake.type('.type n', '.type ???', '.set types warn', '.hlep', '.cancel 7');
    expect(fake.typesSetting.mode).toBe('warn');
    expect(fake.screen.text).toBe(
      [
        '>>> .type n',
        'number',
        '>>> .type ???',
        '??? has no type: it is no expression that can be checked.',
        '>>> .set types warn',
        'types: warn',
        '>>> .hlep',
        'There is no command .hlep; did you mean .help? (usage: .help [keys])',
        '>>> .cancel 7',
        'There is no job 7; .jobs lists them.',
        '>>>',
      ].join('\n'),
    );
    expect(fake.runner.seen).toEqual([]);
  });

  it('leaves a dotted line that is no command to the expression above it', async () => {
    fake = new FakeShell();
    await fake.type('airlines', '.filter(x => x)', '.length', '.type(1)');
    expect(fake.runner.seen.map((cell) => cell.text)).toEqual([
      'airlines',
      '.filter(x => x)',
      '.length',
      '.type(1)',
    ]);
  });

  it('lists jobs with their state', async () => {
    fake = new FakeShell();
    fake.events.emit(jobStart(1));
    fake.events.emit({
      kind: 'stage-start',
      jobId: 1,
      stageId: 0,
      name: 'count',
      taskCount: 2,
      timeMs: 0,
    });
    fake.events.emit({
      kind: 'job-end',
      jobId: 1,
      outcome: 'succeeded',
      error: null,
      durationMs: 1500,
      timeMs: 0,
    });
    await fake.type('.jobs');
    // The first table loads what draws it.
    await expect
      .poll(() => fake.screen.text, { timeout: 20_000 })
      .toContain('│   1 │ count  │ succeeded │ 0/2   │     1.5 │');
  });

  it('leaves with .exit, exit and Ctrl-D', async () => {
    for (const keys of [['.exit', KEY.enter], ['exit', KEY.enter], [KEY.ctrlD]]) {
      fake = new FakeShell();
      await fake.keyboard.press(...keys);
      await fake.ended;
      expect(fake.keyboard.isRaw).toBe(false);
    }
  });

  it('takes a pasted line that looks like a command for a program', async () => {
    fake = new FakeShell();
    await fake.keyboard.paste('airlines\n.exit');
    await fake.keyboard.press(KEY.enter);
    expect(fake.runner.seen.map((cell) => cell.text)).toEqual(['airlines\n.exit']);
  });
});

describe('Ctrl-C while a cell runs', () => {
  it('cancels the jobs of the cell and leaves streams alone', async () => {
    let finish = () => {};
    const error = new CancelledError('JOB-102', 'the job was cancelled');
    fake = new FakeShell({
      go: () =>
        new Promise((resolve) => {
          fake.events.emit(jobStart(5));
          fake.events.emit(jobStart(6, 1000));
          finish = () => resolve({ kind: 'threw', error, frames: [] });
        }),
    });
    await fake.type('go');
    await fake.keyboard.press(KEY.ctrlC);
    expect(fake.cancelled).toEqual([5]);
    finish();
    await settle();
    expect(fake.screen.text).toBe(
      '>>> go\ncancelling job 5; Ctrl-C again ends the workers\n[JOB-102] the job was cancelled\n>>>',
    );
  });

  it('ends the workers when pressed twice and gives the prompt back', async () => {
    fake = new FakeShell({
      go: () => {
        fake.events.emit(jobStart(5));
        return new Promise(() => {});
      },
    });
    await fake.type('go');
    await fake.keyboard.press(KEY.ctrlC);
    await fake.keyboard.press(KEY.ctrlC);
    expect(fake.cancelled).toEqual([5, 5]);
    expect(fake.screen.text.split('\n').slice(-3)).toEqual([
      'ending the workers of the cancelled jobs',
      'interrupted',
      '>>>',
    ]);
  });

  it('counts two signals of one press once', async () => {
    fake = new FakeShell({
      go: () => {
        fake.events.emit(jobStart(5));
        return new Promise(() => {});
      },
    });
    await fake.type('go');
    fake.shell.interrupts.press(true);
    fake.shell.interrupts.press(true);
    expect(fake.cancelled).toEqual([5]);
  });

  it('gives the prompt back at once where no job is waited for', async () => {
    fake = new FakeShell({ wait: () => new Promise(() => {}) });
    await fake.type('wait');
    await fake.keyboard.press(KEY.ctrlC);
    await settle();
    expect(fake.screen.text).toBe('>>> wait\ninterrupted\n>>>');
  });
});

describe('output of the engine', () => {
  it('prints batches above a half-typed line and counts empty ones on one line', async () => {
    fake = new FakeShell();
    await fake.keyboard.press('airlines.map(l => l.le');
    const time = new Date(2026, 10, 22, 10, 0, 1).getTime();
    const frame = {
      text: "-----\nTime: 10:00:01\n-----\n[ 'a', 3 ]\n",
      isEmpty: false,
      outputId: 0,
    };
    fake.printFrame({ ...frame, batchTimeMs: time });
    for (let i = 1; i <= 3; i++) {
      fake.printFrame({ text: '-----', isEmpty: true, outputId: 0, batchTimeMs: time + i * 1000 });
    }
    await settle();
    expect(fake.screen.text).toBe(
      [
        '-----\nTime: 10:00:01\n-----',
        "[ 'a', 3 ]",
        '',
        '3 empty batches, the last at 10:00:04',
        '>>> airlines.map(l => l.le',
      ].join('\n'),
    );
    expect([fake.screen.row, fake.screen.column]).toEqual([6, 26]);
    fake.events.emit({ kind: 'streaming-stopped', timeMs: 0 });
    await settle();
    expect(fake.screen.text.split('\n').at(-1)).toBe('>>> airlines.map(l => l.le');
    expect(fake.screen.text).not.toContain('empty');
  });

  it('tags what tasks print and holds back what is too much', async () => {
    fake = new FakeShell();
    for (let i = 0; i < 60; i++) {
      fake.events.emit({
        kind: 'console',
        level: 'log',
        stageId: 3,
        partition: 2,
        text: `line ${i}`,
      });
    }
    await settle(1200);
    const lines = fake.screen.transcript.split('\n');
    expect(lines[0]).toBe('[stage 3 · partition 2] line 0');
    expect(lines[49]).toBe('[stage 3 · partition 2] line 49');
    expect(lines[50]).toBe('… 10 more lines (.logs shows them)');
    await fake.type('.logs 1');
    expect(fake.screen.text).toContain('[stage 3 · partition 2] line 59');
  });

  it('tells notices once and lost workers always', async () => {
    fake = new FakeShell();
    const notice = { kind: 'notice', text: 'names is broadcast' } as const;
    const lost = { kind: 'worker-lost', workerId: 2, reason: 'process.exit(1)' } as const;
    for (const event of [notice, notice, lost, lost]) fake.events.emit(event);
    await settle();
    expect(fake.screen.text).toBe(
      'names is broadcast\nworker 2 is lost: process.exit(1)\nworker 2 is lost: process.exit(1)\n>>>',
    );
  });

  it('shows the progress of a long job and takes it away', async () => {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    fake = new FakeShell({
      go: async () => {
        fake.events.emit(jobStart(7));
        fake.events.emit({
          kind: 'stage-start',
          jobId: 7,
          stageId: 0,
          name: 'count',
          taskCount: 4,
          timeMs: 0,
        });
        await ended;
        fake.events.emit({
          kind: 'job-end',
          jobId: 7,
          outcome: 'succeeded',
          error: null,
          durationMs: 1,
          timeMs: 0,
        });
        return value(4);
      },
    });
    await fake.type('go');
    await vi.waitFor(() => {
      expect(fake.screen.text).toMatch(
        /^>>> go\ncount, job 7 · ░░░░░░░░░░░░░░░░░░░░ 0\/4 tasks · \d+ s$/,
      );
    }, WAIT);
    end();
    await vi.waitFor(() => expect(fake.screen.text).toBe('>>> go\n4\n>>>'), WAIT);
  });
});
