// A cell on its way to being compiled: its syntax, the names it makes, and the module the checker sees. Language service.
import path from 'node:path';
import ts = require('typescript');
import type { CellLocation } from './apply-plan.js';
import {
  hasValue,
  type NewName,
  newNames,
  OLD_MARK,
  oldReferences,
  usedNames,
} from './cell-facts.js';
import { type CellNames, declaredNames, type NameKind, RESULT_NAME } from './cell-names.js';
import type { CellSource } from './cell-source.js';
import type { AnalyseOptions } from './protocol.js';
import type { CellText, TextInsertion } from './typed-plan.js';

export interface CellDraft {
  readonly id: number;
  readonly source: CellSource;
  readonly file: ts.SourceFile;
  readonly location: CellLocation;
  /** Names that `x = …` declares. */
  readonly fresh: readonly NewName[];
  readonly names: ReadonlyMap<string, NameKind>;
  readonly hasValue: boolean;
  readonly cell: CellText;
}

/** Drafts modules over the names of a session. */
export class CellDrafter {
  readonly #cwd: string;
  readonly #names: CellNames;
  readonly #globals: ReadonlySet<string>;

  constructor(cwd: string, names: CellNames, globals: ReadonlySet<string>) {
    this.#cwd = cwd;
    this.#names = names;
    this.#globals = globals;
  }

  draft(id: number, source: CellSource, file: ts.SourceFile, options: AnalyseOptions): CellDraft {
    const declared = declaredNames(file);
    const isKnown = (name: string) =>
      declared.has(name) || this.#isEarlier(name) || this.#globals.has(name);
    const fresh = newNames(file, isKnown);
    const names = new Map(declared);
    for (const { name } of fresh) names.set(name, 'let');
    const isValue = hasValue(file, fresh);
    const old = oldReferences(file, (name) => this.#isEarlier(name));
    const location = this.#location(options);
    const cell: CellText = {
      module: path.join(location.directory, `__tspark_cell_${id}.ts`),
      source: source.text,
      file,
      insertions: insertionsOf(fresh, old, 0),
      namesResult: isValue,
      suffix: this.#suffix(file, names, old, isValue),
    };
    return { id, source, file, location, fresh, names, hasValue: isValue, cell };
  }

  /** A text that is looked at and not run; its last expression gets a name. */
  probe(source: string, file: ts.SourceFile): CellText {
    const old = oldReferences(file, (name) => this.#isEarlier(name));
    return {
      module: this.#probeModule,
      source,
      file,
      insertions: insertionsOf([], old, 0),
      namesResult: true,
      suffix: this.#suffix(file, declaredNames(file), old, false),
    };
  }

  /**
   * A half-typed text, and how far it is moved: all names of the session are declared in front of it, because behind it
   * they would fall into a bracket that is still open.
   */
  unfinished(source: string, file: ts.SourceFile): { cell: CellText; shift: number } {
    const own = declaredNames(file);
    const wanted = new Map<string, string>();
    for (const name of this.#names.names())
      wanted.set(own.has(name) ? name + OLD_MARK : name, name);
    const prefix = `${this.#names.importsOf(wanted)}\n`;
    const old = oldReferences(file, (name) => this.#isEarlier(name));
    const cell: CellText = {
      module: this.#probeModule,
      source: prefix + source,
      file,
      insertions: insertionsOf([], old, prefix.length),
      namesResult: false,
      suffix: '',
    };
    return { cell, shift: prefix.length };
  }

  get #probeModule(): string {
    return path.join(this.#cwd, '__tspark_probe.ts');
  }

  #isEarlier(name: string): boolean {
    return this.#names.get(name) !== undefined;
  }

  #location(options: AnalyseOptions): CellLocation {
    const file = options.file ?? path.join(this.#cwd, options.name);
    return { path: file, directory: path.dirname(file) };
  }

  #suffix(
    file: ts.SourceFile,
    own: ReadonlyMap<string, NameKind>,
    old: ReadonlyMap<number, string>,
    hasResult: boolean,
  ): string {
    const wanted = new Map<string, string>();
    for (const name of usedNames(file)) if (!own.has(name)) wanted.set(name, name);
    for (const name of old.values()) wanted.set(name + OLD_MARK, name);
    const exported = exportedNames(file);
    const names = [...own.keys()].filter((name) => !exported.has(name));
    if (hasResult) names.push(RESULT_NAME);
    return `${this.#names.importsOf(wanted)}export { ${names.join(', ')} };`;
  }
}

function insertionsOf(
  fresh: readonly NewName[],
  old: ReadonlyMap<number, string>,
  shift: number,
): TextInsertion[] {
  const starts = new Set(fresh.map(({ start }) => start));
  const insertions = [...starts].map((at) => ({ at: at + shift, text: 'let ' }));
  for (const end of old.keys()) insertions.push({ at: end + shift, text: OLD_MARK });
  return insertions.sort((a, b) => a.at - b.at);
}

/** Names that a script exports itself: exporting them again would be an error. */
function exportedNames(file: ts.SourceFile): Set<string> {
  const exported = file.statements.filter(isExportedByName);
  const names = new Set(declaredNames({ statements: exported }).keys());
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier) continue;
    const clause = statement.exportClause;
    if (!clause || !ts.isNamedExports(clause)) continue;
    for (const element of clause.elements) names.add(element.name.text);
  }
  return names;
}

function isExportedByName(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  const kinds = (modifiers ?? []).map(({ kind }) => kind);
  return (
    kinds.includes(ts.SyntaxKind.ExportKeyword) && !kinds.includes(ts.SyntaxKind.DefaultKeyword)
  );
}
