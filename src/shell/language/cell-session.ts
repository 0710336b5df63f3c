// The session of cells as the language service knows it: takes a text, says what is wrong with it or compiles it,
// and remembers what it declared once it has succeeded. Works without the checker until that is started.
import path from 'node:path';
import ts = require('typescript');
import type { CellRewrite } from './apply-plan.js';
import { type CellDraft, CellDrafter } from './cell-draft.js';
import { constAssignments, continuationOf, usedNames } from './cell-facts.js';
import { CellNames } from './cell-names.js';
import { type CellSource, type Continuation, cellSource } from './cell-source.js';
import { Checker } from './checker.js';
import { type PlainError, readDiagnostic, toDiagnostic } from './diagnostics.js';
import { outerReferences } from './light-program.js';
import type {
  Analysis,
  AnalyseOptions,
  CompiledCell,
  Diagnostic,
  LanguageOptions,
  SavedProgram,
} from './protocol.js';
import type { RewritePlan } from './rewrite-plan.js';
import { CellTranspiler } from './transpiler.js';
import { type SavedCell, savedProgram } from './saved-program.js';
import { type CellText, TypedPlanner, type TypedResult } from './typed-plan.js';
import { declaredJobNames, needsTypes, untypedPlan } from './untyped-plan.js';

/** Names that mean something in a module of its own and are given a meaning in a cell. */
const LOCATED_NAMES = ['require', '__filename', '__dirname'];

/** A cell that is compiled and whose fate is not known yet. */
interface PendingCell {
  readonly draft: CellDraft;
  /** Globals whose names it takes. */
  readonly renamed: readonly string[];
  readonly isTyped: boolean;
}

interface Planned {
  readonly plan: RewritePlan;
  readonly errors: readonly PlainError[];
}

export class CellSession {
  readonly drafter: CellDrafter;
  readonly #names: CellNames;
  readonly #options: LanguageOptions;
  readonly #transpiler: CellTranspiler;
  readonly #globals: ReadonlySet<string>;
  readonly #pending = new Map<number, PendingCell>();
  /** Cells that succeeded before the checker was there, in order. */
  readonly #unfed: CellText[] = [];
  /** Globals that the user has declared names for. */
  readonly #renamed = new Set<string>();
  readonly #jobNames = new Set<string>();
  /** The cells that have succeeded, in order. */
  readonly #saved: SavedCell[] = [];
  readonly #preloadedModule: string;
  #checker: Checker | null = null;
  #above: Continuation = { kind: 'nothing' };
  #commits = 0;

  constructor(options: LanguageOptions) {
    this.#options = options;
    this.#globals = new Set(options.globalNames);
    this.#preloadedModule = path.join(options.cwd, '__tspark_preloaded.ts');
    this.#names = new CellNames(Object.keys(options.preloaded), this.#preloadedModule);
    this.drafter = new CellDrafter(options.cwd, this.#names, this.#globals);
    this.#transpiler = new CellTranspiler(options.cwd);
  }

  get checker(): Checker | null {
    return this.#checker;
  }

  /** Changes with whatever a half-typed text may see. */
  get revision(): string {
    return `${this.#commits}/${this.#checker?.version}`;
  }

  /** Takes a checker and feeds it the cells that succeeded without it. */
  startTypes(checker: Checker): void {
    const declarations = Object.entries(this.#options.preloaded)
      .map(([name, type]) => `export declare let ${name}: ${type};`)
      .join('\n');
    checker.setFile(this.#preloadedModule, `${declarations}\nexport {};`);
    this.#checker = checker;
    for (const cell of this.#unfed.splice(0)) this.#feed(checker, cell);
  }

  createChecker(): Checker {
    return new Checker(this.#options.cwd, this.#options.packageTypes);
  }

  /** True if the text is worth waiting for the checker. */
  wantsTypes(text: string, options: AnalyseOptions): boolean {
    if (options.types === 'off' || this.#checker !== null) return false;
    if (options.waitForTypes === true) return true;
    const { syntax } = cellSource(text, this.#above);
    return syntax.state === 'ok' && needsTypes(syntax.file);
  }

  analyse(text: string, options: AnalyseOptions, id: number): Analysis {
    const source = cellSource(text, this.#above);
    if (source.syntax.state === 'incomplete') return { state: 'incomplete' };
    if (options.isExpression === true && !isExpression(source.syntax)) {
      return { state: 'incomplete' };
    }
    if (source.syntax.state === 'error') {
      const errors = source.syntax.errors.slice(0, 1);
      return this.#refusal(
        text,
        source,
        readAll(errors, (offset) => offset),
      );
    }
    const draft = this.drafter.draft(id, source, source.syntax.file, options);
    const typed = options.types === 'off' ? null : this.#planWithTypes(draft);
    const isTyped = typed !== null;
    const planned = typed ?? this.#planWithoutTypes(draft);
    if (planned.errors.length > 0 && (options.types !== 'warn' || !isTyped)) {
      this.#checker?.removeFile(draft.cell.module);
      return this.#refusal(text, source, planned.errors);
    }
    const warnings = this.#diagnose(text, source, planned.errors, 'warning');
    return this.#compile(draft, planned.plan, warnings, isTyped);
  }

  commit(id: number, resultName: string | null): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#commits++;
    const { draft, renamed, isTyped } = pending;
    this.#saved.push({ draft, resultName });
    this.#names.declare(draft.names, draft.cell.module, draft.hasValue ? resultName : null);
    // What ran in the background is not what stands above the next line.
    const isAbove = resultName === null || resultName === '_';
    if (isAbove) this.#above = this.#usable(continuationOf(draft.file, draft.fresh));
    for (const name of renamed) this.#renamed.add(name);
    for (const name of draft.names.keys()) this.#jobNames.delete(name);
    for (const name of declaredJobNames(draft.file)) this.#jobNames.add(name);
    if (isTyped) return;
    if (this.#checker === null) this.#unfed.push(draft.cell);
    else this.#feed(this.#checker, draft.cell);
  }

  rollback(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#checker?.removeFile(pending.draft.cell.module);
  }

  /** The cells that have succeeded, as one program. */
  savedProgram(): SavedProgram {
    return savedProgram(this.#saved, {
      preloaded: Object.keys(this.#options.preloaded),
      planOf: ({ draft }) => this.probe(draft.cell),
    });
  }

  /** Types of a text that is not to be run: for `.type`, completion and help. */
  probe(cell: CellText): TypedResult {
    if (this.#checker === null) throw new Error('the checker is not there yet');
    return new TypedPlanner(this.#checker, cell).run();
  }

  get warmUpModule(): string {
    return path.join(this.#options.cwd, '__tspark_warmup.ts');
  }

  get above(): Continuation {
    return this.#above;
  }

  #usable(continuation: Continuation): Continuation {
    const isLost = continuation.kind === 'value' && !this.#names.isUnderscoreLast;
    return isLost ? { kind: 'nothing' } : continuation;
  }

  /** Types of a cell that ran without them. A cell that the checker cannot digest has names without types. */
  #feed(checker: Checker, cell: CellText): void {
    try {
      new TypedPlanner(checker, cell).run();
    } catch {
      checker.setFile(cell.module, 'export {};');
    }
  }

  /** Null where there is no checker, or where it fails: the cell then runs without types. */
  #planWithTypes(draft: CellDraft): Planned | null {
    if (this.#checker === null) return null;
    try {
      return this.#check(this.#checker, draft);
    } catch {
      return null;
    }
  }

  #check(checker: Checker, { cell, source }: CellDraft): Planned {
    const { plan, problems, edited } = new TypedPlanner(checker, cell).run();
    if (problems.length > 0) {
      const errors = problems.map(({ message, range: { start, end } }) => {
        return { message, code: 'TSPARK-ACTION', start, end };
      });
      return { plan, errors };
    }
    const { length } = edited.text;
    const own = checker
      .diagnostics(cell.module)
      .filter(({ file, start }) => file?.fileName === cell.module && (start ?? 0) < length);
    const toSource = (offset: number) => Math.min(edited.toOriginal(offset), source.text.length);
    return { plan, errors: readAll(own, toSource) };
  }

  #planWithoutTypes({ file, names }: CellDraft): Planned {
    const jobNames = new Set([...this.#jobNames, ...declaredJobNames(file)]);
    const constants = new Set<string>();
    for (const name of usedNames(file)) {
      if ((names.get(name) ?? this.#names.get(name)?.kind) === 'const') constants.add(name);
    }
    const errors = constAssignments(file, constants).map((target) => ({
      message: `Cannot assign to '${target.text}' because it is a constant.`,
      code: 'TS2588',
      start: target.getStart(file),
      end: target.end,
    }));
    return { plan: untypedPlan(file, jobNames), errors };
  }

  #compile(
    draft: CellDraft,
    plan: RewritePlan,
    diagnostics: readonly Diagnostic[],
    isTyped: boolean,
  ): CompiledCell {
    const { id, source, fresh, location, names, hasValue } = draft;
    const values = [...names].filter(([, kind]) => kind !== 'type').map(([name]) => name);
    const renamed = values.filter((name) => this.#globals.has(name));
    const rewrite: CellRewrite = {
      plan,
      declarationStarts: new Set(fresh.map(({ start }) => start)),
      references: this.#references(source.text, values, renamed),
      location,
    };
    const { js, map } = this.#transpiler.compile(source.text, source.prefixLength, rewrite);
    this.#pending.set(id, { draft, renamed, isTyped });
    const bindings = values.map((name) => (renamed.includes(name) ? runtimeName(name) : name));
    return {
      state: 'ok',
      id,
      js,
      map,
      declaredNames: values,
      bindings,
      hasValue,
      diagnostics,
      isTyped,
    };
  }

  #references(
    text: string,
    values: readonly string[],
    renamed: readonly string[],
  ): ReadonlyMap<number, string> {
    const hidden = new Set([...this.#renamed, ...renamed]);
    const located = LOCATED_NAMES.filter(
      (name) => !values.includes(name) && this.#names.get(name) === undefined,
    );
    const found = outerReferences(text, new Set([...hidden, ...located]));
    return new Map(
      [...found].map(([start, name]) => [start, hidden.has(name) ? runtimeName(name) : name]),
    );
  }

  #refusal(userText: string, source: CellSource, errors: readonly PlainError[]): Analysis {
    return { state: 'error', diagnostics: this.#diagnose(userText, source, errors, 'error') };
  }

  #diagnose(
    userText: string,
    source: CellSource,
    errors: readonly PlainError[],
    severity: Diagnostic['severity'],
  ): Diagnostic[] {
    const shift = source.prefixLength;
    return errors.map((error) => {
      const moved = { ...error, start: error.start - shift, end: error.end - shift };
      return toDiagnostic(userText, moved, severity);
    });
  }
}

function isExpression(syntax: CellSource['syntax']): boolean {
  if (syntax.state !== 'ok') return false;
  const [only, ...others] = syntax.file.statements;
  return others.length === 0 && only !== undefined && ts.isExpressionStatement(only);
}

function readAll(
  diagnostics: readonly ts.Diagnostic[],
  toUser: (offset: number) => number,
): PlainError[] {
  return diagnostics.flatMap((diagnostic) => readDiagnostic(diagnostic, toUser) ?? []);
}

function runtimeName(name: string): string {
  return `${name}$1`;
}
