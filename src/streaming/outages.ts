// A source that fails: each kind of trouble told once, tried again with growing pauses, told when it is back. Main thread only.
import { Backoff } from './backoff.js';
import type { InputRun } from './input.js';

export class Outages {
  readonly #run: InputRun;
  readonly #name: string;
  readonly #backoff: Backoff;
  /** The kinds of trouble told of the present outage; empty while the source works. */
  readonly #told = new Set<string>();
  #isStopped = false;

  /** `name` is the call that made the source. */
  constructor(run: InputRun, name: string) {
    this.#run = run;
    this.#name = name;
    this.#backoff = new Backoff(run.clock);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Tells that the source receives, unless it only came back for a moment in an outage. */
  began(): void {
    if (this.#told.size === 0) this.#report('receiver-started', null);
  }

  /** A kind of trouble that was not told yet is told; `again` is called after a pause. */
  failed(message: string, again: () => void, trouble = 'away'): void {
    if (this.#isStopped) return;
    if (!this.#told.has(trouble)) this.#report('receiver-error', message);
    this.#told.add(trouble);
    this.#backoff.retry(again);
  }

  /** The source works: an outage is over, and the pauses of the next begin small again. */
  isBack(message: string): void {
    this.#backoff.reset();
    if (this.#told.size === 0) return;
    this.#told.clear();
    this.#report('receiver-started', message);
  }

  /** Tries no more. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#backoff.stop();
    this.#report('receiver-stopped', null);
  }

  #report(
    kind: 'receiver-started' | 'receiver-error' | 'receiver-stopped',
    message: string | null,
  ): void {
    this.#run.emit({ kind, streamId: this.#run.streamId, name: this.#name, message });
  }
}
