// The order of keys: Python's, by value. Runs on every thread, inside sorts.
import { UsageError } from '../errors.js';
import { describeValue } from './describe.js';
import { keyEquals } from './keys.js';

/**
 * Negative if `a` comes before `b`, positive if after, 0 if they are the same in order.
 *
 * Numbers, bigints and booleans (0 and 1) by value with NaN last, strings by code point, arrays
 * element by element and then by length, dates by time, bytes as unsigned numbers.
 *
 * **Throws** UsageError VALUE-101 for `null`, `undefined`, objects without an order, and mixed kinds,
 * as Python's `<` does.
 */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (isNumeric(a) && isNumeric(b)) return compareMixedNumbers(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (a instanceof Date && b instanceof Date) return compareNumbers(a.getTime(), b.getTime());
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  throw notOrdered(a, b);
}

/** Numbers in order, all NaN equal and last. */
export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** Strings by code point, where JavaScript's `<` goes by UTF-16 unit. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) < codePointRank(y) ? -1 : 1;
  }
  return a.length < b.length ? -1 : a.length > b.length ? 1 : 0;
}

/**
 * A UTF-16 unit as a number that orders like the code point it belongs to: surrogates stand for
 * points above U+FFFF, so they go behind U+E000 to U+FFFF.
 */
export function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

type Numeric = number | bigint | boolean;

function isNumeric(value: unknown): value is Numeric {
  const type = typeof value;
  return type === 'number' || type === 'bigint' || type === 'boolean';
}

function compareMixedNumbers(a: Numeric, b: Numeric): number {
  const x = typeof a === 'boolean' ? Number(a) : a;
  const y = typeof b === 'boolean' ? Number(b) : b;
  // The language compares a bigint with a number exactly; NaN is neither above nor below.
  if (x < y) return -1;
  if (x > y) return 1;
  return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y) continue;
    const order = compareElements(x, y);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

// Python skips equal elements of tuples even where they have no order: (None, 1) < (None, 2).
function compareElements(a: unknown, b: unknown): number {
  if (isOrdered(a) && isOrdered(b)) return compareValues(a, b);
  if (keyEquals(a, b)) return 0;
  throw notOrdered(a, b);
}

function isOrdered(value: unknown): boolean {
  if (typeof value === 'string' || isNumeric(value)) return true;
  return Array.isArray(value) || value instanceof Date || value instanceof Uint8Array;
}

function notOrdered(a: unknown, b: unknown): UsageError {
  return new UsageError(
    'VALUE-101',
    `'<' not supported between ${describeValue(a)} (${kindOf(a)}) and ${describeValue(b)} ` +
      `(${kindOf(b)}): they have no order. Sort by a key that is a number, a string, a date, or an ` +
      'array of these in every record, or filter out the others first.',
  );
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'no value';
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) return 'array';
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'object';
}
