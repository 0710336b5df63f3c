// How evaluating a text can end. Plain types for the shell that prints it.
import type { Diagnostic } from '../language/protocol.js';

/** A call in the user's own text. Lines and columns count from 1. */
export interface UserFrame {
  readonly functionName: string | null;
  /** `cell-3.ts`, or the path of a script or module. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `memory`: what the cell held had grown beyond its budget. */
export type InterruptReason = 'interrupt' | 'memory';

export type CellOutcome =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'rejected'; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'value';
      readonly value: unknown;
      readonly hasValue: boolean;
      readonly warnings: readonly Diagnostic[];
      /** How long the cell ran, compiling left out. */
      readonly durationMs?: number;
    }
  | { readonly kind: 'threw'; readonly error: unknown; readonly frames: readonly UserFrame[] }
  | { readonly kind: 'interrupted'; readonly reason: InterruptReason };
