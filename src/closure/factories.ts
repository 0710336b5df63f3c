// Compiles function texts, once per (worker, text, place): the same factory makes every copy of a function,
// so that V8 keeps its optimised code and feedback. Worker thread; no parsing, no inspector.
import * as vm from 'node:vm';
import { USER_SCRIPT_PREFIX } from './user-frames.js';
import type { FunctionNode } from './graph.js';
import type { field, fields, replaced } from './quick-text.js';

/** What generated code asks of the reader; its first parameter. */
export interface Toolkit {
  /** True while objects are made for their private fields only: constructors return at once. */
  isMaking: boolean;
  /** Takes the one method out of an object made for it. */
  method(holder: object, slot: 'value' | 'get' | 'set'): Function;
  /** `import()` as it was in the file. */
  importFrom(file: string): (specifier: string) => Promise<unknown>;
  /** `text.split(separator)[index]`, and the fields of `text.split(separator)` that `used` has a bit for. */
  readonly field: typeof field;
  readonly fields: typeof fields;
  /** `text.replaceAll(from, to)` for plain texts. */
  readonly replaced: typeof replaced;
  /** Receives the function that sets a class's private fields. */
  privates(set: SetPrivate): void;
}

export type SetPrivate = (target: object, name: string, value: unknown) => void;
export type Factory = (this: unknown, toolkit: Toolkit, ...args: unknown[]) => unknown;

const MAX_KEPT = 5000;
const kept = new Map<string, Factory>();

/** The factory of a function node. `scripts` names the files of known scripts. */
export function factoryOf(node: FunctionNode, scripts: Readonly<Record<string, string>>): Factory {
  const [script, line, column] = node.location ?? ['', 0, 0];
  const file = script === '' ? 'function' : (scripts[script] ?? `script-${script}`);
  const key = `${file}:${line}:${column}:${node.code}`;
  let factory = kept.get(key);
  if (factory === undefined) {
    factory = compile(node.code, file, line, column);
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!);
    kept.set(key, factory);
  }
  return factory;
}

function compile(code: string, file: string, lineOffset: number, columnOffset: number): Factory {
  const options = { filename: USER_SCRIPT_PREFIX + file, lineOffset, columnOffset };
  return new vm.Script(code, options).runInThisContext() as Factory;
}
