// Captures a function or a value when the user's call is made, so that errors point to the user's line.
// In the thread of the caller: the driver, or a worker that runs driver code of its own.
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import { inspect, types } from 'node:util';
import { type CallSite, ClosureError } from '../errors.js';
import { FunctionInternals } from './function-internals.js';
import { type DivertLargeValue, GraphWriter } from './graph-writer.js';
import { inspectorAccess } from './inspector-access.js';
import { isInertArrow } from './inert.js';
import { arrowByItself, closureKey, knownClosures } from './known-closures.js';
import { moduleIndex } from './module-index.js';
import type { ClosurePayload, FunctionForm } from './payload.js';
import { scriptNames } from './script-names.js';
import { writeValue } from './value-bytes.js';
import { isPlainData } from './value-size.js';

export { markGlobalBaseline } from './global-baseline.js';

const LARGE_VALUE_BYTES = 100 * 1024;

export interface CaptureOptions {
  /** The API call that takes the function, such as `map`. */
  readonly operation: string;
  /** Where the user made that call. */
  readonly site: CallSite | null;
  /**
   * Is offered every captured variable whose value is above `largeValueBytes`. May answer with a broadcast's handle,
   * then the function sees the broadcast's value under the variable's name; null lets the value travel.
   */
  readonly onLargeValue?: DivertLargeValue;
  /** 100 KiB where it is not given. */
  readonly largeValueBytes?: number;
  /** Which of the functions that the call takes it is, from 0 on. */
  readonly ordinal?: number;
}

/** Turns a function with everything it captures into a payload; throws a ClosureError if something cannot travel. */
export function captureClosure(fn: Function, options: CaptureOptions): ClosurePayload {
  if (typeof fn !== 'function') throw notAFunction(fn, options.operation);
  const key = closureKey(fn, options.site, options.ordinal ?? 0);
  const known = knownClosures.get(key);
  if (known !== undefined) return known;
  const text = functionText(fn);
  const writer = new GraphWriter(
    { text, operation: options.operation, site: options.site },
    {
      divert: options.onLargeValue ?? null,
      limitBytes: options.largeValueBytes ?? LARGE_VALUE_BYTES,
    },
  );
  try {
    moduleIndex.refresh();
    const graph = writer.write(fn);
    learnScript(graph.nodes[0], options.site);
    const bytes = serialize(graph);
    const arrow = arrowByItself(fn, graph);
    const payload: ClosurePayload = {
      bytes,
      hash: createHash('sha1').update(bytes).digest('base64url'),
      form: formOf(fn),
      text,
      site: options.site,
      isStateless: writer.isStateless,
      isInert: arrow !== null && isInertArrow(arrow),
      handles: writer.handles,
      modules: [...writer.modules],
      scripts: knownScripts(writer),
    };
    if (arrow !== null) knownClosures.add(key, payload);
    return payload;
  } finally {
    inspectorAccess.release();
  }
}

/** Turns any value into bytes for `reviveValue`; throws a ClosureError if something in it cannot travel. */
export function captureValue(value: unknown, options: CaptureOptions): Uint8Array {
  if (isPlainData(value)) {
    try {
      return writeValue({ kind: 'plain', value });
    } catch {
      // Named properties of arrays are not looked at: one of them holds a function.
    }
  }
  const writer = new GraphWriter(
    { text: null, operation: options.operation, site: options.site },
    { divert: null, limitBytes: 0 },
  );
  try {
    moduleIndex.refresh();
    const graph = writer.write(value);
    return writeValue({
      kind: 'graph',
      graph,
      modules: [...writer.modules],
      scripts: knownScripts(writer),
    });
  } finally {
    inspectorAccess.release();
  }
}

function learnScript(root: unknown, site: CallSite | null): void {
  const { location, source } = (root ?? {}) as {
    location?: readonly [string, number, number] | null;
    source?: readonly [number, number];
  };
  if (site === null || !location || !source) return;
  const [scriptId, line, column] = location;
  scriptNames.learn({ scriptId, line, column: column + source[0] }, site);
}

function knownScripts(writer: GraphWriter): Record<string, string> {
  const files: Record<string, string> = {};
  for (const id of writer.scriptIds) {
    const file = scriptNames.fileOf(id);
    if (file !== undefined) files[id] = file;
  }
  return files;
}

function formOf(fn: Function): FunctionForm {
  let at = fn;
  // A bound function behaves as its target does; it starts with `bound ` unless it was renamed.
  while (isBound(at)) at = new FunctionInternals(at).bound?.target ?? Object;
  const isGenerator = types.isGeneratorFunction(at);
  if (types.isAsyncFunction(at)) return isGenerator ? 'async-generator' : 'async';
  return isGenerator ? 'generator' : 'sync';
}

function isBound(fn: Function): boolean {
  return fn.name.startsWith('bound ') && !Object.hasOwn(fn, 'prototype') && isNative(fn);
}

function isNative(fn: Function): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn));
}

/** The function's text on one line; built-in ones show their name. */
function functionText(fn: Function): string {
  const text = Function.prototype.toString.call(fn);
  if (isNative(fn)) return fn.name === '' ? 'a built-in function' : fn.name;
  return text.replace(/\s+/g, ' ').trim();
}

function notAFunction(value: unknown, operation: string): ClosureError {
  const shown = inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 100);
  return new ClosureError(
    'CLOSURE-104',
    `${operation}() needs a function, but got ${shown}. Give it a function, such as x => x.`,
    { details: { operation } },
  );
}
