// What objects and functions have in common: properties, prototype, integrity. Capturing thread.
import { propertyStep, refuse } from './capture-error.js';
import {
  CONFIGURABLE,
  ENUMERABLE,
  type Integrity,
  type Key,
  type Property,
  type ProtoRef,
  WRITABLE,
} from './graph.js';
import { INTRINSICS } from './intrinsics.js';
import { moduleIndex } from './module-index.js';
import { nativeIndex } from './native-index.js';
import type { CaptureWriter } from './writer.js';

const ORDINARY = ENUMERABLE | WRITABLE | CONFIGURABLE;

/** An object's own properties in their order, without those that `isSkipped` names. */
export function encodeProperties(
  value: object,
  isSkipped: (key: string | symbol) => boolean,
  writer: CaptureWriter,
): Property[] {
  const properties: Property[] = [];
  for (const key of Reflect.ownKeys(value)) {
    if (isSkipped(key)) continue;
    properties.push(encodeProperty(value, key, writer));
  }
  return properties;
}

function encodeProperty(holder: object, key: string | symbol, writer: CaptureWriter): Property {
  const property = Object.getOwnPropertyDescriptor(holder, key)!;
  const step = propertyStep(key);
  const keyRef: Key = typeof key === 'symbol' ? (writer.ref(key, step) as number) : key;
  for (const part of [property.value, property.get, property.set] as unknown[]) {
    if (typeof part === 'function') writer.noteHome(part, holder);
  }
  const attributes =
    (property.enumerable ? ENUMERABLE : 0) |
    (property.writable ? WRITABLE : 0) |
    (property.configurable ? CONFIGURABLE : 0);
  if (property.get !== undefined || property.set !== undefined) {
    return [keyRef, attributes, writer.ref(property.get, step), writer.ref(property.set, step)];
  }
  const value = writer.ref(property.value, step);
  return attributes === ORDINARY ? [keyRef, value] : [keyRef, attributes, value];
}

export function integrityOf(value: object): Integrity | undefined {
  if (Object.isExtensible(value)) return undefined;
  if (Object.isFrozen(value)) return 'frozen';
  return Object.isSealed(value) ? 'sealed' : 'fixed';
}

/** The prototype if it is not the usual one; refuses instances of built-in classes that hide their state. */
export function protoOf(value: object, usual: object, writer: CaptureWriter): ProtoRef | undefined {
  const proto = Object.getPrototypeOf(value) as object | null;
  if (proto === usual) return undefined;
  if (isForeign(proto, usual)) return undefined;
  checkChain(proto, usual);
  return protoRef(proto, writer);
}

/** A reference to a prototype, by its class if it has one. */
export function protoRef(proto: object | null, writer: CaptureWriter): ProtoRef {
  if (proto === null) return { of: 'object', ref: null };
  const make = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as unknown;
  if (typeof make === 'function' && make.prototype === proto) {
    return {
      of: 'class',
      ref: writer.ref(make, { kind: 'whose', what: `class \`${make.name}\`` }),
    };
  }
  return { of: 'object', ref: writer.ref(proto, { kind: 'whose', what: 'prototype' }) };
}

/** The same built-in prototype of another realm (`vm` contexts). */
function isForeign(proto: object | null, usual: object): boolean {
  if (proto === null || (Object.getPrototypeOf(proto) !== null && !isForeignBuiltin(proto)))
    return false;
  const name = constructorName(proto);
  return name !== null && name === constructorName(usual) && isForeignBuiltin(proto);
}

function isForeignBuiltin(proto: object): boolean {
  const make = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as unknown;
  if (typeof make !== 'function' || make instanceof Function) return false;
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(make));
}

function constructorName(proto: object): string | null {
  const make = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value as unknown;
  return typeof make === 'function' ? make.name : null;
}

/** Prototypes whose instances have no state but their properties, or state that nodes carry. */
const OPEN_PROTOTYPES = new Set<object>([
  Object.prototype,
  Function.prototype,
  Array.prototype,
  Map.prototype,
  Set.prototype,
  Date.prototype,
  RegExp.prototype,
  INTRINSICS.TypedArrayPrototype!,
  INTRINSICS.IteratorPrototype!,
  INTRINSICS.AsyncIteratorPrototype!,
  ...[
    Error,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
    AggregateError,
  ].map((make) => make.prototype),
]);

function checkChain(proto: object | null, usual: object): void {
  for (let at = proto; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (at === usual || OPEN_PROTOTYPES.has(at)) continue;
    const make = Object.getOwnPropertyDescriptor(at, 'constructor')?.value as unknown;
    if (typeof make !== 'function') continue;
    const isBuiltin = nativeIndex.find(at) !== undefined || isProcessClass(make);
    if (isBuiltin) {
      refuse(
        `is ${/^[AEIOU]/.test(make.name) ? 'an' : 'a'} ${make.name}, a built-in object whose contents cannot be copied`,
        'Make it inside the function, or capture the plain data it is made from.',
      );
    }
  }
}

/** Classes of Node's modules stand for something of this process; an EventEmitter is its properties. */
function isProcessClass(make: Function): boolean {
  const found = moduleIndex.find(make);
  if (found !== null) return found.specifier.startsWith('node:') && make.name !== 'EventEmitter';
  return (
    /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(make)) &&
    make instanceof Function
  );
}
