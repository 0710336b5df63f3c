// The transformer that runs before the compiler's own: puts awaits in, makes functions async, gives `x = 1` its `let`,
// renames what would hide a global, and points imports and `require` at the cell's folder. Language service.
// It works on nodes, so the compiler's source map stays true to the user's text.
import ts = require('typescript');
import { isClosed } from './await-context.js';
import { importMetaOf, requireFrom } from './located-code.js';
import { type RewritePlan, rangeKey } from './rewrite-plan.js';
import { RUNTIME_NAME } from './runtime-name.js';

/** Where a cell is, for what resolves relative to it. */
export interface CellLocation {
  readonly path: string;
  readonly directory: string;
}

export interface CellRewrite {
  readonly plan: RewritePlan;
  readonly declarationStarts: ReadonlySet<number>;
  /** Identifiers to replace, by start: the new name of a variable, or one of `require`, `__filename`, `__dirname`. */
  readonly references: ReadonlyMap<number, string>;
  readonly location: CellLocation;
}

export function applyPlan(rewrite: CellRewrite): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => new PlanTransformer(rewrite, context, file).run();
}

class PlanTransformer {
  readonly #context: ts.TransformationContext;
  readonly #file: ts.SourceFile;
  readonly #rewrite: CellRewrite;
  readonly #factory: ts.NodeFactory;
  readonly #awaits: ReadonlySet<string>;
  readonly #settles: ReadonlySet<string>;
  readonly #asyncFunctions: ReadonlyMap<string, 'async' | 'job'>;
  #depth = 0;

  constructor(rewrite: CellRewrite, context: ts.TransformationContext, file: ts.SourceFile) {
    this.#rewrite = rewrite;
    this.#context = context;
    this.#file = file;
    this.#factory = context.factory;
    const { awaits, settles, asyncFunctions } = rewrite.plan;
    this.#awaits = new Set(awaits.map(rangeKey));
    this.#settles = new Set(settles.map(rangeKey));
    this.#asyncFunctions = new Map(asyncFunctions.map((fn) => [rangeKey(fn), fn.how]));
  }

  run(): ts.SourceFile {
    return ts.visitEachChild(this.#file, this.#visit, this.#context);
  }

  readonly #visit = (node: ts.Node): ts.Node => {
    if (ts.isShorthandPropertyAssignment(node) && this.#isReplaced(node.name)) {
      return this.#factory.createPropertyAssignment(node.name.text, this.#reference(node.name));
    }
    const isClosedNode = isClosed(node);
    if (isClosedNode) this.#depth++;
    const visited = this.#rewriteNode(node, ts.visitEachChild(node, this.#visit, this.#context));
    if (isClosedNode) this.#depth--;
    return visited;
  };

  #rewriteNode(node: ts.Node, visited: ts.Node): ts.Node {
    // What an earlier transformer made has no place in the text.
    if (node.pos < 0) return visited;
    const key = rangeKey({ start: node.getStart(this.#file), end: node.end });
    if (ts.isFunctionLike(node) && this.#asyncFunctions.has(key)) {
      return this.#makeAsync(visited, this.#asyncFunctions.get(key)!);
    }
    if (ts.isExpressionStatement(node)) return this.#rewriteStatement(node, visited as typeof node);
    if (ts.isExpression(node)) return this.#rewriteExpression(node, visited as ts.Expression, key);
    return this.#renameIn(node, visited);
  }

  #rewriteExpression(node: ts.Expression, visited: ts.Expression, key: string): ts.Node {
    const place = (made: ts.Expression) => ts.setTextRange(made, node);
    if (isWaitable(node)) {
      if (this.#awaits.has(key)) return place(this.#awaited(visited));
      if (this.#settles.has(key)) return place(this.#settled(visited));
    }
    if (ts.isAwaitExpression(node) && this.#depth === 0) {
      return place(this.#await((visited as ts.AwaitExpression).expression));
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      return place(importMetaOf(this.#factory, this.#rewrite.location.path));
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return place(this.#dynamicImport(visited as ts.CallExpression));
    }
    return ts.isIdentifier(node) ? place(this.#reference(node)) : visited;
  }

  #await(expression: ts.Expression): ts.Expression {
    return this.#factory.createAwaitExpression(this.#callRuntime('awaiting', [expression]));
  }

  #awaited(expression: ts.Expression): ts.Expression {
    return this.#factory.createParenthesizedExpression(this.#await(expression));
  }

  /** `(isJob(held = call) ? await held : held)`: a call that gives no Job costs next to nothing. */
  #settled(expression: ts.Expression): ts.Expression {
    const f = this.#factory;
    const held = () => this.#runtime('held');
    const isJob = this.#callRuntime('isJob', [f.createAssignment(held(), expression)]);
    return f.createParenthesizedExpression(
      f.createConditionalExpression(isJob, undefined, this.#await(held()), undefined, held()),
    );
  }

  #makeAsync(fn: ts.Node, how: 'async' | 'job'): ts.Node {
    const f = this.#factory;
    if (how === 'async') {
      const modifier = f.createModifier(ts.SyntaxKind.AsyncKeyword);
      return f.replaceModifiers(fn as ts.ArrowFunction, [modifier]);
    }
    return ts.visitEachChild(
      fn,
      (child) => (child === (fn as ts.FunctionLikeDeclaration).body ? this.#jobBody(child) : child),
      this.#context,
    );
  }

  #jobBody(body: ts.Node): ts.Node {
    const f = this.#factory;
    const inner = ts.isBlock(body)
      ? f.createBlock(body.statements, true)
      : f.createParenthesizedExpression(body as ts.Expression);
    const run = f.createArrowFunction(
      [f.createModifier(ts.SyntaxKind.AsyncKeyword)],
      undefined,
      [],
      undefined,
      undefined,
      inner,
    );
    const call = this.#callRuntime('job', [run]);
    return ts.isBlock(body) ? f.createBlock([f.createReturnStatement(call)], true) : call;
  }

  #rewriteStatement(node: ts.ExpressionStatement, visited: ts.ExpressionStatement): ts.Node {
    if (!this.#rewrite.declarationStarts.has(node.getStart(this.#file))) return visited;
    const f = this.#factory;
    const { left, right } = visited.expression as ts.BinaryExpression;
    const name = ts.isArrayLiteralExpression(left)
      ? f.createArrayBindingPattern(
          left.elements.map((element) =>
            f.createBindingElement(undefined, undefined, element as ts.Identifier),
          ),
        )
      : (left as ts.Identifier);
    const declaration = f.createVariableDeclaration(name, undefined, undefined, right);
    const list = f.createVariableDeclarationList([declaration], ts.NodeFlags.Let);
    return ts.setTextRange(f.createVariableStatement(undefined, list), node);
  }

  /** The short forms `{ x }`, `const { x } = …` and `import { x }` keep the property's name when the variable is renamed. */
  #renameIn(node: ts.Node, visited: ts.Node): ts.Node {
    const f = this.#factory;
    if (ts.isBindingElement(node) && node.propertyName === undefined && isRenamed(node, visited)) {
      const { dotDotDotToken, name, initializer } = visited as ts.BindingElement;
      if (dotDotDotToken !== undefined) return visited;
      const property = f.createIdentifier((node.name as ts.Identifier).text);
      return f.createBindingElement(undefined, property, name, initializer);
    }
    if (ts.isImportSpecifier(node) && node.propertyName === undefined && isRenamed(node, visited)) {
      const { isTypeOnly, name } = visited as ts.ImportSpecifier;
      return f.createImportSpecifier(isTypeOnly, f.createIdentifier(node.name.text), name);
    }
    return visited;
  }

  #isReplaced(name: ts.Identifier): boolean {
    return this.#rewrite.references.has(name.getStart(this.#file));
  }

  #reference(node: ts.Identifier): ts.Expression {
    const replacement = this.#rewrite.references.get(node.getStart(this.#file));
    const { path, directory } = this.#rewrite.location;
    switch (replacement) {
      case undefined:
        return node;
      case 'require':
        return requireFrom(this.#factory, path);
      case '__filename':
        return this.#factory.createStringLiteral(path);
      case '__dirname':
        return this.#factory.createStringLiteral(directory);
      default:
        return this.#factory.createIdentifier(replacement);
    }
  }

  /**
   * `import()` has no meaning in evaluated code, but has one in a worker, where the runtime is absent: both forms stay.
   * `globalThis.__tspark ? globalThis.__tspark.import(s, base) : import(s)`
   */
  #dynamicImport(call: ts.CallExpression): ts.Expression {
    const f = this.#factory;
    const [specifier] = call.arguments;
    if (specifier === undefined) return call;
    if (ts.isStringLiteralLike(specifier)) return this.#eitherImport(call, specifier);
    const name = f.createIdentifier('specifier');
    const parameter = f.createParameterDeclaration(undefined, undefined, name);
    const body = this.#eitherImport(call, name);
    const arrow = f.createArrowFunction(
      undefined,
      undefined,
      [parameter],
      undefined,
      undefined,
      body,
    );
    return f.createCallExpression(f.createParenthesizedExpression(arrow), undefined, [specifier]);
  }

  #eitherImport(call: ts.CallExpression, specifier: ts.Expression): ts.Expression {
    const f = this.#factory;
    const runtime = () =>
      f.createPropertyAccessExpression(f.createIdentifier('globalThis'), RUNTIME_NAME);
    const base = f.createStringLiteral(this.#rewrite.location.path);
    const ours = f.createPropertyAccessExpression(runtime(), 'import');
    return f.createParenthesizedExpression(
      f.createConditionalExpression(
        runtime(),
        undefined,
        f.createCallExpression(ours, undefined, [specifier, base]),
        undefined,
        f.createCallExpression(call.expression, undefined, [specifier]),
      ),
    );
  }

  #runtime(member: string): ts.PropertyAccessExpression {
    const f = this.#factory;
    return f.createPropertyAccessExpression(f.createIdentifier(RUNTIME_NAME), member);
  }

  #callRuntime(member: string, args: readonly ts.Expression[]): ts.Expression {
    return this.#factory.createCallExpression(this.#runtime(member), undefined, args);
  }
}

/** An identifier inside a property access has the same end as the access: only these kinds are ever awaited. */
function isWaitable(node: ts.Expression): boolean {
  return (
    ts.isCallExpression(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isTaggedTemplateExpression(node) ||
    ts.isIdentifier(node)
  );
}

function isRenamed(node: ts.Node & { name: ts.Node }, visited: ts.Node): boolean {
  return (visited as typeof node).name !== node.name && ts.isIdentifier(node.name);
}
