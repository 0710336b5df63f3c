// What the shell needs of the evaluator; a fake stands in for it in tests.
import type { CellOutcome } from './evaluate/outcome.js';

export interface RunOptions {
  readonly mode: 'cell' | 'script';
  readonly file?: string | undefined;
  readonly waitForTypes?: boolean | undefined;
}

export interface CellRunner {
  run(text: string, options: RunOptions): Promise<CellOutcome>;
  interrupt(): void;
}
