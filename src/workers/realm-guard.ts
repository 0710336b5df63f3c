// The engine and the shell run in the realm of the user's code, so a function that replaces Array.prototype.map or
// Promise replaces theirs, and they would hang or die of it. What the language came with is put back after each piece
// of user code; what was added to it stays. In every thread that runs user code.

// Captured, and used without iterators or methods of arrays: any of them may be what was replaced.
const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

interface Original {
  readonly owner: object;
  readonly key: PropertyKey;
  readonly name: string;
  readonly descriptor: PropertyDescriptor;
  /** Of a global that is read by a function, as `process` is; else undefined. */
  readonly value: unknown;
}

const GLOBALS = [
  'Object Function Array String Number Boolean Symbol BigInt Math JSON Reflect Proxy Promise RegExp Date Error',
  'TypeError RangeError SyntaxError Map Set WeakMap WeakSet WeakRef FinalizationRegistry ArrayBuffer',
  'SharedArrayBuffer Atomics DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array',
  'Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array parseInt parseFloat isNaN isFinite globalThis',
  'process Buffer setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask',
].join(' ');
/** Meant to be changed. */
const FREE = ['stackTraceLimit', 'prepareStackTrace'];

export class RealmGuard {
  readonly #originals: Original[] = [];

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
  }

  /** Puts back what was replaced or removed; returns the names of what could be and of what could not. */
  restore(): { readonly restored: string[]; readonly lost: string[] } {
    const originals = this.#originals;
    const restored: string[] = [];
    const lost: string[] = [];
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
    return { restored, lost };
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
