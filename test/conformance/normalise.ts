// Normalised values: what PySpark and tspark answers are turned into so that they can be compared as JSON.
// The rules and their order are those of README.md. Knows nothing of the engine.

/** Turns a value into plain JSON, or throws a TypeError for what has no normal form. */
export function normalise(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return normaliseNumber(value);
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Map) return normaliseEntries([...value]);
  if (value instanceof Set) return { $set: byJsonText([...value].map(normalise)) };
  if (isIterable(value)) return Array.from(value, normalise);
  if (isPlainObject(value)) return normaliseEntries(Object.entries(value));
  throw new TypeError(`cannot normalise ${typeof value}: ${String(value)}`);
}

/** A copy of a list, sorted by the JSON text of the normalised elements. */
export function canon(list: Iterable<unknown>): unknown[] {
  const keyed = Array.from(list, (value) => ({ value, text: JSON.stringify(normalise(value)) }));
  return keyed.sort((a, b) => compareText(a.text, b.text)).map((pair) => pair.value);
}

/** Structural equality of two normalised values; numbers may differ by one part in 10^9. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, i) => same(element, b[i]));
  }
  if (isPlainObject(a) && isPlainObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
    );
  }
  return a === b;
}

function normaliseNumber(value: number): unknown {
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  return { $num: String(value) };
}

function normaliseEntries(entries: readonly (readonly [unknown, unknown])[]): unknown {
  return { $map: byJsonText(entries.map(([key, value]) => [normalise(key), normalise(value)])) };
}

function byJsonText(values: readonly unknown[]): unknown[] {
  return [...values].sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
}

/** By code points, as Python orders text; `<` orders by UTF-16 units. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function';
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}
