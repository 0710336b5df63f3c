// Completion of commands and of what follows them. What follows is read from the usage that help shows: `<file>` is a
// file, `<rdd>` or `<expression>` is code, `a|b` are words; a command may know more words itself.
import type { Command } from '../commands/command.js';
import type { Candidate, Completion } from '../editor/completion.js';
import { pathCompletion } from './path-names.js';

/** TypeScript inside what is typed. */
export interface Code {
  readonly text: string;
  readonly cursor: number;
  /** Where it begins in what is typed. */
  readonly shift: number;
}

interface Argument {
  readonly command: Command;
  readonly text: string;
  readonly start: number;
}

const CODE = /<(?:rdd|cell|[^>]*expression)>/;
const FILE = /<(?:file|path|folder)\b[^>]*>/;

/** The names of commands, while one is being typed; null where none begins so. */
export function commandCompletion(
  commands: readonly Command[],
  text: string,
  cursor: number,
): Completion | null {
  const match = /^\s*\.([a-zA-Z]*)$/.exec(text.slice(0, cursor));
  if (match === null) return null;
  const typed = match[1]!.toLowerCase();
  const found = commands.filter(({ name }) => name.startsWith(typed));
  if (found.length === 0) return null;
  return { start: cursor - typed.length, candidates: found.map(commandCandidate) };
}

/** Words or files after a command; null where there is no command, or code follows it. */
export async function argumentCompletion(
  commands: readonly Command[],
  text: string,
  cursor: number,
): Promise<Completion | null> {
  const argument = argumentOf(commands, text);
  if (argument === null || cursor < argument.start) return null;
  const { command } = argument;
  const typed = text.slice(argument.start, cursor);
  if (FILE.test(command.usage)) {
    const quote = /^['"]/.exec(typed)?.[0] ?? '';
    const start = argument.start + quote.length;
    return pathCompletion({ start, typed: typed.slice(quote.length), quote, isModule: false });
  }
  const word = /\S*$/.exec(typed)![0];
  const before = typed.slice(0, typed.length - word.length).trim();
  const words = command.words?.(before) ?? usageWords(command.usage, before);
  if (words.length === 0)
    return CODE.test(command.usage) ? null : { start: cursor, candidates: [] };
  const candidates = words.filter((each) => each.startsWith(word)).map(wordCandidate);
  return { start: cursor - word.length, candidates };
}

/** The code among what is typed: what follows a command that takes an expression, or all of it. */
export function codeOf(commands: readonly Command[], text: string, cursor: number): Code {
  const argument = argumentOf(commands, text);
  if (argument === null || !CODE.test(argument.command.usage) || cursor < argument.start)
    return { text, cursor, shift: 0 };
  const { start } = argument;
  return { text: argument.text, cursor: cursor - start, shift: start };
}

function argumentOf(commands: readonly Command[], text: string): Argument | null {
  const match = /^(\s*\.([a-zA-Z]+)\s+)([^\n]*)$/.exec(text);
  if (match === null) return null;
  const command = commands.find(({ name }) => name === match[2]!.toLowerCase());
  if (command === undefined) return null;
  // `.bench 5 rdd.count()`: the number of runs is no code.
  const count = command.usage.startsWith('[') ? (/^\d+\s+/.exec(match[3]!)?.[0].length ?? 0) : 0;
  const start = match[1]!.length + count;
  return { command, text: text.slice(start), start };
}

/** The words that the usage gives at the place after `before`. */
function usageWords(usage: string, before: string): readonly string[] {
  const tokens = usage.match(/<[^>]*>|\[[^\]]*\]|\S+/g) ?? [];
  const given = before === '' ? [] : before.split(/\s+/);
  const isOther = given.some((word, i) => !wordsOf(tokens[i] ?? '').includes(word));
  return isOther ? [] : wordsOf(tokens[given.length] ?? '');
}

/** `off|warn|error` or `types`; none for `<file>`. */
function wordsOf(token: string): readonly string[] {
  const inner = token.replace(/^\[(.*)\]$/, '$1');
  if (token.startsWith('<') || (inner !== token && !inner.includes('|'))) return [];
  return inner.split('|').filter((word) => /^[\w.-]+$/.test(word));
}

function commandCandidate({ name, usage, summary }: Command): Candidate {
  return {
    insert: name,
    label: `.${name}`,
    kind: 'command',
    describe: async () => ({ signature: `.${name} ${usage}`.trimEnd(), summary }),
  };
}

function wordCandidate(word: string): Candidate {
  return { insert: word, label: word, kind: '' };
}
