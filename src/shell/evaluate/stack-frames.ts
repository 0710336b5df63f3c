// The user's own frames in a stack: those of cells, scripts and their modules, in the user's lines and columns.
// Main thread. Knows the text form of V8's stacks and of the frames that tasks send along.
import { nameScripts } from '../../closure/script-names.js';
import { TsparkError } from '../../errors.js';
import type { UserFrame } from './outcome.js';
import type { SourceRegistry } from './source-registry.js';

/** `at f (cell-3.ts:1:14)`, `at async cell-3.ts:1:14`, `at new K (file:///x.mjs:2:3)`. */
const V8_FRAME = /^\s*at (?:async )?(?:(.*) \()?((?:file:\/\/)?[^\s()].*?):(\d+):(\d+)\)?$/;
/** `name (file:line:column)` or `file:line:column`, as a task's error carries them. */
const TASK_FRAME = /^(?:(.*) \()?(.*?):(\d+):(\d+)\)?$/;

/**
 * Innermost first. Frames of the function that failed in a task come before those of the call that ran the job;
 * `waitingStack` is the stack of the cell that waited for it, for an error that has none of the user's frames itself.
 */
export function userFrames(
  error: unknown,
  waitingStack: string,
  sources: SourceRegistry,
): UserFrame[] {
  const inTask = taskFrames(error, sources);
  const own = error instanceof Error ? stackFrames(String(error.stack ?? ''), sources) : [];
  return [...inTask, ...(own.length > 0 ? own : stackFrames(waitingStack, sources))];
}

function stackFrames(stack: string, sources: SourceRegistry): UserFrame[] {
  return stack.split('\n').flatMap((line) => readFrame(V8_FRAME.exec(line), sources, false));
}

function taskFrames(error: unknown, sources: SourceRegistry): UserFrame[] {
  if (!(error instanceof TsparkError) || !Array.isArray(error.details.frames)) return [];
  const frames = error.details.frames.filter((frame) => typeof frame === 'string');
  return nameScripts(frames).flatMap((frame) => readFrame(TASK_FRAME.exec(frame), sources, true));
}

function readFrame(
  match: RegExpExecArray | null,
  sources: SourceRegistry,
  isUsers: boolean,
): UserFrame[] {
  if (match === null) return [];
  const [, name, file, line, column] = match;
  const place = sources.original(file!, Number(line), Number(column));
  const functionName = plainName(name);
  if (place !== null) return [{ ...place, functionName }];
  return isUsers ? [{ functionName, file: file!, line: Number(line), column: Number(column) }] : [];
}

/** The function's own name, without the receiver that V8 puts before it; a renamed one by the user's name. */
function plainName(name: string | undefined): string | null {
  if (name === undefined) return null;
  const bare = name.replace(/ \[as .*\]$/, '').replace(/^(?:Object|Array|Function|global)\./, '');
  return bare === '' || bare === '<anonymous>' ? null : bare.replace(/\$1\b/g, '');
}
