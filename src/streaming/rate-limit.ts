// How much a source may take in, as the source sees it. Types only; what sets the limit is in rate-control.ts.

/**
 * The bound on what a source brings to one batch. Read it anew for every batch: it follows how long batches
 * take. A source that keeps data itself (a log, a broker) takes at most so much at each edge; one that is sent
 * data makes its sender wait once it has so much, until the next edge.
 */
export interface RateLimit {
  /** Most records of the next batch, at least 1; Infinity where nothing limits it. */
  readonly recordsPerBatch: number;
}

/** No bound at all. */
export const UNLIMITED: RateLimit = { recordsPerBatch: Number.POSITIVE_INFINITY };
