// The last figures of a row of batches, oldest first.

const KEPT = 40;

export class RecentCounts {
  readonly #values: number[] = [];

  get values(): readonly number[] {
    return this.#values;
  }

  add(value: number): void {
    this.#values.push(value);
    if (this.#values.length > KEPT) this.#values.shift();
  }
}
