// The text of a captured function as a syntax tree, and the constants it captured. Driver only: loads the parser.
import { deserialize } from 'node:v8';
import { type Expression, type Pattern, parseExpressionAt } from 'acorn';
import type { FunctionNode, Graph, Ref } from '../../closure/graph.js';
import type { ClosurePayload } from '../../closure/payload.js';

/** A function as the reader sees it. */
export interface FunctionSource {
  readonly text: string;
  readonly params: readonly Pattern[];
  readonly body: FunctionBody;
  /** The names of the function itself and of its declarations; not those of its parameters. */
  readonly declared: readonly string[];
  /** What the function's free names stand for. */
  readonly captured: ReadonlyMap<string, Captured>;
}

type Parsed = Extract<Expression, { type: 'ArrowFunctionExpression' | 'FunctionExpression' }>;
export type FunctionBody = Parsed['body'];

/** A captured primitive, one of the language's own objects by its path (`Math.max`), or anything else. */
export type Captured =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'global'; readonly path: string }
  | { readonly kind: 'other' };

/** Functions read lately, by the hash of their payload: streams run the same ones batch after batch. */
class Sources {
  static readonly #MOST = 512;
  readonly #byHash = new Map<string, FunctionSource | null>();

  get(payload: ClosurePayload): FunctionSource | null {
    let source = this.#byHash.get(payload.hash);
    if (source === undefined) {
      source = read(payload);
      if (this.#byHash.size >= Sources.#MOST) this.#byHash.clear();
      this.#byHash.set(payload.hash, source);
    }
    return source;
  }
}

const sources = new Sources();

/** Null for what is no plain synchronous function. */
export function readFunction(payload: ClosurePayload): FunctionSource | null {
  return sources.get(payload);
}

function read(payload: ClosurePayload): FunctionSource | null {
  if (payload.form !== 'sync') return null;
  const graph = deserialize(payload.bytes) as Graph;
  const node = typeof graph.root === 'number' ? graph.nodes[graph.root] : undefined;
  if (node?.kind !== 'function') return null;
  const text = node.code.slice(...node.source);
  const parsed = parse(text);
  if (parsed === null) return null;
  const { params, body } = parsed;
  return { text, params, body, declared: declaredBy(parsed), captured: capturedBy(node, graph) };
}

/** Declarations within nested blocks do not matter: a function that has any is not understood. */
function declaredBy(parsed: Parsed): string[] {
  const own = parsed.type === 'FunctionExpression' && parsed.id ? [parsed.id.name] : [];
  if (parsed.body.type !== 'BlockStatement') return own;
  const declarations = parsed.body.body.flatMap((statement) => {
    if (statement.type === 'VariableDeclaration') return statement.declarations.map(({ id }) => id);
    return statement.type === 'FunctionDeclaration' ? [statement.id] : [];
  });
  return [...own, ...declarations.flatMap(namesOf)];
}

function namesOf(pattern: Pattern): string[] {
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type !== 'ArrayPattern') return [];
  return pattern.elements.flatMap((element) => (element === null ? [] : namesOf(element)));
}

function parse(text: string): Parsed | null {
  try {
    const node = parseExpressionAt(text, 0, { ecmaVersion: 'latest' });
    const isFunction =
      node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';
    return isFunction && !node.async && !node.generator ? node : null;
  } catch {
    return null;
  }
}

function capturedBy(node: FunctionNode, graph: Graph): Map<string, Captured> {
  const captured = new Map<string, Captured>();
  node.argNames.forEach((name, i) => {
    captured.set(name, valueOf(node.args[i], graph));
  });
  return captured;
}

function valueOf(ref: Ref, graph: Graph): Captured {
  if (Array.isArray(ref)) return { kind: 'constant', value: (ref as readonly [number])[0] };
  if (typeof ref !== 'number') return { kind: 'constant', value: ref };
  const node = graph.nodes[ref];
  if (node?.kind === 'native' && node.slot === 'value') {
    const path = node.path.map((step) => (typeof step === 'string' ? step : '[symbol]')).join('.');
    return { kind: 'global', path };
  }
  return { kind: 'other' };
}
