// What the shell needs of the evaluator; a fake stands in for it in tests.
import type { CellOutcome } from './evaluate/outcome.js';

export interface RunOptions {
  readonly mode: 'cell' | 'script';
  readonly file?: string | undefined;
  readonly waitForTypes?: boolean | undefined;
}

export interface BackgroundOptions {
  /** The user's line, for messages; the text that runs stands at the same place in it. */
  readonly shownText: string;
  /** The name that the value gets, null for none; asked for when the value is there. */
  nameOf(value: unknown): string | null;
  /** Runs the first part of the code so that what it starts can be told from what others start. */
  within(run: () => void): void;
}

/** An expression that nobody waits for. */
export interface BackgroundRun {
  readonly outcome: Promise<CellOutcome>;
  /** Gives up waiting for it: it ends as `interrupted`. */
  abandon(): void;
}

export interface CellRunner {
  run(text: string, options: RunOptions): Promise<CellOutcome>;
  /** Starts one expression; resolves when it waits for something for the first time, or has ended. */
  start(text: string, options: BackgroundOptions): Promise<BackgroundRun>;
  interrupt(): void;
}
