// Reads object files in either container: tspark's own, or a SequenceFile of its pages, which is what is written on a
// Hadoop file system (Hadoop writes no bare bytes). Runs in workers, synchronously.
import { UsageError } from '../errors.js';
import { fileSystems } from './file-systems.js';
import { decodePage, PAGE_HEADER_BYTES, pageMark, readPageHeader } from './object-pages.js';
import { ObjectReader } from './object-reader.js';
import { MAGIC } from './sequence-file-header.js';
import { SequenceFileReader } from './sequence-file-reader.js';
import type { FileSplit } from './split.js';

export function openObjects(split: FileSplit): ObjectReader | PackedObjectReader {
  return isSequenceFile(split.path) ? new PackedObjectReader(split) : new ObjectReader(split);
}

function isSequenceFile(path: string): boolean {
  const start = Buffer.alloc(MAGIC.length);
  const file = fileSystems.for(path).openRead(path);
  try {
    file.read(start, 0, start.length, 0);
    return start.equals(MAGIC);
  } finally {
    file.close();
  }
}

class PackedObjectReader {
  readonly #path: string;
  readonly #pairs: SequenceFileReader;

  constructor(split: FileSplit) {
    this.#path = split.path;
    this.#pairs = new SequenceFileReader(split);
  }

  get bytesRead(): number {
    return this.#pairs.bytesRead;
  }

  next(): unknown[] | null {
    const pairs = this.#pairs.next();
    if (pairs === null) return null;
    return pairs.flatMap(([, page]) => this.#records(page));
  }

  close(): void {
    this.#pairs.close();
  }

  #records(value: unknown): unknown[] {
    if (!(value instanceof Uint8Array)) throw this.#damaged('its values are no bytes');
    const page = Buffer.from(value.buffer, value.byteOffset, value.length);
    const header = page.length < PAGE_HEADER_BYTES ? null : readPageHeader(page, pageMark(page));
    const payload = page.subarray(PAGE_HEADER_BYTES);
    if (header === null || header.payloadBytes !== payload.length)
      throw this.#damaged('its values are no pages of tspark (pickles are for Python alone)');
    const records = decodePage(payload, header);
    if (typeof records === 'string') throw this.#damaged(records);
    return records;
  }

  #damaged(why: string): UsageError {
    return new UsageError(
      'IO-110',
      `Cannot read '${this.#path}' as an object file: it is a SequenceFile, but ${why}.`,
      { details: { path: this.#path } },
    );
  }
}
