// What user functions print inside tasks: tagged with stage and partition at the prompt, at most so many lines
// a second; all of it is kept for `.logs`. In scripts the lines go to standard output as they are.
import type { EventOf } from '../events.js';
import { grouped } from './grouped.js';
import type { Style } from './style.js';

export interface ConsoleLinesOptions {
  readonly style: Style;
  /** True at the prompt. */
  readonly isTagged: boolean;
  write(line: string): void;
}

const KEPT_LINES = 10_000;

export class ConsoleLines {
  /** Lines a second that are shown at the prompt. */
  linesPerSecond = 50;
  readonly #options: ConsoleLinesOptions;
  readonly #kept: string[] = [];
  #shownInWindow = 0;
  #hiddenInWindow = 0;
  #window: NodeJS.Timeout | null = null;

  constructor(options: ConsoleLinesOptions) {
    this.#options = options;
  }

  /** The last lines, tagged, oldest first. */
  get kept(): readonly string[] {
    return this.#kept;
  }

  add(event: EventOf<'console'>): void {
    const tag = `[stage ${event.stageId} · partition ${event.partition}]`;
    for (const line of event.text.replace(/\n$/, '').split('\n')) {
      this.#keep(`${tag} ${line}`);
      if (!this.#options.isTagged) this.#options.write(line);
      else if (this.#mayShow()) this.#options.write(`${this.#options.style.dim(tag)} ${line}`);
    }
  }

  /** Says at once how many lines were held back. */
  flush(): void {
    if (this.#window !== null) clearTimeout(this.#window);
    this.#endWindow();
  }

  #keep(line: string): void {
    this.#kept.push(line);
    // Trimmed in large steps: one at a time would move the whole array for each line.
    if (this.#kept.length > KEPT_LINES * 1.5) this.#kept.splice(0, this.#kept.length - KEPT_LINES);
  }

  #mayShow(): boolean {
    this.#window ??= setTimeout(() => this.#endWindow(), 1000).unref();
    if (this.#shownInWindow < this.linesPerSecond) {
      this.#shownInWindow++;
      return true;
    }
    this.#hiddenInWindow++;
    return false;
  }

  #endWindow(): void {
    this.#window = null;
    this.#shownInWindow = 0;
    const hidden = this.#hiddenInWindow;
    this.#hiddenInWindow = 0;
    if (hidden > 0)
      this.#options.write(
        this.#options.style.dim(`… ${grouped(hidden)} more lines (.logs shows them)`),
      );
  }
}
