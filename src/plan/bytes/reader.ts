// The symbolic reader: evaluates a function over what is known of its argument instead of a value. Understands
// what people say of lines of text; everything else is null, and takes the plain path. Driver only.
import type {
  Expression,
  Pattern,
  PrivateIdentifier,
  SpreadElement,
  Statement,
  Super,
} from 'acorn';
import type { ClosurePayload } from '../../closure/payload.js';
import { type Captured, type FunctionSource, readFunction } from './function-source.js';
import {
  constant,
  globalCall,
  isReplacement,
  isText,
  itemOf,
  joinedOf,
  plainSource,
  replacedText,
} from './compose-meaning.js';
import {
  comparisonOf,
  equality,
  guarded,
  isOfNumbers,
  isSearchable,
  lengthsIn,
  truth,
} from './conditions.js';
import type { ArithmeticOperator, Meaning, Test, Text } from './meaning.js';
import { asNumberMeaning, isTextMeaning } from './meaning-kinds.js';

/** A function applied to its argument. */
export interface Reading {
  readonly meaning: Meaning;
  /** What must hold or the function throws. */
  readonly needs: readonly Test[];
}

/** What the function makes of arguments that mean this; null where it is not understood. */
export function readCall(payload: ClosurePayload, args: readonly Meaning[]): Reading | null {
  const source = readFunction(payload);
  return source === null ? null : new FunctionReader(source).call(args);
}

/** The expression at which reading the function ends; null where it is read to its end, or is no plain function. */
export function stopOf(payload: ClosurePayload, args: readonly Meaning[]): string | null {
  const source = readFunction(payload);
  if (source === null) return null;
  const reader = new FunctionReader(source);
  return reader.call(args) === null ? reader.stoppedAt : null;
}

/** Whether the function gives a number for any two numbers, does nothing else and never throws. */
export function isNumberMerge(payload: ClosurePayload): boolean {
  const input = (index: number): Meaning => ({ kind: 'input', index });
  const reading = readCall(payload, [input(0), input(1)]);
  return (
    reading !== null && reading.needs.length === 0 && asNumberMeaning(reading.meaning) !== null
  );
}

const ARITHMETIC = new Set<string>('+ - * / % ** & | ^ << >> >>>'.split(' '));
const MATCHES = new Set<string>(['startsWith', 'endsWith', 'includes']);

class FunctionReader {
  readonly #source: FunctionSource;
  readonly #names = new Map<string, Meaning>();
  /** Names that the function declares itself: until they are bound they stand for nothing. */
  readonly #declared: ReadonlySet<string>;
  readonly #needs: Test[] = [];
  /** Above 0 inside of what may be left out: a need there is no need of the function. */
  #optional = 0;
  /** The first of the innermost expressions that were not understood. */
  #stop: { readonly start: number; readonly end: number } | null = null;

  constructor(source: FunctionSource) {
    this.#source = source;
    this.#declared = new Set(source.declared);
  }

  call(args: readonly Meaning[]): Reading | null {
    const { params, body } = this.#source;
    for (const [i, param] of params.entries()) {
      const given = args[i];
      if (given === undefined || !this.#bind(param, given)) return null;
    }
    const meaning =
      body.type === 'BlockStatement' ? this.#block(body.body) : this.#read(body as Expression);
    return meaning === null ? null : { meaning, needs: this.#needs };
  }

  #bind(pattern: Pattern, meaning: Meaning): boolean {
    if (pattern.type === 'Identifier') {
      this.#names.set(pattern.name, meaning);
      return true;
    }
    if (pattern.type !== 'ArrayPattern') return false;
    return pattern.elements.every((element, i) => {
      if (element === null) return true;
      const item = itemOf(meaning, i);
      return item !== null && this.#bind(element, item);
    });
  }

  /** Declarations, then a return. */
  #block(statements: readonly Statement[]): Meaning | null {
    for (const statement of statements) {
      if (statement.type === 'ReturnStatement') {
        return statement.argument ? this.#read(statement.argument) : null;
      }
      if (statement.type !== 'VariableDeclaration') {
        this.#stop ??= statement;
        return null;
      }
      for (const { id, init } of statement.declarations) {
        const meaning = init ? this.#read(init) : null;
        if (meaning === null || !this.#bind(id, meaning)) return null;
      }
    }
    return null;
  }

  get stoppedAt(): string | null {
    return this.#stop && this.#source.text.slice(this.#stop.start, this.#stop.end);
  }

  #read(node: Expression | SpreadElement | Super | PrivateIdentifier): Meaning | null {
    const meaning = this.#readNode(node);
    if (meaning === null) this.#stop ??= node;
    return meaning;
  }

  #readNode(node: Expression | SpreadElement | Super | PrivateIdentifier): Meaning | null {
    switch (node.type) {
      case 'Literal':
        return constant(node.value);
      case 'TemplateLiteral':
        return this.#template(node);
      case 'Identifier':
        return this.#name(node.name);
      case 'ArrayExpression': {
        const items = node.elements.map((element) => element && this.#read(element));
        return items.every((item) => item !== null && item !== undefined)
          ? { kind: 'tuple', items: items as Meaning[] }
          : null;
      }
      case 'MemberExpression':
        return node.optional ? null : this.#member(node);
      case 'CallExpression':
        return node.optional ? null : this.#call(node);
      case 'UnaryExpression':
        return this.#unary(node.operator, this.#read(node.argument));
      case 'BinaryExpression':
        return this.#binary(node.operator, this.#read(node.left), this.#read(node.right));
      case 'LogicalExpression':
        return this.#logical(node.operator, node.left, node.right);
      case 'ConditionalExpression':
        return this.#conditional(node);
      default:
        return null;
    }
  }

  #template({ quasis, expressions }: Extract<Expression, { type: 'TemplateLiteral' }>) {
    const parts: (Meaning | null)[] = [];
    quasis.forEach(({ value }, i) => {
      parts.push(constant(value.cooked));
      const expression = expressions[i];
      if (expression !== undefined) parts.push(this.#read(expression));
    });
    return joinedOf(parts);
  }

  #name(name: string): Meaning | null {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#declared.has(name)) return null;
    const captured = this.#source.captured.get(name);
    return captured?.kind === 'constant' ? constant(captured.value) : null;
  }

  /** The path of a global that the expression names, such as `Math.max`; null for anything else. */
  #global(node: Expression | Super): string | null {
    if (node.type === 'Identifier') {
      if (this.#names.has(node.name) || this.#declared.has(node.name)) return null;
      const captured: Captured | undefined = this.#source.captured.get(node.name);
      if (captured === undefined) return node.name;
      return captured.kind === 'global' ? captured.path : null;
    }
    if (node.type !== 'MemberExpression' || node.computed || node.optional) return null;
    if (node.property.type !== 'Identifier') return null;
    const object = this.#global(node.object);
    return object === null ? null : `${object}.${node.property.name}`;
  }

  #member(node: Extract<Expression, { type: 'MemberExpression' }>): Meaning | null {
    const object = this.#read(node.object);
    if (object === null) return null;
    if (node.computed) {
      const index = this.#read(node.property);
      return index?.kind === 'constant' ? itemOf(object, index.value) : null;
    }
    if (node.property.type !== 'Identifier' || node.property.name !== 'length') return null;
    if (object.kind === 'fields') return { kind: 'field-count', separator: object.separator };
    if (object.kind === 'list') return { kind: 'input', index: 0 };
    if (!isTextMeaning(object)) return null;
    this.#need(object);
    return { kind: 'length', text: object };
  }

  #call(node: Extract<Expression, { type: 'CallExpression' }>): Meaning | null {
    const { callee } = node;
    const args = node.arguments.map((arg) => this.#argument(arg));
    if (args.some((arg) => arg === null)) return null;
    const given = args as Meaning[];
    if (callee.type === 'MemberExpression' && !callee.computed && !callee.optional) {
      const before = this.#stop;
      const object = this.#read(callee.object);
      // The object of a global is no value that is read.
      if (object === null) this.#stop = before;
      const name = callee.property.type === 'Identifier' ? callee.property.name : '';
      if (object !== null) return isTextMeaning(object) ? this.#method(object, name, given) : null;
    }
    const path = this.#global(callee);
    return path === null ? null : globalCall(path, given);
  }

  /** A regular expression for all of a text that stands for itself is as good as the text. */
  #argument(node: Expression | SpreadElement): Meaning | null {
    const source = node.type === 'Literal' ? plainSource(node) : null;
    return source === null ? this.#read(node) : { kind: 'every', text: source };
  }

  /** `replaceAll` of a text, or `replace` of a regular expression for all of one. */
  #replaced(text: Text, name: string, [what, by]: readonly Meaning[]): Meaning | null {
    if (this.#optional > 0 || (text.kind !== 'line' && text.kind !== 'field')) return null;
    const from = replacedText(name, what);
    if (from === null || by?.kind !== 'value' || typeof by.value !== 'string') return null;
    const to = by.value;
    if (!isReplacement(to)) return null;
    this.#need(text);
    return { kind: 'replaced', of: text, from, to };
  }

  #method(text: Text, name: string, args: readonly Meaning[]): Meaning | null {
    const [first] = args;
    if (args.length === 2) return this.#replaced(text, name, args);
    if (args.length !== 1 || first?.kind !== 'value' || typeof first.value !== 'string')
      return null;
    const literal = first.value;
    if (name === 'split') {
      // Fields of fields would need a second pass over them.
      if (text.kind !== 'line' || !/^[\0-\x7f]$/.test(literal) || /[\r\n]/.test(literal))
        return null;
      return { kind: 'fields', separator: literal.charCodeAt(0) };
    }
    if (!MATCHES.has(name) || !isSearchable(literal)) return null;
    const how = name as 'startsWith' | 'endsWith' | 'includes';
    this.#need(text);
    // Nothing is found everywhere, but only where there is a text to search.
    if (literal === '') return { kind: 'test', test: { kind: 'present', text } };
    return { kind: 'test', test: { kind: 'match', how, text, literal } };
  }

  /** The text must be there, unless the language may never come to asking. */
  #need(text: Text): void {
    if (text.kind === 'field' && this.#optional === 0) this.#needs.push({ kind: 'present', text });
  }

  #unary(operator: string, operand: Meaning | null): Meaning | null {
    if (operand === null) return null;
    if (operator === '!') {
      const test = truth(operand);
      return test && { kind: 'test', test: { kind: 'not', test } };
    }
    if (operator === '+') {
      if (isTextMeaning(operand)) return { kind: 'parsed', parser: 'Number', text: operand };
      return asNumberMeaning(operand);
    }
    const number = operator === '-' ? asNumberMeaning(operand) : null;
    if (number === null) return null;
    return number.kind === 'constant'
      ? { kind: 'constant', value: -number.value }
      : { kind: 'negative', of: number };
  }

  #binary(operator: string, left: Meaning | null, right: Meaning | null): Meaning | null {
    if (left === null || right === null) return null;
    const a = asNumberMeaning(left);
    const b = asNumberMeaning(right);
    if (a !== null && b !== null) {
      if (ARITHMETIC.has(operator)) {
        return { kind: 'arithmetic', operator: operator as ArithmeticOperator, left: a, right: b };
      }
      const comparison = comparisonOf(operator);
      if (comparison === null) return null;
      return { kind: 'test', test: { kind: 'compare', operator: comparison, left: a, right: b } };
    }
    // Two missing fields would be added as numbers.
    if (operator === '+') return isText(left) || isText(right) ? joinedOf([left, right]) : null;
    const comparison = comparisonOf(operator);
    if (comparison !== '===' && comparison !== '!==') return null;
    const test = equality(left, right) ?? equality(right, left);
    if (test === null) return null;
    return { kind: 'test', test: comparison === '===' ? test : { kind: 'not', test } };
  }

  #logical(operator: string, leftNode: Expression, rightNode: Expression): Meaning | null {
    if (operator === '??') return null;
    const left = this.#test(leftNode, false);
    const right = this.#test(rightNode, true);
    if (left === null || right === null) return null;
    return { kind: 'test', test: { kind: operator === '&&' ? 'and' : 'or', left, right } };
  }

  /** An operand that is true or false by itself; what it needs is part of it where it may be left out. */
  #test(node: Expression, isOptional: boolean): Test | null {
    if (isOptional) this.#optional++;
    const meaning = this.#read(node);
    if (isOptional) this.#optional--;
    if (meaning?.kind !== 'test') return null;
    return isOptional ? guarded(meaning.test) : meaning.test;
  }

  #conditional(node: Extract<Expression, { type: 'ConditionalExpression' }>): Meaning | null {
    const test = this.#read(node.test);
    this.#optional++;
    const yes = this.#read(node.consequent);
    const no = this.#read(node.alternate);
    this.#optional--;
    if (test?.kind !== 'test' || !isOfNumbers(test.test) || yes === null || no === null)
      return null;
    const [a, b] = [asNumberMeaning(yes), asNumberMeaning(no)];
    // Branches that could throw would throw for lines that never take them.
    if (a === null || b === null || lengthsIn(a).length > 0 || lengthsIn(b).length > 0) return null;
    return { kind: 'choice', test: test.test, yes: a, no: b };
  }
}
