// Commands about the prompt itself: `.history`, `.load`, `.clear`, `.exit`.
import fs from 'node:fs';
import { type Command, usageLine } from './command.js';

const DEFAULT_CELLS = 20;

export const history: Command = {
  name: 'history',
  usage: '[cells]',
  summary: `the last cells that were entered (${DEFAULT_CELLS})`,
  run(argument, { terminal, history: kept }) {
    const count = argument === '' ? DEFAULT_CELLS : Number(argument);
    if (!Number.isInteger(count) || count <= 0) terminal.line(usageLine(history), 'err');
    else terminal.line(kept.entries.slice(-count).join('\n'));
  },
};

export const load: Command = {
  name: 'load',
  usage: '<file>',
  summary: 'runs a file; what it declares stays',
  async run(argument, { terminal, load: run }) {
    const path = argument.replace(/^(['"])(.*)\1$/, '$2');
    if (path === '') {
      terminal.line(usageLine(load), 'err');
      return;
    }
    const isFile = fs.statSync(path, { throwIfNoEntry: false })?.isFile();
    if (isFile === undefined) terminal.line(`There is no file ${path}.`, 'err');
    else if (!isFile) terminal.line(`${path} is no file that can be run.`, 'err');
    else await run(path);
  },
};

export const clear: Command = {
  name: 'clear',
  usage: '',
  summary: 'clears the screen',
  run(_argument, { terminal }) {
    terminal.clear();
  },
};

export const exit: Command = {
  name: 'exit',
  usage: '',
  summary: 'leaves (as Ctrl-D does)',
  run(_argument, { session }) {
    session.leave();
  },
};
