// Leaves the terminal's raw mode for the synchronous part of each evaluation, so that Ctrl-C is a signal there: in
// that part nothing else can end the user's code. Afterwards keys are keys again, and wait for the next prompt.
import { CONTROL } from './evaluate/watchdog-control.js';
import type { Analysis } from './language/protocol.js';

interface Analyser<Args extends readonly unknown[]> {
  analyse(...args: Args): Promise<Analysis>;
}

export interface RawModeOptions {
  setRaw(isRaw: boolean): void;
  /** Raw again: what was typed meanwhile was echoed by the terminal. */
  onRaw(): void;
}

export class RawMode {
  /** Memory by which the watchdog learns of the mode; known once there is an evaluator. */
  control: Int32Array | null = null;
  readonly #options: RawModeOptions;

  constructor(options: RawModeOptions) {
    this.#options = options;
  }

  /** `analyse` as it is, but with raw mode off from its answer until the event loop turns again. */
  analyse<Args extends readonly unknown[]>(
    language: Analyser<Args>,
  ): (...args: Args) => Promise<Analysis> {
    return async (...args) => {
      const analysis = await language.analyse(...args);
      // What compiled is evaluated at once, in the microtasks that follow.
      if (analysis.state === 'ok') this.#leaveForThisTurn();
      return analysis;
    };
  }

  #leaveForThisTurn(): void {
    const { setRaw, onRaw } = this.#options;
    setRaw(false);
    setImmediate(() => {
      setRaw(true);
      onRaw();
      if (this.control !== null) Atomics.store(this.control, CONTROL.isRaw, 1);
    });
  }
}
