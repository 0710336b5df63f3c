// The user's own frames in a stack: those of cells, scripts and their modules, in the user's lines and columns.
// Main thread. Knows the text form of V8's stacks and of the frames that tasks send along.
import { TsparkError } from '../../errors.js';
import type { UserFrame } from './outcome.js';
import type { SourceRegistry } from './source-registry.js';

/** `at f (cell-3.ts:1:14)`, `at async cell-3.ts:1:14`, `at new K (file:///x.mjs:2:3)`. */
const V8_FRAME = /^\s*at (?:async )?(?:(.*) \()?((?:file:\/\/)?[^\s()].*?):(\d+):(\d+)\)?$/;
/** `name (file:line:column)` or `file:line:column`, as a task's error carries them. */
const TASK_FRAME = /^(?:(.*) \()?(.*?):(\d+):(\d+)\)?$/;

/** Innermost first. Frames of the function that failed in a task come before those of the call that ran the job. */
export function userFrames(error: unknown, sources: SourceRegistry): UserFrame[] {
  const frames = taskFrames(error, sources);
  if (!(error instanceof Error)) return frames;
  const lines = String(error.stack ?? '').split('\n');
  return [...frames, ...lines.flatMap((line) => readFrame(V8_FRAME.exec(line), sources, false))];
}

function taskFrames(error: unknown, sources: SourceRegistry): UserFrame[] {
  if (!(error instanceof TsparkError) || !Array.isArray(error.details.frames)) return [];
  return error.details.frames.flatMap((frame: unknown) =>
    typeof frame === 'string' ? readFrame(TASK_FRAME.exec(frame), sources, true) : [],
  );
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
