// What keys are made of, and how they stand in the bytes of a dictionary: a single text as it is; of a number and of
// tuples the parts one after the other, a number as eight bytes, a text with a newline behind it, which no line has in it,
// unless it is the last. Pure.
import { Unfit } from './unfit.js';

export type KeyPart = 'text' | 'number';

export interface KeyShape {
  readonly isTuple: boolean;
  readonly parts: readonly KeyPart[];
}

export const TEXT_KEYS: KeyShape = { isTuple: false, parts: ['text'] };
export const NUMBER_KEYS: KeyShape = { isTuple: false, parts: ['number'] };

const NEWLINE = '\n';
const LONE_SURROGATE = /\p{Surrogate}/u;

export function isSingleText({ isTuple, parts }: KeyShape): boolean {
  return !isTuple && parts[0] === 'text';
}

export function isSameShape(a: KeyShape, b: KeyShape): boolean {
  return (
    a.isTuple === b.isTuple &&
    a.parts.length === b.parts.length &&
    a.parts.every((part, i) => part === b.parts[i])
  );
}

/** The shape of a key as a value; null for keys that a dictionary does not take. */
export function shapeOfKey(key: unknown): KeyShape | null {
  if (typeof key === 'string') return TEXT_KEYS;
  if (typeof key === 'number') return NUMBER_KEYS;
  if (!Array.isArray(key) || key.length === 0) return null;
  const parts = key.map((part): KeyPart | null => {
    if (typeof part === 'string') return 'text';
    return typeof part === 'number' ? 'number' : null;
  });
  return parts.every((part) => part !== null) ? { isTuple: true, parts } : null;
}

/** The bytes of a key of that shape. Throws Unfit where it has none. */
export function bytesOfKey(key: unknown, { isTuple, parts }: KeyShape): Buffer {
  const items = (isTuple ? key : [key]) as readonly (string | number)[];
  return Buffer.concat(
    items.flatMap((item, i) => {
      if (typeof item === 'number') return [bytesOfNumber(item)];
      // A text that is not well formed has no UTF-8.
      if (LONE_SURROGATE.test(item)) throw new Unfit('a lone surrogate');
      if (parts.length > 1 && item.includes(NEWLINE)) throw new Unfit('a newline within a key');
      return [Buffer.from(i + 1 < parts.length ? item + NEWLINE : item)];
    }),
  );
}

function bytesOfNumber(value: number): Buffer {
  // It is the key 0 and yet another number.
  if (Object.is(value, -0)) throw new Unfit('minus zero');
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
