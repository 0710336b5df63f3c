// Tells when code that lets the main thread breathe (a loop that awaits, timers) makes it hold too much memory. The
// thread can be asked then, unlike one that is stuck, which heap-watch.ts looks at. Pure arithmetic.

/** Less is not worth ending anything for. */
const MIN_GAIN_BYTES = 32 * 1024 * 1024;
/** Collecting a large heap by hand takes long. */
const COLLECT_MS = 1000;
/** At its own limit V8 ends the process. */
const V8_SHARE = 0.8;
/** How far beyond its limit code may go on that was given up already. */
const BRINK_FACTOR = 2;

/**
 * - `collect`: it may be garbage; collect it and ask again with `isExact`.
 * - `over`: the running cell is to be given up.
 * - `brink`: what runs is to be ended by force, whatever it is.
 */
export type GainState = 'fine' | 'collect' | 'over' | 'brink';

export class HeapGain {
  readonly #limitBytes: number;
  readonly #brinkBytes: number;
  #startBytes = 0;
  #endedBytes = 0;
  #collectedMs = Number.NEGATIVE_INFINITY;

  constructor(limitBytes: number, v8LimitBytes: number) {
    this.#limitBytes = limitBytes;
    this.#brinkBytes = Math.min(BRINK_FACTOR * limitBytes, V8_SHARE * v8LimitBytes);
  }

  /** What is held now is not the doing of the cell that begins. */
  cellBegins(heldBytes: number): void {
    this.#startBytes = heldBytes;
  }

  look(heldBytes: number, nowMs: number, isExact = false): GainState {
    if (heldBytes < this.#endedBytes - MIN_GAIN_BYTES) this.#endedBytes = 0;
    const isOver = heldBytes > this.#limitBytes && heldBytes > this.#startBytes + MIN_GAIN_BYTES;
    const isOnBrink = heldBytes > this.#brinkBytes && heldBytes > this.#endedBytes + MIN_GAIN_BYTES;
    if (!isOver && !isOnBrink) return 'fine';
    if (!isExact) {
      if (nowMs - this.#collectedMs < COLLECT_MS) return 'fine';
      this.#collectedMs = nowMs;
      return 'collect';
    }
    if (!isOnBrink) return 'over';
    this.#endedBytes = heldBytes;
    return 'brink';
  }
}
