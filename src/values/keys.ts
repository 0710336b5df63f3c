// What makes two keys the same key: equality by value, and a text that is equal for equal keys.
// Runs on every thread, inside the loops of shuffles and aggregations. Knows nothing of partitions.
import { UsageError } from '../errors.js';
import { describeValue } from './describe.js';

/** Deeper than any sensible key; a key that refers to itself ends here instead of overflowing the stack. */
const MAX_DEPTH = 200;

/**
 * Whether a native Map already compares the key by value. `undefined` counts as primitive, although
 * it must be turned into `null` first, which it equals.
 */
export function isPrimitiveKey(key: unknown): boolean {
  switch (typeof key) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return true;
    case 'object':
      return key === null;
    default:
      return false;
  }
}

/**
 * A text that is the same for equal keys and for no others.
 *
 * Arrays, plain objects (whatever the order of their properties), Map, Set, Date and bytes compare
 * by content; the fields of a class instance count, its class does not, because it does not survive
 * the way to another thread. `-0` equals `0`, NaN equals NaN, `undefined` equals `null`;
 * `1`, `1n`, `"1"` and `true` are four keys.
 *
 * **Throws** UsageError VALUE-102 for functions, symbols, and objects without visible content.
 */
export function canonicalKey(key: unknown): string {
  return encode(key, 0);
}

/** Whether both are the same key. */
export function keyEquals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isPrimitiveKey(a) || isPrimitiveKey(b)) {
    return (a ?? null) === (b ?? null) || (Number.isNaN(a) && Number.isNaN(b));
  }
  if (Array.isArray(a) && Array.isArray(b)) return arrayKeyEquals(a, b, 0);
  return encode(a, 0) === encode(b, 0);
}

/** `keyEquals` of two arrays, without making their texts. */
export function arrayKeyEquals(a: readonly unknown[], b: readonly unknown[], depth = 0): boolean {
  if (a.length !== b.length) return false;
  if (depth > MAX_DEPTH) throw notAKey(a, 'it is nested too deeply or contains itself');
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y) continue;
    const same =
      Array.isArray(x) && Array.isArray(y) ? arrayKeyEquals(x, y, depth + 1) : keyEquals(x, y);
    if (!same) return false;
  }
  return true;
}

// Every part says its kind and where it ends, so that no two keys run into the same text.
function encode(key: unknown, depth: number): string {
  switch (typeof key) {
    case 'string':
      return 's' + key.length + ':' + key;
    case 'number':
      return 'n' + key + ';';
    case 'boolean':
      return key ? 't' : 'f';
    case 'undefined':
      return 'z';
    case 'bigint':
      return 'i' + key + ';';
    case 'object':
      if (key === null) return 'z';
      if (depth > MAX_DEPTH) throw notAKey(key, 'it is nested too deeply or contains itself');
      return Array.isArray(key) ? encodeArray(key, depth + 1) : encodeObject(key, depth + 1);
    default:
      throw notAKey(key, `a ${typeof key} has no value to compare`);
  }
}

function encodeArray(items: readonly unknown[], depth: number): string {
  let text = 'a' + items.length + ':';
  for (let i = 0; i < items.length; i++) text += encode(items[i], depth);
  return text;
}

function encodeObject(key: object, depth: number): string {
  if (key instanceof Date) return 'd' + key.getTime() + ';';
  if (key instanceof Map) return encodeMap(key, depth);
  if (key instanceof Set)
    return encodeSorted(
      'e',
      Array.from(key, (item) => encode(item, depth)),
    );
  if (ArrayBuffer.isView(key)) return encodeView(key, depth);
  if (key instanceof RegExp) return 'r' + encode(String(key), depth);
  if (key instanceof Error) return 'x' + encode(key.name, depth) + encode(key.message, depth);
  if (key instanceof Number || key instanceof String || key instanceof Boolean) {
    return 'w' + encode(key.valueOf(), depth);
  }
  return encodeFields(key as Record<string, unknown>, depth);
}

function encodeMap(map: ReadonlyMap<unknown, unknown>, depth: number): string {
  const entries = Array.from(map, ([key, value]) => encode(key, depth) + encode(value, depth));
  return encodeSorted('m', entries);
}

function encodeSorted(kind: string, parts: string[]): string {
  return kind + parts.length + ':' + parts.sort().join('');
}

function encodeView(view: ArrayBufferView, depth: number): string {
  if (view instanceof Uint8Array) {
    const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    return 'b' + bytes.length + ':' + bytes.toString('latin1');
  }
  if (view instanceof DataView) {
    return 'v' + encodeView(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), depth);
  }
  const numbers = Array.from(view as unknown as ArrayLike<unknown>);
  return 'y' + view.constructor.name + encodeArray(numbers, depth);
}

function encodeFields(key: Record<string, unknown>, depth: number): string {
  const names = Object.keys(key);
  if (names.length === 0 && !isPlain(key)) {
    throw notAKey(key, 'it has no enumerable fields to compare');
  }
  names.sort();
  let text = 'o' + names.length + ':';
  for (const name of names) text += encode(name, depth) + encode(key[name], depth);
  return text;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  // Objects made in another realm (a vm context) have an Object.prototype of their own.
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype as object, 'hasOwnProperty')
  );
}

function notAKey(key: unknown, why: string): UsageError {
  return new UsageError(
    'VALUE-102',
    `${describeValue(key)} cannot be used as a key: ${why}. ` +
      'Use strings, numbers, null, dates, or arrays and plain objects of these.',
  );
}
