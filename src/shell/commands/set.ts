// `.set types off|warn|error`: how much a type error matters.
import { type Command, TYPES_MODES, usageLine } from './command.js';

export const set: Command = {
  name: 'set',
  usage: `types ${TYPES_MODES.join('|')}`,
  summary: 'whether type errors stop a cell, only warn, or are not looked for',
  run(argument, { terminal, setTypes }) {
    const [key, value] = argument.split(/\s+/);
    const mode = TYPES_MODES.find((candidate) => candidate === value);
    if (key !== 'types' || mode === undefined) {
      terminal.line(usageLine(set), 'err');
      return;
    }
    setTypes(mode);
    terminal.line(`types: ${mode}`, 'err');
  },
};
