// What Ctrl-C does while a cell runs: cancels the cell's jobs, streams go on; again within two seconds ends
// their workers at once. A cell that waits on something that is no job is left to itself and the prompt returns.

export interface InterruptOptions {
  /** Numbers of the jobs that the running cell waits for. */
  foregroundJobs(): readonly number[];
  /** Cancels these jobs and whatever else the cell waits for; of a job that is being cancelled, ends the workers. */
  cancel(ids: readonly number[]): void;
  /** Gives up waiting for the running cell. */
  abandonCell(): void;
  say(text: string): void;
  nowMs?(): number;
}

/** npm may forward a signal that the terminal sent as well: such a pair is one press. */
const SAME_PRESS_MS = 50;
const TWICE_MS = 2_000;
/** A cell that goes on this long after its jobs were cancelled is abandoned. */
const GRACE_MS = 1_000;

export class Interrupts {
  readonly #options: InterruptOptions;
  #lastPressMs = Number.NEGATIVE_INFINITY;
  /** Jobs cancelled by the last press. */
  #cancelled: readonly number[] = [];
  #grace: NodeJS.Timeout | null = null;

  constructor(options: InterruptOptions) {
    this.#options = options;
  }

  /** Ctrl-C was pressed, or its signal came; `isBusy` while a cell runs. */
  press(isBusy: boolean): void {
    const nowMs = this.#options.nowMs?.() ?? performance.now();
    const sinceMs = nowMs - this.#lastPressMs;
    if (sinceMs < SAME_PRESS_MS) return;
    this.#lastPressMs = nowMs;
    if (sinceMs < TWICE_MS && this.#cancelled.length > 0) this.#terminate(isBusy);
    else if (isBusy) this.#cancel();
  }

  /** The cell is done, however it ended. */
  cellEnded(): void {
    if (this.#grace !== null) clearTimeout(this.#grace);
    this.#grace = null;
  }

  #cancel(): void {
    const jobs = this.#options.foregroundJobs();
    this.#cancelled = jobs;
    this.#options.cancel(jobs);
    if (jobs.length === 0) {
      this.#options.abandonCell();
      return;
    }
    const what = jobs.length === 1 ? `job ${jobs[0]}` : `jobs ${jobs.join(', ')}`;
    this.#options.say(`cancelling ${what}; Ctrl-C again ends the workers`);
    this.#grace = setTimeout(() => this.#options.abandonCell(), GRACE_MS).unref();
  }

  #terminate(isBusy: boolean): void {
    const jobs = this.#cancelled;
    this.#cancelled = [];
    this.#options.cancel(jobs);
    this.#options.say('ending the workers of the cancelled jobs');
    if (isBusy) this.#options.abandonCell();
  }
}
