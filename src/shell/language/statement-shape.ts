// The transformer that runs after the compiler's own: gives top-level statements the one form in which they can be
// declared again in a later cell. Language service.
//
// In V8's REPL mode a `let` may be declared again over a `let` and nothing else may over anything else, so const, var,
// function, class and enum all become `let`. (Assignment to a const is refused by the checker.) A redeclared `let`
// keeps its old value until its initialiser is done, which is what makes `const rdd = rdd.map(…)` work.
import ts = require('typescript');
import { RUNTIME_NAME } from './runtime-name.js';

/** `basePath` is what specifiers resolve against. `originalName` undoes the renaming of what would hide a global. */
export interface ShapeOptions {
  readonly basePath: string;
  originalName(name: string): string;
}

export function shapeStatements(options: ShapeOptions): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => new StatementShaper(options, context).run(file);
}

class StatementShaper {
  readonly #options: ShapeOptions;
  readonly #context: ts.TransformationContext;
  readonly #factory: ts.NodeFactory;
  readonly #declared = new Set<string>();
  readonly #functions = new Map<string, ts.Statement>();

  constructor(options: ShapeOptions, context: ts.TransformationContext) {
    this.#options = options;
    this.#context = context;
    this.#factory = context.factory;
  }

  run(file: ts.SourceFile): ts.SourceFile {
    const body = file.statements.flatMap((statement) => this.#shape(statement));
    const firstOther = body.findIndex((statement) => !isDirective(statement));
    const at = firstOther < 0 ? body.length : firstOther;
    const statements = [...body.slice(0, at), ...this.#functions.values(), ...body.slice(at)];
    return this.#factory.updateSourceFile(file, statements);
  }

  #shape(statement: ts.Statement): ts.Statement[] {
    if (ts.isVariableStatement(statement)) return this.#variables(statement);
    if (ts.isFunctionDeclaration(statement)) return this.#function(statement);
    if (ts.isClassDeclaration(statement)) return [this.#class(statement)];
    if (ts.isImportDeclaration(statement)) return this.#import(statement);
    if (ts.isExportDeclaration(statement)) {
      return statement.moduleSpecifier
        ? [this.#expression(this.#load(statement.moduleSpecifier))]
        : [];
    }
    if (ts.isExportAssignment(statement)) {
      return [ts.setTextRange(this.#expression(statement.expression), statement)];
    }
    return this.#innerVars(statement);
  }

  #variables(statement: ts.VariableStatement): ts.Statement[] {
    const { declarations } = statement.declarationList;
    const isRepeated = declarations.some(
      ({ name }) => ts.isIdentifier(name) && this.#declared.has(name.text),
    );
    // `var x = 1; var x = 2` in one cell: the second is an assignment.
    if (isRepeated && declarations.every(({ name }) => ts.isIdentifier(name))) {
      const assignment = this.#assignments(statement.declarationList);
      return assignment === null ? [] : [this.#expression(assignment)];
    }
    for (const { name } of declarations) if (ts.isIdentifier(name)) this.#declared.add(name.text);
    const list = this.#let(declarations);
    return [ts.setTextRange(this.#factory.createVariableStatement(undefined, list), statement)];
  }

  #let(declarations: readonly ts.VariableDeclaration[]): ts.VariableDeclarationList {
    return this.#factory.createVariableDeclarationList(declarations, ts.NodeFlags.Let);
  }

  /** Functions are hoisted to the start of the cell, as declarations are. */
  #function(fn: ts.FunctionDeclaration): ts.Statement[] {
    const f = this.#factory;
    const { asteriskToken, name, parameters, body } = fn;
    if (body === undefined) return [];
    const modifiers = fn.modifiers?.filter(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
    const inner = name && f.createIdentifier(this.#options.originalName(name.text));
    const expression = ts.setTextRange(
      f.createFunctionExpression(
        modifiers as ts.Modifier[] | undefined,
        asteriskToken,
        inner,
        undefined,
        parameters,
        undefined,
        body,
      ),
      fn,
    );
    if (name === undefined) return [this.#expression(f.createParenthesizedExpression(expression))];
    this.#functions.set(name.text, this.#declare(name, expression, fn));
    return [];
  }

  #class(node: ts.ClassDeclaration): ts.Statement {
    const f = this.#factory;
    const inner = node.name && f.createIdentifier(this.#options.originalName(node.name.text));
    const modifiers = node.modifiers?.filter(({ kind }) => !isExportKeyword(kind));
    const expression = ts.setTextRange(
      f.createClassExpression(modifiers, inner, undefined, node.heritageClauses, node.members),
      node,
    );
    if (node.name === undefined)
      return this.#expression(f.createParenthesizedExpression(expression));
    return this.#declare(node.name, expression, node);
  }

  #declare(name: ts.Identifier, value: ts.Expression, from: ts.Node): ts.Statement {
    const f = this.#factory;
    this.#declared.add(name.text);
    const list = this.#let([f.createVariableDeclaration(name, undefined, undefined, value)]);
    return ts.setTextRange(f.createVariableStatement(undefined, list), from);
  }

  #import(statement: ts.ImportDeclaration): ts.Statement[] {
    const f = this.#factory;
    const clause = statement.importClause;
    const loaded = ts.setTextRange(this.#load(statement.moduleSpecifier), statement);
    const place = (made: ts.Statement) => ts.setTextRange(made, statement);
    if (clause === undefined) return [place(this.#expression(loaded))];
    const bindings = clause.namedBindings;
    const elements: ts.BindingElement[] = [];
    if (clause.name) elements.push(f.createBindingElement(undefined, 'default', clause.name));
    if (bindings !== undefined && ts.isNamedImports(bindings)) {
      for (const { propertyName, name } of bindings.elements) {
        elements.push(f.createBindingElement(undefined, propertyName?.text ?? name.text, name));
      }
    }
    const statements: ts.Statement[] = [];
    const declare = (name: ts.BindingName) => {
      const list = this.#let([f.createVariableDeclaration(name, undefined, undefined, loaded)]);
      statements.push(place(f.createVariableStatement(undefined, list)));
    };
    if (bindings !== undefined && ts.isNamespaceImport(bindings)) declare(bindings.name);
    if (elements.length > 0) declare(f.createObjectBindingPattern(elements));
    return statements;
  }

  /** `await __tspark.import(specifier, basePath)`: the module's namespace. */
  #load(specifier: ts.Expression): ts.Expression {
    const f = this.#factory;
    const loader = f.createPropertyAccessExpression(f.createIdentifier(RUNTIME_NAME), 'import');
    const base = f.createStringLiteral(this.#options.basePath);
    return f.createAwaitExpression(f.createCallExpression(loader, undefined, [specifier, base]));
  }

  /** A `var` in a block or loop belongs to the program: it is declared in front, and assigned in its place. */
  #innerVars(statement: ts.Statement): ts.Statement[] {
    const names = new Set<string>();
    const visit = (node: ts.Node): ts.Node | undefined => {
      if (ts.isFunctionLike(node) || ts.isClassLike(node)) return node;
      const inner = ts.visitEachChild(node, visit, this.#context);
      if (ts.isVariableStatement(inner) && isPlainVar(inner.declarationList)) {
        addNames(inner.declarationList, names);
        const assignment = this.#assignments(inner.declarationList);
        return assignment === null
          ? this.#factory.createEmptyStatement()
          : this.#expression(assignment);
      }
      if (ts.isIterationStatement(inner, false)) return this.#loop(inner, names);
      return inner;
    };
    const shaped = visit(statement) as ts.Statement;
    const fresh = [...names].filter((name) => !this.#declared.has(name));
    for (const name of fresh) this.#declared.add(name);
    if (fresh.length === 0) return [shaped];
    const list = this.#let(fresh.map((name) => this.#factory.createVariableDeclaration(name)));
    return [this.#factory.createVariableStatement(undefined, list), shaped];
  }

  #loop(loop: ts.IterationStatement, names: Set<string>): ts.Statement {
    if (!ts.isForStatement(loop) && !ts.isForInStatement(loop) && !ts.isForOfStatement(loop))
      return loop;
    const list = loop.initializer;
    if (list === undefined || !ts.isVariableDeclarationList(list) || !isPlainVar(list)) return loop;
    addNames(list, names);
    const f = this.#factory;
    const assigned = this.#assignments(list);
    if (ts.isForStatement(loop)) {
      const { condition, incrementor, statement } = loop;
      return f.updateForStatement(loop, assigned ?? undefined, condition, incrementor, statement);
    }
    const target = list.declarations[0]!.name as ts.Identifier;
    return ts.isForInStatement(loop)
      ? f.updateForInStatement(loop, target, loop.expression, loop.statement)
      : f.updateForOfStatement(loop, loop.awaitModifier, target, loop.expression, loop.statement);
  }

  #assignments(list: ts.VariableDeclarationList): ts.Expression | null {
    const f = this.#factory;
    const parts: ts.Expression[] = list.declarations.flatMap(({ name, initializer }) =>
      initializer ? [f.createAssignment(name as ts.Identifier, initializer)] : [],
    );
    return parts.reduce<ts.Expression | null>(
      (all, part) => (all ? f.createComma(all, part) : part),
      null,
    );
  }

  #expression(expression: ts.Expression): ts.ExpressionStatement {
    return this.#factory.createExpressionStatement(expression);
  }
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}

function isExportKeyword(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword;
}

function isPlainVar(list: ts.VariableDeclarationList): boolean {
  if ((list.flags & ts.NodeFlags.BlockScoped) !== 0) return false;
  return list.declarations.every(({ name }) => ts.isIdentifier(name));
}

function addNames(list: ts.VariableDeclarationList, names: Set<string>): void {
  for (const { name } of list.declarations) names.add((name as ts.Identifier).text);
}
