// What is true or false of a line: conditions made of meanings, and what they need so as not to throw. Pure.
import type { ComparisonOperator, Meaning, NumberMeaning, Test, Text } from './meaning.js';
import { asNumberMeaning, isTextMeaning } from './meaning-kinds.js';

/** A literal that can be looked for in the bytes of a line. */
export function isSearchable(literal: string): boolean {
  return !/[\r\n]|\p{Surrogate}/u.test(literal);
}

export function comparisonOf(operator: string): ComparisonOperator | null {
  // Both sides are of one type, so that == is ===.
  if (operator === '==' || operator === '===') return '===';
  if (operator === '!=' || operator === '!==') return '!==';
  return ['<', '<=', '>', '>='].includes(operator) ? (operator as ComparisonOperator) : null;
}

export function equality(text: Meaning, literal: Meaning): Test | null {
  if (!isTextMeaning(text) || literal.kind !== 'value' || typeof literal.value !== 'string')
    return null;
  if (!isSearchable(literal.value)) return null;
  return { kind: 'match', how: 'equal', text, literal: literal.value };
}

const ALWAYS_TRUE = new Set<string>(['tuple', 'fields', 'list', 'every']);

/** Whether a value counts as true where a condition is wanted. */
export function truth(meaning: Meaning): Test | null {
  if (meaning.kind === 'test') return meaning.test;
  if (isTextMeaning(meaning)) return { kind: 'not-empty', text: meaning };
  if (ALWAYS_TRUE.has(meaning.kind)) return { kind: 'always', value: true };
  if (meaning.kind === 'value') return { kind: 'always', value: Boolean(meaning.value) };
  const left = asNumberMeaning(meaning);
  if (left === null) return null;
  const zero: NumberMeaning = { kind: 'constant', value: 0 };
  const isNotZero: Test = { kind: 'compare', operator: '!==', left, right: zero };
  const isNumber: Test = { kind: 'compare', operator: '===', left, right: left };
  return { kind: 'and', left: isNotZero, right: isNumber };
}

/** The test with what it needs as part of it. Matches throw by themselves where a text is missing. */
export function guarded(test: Test): Test {
  if (test.kind === 'not') return { kind: 'not', test: guarded(test.test) };
  if (test.kind === 'and' || test.kind === 'or') {
    return { kind: test.kind, left: guarded(test.left), right: guarded(test.right) };
  }
  if (test.kind !== 'compare') return test;
  return lengthsInTest(test).reduceRight<Test>(
    (rest, text) => ({ kind: 'and', left: { kind: 'present', text }, right: rest }),
    test,
  );
}

/** Whether the test compares numbers only, so that it can be part of a formula. */
export function isOfNumbers(test: Test): boolean {
  switch (test.kind) {
    case 'always':
    case 'compare':
      return true;
    case 'not':
      return isOfNumbers(test.test);
    case 'and':
    case 'or':
      return isOfNumbers(test.left) && isOfNumbers(test.right);
    default:
      return false;
  }
}

/** The fields whose lengths a number is made of. */
export function lengthsIn(number: NumberMeaning): Text[] {
  switch (number.kind) {
    case 'length':
      return number.text.kind === 'field' ? [number.text] : [];
    case 'negative':
      return lengthsIn(number.of);
    case 'arithmetic':
      return [...lengthsIn(number.left), ...lengthsIn(number.right)];
    case 'math':
      return number.args.flatMap(lengthsIn);
    case 'choice':
      return [...lengthsInTest(number.test), ...lengthsIn(number.yes), ...lengthsIn(number.no)];
    default:
      return [];
  }
}

function lengthsInTest(test: Test): Text[] {
  switch (test.kind) {
    case 'compare':
      return [...lengthsIn(test.left), ...lengthsIn(test.right)];
    case 'not':
      return lengthsInTest(test.test);
    case 'and':
    case 'or':
      return [...lengthsInTest(test.left), ...lengthsInTest(test.right)];
    default:
      return [];
  }
}
