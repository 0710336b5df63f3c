// Collects records into pages, then into a block. Runs on every thread, inside the loops of stages.
import { InternalError, UsageError } from '../errors.js';
import { describeValue } from '../values/describe.js';
import type { Block } from './block.js';
import { ByteChunks } from './chunks.js';
import { PageEncoder } from './page-encoder.js';
import { PageTooLarge } from './page-writer.js';
import { unstorable } from './unstorable.js';

/** Shared memory for `sizeBytes` or more, from a pool or fresh. */
export type Allocate = (sizeBytes: number) => SharedArrayBuffer;

export interface BlockWriterOptions {
  /** Encoded bytes beyond which `push` fails with the error that `onLimit` makes. */
  readonly limitBytes?: number;
  readonly onLimit?: (sizeBytes: number) => Error;
  /** Most records of a page, 1024 if not given. See `segmentWriters` for many writers at once. */
  readonly pageRecords?: number;
  /** Pages are cut to about this size, by the mean size of the records so far; 512 KiB if not given. */
  readonly pageBytes?: number;
}

const PAGE_RECORDS = 1024;
/** Most pairs of a page that is made of columns: nothing waits for it to fill up. */
const PAGE_PAIRS = 4096;
const FEWEST_RECORDS = 16;
/** Records that may wait in the writers of one shuffle together: more would outlive the young generation. */
const WAITING_RECORDS = 32 * 1024;
const PAGE_BYTES = 512 * 1024;
/** The first page is short because nothing is known of the size of records. */
const FIRST_RECORDS = 32;

/** One for the thread: it keeps nothing from page to page but its scratch memory. */
const encoder = new PageEncoder();

/**
 * Takes records one by one and makes a block of them. Records wait as they are until a page is
 * full, are then encoded and let go. An empty writer costs a few words.
 *
 * **Throws** on `push` and `finish`: UsageError BLOCK-101 for a record that cannot be stored,
 * BLOCK-102 for one that is too large, and what `onLimit` returns.
 */
export class BlockWriter<T> {
  readonly #limitBytes: number;
  readonly #onLimit: ((sizeBytes: number) => Error) | undefined;
  readonly #pageRecords: number;
  readonly #pageBytes: number;
  readonly #pages = new ByteChunks();
  /** Records of the unfinished page are `[0, #waiting)`; the array is used again for the next. */
  readonly #records: (T | undefined)[] = [];
  #waiting = 0;
  #target: number;
  #encodedCount = 0;

  constructor(options: BlockWriterOptions = {}) {
    this.#limitBytes = options.limitBytes ?? Number.POSITIVE_INFINITY;
    this.#onLimit = options.onLimit;
    this.#pageRecords = options.pageRecords ?? PAGE_RECORDS;
    this.#pageBytes = options.pageBytes ?? PAGE_BYTES;
    this.#target = Math.min(FIRST_RECORDS, this.#pageRecords);
  }

  /** Records so far. */
  get count(): number {
    return this.#encodedCount + this.#waiting;
  }

  /** Encoded bytes so far; the records of the unfinished page are estimated. */
  get sizeBytes(): number {
    const mean = this.#encodedCount === 0 ? 64 : this.#pages.length / this.#encodedCount;
    return this.#pages.length + Math.ceil(this.#waiting * mean);
  }

  push(record: T): void {
    this.#records[this.#waiting++] = record;
    if (this.#waiting === this.#target) this.#endPage();
  }

  pushAll(records: readonly T[]): void {
    for (let i = 0; i < records.length; i++) this.push(records[i]!);
  }

  /** The pairs `from … to - 1` of two columns as records behind those before; with `values` null, of keys and null. */
  pushNumberPairs(keys: Float64Array, values: Float64Array | null, from: number, to: number): void {
    this.endPages();
    for (let at = from; at < to; at += PAGE_PAIRS) {
      const end = Math.min(at + PAGE_PAIRS, to);
      this.#add(encoder.encodeNumberPairs(keys, values, at, end), end - at);
    }
  }

  /** The block of all records. The writer is empty afterwards. */
  finish(allocate: Allocate): Block {
    this.endPages();
    const block = { byteLength: this.#pages.length, count: this.#encodedCount };
    const buffer = allocate(block.byteLength);
    this.moveInto(new Uint8Array(buffer), 0);
    return { buffer, ...block };
  }

  /** Encodes what waits, so that `sizeBytes` is exact. */
  endPages(): void {
    if (this.#waiting > 0) this.#endPage();
  }

  /** Moves the encoded pages to `target` and empties the writer. For finishSegments. */
  moveInto(target: Uint8Array, offset: number): void {
    this.#pages.copyTo(target, offset);
    this.clear();
  }

  /** The encoded pages where they lie, valid until the next change: what goes to a file needs no copy. */
  pieces(): Uint8Array[] {
    return this.#pages.pieces();
  }

  /** Forgets all records. */
  clear(): void {
    this.#reset();
  }

  #endPage(): void {
    const count = this.#waiting;
    this.#waiting = 0;
    this.#encode(this.#records, count);
    // Records may be large or keep large strings alive.
    this.#records.fill(undefined, 0, count);
    const fitting = Math.floor((this.#pageBytes * this.#encodedCount) / this.#pages.length);
    this.#target = Math.max(1, Math.min(this.#pageRecords, fitting));
  }

  #encode(records: readonly unknown[], count: number): void {
    const page = tryEncode(records, count);
    if (page !== null) {
      this.#add(page, count);
    } else if (count > 1) {
      const half = count >> 1;
      this.#encode(records.slice(0, half), half);
      this.#encode(records.slice(half, count), count - half);
    } else {
      this.#reset();
      throw new UsageError(
        'BLOCK-102',
        `Cannot store the record ${describeValue(records[0])}: it is larger than 2 GiB. ` +
          'Split it into several records, for example with flatMap.',
      );
    }
  }

  #add(page: Uint8Array, count: number): void {
    this.#pages.append(page);
    this.#encodedCount += count;
    const sizeBytes = this.#pages.length;
    if (sizeBytes <= this.#limitBytes) return;
    this.#reset();
    throw this.#onLimit?.(sizeBytes) ?? new RangeError(`more than ${this.#limitBytes} bytes`);
  }

  #reset(): void {
    this.#pages.clear();
    this.#records.length = 0;
    this.#waiting = 0;
    this.#encodedCount = 0;
    this.#target = Math.min(FIRST_RECORDS, this.#pageRecords);
  }
}

/** Writers that are filled at the same time, one for each segment: the more, the shorter their pages. */
export function segmentWriters<T>(
  count: number,
  options: Omit<BlockWriterOptions, 'pageRecords'> = {},
): BlockWriter<T>[] {
  const share = Math.floor(WAITING_RECORDS / count);
  const pageRecords = Math.max(FEWEST_RECORDS, Math.min(PAGE_RECORDS, share));
  return Array.from({ length: count }, () => new BlockWriter<T>({ ...options, pageRecords }));
}

/** The page of the records, or null where there are too many or too large for one. */
function tryEncode(records: readonly unknown[], count: number): Uint8Array | null {
  try {
    return encoder.encode(records, count);
  } catch (error) {
    if (error instanceof PageTooLarge) return null;
    const explained = unstorable(records, count, error);
    if (explained !== null) throw explained;
    // Each can be stored by itself: together they are too large for the serialiser.
    if (count > 1) return null;
    throw new InternalError('INTERNAL-901', `A record could not be encoded: ${String(error)}`, {
      cause: error,
    });
  }
}
