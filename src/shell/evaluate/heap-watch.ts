// Tells when what the main thread evaluates holds more memory than it may, while that thread is too busy to be asked:
// what the process gained since it last answered is its own, unless tasks run. In the watchdog thread.
import type { MemoryLedger } from '../../workers/memory-ledger.js';
import { residentBytes } from '../../workers/resident-size.js';
import { CONTROL } from './watchdog-control.js';

/** Less is not worth ending a cell for: it may be about to let go of what an earlier one left. */
const MIN_GAIN_BYTES = 32 * 1024 * 1024;
/** While tasks run, the gain may be theirs: their own watchdog ends them first. */
const SHARED_FACTOR = 1.25;
/** Part of the limit from which on memory is looked at closely. */
const CLOSE_SHARE = 0.25;

export type HeapState = 'fine' | 'close' | 'over';

export class HeapWatch {
  readonly #ledger: MemoryLedger;
  readonly #limitBytes: number;
  readonly #control: Int32Array;
  #beat = -1;
  /** RSS without what is accounted for, when the main thread last answered; what its heap was then. */
  #atBeatBytes = 0;
  #driverBytes = 0;

  constructor(ledger: MemoryLedger, limitBytes: number, control: Int32Array) {
    this.#ledger = ledger;
    this.#limitBytes = limitBytes;
    this.#control = control;
  }

  look(): HeapState {
    const beat = Atomics.load(this.#control, CONTROL.heartbeat);
    const { accountedBytes, driverBytes } = this.#ledger.figures();
    const bytes = residentBytes() - accountedBytes;
    if (beat !== this.#beat) {
      this.#beat = beat;
      this.#atBeatBytes = bytes;
      this.#driverBytes = driverBytes;
      return 'fine';
    }
    const gained = bytes - this.#atBeatBytes;
    const held = this.#driverBytes + gained;
    const factor = this.#ledger.runningTasks > 0 ? SHARED_FACTOR : 1;
    if (gained > MIN_GAIN_BYTES && held > factor * this.#limitBytes) return 'over';
    return held > CLOSE_SHARE * this.#limitBytes ? 'close' : 'fine';
  }
}
