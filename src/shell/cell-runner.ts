// What the shell needs of the evaluator and of the language thread; fakes stand in for them in tests.
import type { CellDiagnostic, UserFrame } from './errors.js';

export type CellOutcome =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'rejected'; readonly diagnostics: readonly CellDiagnostic[] }
  | { readonly kind: 'value'; readonly value: unknown; readonly hasValue: boolean }
  | { readonly kind: 'threw'; readonly error: unknown; readonly frames: readonly UserFrame[] }
  | { readonly kind: 'interrupted' };

export interface RunOptions {
  readonly mode: 'cell' | 'script';
  readonly file?: string;
}

export interface CellRunner {
  run(text: string, options: RunOptions): Promise<CellOutcome>;
  interrupt(): void;
}
