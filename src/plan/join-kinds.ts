// What is made of two sides that meet by key, as what it keeps of each. Shared by the driver, which reads what stages
// mean, and the worker.
import type { FunctionRef } from '../lineage/function-ref.js';
import type { StageNode } from './stage.js';

/** Whether keys of a side that the other does not have are kept, with null in its place. */
export interface JoinKind {
  /**
   * `pairs`: a pair of values for each two that meet. `left`: the left side's pairs as they are, of keys that the right
   * side does not have. `keys`: each key that both sides have once, with null.
   */
  readonly gives: 'pairs' | 'left' | 'keys';
  readonly keepsLeft: boolean;
  readonly keepsRight: boolean;
}

const JOINS: Readonly<Record<string, JoinKind>> = {
  joinInner: { gives: 'pairs', keepsLeft: false, keepsRight: false },
  joinLeft: { gives: 'pairs', keepsLeft: true, keepsRight: false },
  joinRight: { gives: 'pairs', keepsLeft: false, keepsRight: true },
  joinFull: { gives: 'pairs', keepsLeft: true, keepsRight: true },
  leftWithoutRight: { gives: 'left', keepsLeft: true, keepsRight: false },
  onceInBoth: { gives: 'keys', keepsLeft: false, keepsRight: false },
};

/** What a node makes of the two sides below it; null where it is none. */
export function joinOf({ spec }: StageNode): JoinKind | null {
  if (spec.kind !== 'narrow' || spec.op.kind !== 'flatMapValues') return null;
  const ref: FunctionRef = spec.op.fn;
  return ref.kind === 'builtin' ? (JOINS[ref.name] ?? null) : null;
}
