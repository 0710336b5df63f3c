// Tells whether a value is plain data, and about how large. Capturing thread.
import { types } from 'node:util';

/**
 * About how many bytes a value takes when it travels; stops counting above `limit`.
 * Functions count nothing: what they capture is measured on its own.
 */
export function sizeUpTo(value: unknown, limit: number): number {
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  let size = 0;
  while (waiting.length > 0 && size <= limit) {
    const item = waiting.pop();
    size += sizeOfPrimitive(item);
    if (typeof item !== 'object' || item === null || seen.has(item) || types.isProxy(item))
      continue;
    seen.add(item);
    if (types.isAnyArrayBuffer(item) || ArrayBuffer.isView(item)) size += item.byteLength;
    else size += pushContents(item, waiting, limit - size);
  }
  return size;
}

function sizeOfPrimitive(value: unknown): number {
  if (typeof value === 'string') return value.length + 4;
  return typeof value === 'object' || typeof value === 'function' ? 4 : 8;
}

/** Queues what an object holds; returns the size of its own keys. Large arrays of numbers are not queued at all. */
function pushContents(object: object, waiting: unknown[], limit: number): number {
  if (Array.isArray(object)) {
    if (object.length * 2 > limit) return limit + 1;
    for (const item of object) waiting.push(item);
    return 0;
  }
  if (types.isMap(object)) {
    for (const [key, value] of object) waiting.push(key, value);
  } else if (types.isSet(object)) {
    for (const item of object) waiting.push(item);
  }
  let size = 0;
  for (const key of Object.keys(object)) {
    size += key.length + 2;
    const property = Object.getOwnPropertyDescriptor(object, key)!;
    if ('value' in property) waiting.push(property.value);
  }
  return size;
}

/** Whether `v8.serialize` alone carries the value over as it is: no functions, no instances, nothing special. */
export function isPlainData(value: unknown): boolean {
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const item = waiting.pop();
    if (typeof item === 'function' || typeof item === 'symbol') return false;
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    if (!pushIfPlain(item, waiting)) return false;
  }
  return true;
}

function pushIfPlain(object: object, waiting: unknown[]): boolean {
  if (types.isProxy(object) || !Object.isExtensible(object)) return false;
  const proto = Object.getPrototypeOf(object);
  if (Array.isArray(object)) {
    // Holes and named properties are kept by serialising.
    if (proto !== Array.prototype) return false;
    for (let i = 0; i < object.length; i++) if (!isSafe(object[i])) waiting.push(object[i]);
    return true;
  }
  if (proto === Object.prototype) return pushPlainProperties(object, waiting);
  if (types.isDate(object)) return proto === Date.prototype && Object.keys(object).length === 0;
  if (types.isMap(object)) {
    if (proto !== Map.prototype || Reflect.ownKeys(object).length > 0) return false;
    for (const [key, item] of object) {
      if (!isSafe(key)) waiting.push(key);
      if (!isSafe(item)) waiting.push(item);
    }
    return true;
  }
  if (types.isSet(object)) {
    if (proto !== Set.prototype || Reflect.ownKeys(object).length > 0) return false;
    for (const item of object) if (!isSafe(item)) waiting.push(item);
    return true;
  }
  if (ArrayBuffer.isView(object)) return isUsualView(object);
  return false;
}

/** Buffers and subclasses have a prototype that serialising would lose. */
function isUsualView(view: ArrayBufferView): boolean {
  const proto = Object.getPrototypeOf(view) as object;
  const isUsual =
    proto ===
    (globalThis as Record<string, { prototype?: object } | undefined>)[view.constructor?.name]
      ?.prototype;
  return isUsual && !types.isSharedArrayBuffer(view.buffer);
}

/** Primitives that serialise as they are. */
function isSafe(value: unknown): boolean {
  return (
    value === null ||
    (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

function pushPlainProperties(object: object, waiting: unknown[]): boolean {
  if (Object.getOwnPropertySymbols(object).length > 0) return false;
  for (const key of Object.getOwnPropertyNames(object)) {
    const { value, get, set, enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(
      object,
      key,
    )!;
    if (get || set || !enumerable || !writable || !configurable || key === '__proto__')
      return false;
    if (!isSafe(value)) waiting.push(value);
  }
  return true;
}
