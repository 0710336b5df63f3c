// `.set`, `.stages`, `.job`, `.cache`, `.save`, `.load`, `.tour` over the fake engine.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { StorageLevel } from '#dist/storage-level.js';
import { FakeShell } from './fake-shell.js';
import { value } from './fake-runner.js';
import { jobEnd, jobStart, stageEnd, stageStart, taskEnd } from './job-events.js';
import { settle } from './keyboard.js';

let fake: FakeShell;

afterEach(() => fake.leave());

/** What was printed, without the prompts and what was typed. */
function printed(): string[] {
  return fake.screen.transcript.split('\n').filter((line) => !line.startsWith('>>>'));
}

/** The cells of a printed table. */
function table(): string[][] {
  return printed()
    .filter((line) => line.startsWith('│'))
    .map((line) => line.split('│').map((cell) => cell.trim()));
}

describe('.set', () => {
  it('sets what the prompt does its own way', async () => {
    const rows = Array.from({ length: 5 }, (_, i) => [i, i]);
    fake = new FakeShell({ rows: value(rows) });
    await fake.type(
      '.set types warn',
      '.set rows 2',
      '.set types',
      'rows',
      '.set mode=csv',
      'rows',
    );
    expect(fake.typesSetting.mode).toBe('warn');
    expect(printed()).toEqual([
      'types: warn',
      'rows: 2',
      'types: warn (off|warn|error)',
      '┌───┬───┐',
      '│ 0 │ 0 │',
      '│ 1 │ 1 │',
      '└───┴───┘',
      '… 3 more',
      'mode: csv',
      '0,0',
      '1,1',
      '2,2',
      '3,3',
      '4,4',
    ]);
  });

  it('refuses what it does not know, and names what was meant', async () => {
    fake = new FakeShell();
    await fake.type(
      '.set tpyes off',
      '.set rows 0',
      '.set types no',
      '.set nothing',
      '.set progress 1',
    );
    await fake.type('.set tspark.bytePath off', '.set spark.maste x');
    expect(printed()).toEqual([
      'There is no setting tpyes; did you mean types?',
      'rows cannot be 0: a number from 1 on.',
      'types cannot be no: off|warn|error.',
      'There is no setting nothing; .set lists them.',
      'progress cannot be 1: on|off.',
      'tspark.bytePath is read when tspark starts: tspark --conf tspark.bytePath=…',
      'There is no setting spark.maste; did you mean spark.master?',
    ]);
    expect(fake.typesSetting.mode).toBe('error');
  });

  it('hides the progress of long jobs', async () => {
    fake = new FakeShell();
    await fake.type('.set progress off');
    fake.events.emit(jobStart(7));
    await settle(900);
    expect(fake.screen.text).not.toContain('job 7');
    fake.events.emit(jobEnd(7));
  });
});

describe('.stages, .job and .cache', () => {
  it('show the stages of jobs with what they read', async () => {
    fake = new FakeShell(
      {
        'rdd.count()': () => {
          for (const event of [
            jobStart(7),
            stageStart(7, 3, 'map', 2),
            taskEnd(7, 3, 0),
            taskEnd(7, 3, 1),
            { ...taskEnd(7, 3, 1), outcome: 'lost' } as const,
            { ...stageEnd(7, 3), timeMs: 250 },
            jobEnd(7),
          ])
            fake.events.emit(event);
          return value(4);
        },
      },
      120,
    );
    await fake.type('rdd.count()', '.stages');
    const row = ['3', 'map', 'succeeded', '2/2 (1 failed)', '300k', '6.0 MiB', '250.0 ms', ''];
    expect(table()).toEqual([
      ['', 'job', 'stage', 'name', 'state', 'tasks', 'records', 'read', 'time', ''],
      ['', '7', ...row],
    ]);
    await fake.type('.job 7', '.job 8', '.job x');
    expect(printed()).toContain('job 7 · count · succeeded in 1.00 ms');
    expect(printed()).toContain('from: rdd.count()');
    expect(table().at(-1)).toEqual(['', ...row]);
    expect(printed().slice(-2)).toEqual([
      'There is no job 8; .jobs lists them.',
      'usage: .job <job>',
    ]);
  });

  it('say why a job failed', async () => {
    fake = new FakeShell({
      go: () => {
        fake.events.emit(jobStart(7));
        const error = {
          name: 'Error',
          message: 'no\nmore',
          stack: '',
          code: null,
          details: {},
          retriable: false,
          cause: null,
        };
        fake.events.emit({ ...jobEnd(7, 'failed'), error });
        return value(undefined);
      },
    });
    await fake.type('go', '.job 7');
    expect(printed()).toEqual([
      'job 7 · count · failed in 1.00 ms',
      'from: go',
      'no',
      'no stages: nothing had to be computed, or they are forgotten',
    ]);
  });

  it('show what is kept and where', async () => {
    fake = new FakeShell();
    await fake.type('.cache');
    expect(printed()).toEqual(['nothing is kept; rdd.cache() keeps what the next action computes']);
    const rdd = { partitions: 4, keptPartitions: 3, memoryBytes: 2048, diskBytes: 5 << 20 };
    fake.cached = [
      { ...rdd, nodeId: 5, operation: 'map', name: null, level: StorageLevel.MEMORY_AND_DISK },
      { ...rdd, nodeId: 6, operation: 'map', name: 'few', level: StorageLevel.DISK_ONLY },
    ];
    await fake.type('.cache');
    expect(table()).toEqual([
      ['', 'RDD', 'kept', 'partitions', 'memory', 'disk', ''],
      ['', 'map (5)', 'in memory and on disk', '3/4', '2.0 KiB', '5.0 MiB', ''],
      ['', 'few', 'on disk', '3/4', '2.0 KiB', '5.0 MiB', ''],
    ]);
  });
});

describe('.save and .load', () => {
  it('write the session to a file that is not there yet', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tspark-save-'));
    const file = path.join(folder, 'mine.ts');
    fake = new FakeShell({}, 200);
    await fake.type(`.save ${file}`);
    expect(printed()).toEqual(['There is nothing to save: no cell has succeeded yet.']);
    fake.program = { body: 'console.log(1)', used: [], declared: [] };
    await fake.type(`.save ${file}`, `.save ${file}`);
    await settle(200);
    expect(printed().slice(1)).toEqual([
      expect.stringContaining('saved 9 lines; run it with: tspark '),
      `${file} is there already; .save -f ${file} writes over it.`,
    ]);
    expect(fs.readFileSync(file, 'utf8')).toContain('console.log(1)\n');
    fake.program = { body: 'console.log(2)', used: [], declared: [] };
    await fake.type(`.save -f ${file}`, '.save', '.save x.txt', `.save ${folder}/no/x.ts`);
    await settle(200);
    expect(fs.readFileSync(file, 'utf8')).toContain('console.log(2)\n');
    expect(printed().slice(-3)).toEqual([
      'usage: .save [-f] <file.ts>',
      "The file's name must end in .ts, .mts, .js, .mjs.",
      `${folder}/no/x.ts cannot be written: its folder is not there.`,
    ]);
    await fake.type('.load nowhere.ts', `.load ${folder}`);
    expect(printed().slice(-2)).toEqual([
      'There is no file nowhere.ts.',
      `${folder} is no file that can be run.`,
    ]);
    fs.rmSync(folder, { recursive: true });
  });
});

describe('.tour', () => {
  it('goes on when its line was typed, and does not mind anything else', async () => {
    fake = new FakeShell({ '1': value(1) });
    await fake.type('.tour', '1', '  const airlines = sc.textFile("samples/airlines.csv");');
    const steps = printed().filter((line) => line.startsWith('step'));
    expect(steps.map((line) => line.slice(0, 12))).toEqual(['step 1 of 10', 'step 2 of 10']);
    await fake.type('.tour next', '.tour back', '.tour back', '.tour stop', 'airlines.take(3)');
    expect(
      printed()
        .filter((line) => line.startsWith('step'))
        .slice(2)
        .map((line) => line.slice(0, 12)),
    ).toEqual(['step 3 of 10', 'step 2 of 10', 'step 1 of 10']);
    expect(printed().at(-1)).toBe('The tour is over; .tour begins it again.');
  });

  it('stays where it is when its line failed, and ends after the tenth step', async () => {
    const line = "const airlines = sc.textFile('samples/airlines.csv')";
    fake = new FakeShell({ [line]: { kind: 'interrupted', reason: 'interrupt' } });
    await fake.type('.tour', line);
    expect(printed().filter((each) => each.startsWith('step')).length).toBe(1);
    for (let step = 0; step < 10; step++) await fake.type('.tour next');
    expect(printed().at(-1)).toBe('That was the tour. .help lists all commands.');
  });
});

describe('what was probably meant', () => {
  it('is named for a method and for a name of the session', async () => {
    const threw = (error: Error) => ({ kind: 'threw', error, frames: [] }) as const;
    fake = new FakeShell({
      a: threw(new TypeError('(intermediate value)(intermediate value).fliter is not a function')),
      b: threw(new ReferenceError('airlins is not defined')),
      c: threw(new TypeError('zzzzzz is not a function')),
    });
    await fake.type('a', 'b', 'c');
    expect(printed().filter((line) => !line.startsWith('('))).toEqual([
      'TypeError: fliter is not a function; did you mean filter?',
      'ReferenceError: airlins is not defined; did you mean airlines?',
      'TypeError: zzzzzz is not a function',
    ]);
  });
});
