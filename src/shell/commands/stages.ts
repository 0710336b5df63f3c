// `.stages` and `.job N`: what jobs are made of and how far their parts are; `.cache`: which RDDs are kept, and where.
import { keptText } from '../kept-text.js';
import { bytesText, shortCount } from '../print/bytes-text.js';
import { durationText } from '../print/duration-text.js';
import type { StageRow } from '../stage-table.js';
import { type Command, usageLine } from './command.js';

const SHOWN = 20;

export const stages: Command = {
  name: 'stages',
  usage: '',
  summary: 'the last stages: tasks, what they read, how long they took',
  async run(_argument, { terminal, printer, stages: table }) {
    const rows = table.rows.slice(-SHOWN).map((row) => ({ job: row.jobId, ...shown(row) }));
    terminal.line(rows.length === 0 ? 'no stages yet' : ((await printer.table(rows)) ?? ''));
  },
};

export const job: Command = {
  name: 'job',
  usage: '<job>',
  summary: 'one job: where it came from, its stages, how it ended',
  async run(argument, shell) {
    const { terminal, printer, style, jobs, stages: table, background } = shell;
    const id = /^\d+$/.test(argument) ? Number(argument) : null;
    if (id === null) {
      terminal.line(usageLine(job), 'err');
      return;
    }
    const row = jobs.get(id);
    if (row === null) {
      terminal.line(`There is no job ${id}; .jobs lists them.`, 'err');
      return;
    }
    const tookMs = row.durationMs ?? Date.now() - row.startedMs;
    const took =
      row.state === 'running' ? `for ${durationText(tookMs)}` : `in ${durationText(tookMs)}`;
    terminal.line(`${style.bold(`job ${id}`)} · ${row.action} · ${row.state} ${took}`);
    if (row.description !== null) terminal.line(`description: ${row.description}`);
    const owner = background.rows.find(({ number }) => number === row.owner?.number);
    const from = owner === undefined ? row.cell : `${owner.text} &`;
    if (from !== null) terminal.line(`from: ${from}`);
    if (row.error !== null) terminal.line(style.red(row.error), 'err');
    const rows = table.ofJob(id).map(shown);
    if (rows.length > 0) terminal.line((await printer.table(rows)) ?? '');
    else terminal.line('no stages: nothing had to be computed, or they are forgotten');
  },
};

export const cache: Command = {
  name: 'cache',
  usage: '',
  summary: 'the RDDs that are kept: where, how many partitions, how large',
  async run(_argument, { terminal, printer, cached }) {
    const rows = (await cached()).map((rdd) => ({
      RDD: rdd.name ?? `${rdd.operation} (${rdd.nodeId})`,
      kept: keptText(rdd.level),
      partitions: `${rdd.keptPartitions}/${rdd.partitions}`,
      memory: bytesText(rdd.memoryBytes),
      disk: bytesText(rdd.diskBytes),
    }));
    const none = 'nothing is kept; rdd.cache() keeps what the next action computes';
    terminal.line(rows.length === 0 ? none : ((await printer.table(rows)) ?? ''));
  },
};

function shown(row: StageRow): Record<string, unknown> {
  const durationMs = row.durationMs ?? Date.now() - row.startedMs;
  return {
    stage: row.id,
    name: row.name,
    state: row.state,
    tasks: `${row.tasksDone}/${row.taskCount}${row.failures === 0 ? '' : ` (${row.failures} failed)`}`,
    records: row.records === 0 ? '' : shortCount(row.records),
    read: row.bytes === 0 ? '' : bytesText(row.bytes),
    time: durationText(durationMs),
  };
}
