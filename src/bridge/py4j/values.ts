// Values of Py4J's text protocol: what an argument looks like in a command, what an answer means.
// Pure text; https://www.py4j.org is the reference for the type letters.
import { InternalError } from '../../errors.js';

const MAX_INT = 2 ** 31 - 1;

/** An object of the JVM, by its name there. */
export interface JavaReference {
  readonly javaId: string;
}

/** A 64-bit whole number, whatever its size: Java chooses a method by the type. */
export class JavaLong {
  readonly value: bigint;

  constructor(value: number | bigint) {
    this.value = BigInt(value);
  }
}

export type JavaArgument =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | JavaLong
  | JavaReference;

/** What an answer carries: a value of ours, or the name of an object. */
export type Answer =
  | { readonly kind: 'value'; readonly value: null | boolean | number | bigint | string | Buffer }
  | { readonly kind: 'object'; readonly id: string }
  | { readonly kind: 'exception'; readonly id: string }
  | { readonly kind: 'failure'; readonly text: string };

export function encodeArgument(value: JavaArgument): string {
  if (value === null) return 'n\n';
  if (value instanceof Uint8Array) return `j${Buffer.from(value).toString('base64')}\n`;
  if (value instanceof JavaLong) return `L${value.value}\n`;
  switch (typeof value) {
    case 'boolean':
      return value ? 'bTrue\n' : 'bFalse\n';
    case 'bigint':
      return `L${value}\n`;
    case 'number':
      return encodeNumber(value);
    case 'string':
      return `s${escapeText(value)}\n`;
    case 'object':
      return `r${value.javaId}\n`;
  }
}

function encodeNumber(value: number): string {
  if (!Number.isInteger(value)) return `d${value}\n`;
  return Math.abs(value) <= MAX_INT ? `i${value}\n` : `L${value}\n`;
}

export function decodeAnswer(answer: string): Answer {
  const type = answer[1] ?? 'v';
  const text = answer.slice(2);
  if (!answer.startsWith('y')) {
    return type === 'r'
      ? { kind: 'exception', id: text }
      : { kind: 'failure', text: unescapeText(text) };
  }
  switch (type) {
    case 'v':
    case 'n':
      return { kind: 'value', value: null };
    case 'b':
      return { kind: 'value', value: text.toLowerCase() === 'true' };
    case 'i':
      return { kind: 'value', value: Number(text) };
    case 'L':
      return { kind: 'value', value: exactNumber(BigInt(text)) };
    case 'd':
      return { kind: 'value', value: Number(text) };
    case 's':
      return { kind: 'value', value: unescapeText(text) };
    case 'j':
      return { kind: 'value', value: Buffer.from(text, 'base64') };
    // References, and arrays, lists, maps, sets and iterators, which are references with a letter of their own.
    case 'r':
    case 't':
    case 'l':
    case 'a':
    case 'h':
    case 'g':
      return { kind: 'object', id: text };
    default:
      throw new InternalError('INTERNAL-901', `the JVM sent a value of an unknown type: ${answer}`);
  }
}

function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export function escapeText(text: string): string {
  return text.replace(/[\\\r\n]/g, (character) =>
    character === '\\' ? '\\\\' : character === '\r' ? '\\r' : '\\n',
  );
}

export function unescapeText(text: string): string {
  return text.replace(/\\(.)/g, (_, character) =>
    character === 'n' ? '\n' : character === 'r' ? '\r' : character,
  );
}
