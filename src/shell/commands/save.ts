// `.save file`: the session as a program that runs by itself, with its imports, its awaits and what it prints.
import fs from 'node:fs/promises';
import path from 'node:path';
import { savedText } from '../saved-text.js';
import { type Command, usageLine } from './command.js';

const KINDS = ['.ts', '.mts', '.js', '.mjs'];

export const save: Command = {
  name: 'save',
  usage: '[-f] <file.ts>',
  summary: 'writes the session as a program that runs by itself; -f over a file that is there',
  async run(argument, { terminal, savedProgram, asJavaScript, settings }) {
    const match = /^(-f\s+)?(['"]?)([^'"]+)\2$/.exec(argument);
    if (match === null) {
      terminal.line(usageLine(save), 'err');
      return;
    }
    const file = path.resolve(match[3]!.trim());
    const kind = path.extname(file);
    if (!KINDS.includes(kind)) {
      terminal.line(`The file's name must end in ${KINDS.join(', ')}.`, 'err');
      return;
    }
    const program = await savedProgram();
    if (program.body === '') {
      terminal.line('There is nothing to save: no cell has succeeded yet.', 'err');
      return;
    }
    const text = savedText(program, settings);
    const isPlain = kind === '.js' || kind === '.mjs';
    const flag = match[1] === undefined ? 'wx' : 'w';
    try {
      await fs.writeFile(file, isPlain ? await asJavaScript(text) : text, { flag });
    } catch (error) {
      terminal.line(whyNot(match[3]!.trim(), error as NodeJS.ErrnoException), 'err');
      return;
    }
    const shown = path.relative(process.cwd(), file);
    terminal.line(`saved ${text.split('\n').length} lines; run it with: tspark ${shown}`);
  },
};

function whyNot(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'EEXIST') return `${file} is there already; .save -f ${file} writes over it.`;
  if (code === 'ENOENT') return `${file} cannot be written: its folder is not there.`;
  return `${file} cannot be written: ${message}`;
}
