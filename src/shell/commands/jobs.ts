// `.jobs` and `.cancel N`: what runs, and ending it.
import { timeText } from '../batch-lines.js';
import type { JobRow } from '../job-table.js';
import { type Command, usageLine } from './command.js';

const SHOWN = 20;

export const jobs: Command = {
  name: 'jobs',
  usage: '',
  summary: 'the jobs that run and the last ones that ended',
  async run(_argument, { terminal, printer, jobs: table }) {
    const rows = table.rows
      .filter((row) => row.batchTimeMs === null || row.state === 'running')
      .slice(-SHOWN);
    if (rows.length === 0) terminal.line('no jobs yet');
    else terminal.line((await printer.format(rows.map(shown))) ?? '');
  },
};

export const cancel: Command = {
  name: 'cancel',
  usage: '<job>',
  summary: 'cancels a job by its number',
  run(argument, { terminal, jobs: table, cancelJob }) {
    const id = /^\d+$/.test(argument) ? Number(argument) : null;
    const row = id === null ? null : table.get(id);
    if (id === null) terminal.line(usageLine(cancel), 'err');
    else if (row === null) terminal.line(`There is no job ${id}; .jobs lists them.`, 'err');
    else if (row.state !== 'running') terminal.line(`Job ${id} has ${row.state} already.`, 'err');
    else {
      cancelJob(id);
      terminal.line(`cancelling job ${id} (${row.action})`);
    }
  },
};

function shown(row: JobRow): Record<string, unknown> {
  const durationMs = row.durationMs ?? Date.now() - row.startedMs;
  const what =
    row.batchTimeMs === null ? row.action : `${row.action} of batch ${timeText(row.batchTimeMs)}`;
  return {
    job: row.id,
    action: row.description ?? what,
    state: row.state,
    tasks: `${row.tasksDone}/${row.taskCount}`,
    seconds: Number((durationMs / 1000).toFixed(durationMs < 1000 ? 3 : 1)),
  };
}
