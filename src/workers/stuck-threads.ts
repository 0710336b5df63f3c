// Threads that could not be ended because a native call holds them. Node would wait for them when the program ends,
// perhaps for ever, so a program with such threads ends itself the hard way. Runs on the driver's thread.
import { onProcessExit } from '../process-exit.js';

let stuckInAll = 0;
let isWatching = false;

/** The stuck threads of one pool, by worker. */
export class StuckThreads {
  readonly #ids = new Set<number>();

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  add(workerId: number): void {
    if (this.#ids.has(workerId)) return;
    this.#ids.add(workerId);
    stuckInAll++;
    watchExit();
  }

  /** The thread has ended after all. */
  remove(workerId: number): void {
    if (this.#ids.delete(workerId)) stuckInAll--;
  }

  clear(): void {
    for (const id of this.#ids) this.remove(id);
  }
}

function watchExit(): void {
  if (isWatching) return;
  isWatching = true;
  onProcessExit(() => {
    if (stuckInAll > 0) process.kill(process.pid, 'SIGKILL');
  });
}
