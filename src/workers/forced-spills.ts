// Tables and sorts of a task that move to files although they would fit (`tspark.chaos`). In the worker.
import { Chance } from './chance.js';
import type { ForcedSpills } from './protocol.js';

export class SpillForcer {
  readonly #chance: Chance;
  readonly #rate: number;
  #taskId = 0;
  #looks = 0;
  #struck = 0;

  constructor({ seed, rate }: ForcedSpills) {
    this.#chance = new Chance(seed);
    this.#rate = rate;
  }

  begin(taskId: number): void {
    this.#taskId = taskId;
    this.#looks = 0;
    this.#struck = 0;
  }

  /** How often it has struck since the task began. */
  get struck(): number {
    return this.#struck;
  }

  /** Asked at each look at memory. */
  readonly mustSpill = (): boolean => {
    if (this.#chance.share('spill', this.#taskId, this.#looks++) >= this.#rate) return false;
    this.#struck++;
    return true;
  };
}
