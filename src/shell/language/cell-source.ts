// The text a cell is compiled from: the user's own, behind at most one short prefix.
// `{ a: 1 }` is meant as an object, and a line that begins with a dot goes on with the expression above it.
import ts = require('typescript');
import { parse, parseErrors, type Syntax, syntaxOf } from './completeness.js';

/** What the last successful cell ended with: what a leading dot continues. */
export type Continuation =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value' }
  | { readonly kind: 'declaration'; readonly keyword: 'const' | 'let'; readonly name: string };

export interface CellSource {
  readonly text: string;
  /** Length of what was put before the user's text, on its first line. */
  readonly prefixLength: number;
  readonly syntax: Syntax;
}

const LEADING_DOT = /^\s*\.\s*[A-Za-z_$#]/;

export function cellSource(userText: string, above: Continuation): CellSource {
  if (LEADING_DOT.test(userText) && above.kind !== 'nothing') {
    const head = above.kind === 'value' ? '_' : `${above.keyword} ${above.name} = ${above.name}`;
    return prefixed(head, userText, '');
  }
  if (/^\s*\{/.test(userText)) {
    const object = prefixed('(', userText.trimEnd(), ')');
    if (object.syntax.state === 'ok' && isOneExpression(object.syntax.file)) return object;
    if (isOpenObject(userText))
      return { text: userText, prefixLength: 0, syntax: { state: 'incomplete' } };
  }
  return { text: userText, prefixLength: 0, syntax: syntaxOf(userText) };
}

function prefixed(prefix: string, userText: string, suffix: string): CellSource {
  const text = prefix + userText + suffix;
  return { text, prefixLength: prefix.length, syntax: syntaxOf(text) };
}

function isOneExpression(file: ts.SourceFile): boolean {
  return file.statements.length === 1 && ts.isExpressionStatement(file.statements[0]!);
}

/** `{ a: 1, b:` is the beginning of an object, although as a block it is wrong. */
function isOpenObject(userText: string): boolean {
  const file = parse(`(${userText}`);
  return parseErrors(file).length > 0 && syntaxOf(`(${userText}`).state === 'incomplete';
}
