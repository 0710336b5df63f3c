// The object that compiled cells call as `__tspark`: how a Job is waited for and a module imported. Main thread.
import { Job } from '../../job.js';
import { RUNTIME_NAME } from '../language/runtime-name.js';

export interface RuntimeHooks {
  /** A cell waits for this job. */
  onJob(job: Job<unknown>): void;
  import(specifier: string, basePath: string): Promise<unknown>;
}

/** What cells reach by `__tspark.…`. The names of its members are part of the compiled text. */
export class RuntimeSupport {
  /** The value of a call between its test and its use. */
  held: unknown = undefined;
  /** Values that cross from the evaluator into evaluated code. */
  passed: Readonly<Record<string, unknown>> = {};
  readonly #hooks: RuntimeHooks;
  /** The stack of the cell that waited for a job, by the error the job failed with. */
  readonly #stackByError = new WeakMap<Error, string>();

  constructor(hooks: RuntimeHooks) {
    this.#hooks = hooks;
  }

  isJob(value: unknown): value is Job<unknown> {
    return value instanceof Job;
  }

  /** Stands in front of every `await` of a cell's own: a job is told of, anything else passes. */
  awaiting<T>(value: T): T {
    if (value instanceof Job) this.#watch(value);
    return value;
  }

  /** Where the cell stood that waited for what failed: the error itself comes from the engine. */
  waitingStack(error: unknown): string {
    return error instanceof Error ? (this.#stackByError.get(error) ?? '') : '';
  }

  /** A user's function that waits for jobs: what it returns is a Job itself. */
  job<T>(run: () => Promise<T>): Job<T> {
    return Job.start(-1, run, () => {});
  }

  import(specifier: unknown, basePath: string): Promise<unknown> {
    return this.#hooks.import(String(specifier), basePath);
  }

  #watch(job: Job<unknown>): void {
    this.#hooks.onJob(job);
    const here = new Error('waiting');
    job.catch((error: unknown) => {
      if (error instanceof Error) this.#stackByError.set(error, here.stack ?? '');
    });
  }

  install(): void {
    Object.defineProperty(globalThis, RUNTIME_NAME, {
      value: this,
      configurable: true,
      enumerable: false,
      writable: false,
    });
  }
}
