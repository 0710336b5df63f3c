// One run of the shell, whatever feeds it: evaluates cells, prints what comes of them, remembers the last error.
// The prompt, `-e`, scripts, `-i` and the rc file all go through it.
import type { CellRunner } from './cell-runner.js';
import { type ErrorView, showDiagnostics, showError } from './errors.js';
import type { CellOutcome, UserFrame } from './evaluate/outcome.js';
import type { JobTable } from './job-table.js';
import type { Diagnostic } from './language/protocol.js';
import type { Printer } from './printer.js';
import type { Style } from './style.js';
import type { Terminal } from './terminal.js';
import { wrapWords } from './text-width.js';
import type { PlaceOf } from './trace-text.js';

export interface SessionOptions {
  readonly terminal: Terminal;
  readonly style: Style;
  readonly runner: CellRunner;
  readonly printer: Printer;
  readonly jobs: JobTable;
  /** The user's text behind a name in a stack, null where it is not the user's. */
  source(file: string): string | null;
  /** The type of the value a cell ended with, null where it is not known in time. */
  typeOfLast(): Promise<string | null>;
  readonly placeOf: PlaceOf;
  /** The names of the session, for what was probably meant. */
  names(): Iterable<string>;
  /** The user's own frames of an error that no cell ended with. */
  frames(error: unknown): readonly UserFrame[];
  /** A cell has ended, however it did. */
  onCellEnd(): void;
}

/** How a cell ended, for whoever decides what comes next. */
export type CellEnd = 'done' | 'incomplete' | 'failed' | 'interrupted';

export interface CellSource {
  readonly text: string;
  readonly mode: 'cell' | 'script';
  readonly file?: string | undefined;
  /** Whether the cell waits for a type checker that is still starting; by default a script does. */
  readonly waitForTypes?: boolean | undefined;
  /** Whether the value of the last expression is printed. */
  readonly echoes: boolean;
  /** Whether an unfinished text can be gone on with, as at the prompt. */
  readonly mayContinue?: boolean;
}

/** What came of an expression. */
export interface Evaluated {
  readonly value: unknown;
  /** How long it ran, compiling left out. */
  readonly durationMs: number;
}

const OUT_OF_MEMORY =
  'Out of memory: the cell was ended because it held more than tspark.memory.heap allows. What it made is let go; ' +
  'all else is as before. Keep less at the prompt, leave the data in an RDD, or start with --conf tspark.memory.heap=2g.';

export class Session {
  readonly #options: SessionOptions;
  #isBusy = false;
  #lastTrace: string | null = null;
  #isLeaving = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** What `.trace` prints, null before the first error. */
  get lastTrace(): string | null {
    return this.#lastTrace;
  }

  /** True once `.exit` or `exit()` was run: the prompt is to end. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  leave(): void {
    this.#isLeaving = true;
  }

  /** Evaluates a cell and prints what comes of it. */
  async run(cell: CellSource): Promise<CellEnd> {
    return (await this.#run(cell)).end;
  }

  /** Evaluates an expression for a command and hands its value over; where there is none, what is wrong is printed. */
  async evaluate(text: string, { echoes = false } = {}): Promise<Evaluated | null> {
    const startMs = performance.now();
    const { outcome } = await this.#run({ text, mode: 'cell', echoes });
    if (outcome.kind !== 'value') return null;
    const { value, durationMs = performance.now() - startMs } = outcome;
    return { value, durationMs };
  }

  /** Keeps the prompt until the work is done, as a running cell does. */
  async occupy<T>(work: Promise<T>): Promise<T> {
    this.#isBusy = true;
    try {
      return await work;
    } finally {
      this.#isBusy = false;
      this.#options.onCellEnd();
    }
  }

  async #run(cell: CellSource): Promise<{ outcome: CellOutcome; end: CellEnd }> {
    const { runner, jobs } = this.#options;
    const work = async () => {
      const { text, mode, file, waitForTypes } = cell;
      const outcome = await runner.run(text, { mode, file, waitForTypes });
      return { outcome, end: await this.show(outcome, cell) };
    };
    jobs.beginCell(cell.text);
    try {
      return await this.occupy(work());
    } finally {
      jobs.endCell();
    }
  }

  /** Prints an error that no cell waits for: of a timer, or of a promise nobody looked at. */
  reportStray(error: unknown): void {
    this.#printError(error, this.#options.frames(error));
  }

  /** Prints what a cell ended with. */
  async show(outcome: CellOutcome, cell: CellSource): Promise<CellEnd> {
    const { terminal, style } = this.#options;
    if (cell.mayContinue === true) terminal.freshLine();
    switch (outcome.kind) {
      case 'incomplete':
        if (cell.mayContinue === true) return 'incomplete';
        terminal.line(style.red('The text ends in the middle of a statement.'), 'err');
        return 'failed';
      case 'rejected':
        this.#printDiagnostics(outcome.diagnostics, cell);
        return 'failed';
      case 'threw':
        this.#printError(outcome.error, outcome.frames);
        return 'failed';
      case 'interrupted':
        if (outcome.reason === 'memory') {
          terminal.line(style.red(wrapWords(OUT_OF_MEMORY, terminal.columns)), 'err');
          return 'failed';
        }
        terminal.line(style.yellow('interrupted'), 'err');
        return 'interrupted';
      case 'value':
        if (outcome.warnings.length > 0) this.#printDiagnostics(outcome.warnings, cell);
        if (cell.echoes && outcome.hasValue) await this.#printValue(outcome.value);
        return 'done';
    }
  }

  async #printValue(value: unknown): Promise<void> {
    const { printer, terminal, typeOfLast } = this.#options;
    const type = typeof value === 'object' && value !== null ? await typeOfLast() : null;
    const text = await printer.format(value, type);
    if (text !== null) terminal.line(text);
  }

  #printError(error: unknown, frames: readonly UserFrame[]): void {
    const { terminal } = this.#options;
    const shown = showError(error, frames, this.#view());
    this.#lastTrace = shown.rest;
    terminal.line(shown.text, 'err');
  }

  #printDiagnostics(diagnostics: readonly Diagnostic[], cell: CellSource): void {
    const label = cell.file === undefined ? 'this cell' : cell.file;
    this.#options.terminal.line(
      showDiagnostics(diagnostics, { text: cell.text, label }, this.#view()),
      'err',
    );
  }

  #view(): ErrorView {
    const { style, terminal, source, placeOf, names } = this.#options;
    return { style, columns: terminal.columns, source, placeOf, names };
  }
}
