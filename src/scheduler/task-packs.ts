// How many small tasks go to a worker together. To wake a thread takes as long as a task with next to nothing to do, and two
// woken at once may well wait for the same core. Driver only; knows times, not what tasks do.

/** Tasks go together for so long at most, by what their like have taken. */
const PACK_MS = 1;
const MOST_TOGETHER = 64;
/** Of so many tasks it is remembered how long they took. */
const REMEMBERED = 8;
/** As few say nothing of the next. */
const FEWEST = 4;
const MOST_KNOWN = 256;

export class TaskPacks {
  /** By kind of stage, how long its last tasks took, in milliseconds. */
  readonly #took = new Map<string, number[]>();

  /** A task of the kind has taken so long. */
  note(kind: string, tookMs: number): void {
    let took = this.#took.get(kind);
    if (took === undefined) {
      if (this.#took.size >= MOST_KNOWN) this.#took.delete(this.#took.keys().next().value!);
      took = [];
      this.#took.set(kind, took);
    }
    took.push(tookMs);
    if (took.length > REMEMBERED) took.shift();
  }

  /** How many of the next tasks of the kind go together. */
  size(kind: string): number {
    return Math.max(1, Math.min(MOST_TOGETHER, Math.floor(PACK_MS / this.#usualMs(kind))));
  }

  /** Whether so many tasks of each kind may go together. */
  fit(parts: readonly { readonly kind: string; readonly tasks: number }[]): boolean {
    let sumMs = 0;
    let all = 0;
    for (const { kind, tasks } of parts) {
      sumMs += tasks * this.#usualMs(kind);
      all += tasks;
    }
    return sumMs <= PACK_MS && all <= MOST_TOGETHER;
  }

  /** Infinite where too little is known. A few that took long are pauses of the machine's. */
  #usualMs(kind: string): number {
    const took = this.#took.get(kind);
    if (took === undefined || took.length < FEWEST) return Number.POSITIVE_INFINITY;
    return Float64Array.from(took).sort()[took.length >> 1]!;
  }
}
