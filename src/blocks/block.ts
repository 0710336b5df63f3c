// A block is everything that outlives a task: records as columns in shared memory, or in a file.

/** Encoded records in shared memory: pages one after the other, readable by every worker without a copy. */
export interface Block {
  readonly buffer: SharedArrayBuffer;
  /** Bytes used; the buffer may be larger because pooled buffers come in size classes. */
  readonly byteLength: number;
  /** Number of records. */
  readonly count: number;
}

/** Several runs of records in one buffer: the output of one map task, a segment per reduce partition. */
export interface SegmentedBlock {
  readonly buffer: SharedArrayBuffer;
  readonly byteLength: number;
  /** Byte offset of each segment; one more entry than segments. */
  readonly offsets: readonly number[];
  /** Records in each segment. */
  readonly counts: readonly number[];
}

/** A block on disk (storage levels with disk, spills). */
export interface DiskBlock {
  readonly path: string;
  readonly byteLength: number;
  readonly count: number;
}

/** Where a block is now. */
export type StoredBlock =
  | { readonly kind: 'memory'; readonly block: Block }
  | { readonly kind: 'disk'; readonly block: DiskBlock };
