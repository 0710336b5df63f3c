// Stands in for the engine: RDDs that are arrays, actions that are real Jobs.
import { Job } from '#dist/job.js';

export class FakeRdd<T> {
  readonly #values: readonly T[];

  constructor(values: readonly T[]) {
    this.#values = values;
  }

  map<U>(f: (value: T) => U): FakeRdd<U> {
    return new FakeRdd(this.#values.map((value) => f(value)));
  }

  filter(f: (value: T) => boolean): FakeRdd<T> {
    return new FakeRdd(this.#values.filter((value) => f(value)));
  }

  count(): Job<number> {
    return job(async () => this.#values.length);
  }

  collect(): Job<readonly T[]> {
    return job(async () => this.#values);
  }

  take(n: number): Job<readonly T[]> {
    return job(async () => this.#values.slice(0, n));
  }

  first(): Job<T> {
    return job(async () => this.#values[0]!);
  }

  reduce(f: (a: T, b: T) => T): Job<T> {
    return job(async () => this.#values.reduce(f));
  }

  /** An action that fails in the engine, later. */
  foreach(): Job<void> {
    return job(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error('failed in the engine');
    });
  }
}

export const fakeContext = {
  parallelize: <T>(values: Iterable<T>) => new FakeRdd([...values]),
};

let lastId = 0;

function job<T>(run: () => Promise<T>): Job<T> {
  return Job.start(++lastId, run, () => {});
}
