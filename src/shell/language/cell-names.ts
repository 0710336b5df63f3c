// The names that earlier cells declared: where each lives, what it is, and under which name it runs.
// Language service. A name counts once its cell has succeeded.
import ts = require('typescript');

/** `alias` names may have a type meaning and are imported whole; the others are declared with their type. */
export type NameKind = 'const' | 'let' | 'alias' | 'type';

export interface NameEntry {
  readonly kind: NameKind;
  /** Path of the virtual module that declares it. */
  readonly module: string;
  /** The name it is exported under. */
  readonly exportName: string;
}

export type DeclaredNames = ReadonlyMap<string, NameKind>;

/** The completion value of a cell is exported under this name, for the type of `_`. */
export const RESULT_NAME = '__result';

export class CellNames {
  readonly #entries = new Map<string, NameEntry>();
  /** Once the user has declared `_` (lodash, say), it is no longer the last value. */
  #isUnderscoreUsers = false;

  constructor(preloaded: readonly string[], preloadedModule: string) {
    for (const name of preloaded) {
      this.#entries.set(name, { kind: 'let', module: preloadedModule, exportName: name });
    }
  }

  names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  get(name: string): NameEntry | undefined {
    return this.#entries.get(name);
  }

  /** `resultName` is the name of the cell's value, null where it has none. */
  declare(names: DeclaredNames, module: string, resultName: string | null): void {
    if (names.has('_')) this.#isUnderscoreUsers = true;
    const isTaken = resultName === '_' && this.#isUnderscoreUsers;
    if (resultName !== null && !isTaken) {
      this.#entries.set(resultName, { kind: 'let', module, exportName: RESULT_NAME });
    }
    for (const [name, kind] of names) this.#entries.set(name, { kind, module, exportName: name });
  }

  /** True while `_` is the last value. */
  get isUnderscoreLast(): boolean {
    return !this.#isUnderscoreUsers;
  }

  /**
   * Statements that give names their types in a module, each pointing to the cell that declared it last.
   * Keys are the names to use there, values those of the session.
   */
  importsOf(wanted: ReadonlyMap<string, string>): string {
    let text = '';
    for (const [local, name] of wanted) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      const module = JSON.stringify(entry.module.replace(/\.ts$/, ''));
      text +=
        entry.kind === 'const' || entry.kind === 'let'
          ? `declare ${entry.kind} ${local}: typeof import(${module}).${entry.exportName};`
          : `import { ${entry.exportName} as ${local} } from ${module};`;
    }
    return text;
  }
}

/** Names declared by the top-level statements of a program. */
export function declaredNames(file: {
  readonly statements: readonly ts.Statement[];
}): Map<string, NameKind> {
  const names = new Map<string, NameKind>();
  for (const statement of file.statements) addNames(statement, names);
  return names;
}

function addNames(statement: ts.Statement, names: Map<string, NameKind>): void {
  if (isAmbient(statement)) {
    // `declare const x: …` has a meaning for types alone.
    const ambient = new Map<string, NameKind>();
    addOwnNames(statement, ambient);
    for (const name of ambient.keys()) names.set(name, 'type');
  } else addOwnNames(statement, names);
}

function isAmbient(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

function addOwnNames(statement: ts.Statement, names: Map<string, NameKind>): void {
  if (ts.isVariableStatement(statement)) {
    const { flags, declarations } = statement.declarationList;
    const kind = (flags & ts.NodeFlags.Const) !== 0 ? 'const' : 'let';
    for (const declaration of declarations) addBinding(declaration.name, kind, names);
  } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    if (statement.name) names.set(statement.name.text, 'alias');
  } else if (ts.isEnumDeclaration(statement)) {
    names.set(statement.name.text, 'alias');
  } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    if (!names.has(statement.name.text)) names.set(statement.name.text, 'type');
    else names.set(statement.name.text, 'alias');
  } else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
    names.set(statement.name.text, 'alias');
  } else if (ts.isImportDeclaration(statement)) {
    addImports(statement.importClause, names);
  } else if (ts.isImportEqualsDeclaration(statement)) {
    names.set(statement.name.text, 'alias');
  }
}

function addBinding(name: ts.BindingName, kind: NameKind, names: Map<string, NameKind>): void {
  if (ts.isIdentifier(name)) {
    names.set(name.text, names.get(name.text) === 'type' ? 'alias' : kind);
    return;
  }
  for (const element of name.elements) {
    if (ts.isBindingElement(element)) addBinding(element.name, kind, names);
  }
}

function addImports(clause: ts.ImportClause | undefined, names: Map<string, NameKind>): void {
  if (clause === undefined) return;
  const kindOf = (isTypeOnly: boolean): NameKind => (isTypeOnly ? 'type' : 'alias');
  if (clause.name) names.set(clause.name.text, kindOf(clause.isTypeOnly));
  const bindings = clause.namedBindings;
  if (bindings === undefined) return;
  if (ts.isNamespaceImport(bindings)) names.set(bindings.name.text, kindOf(clause.isTypeOnly));
  else {
    for (const { name, isTypeOnly } of bindings.elements) {
      names.set(name.text, kindOf(clause.isTypeOnly || isTypeOnly));
    }
  }
}
