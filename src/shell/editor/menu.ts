// The menu of completions: which candidates go with what is typed, which one is selected, which part is seen. Pure.
import type { Candidate } from './completion.js';

export class Menu {
  readonly #all: readonly Candidate[];
  #matching: readonly Candidate[];
  #selected = 0;
  /** Index of the first candidate that is seen. */
  #first = 0;

  constructor(candidates: readonly Candidate[]) {
    this.#all = candidates;
    this.#matching = candidates;
  }

  get candidates(): readonly Candidate[] {
    return this.#matching;
  }

  get selectedIndex(): number {
    return this.#selected;
  }

  get selected(): Candidate {
    return this.#matching[this.#selected]!;
  }

  /** Keeps those that begin with the text; false, and no change, where there are none. */
  narrow(typed: string): boolean {
    const matching = this.#all.filter(({ insert }) => insert.startsWith(typed));
    if (matching.length === 0) return false;
    const selected = matching.indexOf(this.selected);
    this.#matching = matching;
    this.#selected = Math.max(selected, 0);
    return true;
  }

  /** Selects another one, around the ends. */
  move(by: 1 | -1): void {
    const count = this.#matching.length;
    this.#selected = (this.#selected + by + count) % count;
  }

  /** Selects one that is further away, up to the ends. */
  jump(by: number): void {
    this.#selected = Math.min(Math.max(this.#selected + by, 0), this.#matching.length - 1);
  }

  /** Index of the first of `height` candidates to be seen; moves no further than the selected one asks for. */
  firstSeen(height: number): number {
    const last = Math.max(this.#matching.length - height, 0);
    const first = Math.min(Math.max(this.#first, this.#selected - height + 1), this.#selected);
    this.#first = Math.min(first, last);
    return this.#first;
  }
}
