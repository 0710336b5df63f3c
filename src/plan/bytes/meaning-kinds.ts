// Which kind a meaning is of. Pure; used where meanings are made and where they are run.
import type { KeyMeaning, Meaning, NumberMeaning, Text } from './meaning.js';

const NUMBERS = new Set<string>(
  'parsed length field-count constant input negative arithmetic math choice'.split(' '),
);

const TEXTS = new Set<string>(['line', 'field', 'joined', 'replaced']);

export function isTextMeaning(meaning: Meaning): meaning is Text {
  return TEXTS.has(meaning.kind);
}

export function asNumberMeaning(meaning: Meaning): NumberMeaning | null {
  return NUMBERS.has(meaning.kind) ? (meaning as NumberMeaning) : null;
}

/** The meaning as a key that a dictionary of bytes takes; null for any other. */
export function asKeyMeaning(meaning: Meaning): KeyMeaning | null {
  if (meaning.kind === 'every-field' || isTextMeaning(meaning)) return meaning;
  if (meaning.kind !== 'tuple') return asNumberMeaning(meaning);
  const items = meaning.items.map((item) => (isTextMeaning(item) ? item : asNumberMeaning(item)));
  if (items.length === 0 || !items.every((item) => item !== null)) return null;
  return { kind: 'tuple', items };
}

/** Whether records of this kind can be made from columns. */
export function isMadeOfColumns(meaning: Meaning): boolean {
  if (meaning.kind === 'tuple') return meaning.items.every(isMadeOfColumns);
  return isTextMeaning(meaning) || meaning.kind === 'value' || asNumberMeaning(meaning) !== null;
}

/** Asked for once a chunk, and meanings stay as they are. */
const keys = new WeakMap<object, string>();

/** A text that is the same for meanings that are the same. */
export function meaningKey(meaning: object): string {
  let key = keys.get(meaning);
  if (key === undefined) {
    key = JSON.stringify(meaning, exactNumbers);
    keys.set(meaning, key);
  }
  return key;
}

/** JSON has neither NaN nor minus zero. */
function exactNumbers(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return Object.is(value, -0) ? '-0' : String(value);
}
