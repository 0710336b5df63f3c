// The engine and the shell run in the realm of the user's code, so a function that replaces Array.prototype.map or
// Promise replaces theirs, and they would hang or die of it. What the language came with is put back after each piece
// of user code; what was added to it stays. In every thread that runs user code.

import { allHold, makeChecks, type Original } from './realm-check.js';

// Captured, and used without iterators or methods of arrays: any of them may be what was replaced.
const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

const GLOBALS = [
  'Object Function Array String Number Boolean Symbol BigInt Math JSON Reflect Proxy Promise RegExp Date Error',
  'TypeError RangeError SyntaxError Map Set WeakMap WeakSet WeakRef FinalizationRegistry ArrayBuffer',
  'SharedArrayBuffer Atomics DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array',
  'Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array parseInt parseFloat isNaN isFinite globalThis',
  'process Buffer setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask',
].join(' ');
/** So many times the properties are looked at one by one: to make a quicker way takes as long as some hundred times. */
const SLOW_CHECKS = 16;
/** Meant to be changed. */
const FREE = ['stackTraceLimit', 'prepareStackTrace'];

export class RealmGuard {
  readonly #originals: Original[] = [];
  /** Those that are read by a function, which is compared and not called. */
  readonly #accessors: readonly Original[];
  #checks: readonly (() => boolean)[] | null = null;
  #restored = 0;

  /** From now on what is here now is what is put back. */
  constructor() {
    const names = GLOBALS.split(' ');
    for (const name of names) {
      this.#keep(globalThis, name, name);
      const value = (globalThis as Record<string, unknown>)[name];
      if (name === 'process' || name === 'globalThis') continue;
      if (typeof value === 'function' || name === 'Math' || name === 'JSON' || name === 'Reflect')
        this.#keepAll(value as object, name);
      const { prototype } = Object(value) as { prototype?: object };
      if (typeof prototype === 'object') this.#keepAll(prototype, `${name}.prototype`);
    }
    for (const [owner, name] of hiddenPrototypes()) this.#keepAll(owner, name);
    this.#accessors = this.#originals.filter(({ descriptor }) => !('value' in descriptor));
  }

  /** Puts back what was replaced or removed; returns the names of what could be and of what could not. */
  restore(): { readonly restored: string[]; readonly lost: string[] } {
    const originals = this.#originals;
    const restored: string[] = [];
    const lost: string[] = [];
    if (this.#isAllAsItWas()) return { restored, lost };
    for (let i = 0; i < originals.length; i++) {
      const original = originals[i]!;
      if (isAsItWas(original)) continue;
      const list = putBack(original) ? restored : lost;
      defineProperty(list, list.length, {
        value: original.name,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    // Made of what user code can replace, so only now that all is back.
    if (++this.#restored >= SLOW_CHECKS && lost.length === 0)
      this.#checks ??= makeChecks(originals);
    return { restored, lost };
  }

  #isAllAsItWas(): boolean {
    if (this.#checks === null || !allHold(this.#checks)) return false;
    const accessors = this.#accessors;
    for (let i = 0; i < accessors.length; i++) if (!isAsItWas(accessors[i]!)) return false;
    return true;
  }

  #keepAll(owner: object, name: string): void {
    for (const key of ownKeys(owner)) {
      if (FREE.includes(String(key))) continue;
      this.#keep(
        owner,
        key,
        `${name}${typeof key === 'symbol' ? `[${key.description}]` : `.${key}`}`,
      );
    }
  }

  #keep(owner: object, key: PropertyKey, name: string): void {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    // What cannot be changed needs no looking after.
    if (descriptor === undefined || (!descriptor.configurable && !descriptor.writable)) return;
    const isRead = owner === globalThis && descriptor.get !== undefined;
    const value = isRead ? (owner as Record<PropertyKey, unknown>)[key] : undefined;
    this.#originals.push({ owner, key, name, descriptor, value });
  }
}

function isAsItWas({ owner, key, descriptor, value }: Original): boolean {
  const now = getOwnPropertyDescriptor(owner, key);
  if (now === undefined) return false;
  if (now.value !== descriptor.value) return false;
  if (now.get !== descriptor.get || now.set !== descriptor.set) return false;
  return value === undefined || apply(now.get!, owner, []) === value;
}

function putBack(original: Original): boolean {
  const { owner, key, descriptor, value } = original;
  if (value !== undefined && descriptor.set !== undefined) apply(descriptor.set, owner, [value]);
  return defineProperty(owner, key, descriptor) && isAsItWas(original);
}

/** Prototypes that no global leads to. */
function hiddenPrototypes(): [object, string][] {
  const of = (object: unknown): object => getPrototypeOf(object as object)!;
  const generator = of(function* () {});
  const asyncGenerator = of(async function* () {});
  const arrays = of([][Symbol.iterator]());
  return [
    [of(arrays), 'Iterator.prototype'],
    [arrays, 'ArrayIterator.prototype'],
    [of(new Map()[Symbol.iterator]()), 'MapIterator.prototype'],
    [of(new Set()[Symbol.iterator]()), 'SetIterator.prototype'],
    [of(''[Symbol.iterator]()), 'StringIterator.prototype'],
    [of('a'.matchAll(/a/g)), 'RegExpStringIterator.prototype'],
    [(generator as { prototype: object }).prototype, 'Generator.prototype'],
    [(asyncGenerator as { prototype: object }).prototype, 'AsyncGenerator.prototype'],
    [of((asyncGenerator as { prototype: object }).prototype), 'AsyncIterator.prototype'],
    [of(Uint8Array), 'TypedArray'],
    [of(Uint8Array.prototype), 'TypedArray.prototype'],
  ];
}
