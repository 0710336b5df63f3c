// How the shell prints an error: what failed in the user's words, the user's line with a caret, partition and
// record, the user's frames; everything else is kept for `.trace`. Answers text; writes nothing.
import { inspect } from 'node:util';
import { CancelledError, TsparkError } from '../errors.js';
import type { UserFrame } from './evaluate/outcome.js';
import { counted } from './grouped.js';
import type { Diagnostic } from './language/protocol.js';
import { meantText } from './meant.js';
import { labelOf } from './place-label.js';
import { excerpt } from './source-excerpt.js';
import type { Style } from './style.js';
import { cutText, wrapWords } from './text-width.js';
import { type PlaceOf, traceText } from './trace-text.js';

export interface ErrorView {
  readonly style: Style;
  readonly columns: number;
  /** The text of a cell or a script by its name in stacks, null where it is not the user's. */
  source(file: string): string | null;
  readonly placeOf: PlaceOf;
  /** The names of the session. */
  names(): Iterable<string>;
}

export interface ShownError {
  readonly text: string;
  /** What `.trace` prints. */
  readonly rest: string;
}

const MAX_FRAMES = 5;
const MAX_DIAGNOSTICS = 5;
const INDENT = '  ';

export function showError(
  error: unknown,
  frames: readonly UserFrame[],
  view: ErrorView,
): ShownError {
  const rest = traceText(error, view.placeOf);
  if (error instanceof CancelledError)
    return { text: view.style.yellow(wrapWords(messageOf(error), view.columns)), rest };
  const { style } = view;
  const lines = [style.red(wrapWords(withHint(headline(error), view), view.columns))];
  const [first, ...callers] = frames;
  const others = withoutRepeats(first, callers);
  if (first !== undefined) lines.push(...placeLines(first, view));
  const where = taskLine(error);
  if (where !== null)
    lines.push(INDENT + cutText(where, Math.max(view.columns - INDENT.length, 20)));
  for (const frame of others.slice(0, MAX_FRAMES))
    lines.push(style.dim(`${INDENT}at ${frameText(frame)}`));
  if (others.length > MAX_FRAMES)
    lines.push(style.dim(`${INDENT}… ${counted(others.length - MAX_FRAMES, 'frame')} more`));
  if (hasMore(error, frames)) lines.push(style.dim('(.trace for the rest)'));
  return { text: lines.join('\n'), rest };
}

/** The messages about a cell that was not run, or, as warnings, about one that was. */
export function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  cell: { readonly text: string; readonly label: string },
  view: Pick<ErrorView, 'style' | 'columns' | 'names'>,
): string {
  const { style, columns } = view;
  const lines: string[] = [];
  for (const diagnostic of diagnostics.slice(0, MAX_DIAGNOSTICS)) {
    const paint = diagnostic.severity === 'warning' ? style.yellow : style.red;
    const where = `${cell.label}, line ${diagnostic.line}`;
    const message = withHint(diagnostic.message, view);
    const told = wrapWords(`${where}: ${message} (${diagnostic.code})`, columns);
    lines.push(paint(told));
    const shown = excerpt(cell.text, diagnostic, columns - INDENT.length);
    if (shown !== null) lines.push(INDENT + shown[0], INDENT + paint(shown[1]));
  }
  const left = diagnostics.length - MAX_DIAGNOSTICS;
  if (left > 0) lines.push(style.dim(`… ${left} more`));
  return lines.join('\n');
}

/** The message in the user's words, and what was probably meant. */
function withHint(message: string, { names }: Pick<ErrorView, 'names'>): string {
  const plain = message.replace(/(?:\(intermediate value\))+\./g, '');
  return plain.includes('Did you mean')
    ? plain
    : plain.replace(/\.?$/, (end) => meantText(plain, names()) || end);
}

function headline(error: unknown): string {
  if (error instanceof TsparkError && typeof error.details.userError === 'string')
    return error.details.userError;
  if (error instanceof TsparkError) return messageOf(error);
  if (error instanceof Error) return `${String(error.name)}: ${messageOf(error)}`;
  return `thrown value: ${inspect(error, { depth: 2, breakLength: Number.POSITIVE_INFINITY })}`;
}

/** Cells are called in messages what they are called everywhere at the prompt. */
function messageOf(error: Error): string {
  return String(error.message).replace(/\bcell-(\d+)\.ts\b/g, 'cell $1');
}

function placeLines(frame: UserFrame, view: ErrorView): string[] {
  const where = `${labelOf(frame.file)}, line ${frame.line}`;
  const named = frame.functionName ? `${where}, in ${frame.functionName}` : where;
  const source = view.source(frame.file);
  const shown = source === null ? null : excerpt(source, frame, view.columns - 2 * INDENT.length);
  const lines = [INDENT + named];
  if (shown !== null)
    lines.push(INDENT + INDENT + shown[0], INDENT + INDENT + view.style.red(shown[1]));
  return lines;
}

/** A line that calls itself in between, as a callback on one line does, is told once. */
function withoutRepeats(first: UserFrame | undefined, callers: readonly UserFrame[]): UserFrame[] {
  const told = new Set(first === undefined ? [] : [`${first.file}:${first.line}`]);
  return callers.filter((frame) => {
    const key = `${frame.file}:${frame.line}`;
    const isNew = !told.has(key) || frame.functionName !== null;
    told.add(key);
    return isNew;
  });
}

function taskLine(error: unknown): string | null {
  if (!(error instanceof TsparkError)) return null;
  const { partition, record, userError } = error.details;
  if (typeof userError !== 'string' || typeof partition !== 'number') return null;
  return typeof record === 'string'
    ? `in partition ${partition}, for the record ${record}`
    : `in partition ${partition}`;
}

function frameText(frame: UserFrame): string {
  const where = `${labelOf(frame.file)}, line ${frame.line}`;
  return frame.functionName ? `${frame.functionName} (${where})` : where;
}

/** Whether `.trace` would say anything new. */
function hasMore(error: unknown, frames: readonly UserFrame[]): boolean {
  if (!(error instanceof Error)) return false;
  if (error.cause !== undefined) return true;
  const calls = String(error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return !(error instanceof TsparkError) && calls.length > frames.length;
}
