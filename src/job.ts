// What an action returns: a real Promise that can be cancelled and is marked for the prompt's implicit await.

import { UsageError } from './errors.js';

/** Brand the prompt's types look for: a top-level expression of this type is awaited. */
export declare const JOB_BRAND: unique symbol;

/**
 * The result of an action: a Promise of the value, with the job's number and a way to cancel it.
 *
 * **Source** no PySpark counterpart; PySpark's actions block.
 */
export class Job<T> extends Promise<T> {
  declare readonly [JOB_BRAND]: true;
  #id = -1;
  #cancel: (reason?: string) => void = () => {};

  /** `then`, `catch` and `finally` give plain promises: only the action itself is a job. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Starts `run` at once and binds its promise to a job. */
  static start<T>(id: number, run: () => Promise<T>, cancel: (reason?: string) => void): Job<T> {
    const job = new Job<T>((resolve, reject) => {
      try {
        run().then(resolve, reject);
      } catch (error) {
        reject(error);
      }
    });
    job.#id = id;
    job.#cancel = cancel;
    return job;
  }

  /** A job that is an answer the driver already has or finds without the engine. */
  static of<T>(value: T | Promise<T>): Job<T> {
    return Job.start(
      -1,
      async () => value,
      () => {},
    );
  }

  /** The job's number as shown by `.jobs` and events, -1 where no task is run. */
  get id(): number {
    return this.#id;
  }

  /** A job used as a number or text is a forgotten `await`. **Throws** UsageError JOB-104. */
  [Symbol.toPrimitive](): never {
    throw new UsageError(
      'JOB-104',
      `${this.#label()} has not been awaited. Write \`await\` before it.`,
    );
  }

  #label(): string {
    return this.#id < 0 ? 'the answer of an action' : `job ${this.#id}`;
  }

  /** Cancels the job's tasks; the promise rejects with a CancelledError. Does nothing once settled. */
  cancel(reason?: string): void {
    this.#cancel(reason);
  }
}
