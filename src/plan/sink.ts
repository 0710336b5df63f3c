// What a task does with the records of its partition, and what comes back to the driver.
import type { Block } from '../blocks/block.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import type { OutputFormat } from '../io/output-format.js';
import type { Codec } from '../io/split.js';

/** The end of a stage's chain, as data. One result per partition. */
export type Sink =
  /** Number of records. */
  | { readonly kind: 'count' }
  /** All records, as a block. */
  | { readonly kind: 'collect' }
  /** At most `limit` records, as a block; reads no further. */
  | { readonly kind: 'take'; readonly limit: number }
  /** `fn` over the records from left to right; a block of one record, or of none for an empty partition. */
  | { readonly kind: 'reduce'; readonly fn: FunctionRef }
  /** Fold from a copy of `zero` (a block of one record); a block of one record. */
  | { readonly kind: 'aggregate'; readonly zero: Block; readonly fn: FunctionRef }
  /** Calls `fn` for every record; no result. */
  | { readonly kind: 'foreach'; readonly fn: FunctionRef }
  /** Writes `part-NNNNN` below `path`, a line a record; commit and abort are the driver's. */
  | {
      readonly kind: 'save';
      readonly format: OutputFormat;
      readonly path: string;
      readonly codec: Codec;
      /** What the files' names begin with; `part-` if it is left out. */
      readonly prefix?: string;
    };

/** What one task returns. */
export type SinkResult =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'none' };
