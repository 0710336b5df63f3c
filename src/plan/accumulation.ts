// How tasks add to accumulators, and what comes back: plain data on both sides of the seam.
import type { Block } from '../blocks/block.js';
import type { FunctionRef } from '../lineage/function-ref.js';

/** A task adds from a copy of `zero` (a block of one record) by `add(soFar, term)`. */
export interface AccumulatorSpec {
  readonly zero: Block;
  readonly add: FunctionRef;
}

/** What one task added, as a block of one record. */
export interface AccumulatorUpdate {
  readonly id: number;
  readonly value: Block;
}
