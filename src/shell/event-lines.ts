// Turns events into lines for the user: console output of tasks, notices, lost workers, receivers, failed batches.
import { type ErrorData, fromErrorData } from '../errors.js';
import type { TsparkEvent } from '../events.js';
import { timeText } from './batch-lines.js';
import type { ConsoleLines } from './console-lines.js';
import type { Style } from './style.js';
import { wrapWords } from './text-width.js';

export interface EventLinesOptions {
  readonly style: Style;
  readonly consoleLines: ConsoleLines;
  /** False with `--quiet`: then only what went wrong is told. */
  readonly tellsNotices: boolean;
  columns(): number;
  write(line: string): void;
  /** The text of a batch's failure, as an error at the prompt would be shown. */
  showFailure(error: unknown): string;
}

export class EventLines {
  readonly #options: EventLinesOptions;
  readonly #toldNotices = new Set<string>();
  /** What failed last, so that a stream whose every batch fails does not fill the screen. */
  #lastFailure: string | null = null;

  constructor(options: EventLinesOptions) {
    this.#options = options;
  }

  readonly onEvent = (event: TsparkEvent): void => {
    const { style, consoleLines, write } = this.#options;
    switch (event.kind) {
      case 'console':
        consoleLines.add(event);
        return;
      case 'notice':
        this.#notice(event.text, event.isNews);
        return;
      case 'worker-lost':
        write(style.yellow(this.#fitted(`worker ${event.workerId} is lost: ${event.reason}`)));
        return;
      case 'receiver-error':
        write(style.yellow(this.#fitted(event.message ?? `${event.name} failed`)));
        return;
      case 'receiver-started':
      case 'receiver-stopped':
        if (event.message !== null) this.#notice(event.message, true);
        return;
      case 'batch-completed':
        if (event.failure !== null) this.#failedBatch(event.batchTimeMs, event.failure);
        return;
      default:
    }
  };

  #notice(text: string, isNews = false): void {
    const { tellsNotices, style, write } = this.#options;
    if (!tellsNotices || (!isNews && this.#toldNotices.has(text))) return;
    this.#toldNotices.add(text);
    write(style.dim(this.#fitted(text)));
  }

  #fitted(text: string): string {
    return wrapWords(text, this.#options.columns());
  }

  #failedBatch(timeMs: number, failure: ErrorData): void {
    const { style, write, showFailure } = this.#options;
    const what = `${failure.details.userError ?? failure.message}`;
    const key = JSON.stringify([failure.code, what, failure.details.frames]);
    if (key === this.#lastFailure) {
      const [reason = ''] = what.split('\n');
      write(style.red(this.#fitted(`batch ${timeText(timeMs)} failed again: ${reason}`)));
      return;
    }
    this.#lastFailure = key;
    write(
      `${style.red(`batch ${timeText(timeMs)} failed; the stream goes on`)}\n${showFailure(fromErrorData(failure))}`,
    );
  }
}
