// Which stages a job has: those it ran and those whose shuffle was there already. One that is run again, because its
// blocks were lost, takes the place of the earlier one, as Spark's stage keeps its id over its attempts. Driver only.

export class JobStages {
  /** The latest stage of what it makes: a shuffle, or a result. */
  readonly #ran = new Map<string, number>();
  /** Stages of other jobs whose shuffle this one reads, by what they made. */
  readonly #skipped = new Map<string, number>();

  /** `made` names what the stage makes. */
  add(made: string, stageId: number): void {
    this.#ran.set(made, stageId);
    this.#skipped.delete(made);
  }

  /** What another job's stage made is there. */
  skip(made: string, stageId: number): void {
    if (!this.#ran.has(made)) this.#skipped.set(made, stageId);
  }

  get ids(): number[] {
    return [...this.#ran.values(), ...this.#skipped.values()];
  }

  get skippedIds(): number[] {
    return [...this.#skipped.values()];
  }
}
