// Explains which value of a record cannot be stored. Runs on every thread, only once something has failed.
import { serialize } from 'node:v8';
import { UsageError } from '../errors.js';
import { describeValue } from '../values/describe.js';

interface Culprit {
  /** From the record to the value, as one would write it: `[1].handler`. */
  readonly path: string;
  readonly value: unknown;
}

/** The error for records that together failed to serialise with `cause`; null if each can be by itself. */
export function unstorable(
  records: readonly unknown[],
  count: number,
  cause: unknown,
): UsageError | null {
  for (let i = 0; i < count; i++) {
    const record = records[i];
    if (!fails(record)) continue;
    const culprit = findCulprit(record, '', new Set());
    return new UsageError('BLOCK-101', messageFor(record, culprit, cause), { cause });
  }
  return null;
}

function messageFor(record: unknown, culprit: Culprit | null, cause: unknown): string {
  const advice =
    'Only plain data can leave the function that made it: numbers, strings, arrays, Map, Set, ' +
    'Date, bytes and plain objects. Keep the data it stands for instead, or drop it with map.';
  if (culprit === null) {
    return `Cannot store the record ${describeValue(record)}: ${reasonOf(cause)}. ${advice}`;
  }
  const value = describeValue(culprit.value);
  if (culprit.path === '')
    return `Cannot store the record ${value}: it is ${kindOf(culprit.value)}. ${advice}`;
  const place = `its ${culprit.path.startsWith('.') ? culprit.path.slice(1) : culprit.path}`;
  return (
    `Cannot store the record ${describeValue(record)}: ${place} is ${kindOf(culprit.value)}, ` +
    `${value}. ${advice}`
  );
}

function kindOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (value instanceof Promise) return 'a promise';
  const name: unknown = (value as object)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? `of class ${name}` : 'an opaque object';
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
}

function fails(value: unknown): boolean {
  try {
    serialize(value);
    return false;
  } catch {
    return true;
  }
}

/** The innermost value that fails by itself. */
function findCulprit(value: unknown, path: string, seen: Set<object>): Culprit | null {
  if (typeof value === 'function' || typeof value === 'symbol') return { path, value };
  if (typeof value !== 'object' || value === null || seen.has(value) || seen.size > 10_000)
    return null;
  seen.add(value);
  const parts = partsOf(value);
  if (parts === null) return null;
  for (const [step, part] of parts) {
    const culprit = findCulprit(part, path + step, seen);
    if (culprit !== null) return culprit;
  }
  return parts.length === 0 && fails(value) ? { path, value } : null;
}

/** What the value is made of, with how to reach it; null if reading that fails. */
function partsOf(value: object): [string, unknown][] | null {
  if (value instanceof Map) {
    return Array.from(value).flatMap(([key, part]): [string, unknown][] => [
      [`.keys(${describeValue(key, 20)})`, key],
      [`.get(${describeValue(key, 20)})`, part],
    ]);
  }
  if (value instanceof Set) return Array.from(value, (part) => ['.values()', part]);
  if (ArrayBuffer.isView(value)) return [];
  try {
    return Object.entries(value).map(([name, part]) => [stepTo(name), part]);
  } catch {
    return null;
  }
}

function stepTo(name: string): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
