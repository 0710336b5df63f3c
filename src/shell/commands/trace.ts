// `.trace`: everything known of the last error.
import type { Command } from './command.js';

export const trace: Command = {
  name: 'trace',
  usage: '',
  summary: 'all of the last error: every frame, every cause',
  run(_argument, { terminal, session }) {
    terminal.line(session.lastTrace ?? 'no error yet');
  },
};
