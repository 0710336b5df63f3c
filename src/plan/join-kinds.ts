// The joins as what they keep of each side. Shared by the driver, which reads what stages mean, and the worker.
import type { FunctionRef } from '../lineage/function-ref.js';
import type { StageNode } from './stage.js';

/** Whether keys of a side that the other does not have are kept, with null in its place. */
export interface JoinKind {
  readonly keepsLeft: boolean;
  readonly keepsRight: boolean;
}

const JOINS: Readonly<Record<string, JoinKind>> = {
  joinInner: { keepsLeft: false, keepsRight: false },
  joinLeft: { keepsLeft: true, keepsRight: false },
  joinRight: { keepsLeft: false, keepsRight: true },
  joinFull: { keepsLeft: true, keepsRight: true },
};

/** The join that a node makes of the two sides below it; null where it is none. */
export function joinOf({ spec }: StageNode): JoinKind | null {
  if (spec.kind !== 'narrow' || spec.op.kind !== 'flatMapValues') return null;
  const ref: FunctionRef = spec.op.fn;
  return ref.kind === 'builtin' ? (JOINS[ref.name] ?? null) : null;
}
