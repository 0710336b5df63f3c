// The commands of the prompt by name, and which line is one. A line is a command only if its name is known;
// any other line that begins with a dot goes on with the expression above it.
import { nearest } from '../nearest.js';
import type { Command } from './command.js';
import { doc } from './doc.js';
import { help } from './help.js';
import { hist } from './hist.js';
import { bg, cancel, fg, jobs } from './jobs.js';
import { logs } from './logs.js';
import { mode } from './mode.js';
import { plan } from './plan.js';
import { clear, exit, history, load } from './prompt.js';
import { save } from './save.js';
import { set } from './set.js';
import { cache, job, stages } from './stages.js';
import { streams } from './streams.js';
import { bench, time } from './time.js';
import { tour } from './tour.js';
import { trace } from './trace.js';
import { type } from './type.js';

export const COMMANDS: readonly Command[] = [
  help,
  tour,
  type,
  doc,
  plan,
  hist,
  time,
  bench,
  bg,
  fg,
  jobs,
  cancel,
  job,
  stages,
  cache,
  streams,
  logs,
  trace,
  history,
  save,
  load,
  mode,
  set,
  clear,
  exit,
];

export type ParsedLine =
  | { readonly kind: 'command'; readonly command: Command; readonly argument: string }
  /** Looks like a command that does not exist; `meant` is the nearest one. */
  | { readonly kind: 'unknown'; readonly name: string; readonly meant: string | null };

/** `rdd?` asks what it is, as in IPython; `a ? b` is TypeScript. */
const QUESTION =
  /^\s*\??([\p{ID_Start}_$][\p{ID_Continue}$]*(?:\.[\p{ID_Start}_$][\p{ID_Continue}$]*|\([^()?]*\))*)\?{1,2}\s*$/u;
const LINE = /^\s*\.([a-zA-Z]+)(?=\s|$)(.*)$/;

/** The command of a line, or null where it is no command. */
export function parseCommand(line: string): ParsedLine | null {
  const asked = QUESTION.exec(line)?.[1];
  if (asked !== undefined) return { kind: 'command', command: doc, argument: asked };
  const match = LINE.exec(line);
  if (match === null) return null;
  const name = match[1]!.toLowerCase();
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return { kind: 'command', command, argument: match[2]!.trim() };
  const names = COMMANDS.map((candidate) => candidate.name);
  return { kind: 'unknown', name, meant: nearest(name, names) };
}
