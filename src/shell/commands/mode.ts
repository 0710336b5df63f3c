// `.mode`: the form in which values are printed.
import type { PrintMode } from '../print/mode-text.js';
import { type Command, usageLine } from './command.js';

const FORMS: Readonly<Record<PrintMode, string>> = {
  table: 'tables, cut to the terminal',
  json: 'JSON, every row',
  csv: 'CSV, every row',
  raw: 'bare text, every row',
};

export const mode: Command = {
  name: 'mode',
  usage: Object.keys(FORMS).join('|'),
  summary: 'the form of printed values; table alone shortens',
  run(argument, { terminal, printer }) {
    if (argument === '') terminal.line(`mode: ${printer.mode}`);
    else if (!Object.hasOwn(FORMS, argument)) terminal.line(usageLine(mode), 'err');
    else {
      printer.mode = argument as PrintMode;
      terminal.line(`mode: ${FORMS[printer.mode]}`, 'err');
    }
  },
};
