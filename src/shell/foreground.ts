// The jobs that the running cell waits for: those it awaits, and those that started while it ran.
import type { JobTable } from './job-table.js';

/** What the prompt needs of a Job. */
export interface AwaitedJob {
  /** -1 where no task is run, as for `ssc.awaitTermination()`. */
  readonly id: number;
  cancel(reason: string): void;
}

export interface ForegroundOptions {
  readonly jobs: JobTable;
  cancelJobs(ids: readonly number[], reason: string): void;
}

const REASON = 'Ctrl-C was pressed';

export class Foreground {
  readonly #options: ForegroundOptions;
  #awaited = new Set<AwaitedJob>();

  constructor(options: ForegroundOptions) {
    this.#options = options;
  }

  /** The cell waits for a job from now on. */
  await(job: AwaitedJob & PromiseLike<unknown>): void {
    this.#awaited.add(job);
    const done = () => {
      this.#awaited.delete(job);
    };
    job.then(done, done);
  }

  /** Forgets the jobs of the cell that ended. */
  clear(): void {
    this.#awaited = new Set();
  }

  /** Numbers of the jobs of the cell that run; what waits without a job is not among them. */
  running(): number[] {
    const { jobs } = this.#options;
    // The functions of a stream's outputs wait for their jobs as cells do, beside the cell.
    const isOwn = (id: number) => id >= 0 && typeof jobs.get(id)?.batchTimeMs !== 'number';
    const ids = [...this.#awaited].map((job) => job.id).filter(isOwn);
    return [...new Set([...ids, ...jobs.foreground.map((row) => row.id)])];
  }

  /** Cancels what the cell waits for. Of what is being cancelled already, ends the workers. */
  cancel(ids: readonly number[]): void {
    if (ids.length > 0) this.#options.cancelJobs(ids, REASON);
    for (const job of this.#awaited) if (job.id < 0) job.cancel(REASON);
  }
}
