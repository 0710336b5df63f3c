// What runs: `.jobs` lists it, `.cancel N` ends it, `.bg` starts an expression in the background, `.fg` waits for one.
import { backgroundOf } from '../background-line.js';
import { timeText } from '../batch-lines.js';
import type { JobRow } from '../job-table.js';
import { type Command, usageLine } from './command.js';

const SHOWN = 20;

export const jobs: Command = {
  name: 'jobs',
  usage: '',
  summary: 'the jobs that run and the last ones that ended',
  async run(_argument, { terminal, printer, background, jobs: table }) {
    const textByNumber = new Map(background.rows.map(({ number, text }) => [number, text]));
    const rows = table.rows
      .filter((row) => row.batchTimeMs === null || row.state === 'running')
      .slice(-SHOWN);
    // A cell in the background that has not started a job yet is there all the same.
    const idle = background.rows.filter(
      ({ number, state }) => state === 'running' && table.get(number) === null,
    );
    const shownRows = [
      ...rows.map((row) => shown(row, textByNumber)),
      ...idle.map(({ number, text, startedMs }) => ({
        job: number,
        action: '',
        state: 'running',
        tasks: '',
        seconds: secondsOf(Date.now() - startedMs),
        background: text,
      })),
    ];
    if (shownRows.length === 0) terminal.line('no jobs yet');
    else terminal.line((await printer.table(withoutEmpty(shownRows))) ?? '');
  },
};

export const cancel: Command = {
  name: 'cancel',
  usage: '<job>',
  summary: 'cancels a job by its number, in the background or not',
  run(argument, { terminal, background, jobs: table, cancelJob }) {
    const number = numberIn(argument);
    if (number === null) {
      terminal.line(usageLine(cancel), 'err');
      return;
    }
    const row = table.get(number);
    const cell = background.find(number);
    if (cell?.state === 'running') {
      background.cancel(number, `.cancel ${number} was entered`);
      terminal.line(`cancelling [${number}] ${cell.text}`, 'err');
    } else if (row?.state === 'running') {
      cancelJob(number);
      terminal.line(`cancelling job ${number} (${row.action})`, 'err');
    } else terminal.line(endedText(number, row?.state ?? cell?.state ?? null), 'err');
  },
};

export const bg: Command = {
  name: 'bg',
  usage: '<expression>',
  summary: 'runs it in the background and keeps the prompt; also: expression &',
  async run(argument, { terminal, background }) {
    const isRun = argument !== '' && (await background.start(backgroundOf(argument)));
    if (isRun === false) terminal.line(usageLine(bg), 'err');
    else if (isRun === 'incomplete')
      terminal.line('.bg takes one whole expression, or const name = expression.', 'err');
  },
};

export const fg: Command = {
  name: 'fg',
  usage: '[job]',
  summary: 'waits for what runs in the background, the last by default; Ctrl-C then cancels it',
  async run(argument, { terminal, style, background }) {
    const number = numberIn(argument);
    if (argument !== '' && number === null) {
      terminal.line(usageLine(fg), 'err');
      return;
    }
    const row = background.find(number);
    if (row === null) {
      const none = number === null ? 'Nothing runs in the background.' : endedText(number, null);
      terminal.line(none, 'err');
    } else if (row.state !== 'running') terminal.line(endedText(row.number, row.state), 'err');
    else {
      terminal.line(style.dim(row.text), 'err');
      await background.bringForward(row.number);
    }
  },
};

/** `12`, or as the messages show it, `[12]`; also `%12`, as in other shells. */
function numberIn(argument: string): number | null {
  const match = /^(?:%?(\d+)|\[(\d+)\])$/.exec(argument);
  return match === null ? null : Number(match[1] ?? match[2]);
}

function endedText(number: number, state: string | null): string {
  if (state === null) return `There is no job ${number}; .jobs lists them.`;
  return `Job ${number} is over: ${state}.`;
}

function shown(
  row: JobRow,
  textByNumber: ReadonlyMap<number, string>,
): Record<string, unknown> & { background: string } {
  const durationMs = row.durationMs ?? Date.now() - row.startedMs;
  const what =
    row.batchTimeMs === null ? row.action : `${row.action} of batch ${timeText(row.batchTimeMs)}`;
  const owner = row.owner?.number ?? null;
  const text = owner === row.id ? textByNumber.get(owner) : owner === null ? '' : `[${owner}]`;
  return {
    job: row.id,
    action: row.description ?? what,
    state: row.state,
    tasks: `${row.tasksDone}/${row.taskCount}`,
    seconds: secondsOf(durationMs),
    background: text ?? '',
  };
}

/** Without the last column where nothing is in it. */
function withoutEmpty(rows: readonly (Record<string, unknown> & { background: string })[]) {
  if (rows.some(({ background }) => background !== '')) return rows;
  return rows.map(({ background: _, ...row }) => row);
}

function secondsOf(ms: number): number {
  return Number((ms / 1000).toFixed(ms < 1000 ? 3 : 1));
}
