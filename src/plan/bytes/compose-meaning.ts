// Meanings made of meanings: constants, items, texts put together, calls of the language's own functions. Pure.
import type { Literal } from 'acorn';
import { PLAIN_SOURCE } from '../quick-text.js';
import { isSearchable } from './conditions.js';
import type { Meaning, NumberMeaning, NumberParser, TextInLine } from './meaning.js';
import { asNumberMeaning, isTextMeaning } from './meaning-kinds.js';

const PARSERS: Readonly<Record<string, NumberParser>> = {
  parseInt: 'parseInt',
  'Number.parseInt': 'parseInt',
  parseFloat: 'parseFloat',
  'Number.parseFloat': 'parseFloat',
  Number: 'Number',
};
const MATH = new Set(
  'abs ceil floor round trunc sign sqrt cbrt exp log log2 log10 min max pow hypot'.split(' '),
);
const MAX_FIELD = 4096;

export function constant(value: unknown): Meaning | null {
  if (typeof value === 'number') return { kind: 'constant', value };
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
    return { kind: 'value', value };
  }
  return null;
}

/** A text that is there whatever the line. */
export function isText(meaning: Meaning): boolean {
  if (meaning.kind === 'value') return typeof meaning.value === 'string';
  return meaning.kind === 'line' || meaning.kind === 'joined';
}

/** The texts one after the other; null where one of them is no text, or a literal that columns do not take. */
export function joinedOf(meanings: readonly (Meaning | null)[]): Meaning | null {
  const parts = meanings.flatMap((meaning) => (meaning === null ? [null] : partsOf(meaning)));
  if (!parts.every((part) => part !== null)) return null;
  const merged: (TextInLine | string)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string')
      merged[merged.length - 1] = last + part;
    else if (part !== '') merged.push(part);
  }
  const [first, ...others] = merged;
  if (others.length === 0 && typeof first !== 'object') return constant(first ?? '');
  return { kind: 'joined', parts: merged };
}

/** A literal with a newline would not do as part of a key. */
function partsOf(meaning: Meaning): readonly (TextInLine | string | null)[] {
  if (meaning.kind === 'joined') return meaning.parts;
  if (meaning.kind === 'line' || meaning.kind === 'field') return [meaning];
  if (meaning.kind !== 'value' && meaning.kind !== 'constant') return [null];
  const text = String(meaning.value);
  return [/^[\0-\x7f]*$/.test(text) && !/[\r\n]/.test(text) ? text : null];
}

/** The text that a regular expression finds everywhere, if that is all it says; null for any other literal. */
export function plainSource({ regex }: Literal): string | null {
  return regex?.flags === 'g' && PLAIN_SOURCE.test(regex.pattern) ? regex.pattern : null;
}

/** What the method replaces everywhere; null where it does something else. */
export function replacedText(name: string, what: Meaning | undefined): string | null {
  if (what?.kind === 'every' && (name === 'replace' || name === 'replaceAll')) return what.text;
  if (name !== 'replaceAll' || what?.kind !== 'value' || typeof what.value !== 'string')
    return null;
  return what.value !== '' && isSearchable(what.value) ? what.value : null;
}

/** A text that stands for itself where it replaces another, and that columns take. */
export function isReplacement(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text) && !/[$\r\n]/.test(text);
}

/** The item at a constant index. */
export function itemOf(meaning: Meaning, index: number): Meaning | null {
  if (!Number.isInteger(index) || index < 0 || index > MAX_FIELD) return null;
  if (meaning.kind === 'tuple') return meaning.items[index] ?? null;
  return meaning.kind === 'fields' ? { kind: 'field', separator: meaning.separator, index } : null;
}

export function globalCall(path: string, args: readonly Meaning[]): Meaning | null {
  const [first, second] = args;
  if (path.startsWith('Math.')) {
    const numbers = args.map(asNumberMeaning);
    const name = path.slice('Math.'.length);
    if (!MATH.has(name) || numbers.some((arg) => arg === null)) return null;
    return { kind: 'math', name, args: numbers as NumberMeaning[] };
  }
  const parser = PARSERS[path];
  if (parser === undefined || first === undefined || !isTextMeaning(first)) return null;
  if (args.length === 1) return { kind: 'parsed', parser, text: first };
  const isTen = second?.kind === 'constant' && second.value === 10;
  if (parser !== 'parseInt' || args.length !== 2 || !isTen) return null;
  return { kind: 'parsed', parser: 'parseInt10', text: first };
}
