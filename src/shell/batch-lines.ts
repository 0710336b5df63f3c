// What streams print at a terminal: frames of batches as they come, some of them refreshed in place, and empty batches
// as one line that counts up.
import type { Style } from './style.js';

/** A frame of `pprint`, as the streaming room hands it over. */
export interface BatchFrame {
  readonly text: string;
  readonly isEmpty: boolean;
  readonly batchTimeMs: number;
  readonly outputId: number;
  /** Whether it takes the place of the output's last frame. */
  readonly isInPlace?: boolean;
}

export interface BatchLinesOptions {
  readonly style: Style;
  write(text: string): void;
  /** Shows lines that stay at the bottom until they are replaced or, with null, taken away. */
  show(lines: string | null): void;
}

interface Empty {
  count: number;
  lastMs: number;
}

export class BatchLines {
  readonly #options: BatchLinesOptions;
  /** Empty batches since its last frame, by output. */
  readonly #emptyByOutput = new Map<number, Empty>();
  /** The frames that are refreshed in place, by output. */
  readonly #inPlaceByOutput = new Map<number, string>();

  constructor(options: BatchLinesOptions) {
    this.#options = options;
  }

  readonly print = (frame: BatchFrame): void => {
    if (frame.isInPlace === true) this.#inPlaceByOutput.set(frame.outputId, frame.text.trimEnd());
    else if (frame.isEmpty) this.#count(frame);
    else {
      this.#emptyByOutput.delete(frame.outputId);
      this.#options.write(`${frame.text}\n`);
    }
    this.#show();
  };

  /** The output ended: what was shown of it in place stays as ordinary text. */
  closed(outputId: number): void {
    this.#emptyByOutput.delete(outputId);
    const text = this.#inPlaceByOutput.get(outputId);
    this.#inPlaceByOutput.delete(outputId);
    if (text !== undefined) this.#options.write(`${text}\n\n`);
    this.#show();
  }

  /** Leaves what was shown in place as text and forgets what was counted, as when the streams stop. */
  clear(): void {
    for (const outputId of [...this.#inPlaceByOutput.keys()]) this.closed(outputId);
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
    const lines = [...this.#inPlaceByOutput.values()];
    if (parts.length > 0) lines.push(this.#options.style.dim(parts.join(' · ')));
    this.#options.show(lines.length === 0 ? null : lines.join('\n'));
  }
}

/** The local time of day: `10:00:01`. */
export function timeText(timeMs: number): string {
  const date = new Date(timeMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
