// Parses the text that `Function.prototype.toString` gives back: a function, an arrow, a class or a bare method.
// Main thread only (acorn); workers never parse. Positions are offsets into the function's own text.
import * as acorn from 'acorn';

/** How the text must be wrapped to be an expression. */
export type TextShape = 'expression' | 'method' | 'private-method';

export interface ParsedFunction {
  readonly shape: TextShape;
  /** The function or class itself; for methods, the function that is the method's value. */
  readonly node: acorn.FunctionExpression | acorn.ArrowFunctionExpression | acorn.Class;
  /** The property that holds a method, else null. */
  readonly method: acorn.Property | acorn.MethodDefinition | null;
  /** Subtract from acorn's positions to get offsets into the text. */
  readonly shift: number;
}

const OPTIONS: acorn.Options = {
  ecmaVersion: 'latest',
  allowImportExportEverywhere: true,
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
};

const LOOKS_LIKE_EXPRESSION = /^(async\b\s*)?(function\b|class\b|\(|[\w$\u0080-\uffff]+\s*=>)/;

/** Parses a function's text; throws acorn's SyntaxError if it is none of the shapes. */
export function parseFunctionText(text: string): ParsedFunction {
  const attempts = [parseExpression, parseMethod, parsePrivateMethod];
  if (!LOOKS_LIKE_EXPRESSION.test(text)) attempts.push(attempts.shift()!);
  let failure: unknown;
  for (const attempt of attempts) {
    try {
      const parsed = attempt(text);
      if (parsed !== null) return parsed;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure ?? new SyntaxError('not the text of a function');
}

function parseExpression(text: string): ParsedFunction | null {
  const node = acorn.parseExpressionAt(`(${text}\n)`, 0, OPTIONS);
  const isFunction =
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'ClassExpression';
  return isFunction ? { shape: 'expression', node, method: null, shift: 1 } : null;
}

function parseMethod(text: string): ParsedFunction | null {
  const node = acorn.parseExpressionAt(`({${text}\n})`, 0, OPTIONS);
  const property = node.type === 'ObjectExpression' ? node.properties[0] : undefined;
  if (property?.type !== 'Property' || property.value.type !== 'FunctionExpression') return null;
  return { shape: 'method', node: property.value, method: property, shift: 2 };
}

function parsePrivateMethod(text: string): ParsedFunction | null {
  const node = acorn.parseExpressionAt(`(class{${text}\n})`, 0, OPTIONS);
  const member = node.type === 'ClassExpression' ? node.body.body[0] : undefined;
  if (member?.type !== 'MethodDefinition') return null;
  return { shape: 'private-method', node: member.value, method: member, shift: 7 };
}

/**
 * The offset that V8 calls the start of the function: the opening parenthesis of the parameters,
 * the beginning of an arrow, the constructor's parenthesis or, without one, the beginning of a class.
 */
export function engineStart(text: string, parsed: ParsedFunction): number {
  const { node, shift } = parsed;
  if (node.type === 'ArrowFunctionExpression') return 0;
  if (node.type === 'FunctionExpression') {
    const after = parsed.method?.key.end ?? node.id?.end ?? node.start;
    return Math.max(0, text.indexOf('(', after - shift));
  }
  for (const member of (node as acorn.Class).body.body) {
    if (member.type === 'MethodDefinition' && member.kind === 'constructor') {
      return member.value.start - shift;
    }
  }
  return 0;
}
