// The records of a partition before the steps that follow them. Types only.
import type { SourceKind } from './codegen.js';

export interface Source {
  readonly kind: SourceKind;
  readonly value: unknown;
  /** Called when the task is done with it, whatever happened. */
  readonly close?: () => void;
}
