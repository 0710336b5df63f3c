// Finds where the user called the library: the first frame that is neither tspark's nor Node's. Any thread.
// Positions are those of the code that runs, unless a compiler of the user's text (the shell) registered a way back.
import { fileURLToPath } from 'node:url';
import type { CallSite } from '../errors.js';

/** The user's frame is among the first few as a rule, and each costs time. */
const FEW_FRAMES = 6;
const MAX_FRAMES = 64;
/** The folder of the build this file belongs to, as a URL that ends with a slash. */
const ownFolder = new URL('../', import.meta.url).href;

/** The user's call that is under way, or null if all of the stack is tspark's or Node's. */
export function userCallSite(): CallSite | null {
  const few = callFrames(FEW_FRAMES);
  const frame =
    few.find(isUsers) ?? (few.length < FEW_FRAMES ? null : callFrames(MAX_FRAMES).find(isUsers));
  if (!frame) return null;
  const line = frame.getLineNumber()!;
  const name = frame.getScriptNameOrSourceURL()!;
  const file = name.startsWith('file:') ? pathOf(name) : name;
  const column = frame.getColumnNumber() ?? 1;
  return sourcePosition(file, line, column) ?? { file, line, column };
}

/** Paths of the user's scripts by their URLs: to parse a URL takes as long as to find the frame. */
const pathByUrl = new Map<string, string>();

function pathOf(url: string): string {
  let path = pathByUrl.get(url);
  if (path === undefined) {
    path = fileURLToPath(url);
    pathByUrl.set(url, path);
  }
  return path;
}

function isUsers(frame: NodeJS.CallSite): boolean {
  const name = frame.getScriptNameOrSourceURL();
  if (!name || name.startsWith('node:') || name.startsWith(ownFolder)) return false;
  return frame.getLineNumber() !== null;
}

type SourcePosition = (file: string, line: number, column: number) => CallSite | null;

let sourcePosition: SourcePosition = () => null;

/** For whoever compiles the user's text: how a place in compiled code is found in the text. */
export function mapCallSites(find: SourcePosition): void {
  sourcePosition = find;
}

function framesOf(_: Error, frames: readonly NodeJS.CallSite[]): readonly NodeJS.CallSite[] {
  return frames;
}

function callFrames(most: number): readonly NodeJS.CallSite[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { stack?: readonly NodeJS.CallSite[] } = {};
  try {
    Error.stackTraceLimit = most;
    Error.prepareStackTrace = framesOf;
    Error.captureStackTrace(holder, userCallSite);
    return holder.stack ?? [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}
