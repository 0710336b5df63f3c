// What streams print at a terminal: frames of batches as they come, empty batches as one line that counts up.
import type { Style } from './style.js';

/** A frame of `pprint`, as the streaming room hands it over. */
export interface BatchFrame {
  readonly text: string;
  readonly isEmpty: boolean;
  readonly batchTimeMs: number;
  readonly outputId: number;
}

export interface BatchLinesOptions {
  readonly style: Style;
  write(text: string): void;
  /** Shows the line that counts, or takes it away. */
  show(line: string | null): void;
}

interface Empty {
  count: number;
  lastMs: number;
}

export class BatchLines {
  readonly #options: BatchLinesOptions;
  /** Empty batches since its last frame, by output. */
  readonly #emptyByOutput = new Map<number, Empty>();

  constructor(options: BatchLinesOptions) {
    this.#options = options;
  }

  readonly print = (frame: BatchFrame): void => {
    if (frame.isEmpty) this.#count(frame);
    else {
      this.#emptyByOutput.delete(frame.outputId);
      this.#options.write(`${frame.text}\n`);
    }
    this.#show();
  };

  /** Forgets what was counted, as when the streams stop. */
  clear(): void {
    this.#emptyByOutput.clear();
    this.#show();
  }

  #count({ outputId, batchTimeMs }: BatchFrame): void {
    const empty = this.#emptyByOutput.get(outputId);
    if (empty === undefined) {
      this.#emptyByOutput.set(outputId, { count: 1, lastMs: batchTimeMs });
      return;
    }
    empty.count++;
    empty.lastMs = batchTimeMs;
  }

  #show(): void {
    const parts = [...this.#emptyByOutput].map(([outputId, empty]) => {
      const name = this.#emptyByOutput.size > 1 ? `output ${outputId}: ` : '';
      const batches = empty.count === 1 ? '1 empty batch' : `${empty.count} empty batches`;
      return `${name}${batches}, the last at ${timeText(empty.lastMs)}`;
    });
    this.#options.show(parts.length === 0 ? null : this.#options.style.dim(parts.join(' · ')));
  }
}

/** The local time of day: `10:00:01`. */
export function timeText(timeMs: number): string {
  const date = new Date(timeMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
