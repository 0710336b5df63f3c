// The objects that cannot leave their process, in the user's words, with advice. Capturing thread.
import { types } from 'node:util';
import type { Refusal } from './capture-error.js';
import { INTRINSICS } from './intrinsics.js';
import { DRIVER_ONLY } from './payload.js';

const OPEN_INSIDE = 'Open it inside mapPartitions, or broadcast the plain data it holds.';

/** Why an object cannot travel, or null if nothing is known against it. */
export function refusalOf(value: object): Refusal | null {
  return driverOnly(value) ?? engineState(value) ?? processResource(value);
}

function driverOnly(value: object): Refusal | null {
  const name = (value as { [DRIVER_ONLY]?: unknown })[DRIVER_ONLY];
  if (typeof name !== 'string') return null;
  const thing = name.replace(/^(an?|the) /, '');
  const advice = /RDD|DStream/.test(name)
    ? 'Use join, or collect its data first and broadcast them.'
    : 'Do what needs it before or after the operation, not inside the function.';
  return {
    code: 'CLOSURE-102',
    predicate: `is ${name}: ${article(thing)} can only be used on the driver, not inside a transformation (SPARK-5063)`,
    advice,
  };
}

function article(thing: string): string {
  if (/^(SparkContext|StreamingContext)/.test(thing)) return `the ${thing}`;
  return /^([AEIOU]|RDD)/.test(thing) ? `an ${thing}` : `a ${thing}`;
}

function refusal(predicate: string, advice: string): Refusal {
  return { code: 'CLOSURE-101', predicate, advice };
}

/** Objects whose state only the engine knows. */
function engineState(value: object): Refusal | null {
  if (types.isPromise(value)) {
    return refusal('is a promise', 'Await it first, and use the value it gives.');
  }
  if (types.isWeakMap(value)) {
    return refusal('is a WeakMap, which cannot be listed', 'Use a Map.');
  }
  if (types.isWeakSet(value)) {
    return refusal('is a WeakSet, which cannot be listed', 'Use a Set.');
  }
  if (value instanceof WeakRef) {
    return refusal('is a WeakRef', 'Capture the object itself: `ref.deref()`.');
  }
  if (types.isGeneratorObject(value)) {
    return refusal(
      'is a generator that has been started',
      'Capture the generator function and call it inside, or spread it into an array first.',
    );
  }
  if (types.isSharedArrayBuffer(value)) {
    return refusal(
      'is a SharedArrayBuffer, which a worker elsewhere could not share',
      'Copy it into a Uint8Array, or use an accumulator to bring results back.',
    );
  }
  if (types.isExternal(value)) return refusal('is a native handle', OPEN_INSIDE);
  return isNativeIterator(value)
    ? refusal('is an iterator that has been started', 'Spread it into an array first.')
    : null;
}

const ITERATORS = [
  'ArrayIteratorPrototype',
  'MapIteratorPrototype',
  'SetIteratorPrototype',
  'StringIteratorPrototype',
  'RegExpStringIteratorPrototype',
].map((name) => INTRINSICS[name]);

function isNativeIterator(value: object): boolean {
  return ITERATORS.includes(Object.getPrototypeOf(value));
}

type Loaded = Record<string, unknown>;

/** Objects that stand for something the process has open. */
function processResource(value: object): Refusal | null {
  // Plain objects and arrays are nearly all there is; they need no further look.
  const proto = Object.getPrototypeOf(value);
  if (proto === Object.prototype || proto === Array.prototype || proto === null) return null;
  for (const [module, name, what] of RESOURCES) {
    const make = (process.getBuiltinModule(module) as Loaded | undefined)?.[name];
    if (typeof make === 'function' && value instanceof make) return refusal(what, OPEN_INSIDE);
  }
  if (isTimer(value)) return refusal('is a timer', 'Start timers outside of the function.');
  return null;
}

// Only modules that Node itself has loaded by the time a resource of theirs can exist; a socket is also a stream.
const RESOURCES: readonly (readonly [module: string, name: string, what: string])[] = [
  ['net', 'Socket', 'is an open connection'],
  ['net', 'Server', 'is a server'],
  ['stream', 'Stream', 'is a stream'],
  ['worker_threads', 'Worker', 'is a worker thread'],
  ['worker_threads', 'MessagePort', 'is a message port'],
  ['child_process', 'ChildProcess', 'is a child process'],
];

let timerClasses: Function[] | null = null;

function isTimer(value: object): boolean {
  if (timerClasses === null) {
    const timeout = setTimeout(() => {}, 0);
    const immediate = setImmediate(() => {});
    timerClasses = [timeout.constructor, immediate.constructor];
    clearTimeout(timeout);
    clearImmediate(immediate);
  }
  return timerClasses.some((timer) => value instanceof timer);
}
