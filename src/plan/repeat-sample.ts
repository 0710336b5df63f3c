// Whether keys that a table has let go of come again later: then it had better kept them. Looks at one key in 256, so
// that it costs next to nothing. In the worker.
import { mixed } from '../values/hash.js';
import { hashOfNumber, type NumberTable } from '../values/number-table.js';

const ONE_IN = 256;
/** Keys of the sample that were there before, as a part of it, from which keys are said to repeat. */
const REPEATING = 0.5;

export class RepeatSample {
  readonly #seen = new Set<number>();
  #looked = 0;
  #known = 0;

  /** Takes note of the keys in columns; true if most of them had been noted before. */
  haveRepeated({ keys, size }: NumberTable): boolean {
    this.#looked = 0;
    this.#known = 0;
    for (let entry = 0; entry < size; entry++) this.#note(mixed(hashOfNumber(keys[entry]!)));
    return this.#known > REPEATING * this.#looked;
  }

  #note(hash: number): void {
    if (hash % ONE_IN !== 0) return;
    this.#looked++;
    if (this.#seen.has(hash)) this.#known++;
    else this.#seen.add(hash);
  }
}
