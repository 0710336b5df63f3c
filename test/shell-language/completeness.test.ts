import { expect, test } from 'vitest';
import { syntaxOf } from '#dist/shell/language/completeness.js';

test.each([
  '[1, 2',
  'foo(',
  '`abc',
  '`abc ${x',
  'foo(`a\n',
  '/* a comment',
  'a +',
  'a.',
  'a?.',
  'a\n  .',
  'x ? 1',
  'if (x)',
  'const x =',
  'const x: ',
  'const {a,',
  'function f(',
  'class A {',
  'enum A {',
  'async () =>',
  'f(x => { y',
  '{ a: 1',
  'for (const x of',
  'let x = 5 + // and then',
  'import {a',
  'throw',
])('%j goes on in the next line', (text) => {
  expect(syntaxOf(text).state).toBe('incomplete');
});

test.each([
  '',
  '// only a comment',
  'a',
  'a\n  .b()\n  .c()',
  '`a\nb`',
  'x => ({ a: 1 })',
  '1 + 2;',
])('%j is complete', (text) => {
  expect(syntaxOf(text).state).toBe('ok');
});

test.each([
  [')', 0, 'Declaration or statement expected.'],
  ['foo(1 2', 6, "',' expected."],
  ["'abc", 4, 'Unterminated string literal.'],
  ['a +\n)\nb(', 4, 'Expression expected.'],
  ['var a = 1 2', 10, "',' expected."],
])('%j is wrong at once', (text, start, message) => {
  const syntax = syntaxOf(text);
  expect(syntax).toMatchObject({
    state: 'error',
    errors: [{ start, messageText: message }, ...rest(syntax)],
  });
});

function rest(syntax: ReturnType<typeof syntaxOf>): readonly unknown[] {
  return syntax.state === 'error' ? syntax.errors.slice(1) : [];
}
