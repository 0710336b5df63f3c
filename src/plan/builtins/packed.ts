// Values of any kind as text, so that they can be plain arguments of a builtin: JSON would lose Map, NaN and dates.
// Packed at the driver, unpacked in tasks.
import { deserialize, serialize } from 'node:v8';

/** The value as text. Throws what v8 throws for values that cannot be copied, such as functions. */
export function pack(value: unknown): string {
  return serialize(value).toString('base64');
}

/** A new copy of the value at each call. */
export function unpack<T>(text: unknown): T {
  return deserialize(Buffer.from(text as string, 'base64')) as T;
}

/** A function that gives a copy of the packed value at each call; immutable values are decoded once. */
export function unpacker<T>(text: unknown): () => T {
  const bytes = Buffer.from(text as string, 'base64');
  const first = deserialize(bytes) as T;
  if (Object(first) !== first) return () => first;
  return (quickCopier(first as object) as (() => T) | null) ?? (() => deserialize(bytes) as T);
}

/** The usual zeros of a key are copied in nanoseconds: flat arrays and objects, empty Maps and Sets. Null for others. */
function quickCopier(value: object): (() => object) | null {
  if (value instanceof Map) return value.size === 0 ? () => new Map() : null;
  if (value instanceof Set) return value.size === 0 ? () => new Set() : null;
  if (!Object.values(value).every((field) => Object(field) !== field)) return null;
  if (Array.isArray(value)) {
    const isDense = Object.keys(value).length === value.length;
    return isDense ? () => value.slice() : null;
  }
  return Object.getPrototypeOf(value) === Object.prototype ? () => ({ ...value }) : null;
}
