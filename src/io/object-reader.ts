// Reads the records of an object file, from any page on. Runs in workers, synchronously.
import { UsageError } from '../errors.js';
import type { ReadHandle } from './file-system.js';
import { fileSystems } from './file-systems.js';
import {
  decodePage,
  HEADER_BYTES,
  PAGE_HEADER_BYTES,
  type PageHeader,
  readHeader,
  readPageHeader,
} from './object-pages.js';
import type { FileSplit } from './split.js';

const SEARCH_BYTES = 64 * 1024;

/** A page belongs to the split in which its mark starts. */
export class ObjectReader {
  readonly #split: FileSplit;
  readonly #handle: ReadHandle;
  readonly #mark: Buffer;
  #position: number;
  /** Whether a page begins in the split. */
  #hasPages = true;
  /** The page that ends the file was read. */
  #isEnded = false;

  constructor(split: FileSplit) {
    this.#split = split;
    this.#handle = fileSystems.for(split.path).openRead(split.path);
    const mark = readHeader(this.#readAt(0, HEADER_BYTES));
    if (typeof mark === 'string') {
      this.#handle.close();
      throw this.#damaged(mark);
    }
    this.#mark = mark;
    this.#position = this.#findPage(Math.max(split.start, HEADER_BYTES));
  }

  get bytesRead(): number {
    return Math.max(0, this.#position - this.#split.start);
  }

  next(): unknown[] | null {
    const end = this.#split.start + this.#split.length;
    while (this.#position < end && !this.#isEnded) {
      const records = this.#readPage(this.#headerHere());
      if (records.length > 0) return records;
      this.#isEnded = true;
    }
    // The next split looks for its first mark and would not miss one that is damaged, so it is looked at from here.
    if (this.#hasPages && !this.#isEnded) this.#headerHere();
    return null;
  }

  #headerHere(): PageHeader {
    const bytes = this.#readAt(this.#position, PAGE_HEADER_BYTES);
    if (bytes.length === 0) throw this.#damaged('the file ends before its last page');
    const header = bytes.length < PAGE_HEADER_BYTES ? null : readPageHeader(bytes, this.#mark);
    if (header === null) throw this.#damaged(`no page begins at byte ${this.#position}`);
    return header;
  }

  close(): void {
    this.#handle.close();
  }

  #readPage(header: PageHeader): unknown[] {
    const payload = this.#readAt(this.#position + PAGE_HEADER_BYTES, header.payloadBytes);
    if (payload.length < header.payloadBytes) {
      throw this.#damaged('the file ends in the middle of a page');
    }
    const records = decodePage(payload, header);
    if (typeof records === 'string') throw this.#damaged(records);
    this.#position += PAGE_HEADER_BYTES + header.payloadBytes;
    return records;
  }

  /** Position of the first mark at or after `from`; the end of the split if it has none. */
  #findPage(from: number): number {
    if (from === HEADER_BYTES) return from;
    const end = this.#split.start + this.#split.length;
    for (let at = from; at < end; at += SEARCH_BYTES) {
      const found = this.#readAt(at, SEARCH_BYTES + this.#mark.length - 1).indexOf(this.#mark);
      if (found >= 0) return at + found;
    }
    this.#hasPages = false;
    return end;
  }

  /** Fewer bytes than asked for only at the end of the file. */
  #readAt(position: number, length: number): Buffer {
    const known = this.#split.start + this.#split.length;
    // A damaged length must not allocate gigabytes: read in steps, as far as there are bytes.
    const parts: Buffer[] = [];
    let done = 0;
    while (done < length) {
      const step = Buffer.allocUnsafeSlow(Math.min(length - done, Math.max(SEARCH_BYTES, known)));
      const count = this.#handle.read(step, 0, step.length, position + done);
      if (count === 0) break;
      parts.push(step.subarray(0, count));
      done += count;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  #damaged(why: string): UsageError {
    return new UsageError(
      'IO-110',
      `Cannot read '${this.#split.path}' as an object file: ${why}.`,
      {
        details: { path: this.#split.path },
      },
    );
  }
}
