// `.streams`: the outputs of ssc and how their last batches went.
import type { Command } from './command.js';

export const streams: Command = {
  name: 'streams',
  usage: '',
  summary: 'the outputs of ssc and how their batches went',
  async run(_argument, { terminal, printer, streams: view }) {
    const { state, rows } = view();
    terminal.line(`ssc: ${state}`);
    if (rows.length === 0) {
      terminal.line('no outputs; lines.pprint() makes one');
      return;
    }
    const table = rows.map((row) => ({
      output: row.id,
      description: row.description,
      batches: row.batches,
      failed: row.failures,
      seconds: row.lastDurationSeconds,
    }));
    terminal.line((await printer.format(table)) ?? '');
  },
};
