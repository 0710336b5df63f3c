// `.set`: what the prompt does its own way: types, form and length of what is printed, lines of tasks, progress.
import { KNOWN_SETTINGS } from '../../conf.js';
import { nearest } from '../nearest.js';
import { PRINT_MODES, type PrintMode } from '../print/mode-text.js';
import { cutText } from '../text-width.js';
import { type Command, type CommandShell, TYPES_MODES, type TypesMode } from './command.js';

interface Setting {
  /** What may be given, for messages. */
  readonly values: string;
  readonly what: string;
  get(shell: CommandShell): string;
  /** False where the value is none of those it can have. */
  set(value: string, shell: CommandShell): boolean;
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  types: {
    values: TYPES_MODES.join('|'),
    what: 'whether type errors stop a cell, only warn, or are not looked for',
    get: ({ types }) => types.mode,
    set: (value, { types }) => {
      if (!TYPES_MODES.includes(value as TypesMode)) return false;
      types.mode = value as TypesMode;
      return true;
    },
  },
  mode: {
    values: PRINT_MODES.join('|'),
    what: 'the form of printed values (as .mode)',
    get: ({ printer }) => printer.mode,
    set: (value, { printer }) => {
      if (!PRINT_MODES.includes(value as PrintMode)) return false;
      printer.mode = value as PrintMode;
      return true;
    },
  },
  rows: {
    values: 'a number from 1 on',
    what: 'rows of a table that are printed',
    get: ({ printer }) => String(printer.maxRows),
    set: (value, { printer }) => {
      const rows = positive(value);
      if (rows !== null) printer.maxRows = rows;
      return rows !== null;
    },
  },
  console: {
    values: 'a number from 1 on',
    what: 'lines a second that functions in tasks may print; the rest is in .logs',
    get: ({ consoleLines }) => String(consoleLines.linesPerSecond),
    set: (value, { consoleLines }) => {
      const lines = positive(value);
      if (lines !== null) consoleLines.linesPerSecond = lines;
      return lines !== null;
    },
  },
  progress: {
    values: 'on|off',
    what: 'whether long jobs show how far they are',
    get: ({ progress }) => (progress.isOn ? 'on' : 'off'),
    set: (value, { progress }) => {
      if (value !== 'on' && value !== 'off') return false;
      progress.isOn = value === 'on';
      return true;
    },
  },
};

export const set: Command = {
  name: 'set',
  usage: '[setting] [value]',
  summary: `what the prompt does its own way: ${Object.keys(SETTINGS).join(', ')}`,
  run(argument, shell) {
    const { terminal } = shell;
    const [, key = '', value = ''] = /^([^\s=]*)(?:\s*[\s=]\s*(.*))?$/.exec(argument)!;
    if (key === '') {
      terminal.line(listText(shell));
      return;
    }
    const setting = Object.hasOwn(SETTINGS, key) ? SETTINGS[key]! : null;
    if (setting === null) terminal.line(unknownText(key), 'err');
    else if (value === '') terminal.line(`${key}: ${setting.get(shell)} (${setting.values})`);
    else if (!setting.set(value, shell))
      terminal.line(`${key} cannot be ${value}: ${setting.values}.`, 'err');
    else terminal.line(`${key}: ${setting.get(shell)}`, 'err');
  },
};

function listText(shell: CommandShell): string {
  const { style, terminal } = shell;
  const left = Object.entries(SETTINGS).map(([key, setting]) => `${key} ${setting.get(shell)}`);
  const width = Math.max(...left.map((text) => text.length));
  return Object.values(SETTINGS)
    .map(({ values, what }, i) => {
      const room = Math.max(terminal.columns - width - 3, 20);
      return `${left[i]!.padEnd(width)}  ${style.dim(cutText(`${values}: ${what}`, room))}`;
    })
    .join('\n');
}

/** Settings of the engine are read when it starts. */
function unknownText(key: string): string {
  const engineKeys = Object.keys(KNOWN_SETTINGS);
  if (engineKeys.includes(key)) return `${key} is read when tspark starts: tspark --conf ${key}=…`;
  const meant = nearest(key, [...Object.keys(SETTINGS), ...engineKeys]);
  const hint = meant === null ? '.set lists them.' : `did you mean ${meant}?`;
  return `There is no setting ${key}; ${hint}`;
}

function positive(text: string): number | null {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : null;
}
