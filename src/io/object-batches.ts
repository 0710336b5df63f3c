// Gathers records into pages of an object file: as many as make a page of some 64 KiB. Pure; runs in workers.
import { encodePage } from './object-pages.js';

/** What pages should come to if the caller does not say how many records they hold. */
const PAGE_BYTES = 64 * 1024;
const FIRST_PAGE_RECORDS = 16;
const MAX_PAGE_RECORDS = 8192;

export class ObjectBatches {
  readonly #mark: Buffer;
  readonly #isAdaptive: boolean;
  #batchSize: number;
  #batch: unknown[] = [];

  /** `batchSize` is how many records a page holds; it follows from their size where it is below 1. */
  constructor(mark: Buffer, batchSize = 0) {
    this.#mark = mark;
    this.#isAdaptive = !(batchSize >= 1);
    this.#batchSize = this.#isAdaptive ? FIRST_PAGE_RECORDS : Math.floor(batchSize);
  }

  /** The page that the record fills, or null while there is room. */
  add(record: unknown): Buffer | null {
    return this.#batch.push(record) < this.#batchSize ? null : this.take();
  }

  /** The page of what was gathered since the last, or null where there is nothing. */
  take(): Buffer | null {
    const records = this.#batch;
    if (records.length === 0) return null;
    const page = encodePage(records, this.#mark);
    this.#batch = [];
    if (this.#isAdaptive) {
      const fitting = Math.floor((PAGE_BYTES / page.length) * records.length);
      this.#batchSize = Math.min(MAX_PAGE_RECORDS, Math.max(1, fitting));
    }
    return page;
  }
}
