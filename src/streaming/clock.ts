// Time as streams see it: the system's, or one that a test turns by hand. Main thread only.
// Everything in this room that waits, waits through a Clock.

/** Tells the time and calls back; times are milliseconds since the epoch. */
export interface Clock {
  nowMs(): number;
  /** Calls `run` once, at `atMs` or as soon after as can be. The function returned calls it off. */
  callAt(atMs: number, run: () => void): () => void;
}

/** setTimeout cannot wait longer than this; longer waits are made of several. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The system's clock. Its timers do not keep the process alive: as in PySpark a program that wants to
 * see its batches awaits `ssc.awaitTermination()`.
 */
export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  callAt(atMs: number, run: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const waitMs = Math.min(Math.max(0, atMs - Date.now()), LONGEST_TIMEOUT_MS);
      // A timer may fire a little early, so the time is looked at again before the call.
      timer = setTimeout(() => (Date.now() < atMs ? arm() : run()), waitMs);
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  }
}

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that stands still until it is advanced. For tests. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #alarms = new Set<Alarm>();

  constructor(nowMs = 0) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  callAt(atMs: number, run: () => void): () => void {
    const alarm = { atMs, run };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Moves on by `ms`, making the calls that fall due in order of their times. */
  advance(ms: number): void {
    const targetMs = this.#nowMs + ms;
    for (let alarm = this.#next(targetMs); alarm !== null; alarm = this.#next(targetMs)) {
      this.#alarms.delete(alarm);
      this.#nowMs = Math.max(this.#nowMs, alarm.atMs);
      alarm.run();
    }
    this.#nowMs = targetMs;
  }

  #next(untilMs: number): Alarm | null {
    let first: Alarm | null = null;
    for (const alarm of this.#alarms) {
      if (alarm.atMs <= untilMs && (first === null || alarm.atMs < first.atMs)) first = alarm;
    }
    return first;
  }
}
