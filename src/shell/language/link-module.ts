// The transformer that makes a compiled user's module independent of where it lies: specifiers become URLs, and
// `require`, `import.meta`, `__filename` and `__dirname` mean the user's file. Language service.
//
// CommonJS packages are imported whole and taken apart here, because Node finds only some of their named exports.
import { dirname } from 'node:path';
import ts = require('typescript');
import { declaredNames } from './cell-names.js';
import { importMetaOf, requireFrom } from './located-code.js';
import { type ResolvedModule, urlOf } from './resolve-module.js';

export interface ModuleLinks {
  /** Path of the user's file. */
  readonly path: string;
  readonly packageUrl: string;
  resolve(specifier: string): ResolvedModule | null;
  urlOfTypeScript(path: string): string | null;
}

export function linkModule(links: ModuleLinks): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => new ModuleLinker(links, context).run(file);
}

const REQUIRE = '__tspark_require';

class ModuleLinker {
  readonly #links: ModuleLinks;
  readonly #context: ts.TransformationContext;
  readonly #factory: ts.NodeFactory;
  #needsRequire = false;
  #imports = 0;

  constructor(links: ModuleLinks, context: ts.TransformationContext) {
    this.#links = links;
    this.#context = context;
    this.#factory = context.factory;
  }

  run(file: ts.SourceFile): ts.SourceFile {
    const imports: ts.Statement[] = [];
    const unpacked: ts.Statement[] = [];
    const rest: ts.Statement[] = [];
    for (const statement of file.statements) {
      if (ts.isImportDeclaration(statement)) this.#import(statement, imports, unpacked);
      else rest.push(this.#visit(statement) as ts.Statement);
    }
    const header = this.#header(file);
    return this.#factory.updateSourceFile(file, [...imports, ...header, ...unpacked, ...rest]);
  }

  readonly #visit = (node: ts.Node): ts.Node => {
    const f = this.#factory;
    if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      const { modifiers, isTypeOnly, exportClause, moduleSpecifier } = node;
      const linked = f.createStringLiteral(this.#link(moduleSpecifier));
      return f.updateExportDeclaration(
        node,
        modifiers,
        isTypeOnly,
        exportClause,
        linked,
        undefined,
      );
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteral(first)) {
        const linked = f.createStringLiteral(this.#link(first));
        return f.updateCallExpression(node, node.expression, undefined, [linked]);
      }
    }
    if (ts.isMetaProperty(node)) return importMetaOf(this.#factory, this.#links.path);
    return ts.visitEachChild(node, this.#visit, this.#context);
  };

  #link(specifier: ts.Expression): string {
    const text = (specifier as ts.StringLiteral).text;
    const target = this.#links.resolve(text);
    switch (target?.kind) {
      case 'self':
        return this.#links.packageUrl;
      case 'typescript':
        return this.#links.urlOfTypeScript(target.path) ?? text;
      case 'javascript':
      case 'json':
        return urlOf(target.path);
      default:
        return text;
    }
  }

  #import(
    statement: ts.ImportDeclaration,
    imports: ts.Statement[],
    unpacked: ts.Statement[],
  ): void {
    const f = this.#factory;
    const text = (statement.moduleSpecifier as ts.StringLiteral).text;
    const target = this.#links.resolve(text);
    const clause = statement.importClause;
    const isCommonJs = target?.kind === 'javascript' && !target.isEsm;
    if (target?.kind === 'json' && clause) {
      this.#needsRequire = true;
      const path = f.createStringLiteral(target.path);
      const value = f.createCallExpression(f.createIdentifier(REQUIRE), undefined, [path]);
      unpacked.push(...this.#unpack(clause, value, value));
    } else if (isCommonJs && clause) {
      const whole = `__tspark_module_${++this.#imports}`;
      imports.push(
        f.createImportDeclaration(
          undefined,
          f.createImportClause(false, f.createIdentifier(whole), undefined),
          f.createStringLiteral(urlOf(target.path)),
        ),
      );
      unpacked.push(...this.#unpack(clause, f.createIdentifier(whole), this.#defaultOf(whole)));
    } else {
      const linked = f.createStringLiteral(this.#link(statement.moduleSpecifier));
      imports.push(
        f.updateImportDeclaration(statement, statement.modifiers, clause, linked, undefined),
      );
    }
  }

  /** `m && m.__esModule ? m.default : m`, as TypeScript reads a default import of CommonJS. */
  #defaultOf(whole: string): ts.Expression {
    const f = this.#factory;
    const module = f.createIdentifier(whole);
    return f.createConditionalExpression(
      f.createLogicalAnd(module, f.createPropertyAccessExpression(module, '__esModule')),
      undefined,
      f.createPropertyAccessExpression(module, 'default'),
      undefined,
      module,
    );
  }

  #unpack(clause: ts.ImportClause, whole: ts.Expression, byDefault: ts.Expression): ts.Statement[] {
    const f = this.#factory;
    const declare = (name: ts.BindingName, value: ts.Expression) =>
      f.createVariableStatement(
        undefined,
        f.createVariableDeclarationList(
          [f.createVariableDeclaration(name, undefined, undefined, value)],
          ts.NodeFlags.Const,
        ),
      );
    const statements: ts.Statement[] = [];
    if (clause.name) statements.push(declare(clause.name, byDefault));
    const bindings = clause.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) {
      const namespace = f.createObjectLiteralExpression([
        f.createSpreadAssignment(whole),
        f.createPropertyAssignment('default', byDefault),
      ]);
      statements.push(declare(bindings.name, namespace));
    } else if (bindings) {
      const elements = bindings.elements.map(({ propertyName, name }) =>
        f.createBindingElement(undefined, propertyName?.text ?? name.text, name),
      );
      statements.push(declare(f.createObjectBindingPattern(elements), whole));
    }
    return statements;
  }

  /** What CommonJS gives every module, for modules that use it without declaring it. */
  #header(file: ts.SourceFile): ts.Statement[] {
    const f = this.#factory;
    const { path } = this.#links;
    const own = declaredNames(file);
    const isUsed = (name: string) => file.text.includes(name) && !own.has(name);
    const constant = (name: string, value: ts.Expression) =>
      f.createVariableStatement(
        undefined,
        f.createVariableDeclarationList(
          [f.createVariableDeclaration(name, undefined, undefined, value)],
          ts.NodeFlags.Const,
        ),
      );
    const header: ts.Statement[] = [];
    if (this.#needsRequire || isUsed('require')) {
      header.push(constant(REQUIRE, requireFrom(f, path)));
      if (isUsed('require')) header.push(constant('require', f.createIdentifier(REQUIRE)));
    }
    if (isUsed('__filename')) header.push(constant('__filename', f.createStringLiteral(path)));
    if (isUsed('__dirname'))
      header.push(constant('__dirname', f.createStringLiteral(dirname(path))));
    return header;
  }
}
