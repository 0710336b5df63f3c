// Runs cells and scripts in this process: has the language service compile them, evaluates them in REPL mode, and says
// how they ended. Main thread. Prints nothing and knows nothing of the terminal.
import { mapCallSites } from '../../closure/call-site.js';
import { pathToFileURL } from 'node:url';
import type { Job } from '../../job.js';
import type { BackgroundOptions, BackgroundRun } from '../cell-runner.js';
import type { LanguageClient } from '../language/client.js';
import type { CompiledCell, TypesMode } from '../language/protocol.js';
import { collectGarbage } from '../../workers/collect-garbage.js';
import { RealmGuard } from '../../workers/realm-guard.js';
import { CellRun } from './cell-run.js';
import { ModuleLoader } from './module-loader.js';
import type { CellOutcome, InterruptReason, UserFrame } from './outcome.js';
import { type Evaluation, ReplSession } from './repl-session.js';
import { RuntimeSupport } from './runtime-support.js';
import { SourceRegistry } from './source-registry.js';
import { userFrames } from './stack-frames.js';
import { Watchdog } from './watchdog.js';

export interface EvaluatorOptions {
  readonly language: Pick<LanguageClient, 'analyse' | 'commit' | 'rollback' | 'compileModule'>;
  /** Preloaded names and their values, such as `sc`. Cells may declare them again. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** URL of the module that `import … from 'tspark'` means. */
  readonly packageUrl: string;
  /** A running cell waits for this job. */
  readonly onJob?: (job: Job<unknown>) => void;
  /** Ctrl-C while the main thread is busy ends the evaluation, for a shell that lives on. */
  readonly isInterruptible?: boolean;
  /** What an evaluation may hold in memory, where it can be ended; no limit if left out. */
  readonly heapBytes?: number;
  readonly types?: TypesMode;
  /** Code that no cell waits for (a timer, a loop that was given up) was ended, for it held too much memory. */
  readonly onStrayEnd?: () => void;
  /** Called when code of the user's has run, before anything else does. */
  readonly afterCode?: () => void;
  /** What the user's code replaced of the language was put back, or could not be. */
  readonly onRestored?: (names: RestoredNames) => void;
}

export type RestoredNames = ReturnType<RealmGuard['restore']>;

export interface RunOptions {
  readonly mode: 'cell' | 'script';
  /** Absolute path of the script; without it, the text is a cell or comes from standard input. */
  readonly file?: string;
  /** Look at the types even if the checker is still starting. By default for scripts only. */
  readonly waitForTypes?: boolean;
}

interface ExecuteOptions extends RunOptions {
  readonly background?: BackgroundOptions;
}

export class Evaluator {
  /** The user's texts and positions by the names in stacks. */
  readonly sources = new SourceRegistry();
  /** How much a type error matters from the next cell on. */
  types: TypesMode;
  readonly #options: EvaluatorOptions;
  readonly #repl = new ReplSession();
  readonly #runtime: RuntimeSupport;
  readonly #watchdog: Watchdog | null;
  /** Names that have a value in the session's scope. */
  readonly #known = new Set<string>(['_', '_error']);
  #realm: RealmGuard | null = null;
  #isUnderscoreUsers = false;
  #running: CellRun | null = null;
  #cellCount = 0;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.types = options.types ?? 'error';
    const { language, packageUrl } = options;
    const loader = new ModuleLoader({ language, packageUrl, sources: this.sources });
    this.#runtime = new RuntimeSupport({
      onJob: (job) => options.onJob?.(job),
      import: (specifier, basePath) => loader.import(specifier, basePath),
    });
    // Cells run as JavaScript whose lines are not the user's.
    mapCallSites((file, line, column) => this.sources.original(file, line, column));
    this.#runtime.install();
    this.#declare({ ...options.globals, _: undefined, _error: undefined });
    this.#watchdog = options.isInterruptible === true ? this.#startWatchdog() : null;
  }

  /** Memory shared with threads that may have to end an evaluation: see `requestTermination`. */
  get control(): Int32Array | null {
    return this.#watchdog?.control ?? null;
  }

  /** How many complete cells were seen; the next one is one more. */
  get cellCount(): number {
    return this.#cellCount;
  }

  /** Evaluates a cell or a whole script. Settles even if the evaluation is ended from outside; never rejects. */
  async run(text: string, options: RunOptions): Promise<CellOutcome> {
    const run = new CellRun();
    this.#running = run;
    // Not awaited: code that is ended by force never comes back here.
    this.#execute(text, options, run).catch((error: unknown) => run.end(this.#threw(error)));
    const outcome = await run.outcome;
    if (this.#running === run) this.#running = null;
    return outcome;
  }

  /**
   * Starts an expression that the next cells do not wait for; resolves when it waits for the first time. Its value gets
   * the name that `nameOf` tells, and `_` stays what it is.
   */
  async start(text: string, background: BackgroundOptions): Promise<BackgroundRun> {
    const run = new CellRun();
    const options = { mode: 'cell', background } as const;
    this.#execute(text, options, run).catch((error: unknown) => run.end(this.#threw(error)));
    await run.whenUnderWay;
    return {
      outcome: run.outcome,
      abandon: () => run.end({ kind: 'interrupted', reason: 'interrupt' }),
    };
  }

  /** Gives up waiting for the running cell: it ends as `interrupted`. What it started is left to itself. */
  interrupt(reason: InterruptReason = 'interrupt'): void {
    this.#running?.end({ kind: 'interrupted', reason });
  }

  /** The user's own frames of an error, for errors that reach the shell another way. */
  frames(error: unknown): UserFrame[] {
    return userFrames(error, this.#runtime.waitingStack(error), this.sources);
  }

  async close(): Promise<void> {
    this.#repl.close();
    await this.#watchdog?.close();
  }

  async #execute(text: string, options: ExecuteOptions, run: CellRun): Promise<void> {
    const { mode, file, waitForTypes, background } = options;
    const shownName = file ?? (mode === 'cell' ? `cell-${this.#cellCount + 1}.ts` : 'stdin.ts');
    const name = file === undefined ? shownName : pathToFileURL(file).href;
    const analysis = await this.#options.language.analyse(text, {
      types: this.types,
      name,
      waitForTypes: waitForTypes ?? mode === 'script',
      ...(file === undefined ? {} : { file }),
      ...(background === undefined ? {} : { isExpression: true }),
    });
    if (analysis.state === 'incomplete') return run.end({ kind: 'incomplete' });
    if (file === undefined && mode === 'cell') this.#cellCount++;
    if (analysis.state === 'error') {
      return run.end({ kind: 'rejected', diagnostics: analysis.diagnostics });
    }
    if (run.isOver) return void this.#options.language.rollback(analysis.id);
    this.sources.addProgram(name, shownName, background?.shownText ?? text, analysis.map);
    await this.#evaluate(analysis, name, run, background);
  }

  async #evaluate(
    cell: CompiledCell,
    name: string,
    run: CellRun,
    background: BackgroundOptions | undefined,
  ): Promise<void> {
    const before = this.#valuesOf(cell.bindings.filter((binding) => this.#known.has(binding)));
    const nameOf = background?.nameOf ?? (() => '_');
    run.onEnd = (outcome) => this.#conclude(cell, outcome, { before, nameOf });
    const startMs = performance.now();
    this.#watchdog?.cellBegins();
    const within = background?.within ?? ((start: () => void) => start());
    const evaluating = this.#repl.evaluate(`${cell.js}\n//# sourceURL=${name}`, (start) =>
      within(() => this.#guard(start)),
    );
    run.underWay();
    const evaluation = await evaluating;
    // The watchdog's message ends the run that is waited for, with its reason.
    const isWatched = background === undefined && this.#watchdog !== null;
    if (evaluation.kind === 'terminated' && isWatched) return;
    const outcome = await this.#outcomeOf(evaluation, cell, name);
    const durationMs = performance.now() - startMs;
    run.end(outcome.kind === 'value' ? { ...outcome, durationMs } : outcome);
  }

  readonly #guard = (start: () => void): void => {
    try {
      if (this.#watchdog === null) start();
      else this.#watchdog.guarded(start);
    } finally {
      this.#restoreRealm();
    }
  };

  /** From now on cells cannot replace what the shell stands on: what they replace is put back. */
  guardRealm(): void {
    this.#realm = new RealmGuard();
  }

  #restoreRealm(): void {
    const names = this.#realm?.restore();
    if (names !== undefined && names.restored.length + names.lost.length > 0)
      this.#options.onRestored?.(names);
    this.#options.afterCode?.();
  }

  async #outcomeOf(evaluation: Evaluation, cell: CompiledCell, name: string): Promise<CellOutcome> {
    if (evaluation.kind === 'interrupted' || evaluation.kind === 'terminated') {
      return { kind: 'interrupted', reason: 'interrupt' };
    }
    if (evaluation.kind === 'threw') {
      const { error, place } = evaluation;
      const frames = this.frames(error);
      // V8 places only what it refuses to parse; a thrown value that is no Error has no place at all.
      const isRefused = error instanceof SyntaxError && frames.length === 0;
      const at = isRefused ? this.sources.original(name, place.line, place.column) : null;
      return { kind: 'threw', error, frames: at === null ? frames : [at] };
    }
    const { hasValue, diagnostics: warnings } = cell;
    const { value } = evaluation;
    if (!this.#runtime.isJob(value)) return { kind: 'value', value, hasValue, warnings };
    try {
      const result = await this.#runtime.awaiting(value);
      return { kind: 'value', value: result, hasValue, warnings };
    } catch (error) {
      return this.#threw(error);
    }
  }

  #threw(error: unknown): CellOutcome {
    return { kind: 'threw', error, frames: this.frames(error) };
  }

  /** A name counts once its cell has succeeded; otherwise those it declared again have their old values. */
  #conclude(
    cell: CompiledCell,
    outcome: CellOutcome,
    {
      before,
      nameOf,
    }: {
      readonly before: Readonly<Record<string, unknown>>;
      readonly nameOf: (value: unknown) => string | null;
    },
  ): void {
    const { language } = this.#options;
    this.#restoreRealm();
    if (outcome.kind === 'value') {
      const { hasValue, value } = outcome;
      const resultName = hasValue && value !== undefined ? nameOf(value) : null;
      void language.commit(cell.id, resultName);
      for (const name of cell.bindings) this.#known.add(name);
      if (cell.declaredNames.includes('_')) this.#isUnderscoreUsers = true;
      if (resultName === '_' && !this.#isUnderscoreUsers) this.#assign({ _: value });
      else if (resultName !== null && resultName !== '_') this.#declare({ [resultName]: value });
      return;
    }
    void language.rollback(cell.id);
    this.#assign(before);
    if (outcome.kind === 'threw') this.#assign({ _error: outcome.error });
    if (outcome.kind === 'interrupted' && outcome.reason === 'memory') void this.#letGo(cell);
  }

  /** What the cell was about to hold is let go of at once: its new names would keep it. */
  async #letGo(cell: CompiledCell): Promise<void> {
    const names = cell.bindings.filter((binding) => !this.#known.has(binding));
    if (names.length > 0) await this.#repl.evaluate(`let ${names.join(', ')};`, (start) => start());
    // In a turn of its own: what was ended is still on the stack's way out.
    setImmediate(collectGarbage);
  }

  #startWatchdog(): Watchdog {
    return new Watchdog(
      {
        onTerminated: (reason, isForced) => {
          if (this.#running === null && isForced) this.#options.onStrayEnd?.();
          this.interrupt(reason);
        },
        onInterrupt: (reason) => this.interrupt(reason),
        onBeat: () => this.#restoreRealm(),
      },
      this.#options.heapBytes ?? Number.POSITIVE_INFINITY,
    );
  }

  #declare(values: Readonly<Record<string, unknown>>): void {
    this.#runtime.passed = values;
    const names = Object.keys(values);
    for (const name of names) this.#known.add(name);
    const declarations = names.map((name) => `${name} = __tspark.passed.${name}`).join(', ');
    void this.#repl.evaluate(`let ${declarations};`, (start) => start());
  }

  #assign(values: Readonly<Record<string, unknown>>): void {
    const names = Object.keys(values);
    if (names.length === 0) return;
    this.#runtime.passed = values;
    const assignments = names.map((name) => `${name} = __tspark.passed.${name}`).join('; ');
    this.#repl.evaluateNow(`${assignments}; void 0`);
    this.#runtime.passed = {};
  }

  #valuesOf(names: readonly string[]): Readonly<Record<string, unknown>> {
    if (names.length === 0) return {};
    // A name that means only a type, such as an imported interface, has no variable.
    const values = names.map(
      (name) => `${name}: typeof ${name} === 'undefined' ? void 0 : ${name}`,
    );
    return (this.#repl.evaluateNow(`({ ${values.join(', ')} })`) ?? {}) as Record<string, unknown>;
  }
}
