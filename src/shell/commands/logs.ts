// `.logs`: what functions printed inside tasks, those lines included that the prompt held back.
import { type Command, usageLine } from './command.js';

const DEFAULT_LINES = 50;

export const logs: Command = {
  name: 'logs',
  usage: '[lines]',
  summary: `the last lines that functions printed inside tasks (${DEFAULT_LINES})`,
  run(argument, { terminal, consoleLines }) {
    const count = argument === '' ? DEFAULT_LINES : Number(argument);
    if (!Number.isInteger(count) || count <= 0) {
      terminal.line(usageLine(logs), 'err');
      return;
    }
    const lines = consoleLines.kept.slice(-count);
    terminal.line(lines.length === 0 ? 'nothing was printed inside tasks yet' : lines.join('\n'));
  },
};
