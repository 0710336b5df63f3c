// Expressions that run while the prompt is free: numbers them, keeps their values, says when they are done, and brings
// them to the foreground. A background cell has the number of its first job, so that one number names both.
import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledError } from '../errors.js';
import type { BackgroundLine } from './background-line.js';
import type { BackgroundRun, CellRunner } from './cell-runner.js';
import type { CellOutcome } from './evaluate/outcome.js';
import type { AwaitedJob } from './foreground.js';
import type { JobOwner, JobTable } from './job-table.js';
import { durationText } from './print/duration-text.js';
import type { CellEnd, CellSource } from './session.js';
import type { Style } from './style.js';
import type { Terminal } from './terminal.js';
import { cutText } from './text-width.js';

export interface BackgroundOptions {
  readonly terminal: Terminal;
  readonly style: Style;
  readonly runner: CellRunner;
  readonly jobs: JobTable;
  /** A number that no job has. */
  takeNumber(): number;
  cancelJobs(ids: readonly number[], reason: string): void;
  /** A value in one line, for the message that it is there. */
  summary(value: unknown): Promise<string>;
  /** Prints what a cell ended with as the prompt does. */
  show(outcome: CellOutcome, cell: CellSource): Promise<CellEnd>;
  /** Keeps the prompt until the work is done. */
  occupy<T>(work: Promise<T>): Promise<T>;
}

export type BackgroundState = 'running' | 'done' | 'failed' | 'cancelled';

export interface BackgroundRow {
  readonly number: number;
  readonly text: string;
  readonly state: BackgroundState;
  readonly startedMs: number;
}

/** A cell goes on this long after its jobs were cancelled before it is abandoned. */
const GRACE_MS = 1_000;

class BackgroundCell implements JobOwner {
  readonly line: BackgroundLine;
  readonly startedMs = Date.now();
  readonly awaited = new Set<AwaitedJob>();
  /** Null until it is known. */
  number: number | null = null;
  isForeground = false;
  state: BackgroundState = 'running';
  run: BackgroundRun | null = null;
  /** Name of the value once it is there. */
  resultName: string | null = null;
  whenEnded: Promise<void> = Promise.resolve();

  constructor(line: BackgroundLine) {
    this.line = line;
  }
}

export class BackgroundCells {
  readonly #options: BackgroundOptions;
  readonly #scopes = new AsyncLocalStorage<BackgroundCell>();
  readonly #cells: BackgroundCell[] = [];
  /** What the language has names for. */
  readonly #globals = new Set(Object.getOwnPropertyNames(globalThis));

  constructor(options: BackgroundOptions) {
    this.#options = options;
  }

  /** The cell that the code running now belongs to, null for the prompt's own. */
  get owner(): JobOwner | null {
    return this.#scopes.getStore() ?? null;
  }

  /** The cell that `.fg` waits for. */
  get foreground(): boolean {
    return this.#cells.some((cell) => cell.isForeground);
  }

  get rows(): readonly BackgroundRow[] {
    return this.#cells.map((cell) => ({
      number: this.#numberOf(cell),
      text: cell.line.shown.trim(),
      state: cell.state,
      startedMs: cell.startedMs,
    }));
  }

  /** A background cell waits for a job; false where it is the prompt's own cell that does. */
  awaits(job: AwaitedJob & PromiseLike<unknown>): boolean {
    const cell = this.#scopes.getStore();
    if (cell === undefined) return false;
    if (job.id >= 0) cell.number ??= job.id;
    cell.awaited.add(job);
    const done = () => {
      cell.awaited.delete(job);
    };
    job.then(done, done);
    return true;
  }

  /** Starts a line; `incomplete` where it is not one whole expression, `failed` where it did not begin to run. */
  async start(line: BackgroundLine): Promise<CellEnd> {
    const { terminal, style, runner } = this.#options;
    const { name } = line;
    if (name !== null && this.#globals.has(name)) {
      terminal.line(style.red(`${name} is a name of the language's own: give another one.`), 'err');
      return 'failed';
    }
    const cell = new BackgroundCell(line);
    const run = await runner.start(line.expression, {
      shownText: line.shown,
      nameOf: () => {
        cell.resultName = name ?? `$${this.#numberOf(cell)}`;
        return cell.resultName;
      },
      within: (begin) => this.#scopes.run(cell, begin),
    });
    cell.run = run;
    const early = await Promise.race([run.outcome, Promise.resolve(null)]);
    if (early?.kind === 'incomplete') return 'incomplete';
    if (early?.kind === 'rejected') return this.#options.show(early, sourceOf(line));
    this.#cells.push(cell);
    const number = this.#numberOf(cell);
    terminal.line(
      style.dim(`[${number}] runs in the background (.fg ${number} waits, .cancel ${number} ends)`),
      'err',
    );
    cell.whenEnded = run.outcome.then((outcome) => this.#ended(cell, outcome));
    return 'done';
  }

  /** The running cell of a number, or the last one that was started. */
  find(number: number | null): BackgroundRow | null {
    const cell = this.#find(number);
    return cell === null ? null : (this.rows[this.#cells.indexOf(cell)] ?? null);
  }

  /** Waits for a cell as if it had been typed without `&`. */
  async bringForward(number: number): Promise<void> {
    const cell = this.#find(number);
    if (cell === null || cell.state !== 'running') return;
    cell.isForeground = true;
    await this.#options.occupy(cell.whenEnded);
  }

  /** Cancels a cell's jobs; a cell that goes on without them is abandoned. */
  cancel(number: number, reason: string): void {
    const cell = this.#find(number);
    if (cell === null || cell.state !== 'running') return;
    const ids = this.#jobsOf(cell);
    if (ids.length > 0) this.#options.cancelJobs(ids, reason);
    for (const job of cell.awaited) if (job.id < 0) job.cancel(reason);
    if (ids.length === 0) cell.run?.abandon();
    else setTimeout(() => cell.run?.abandon(), GRACE_MS).unref();
  }

  /** Jobs of the cell that `.fg` waits for. */
  foregroundJobs(): readonly number[] {
    const cell = this.#cells.find(({ isForeground }) => isForeground);
    return cell === undefined ? [] : this.#jobsOf(cell);
  }

  /** Gives up waiting for the cell that `.fg` waits for. */
  abandonForeground(): void {
    this.#cells.find(({ isForeground }) => isForeground)?.run?.abandon();
  }

  #find(number: number | null): BackgroundCell | null {
    const found = this.#cells.filter(
      (cell) => (number === null && cell.state === 'running') || this.#numberOf(cell) === number,
    );
    return found.at(-1) ?? null;
  }

  #jobsOf(cell: BackgroundCell): number[] {
    const own = this.#options.jobs.runningOf(cell).map((row) => row.id);
    const awaited = [...cell.awaited].map((job) => job.id).filter((id) => id >= 0);
    return [...new Set([...awaited, ...own])];
  }

  #numberOf(cell: BackgroundCell): number {
    cell.number ??= this.#options.jobs.firstOf(cell)?.id ?? this.#options.takeNumber();
    return cell.number;
  }

  async #ended(cell: BackgroundCell, outcome: CellOutcome): Promise<void> {
    const { terminal, style, show } = this.#options;
    const wasForeground = cell.isForeground;
    cell.isForeground = false;
    cell.state = stateOf(outcome);
    const head = `[${this.#numberOf(cell)}]`;
    const time = durationText(Date.now() - cell.startedMs);
    if (outcome.kind === 'value' && !wasForeground) {
      terminal.line(
        `${style.green(`${head} done`)} in ${time}${await this.#told(cell, outcome.value)}`,
      );
      return;
    }
    if (outcome.kind !== 'value')
      terminal.line(
        style.yellow(
          cutText(
            `${head} ${cell.state} after ${time}: ${cell.line.shown.trim()}`,
            terminal.columns,
          ),
        ),
        'err',
      );
    await show(outcome, sourceOf(cell.line));
    if (outcome.kind === 'value' && cell.resultName !== null)
      terminal.line(style.dim(`kept as ${cell.resultName}`), 'err');
  }

  async #told({ line, resultName }: BackgroundCell, value: unknown): Promise<string> {
    if (value === undefined) return '';
    const text = await this.#options.summary(value);
    return line.name === null ? `: ${text} · kept as ${resultName}` : `: ${line.name} = ${text}`;
  }
}

function sourceOf({ shown }: BackgroundLine): CellSource {
  return { text: shown, mode: 'cell', echoes: true };
}

function stateOf(outcome: CellOutcome): BackgroundState {
  if (outcome.kind === 'value') return 'done';
  const isCancelled = outcome.kind === 'threw' && outcome.error instanceof CancelledError;
  return outcome.kind === 'interrupted' || isCancelled ? 'cancelled' : 'failed';
}
