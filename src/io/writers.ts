// What a task writes: the text and object formats, and which writer serves which format.
// Runs in workers, synchronously.
import { LinePairWriter } from './line-pair-writer.js';
import { ObjectBatches } from './object-batches.js';
import { encodePage, makeHeader } from './object-pages.js';
import { PartFile, type TaskWriter, type TaskWriterOptions } from './part-file.js';
import { recordText } from './record-text.js';
import { SequenceFileWriter } from './sequence-file-writer.js';

export function openTaskWriter(options: TaskWriterOptions): TaskWriter {
  const { format } = options;
  if (format === 'text') return new TextWriter(options);
  if (format === 'objects') return new ObjectWriter(options);
  if (format.kind === 'sequence-file') return new SequenceFileWriter(options, format);
  return new LinePairWriter(new TextWriter(options), format.separator);
}

const PENDING_CHARS = 32 * 1024;

/** A line a record: strings as they are, bytes as they are, other values as `recordText` shows them. */
class TextWriter implements TaskWriter {
  readonly #file: PartFile;
  /** Characters not yet written; encoding many lines at once is what makes it fast. */
  #pending = '';
  #bytes = Buffer.allocUnsafe(PENDING_CHARS * 3);
  bytesWritten = 0;
  recordsWritten = 0;

  constructor(options: TaskWriterOptions) {
    this.#file = new PartFile(options, options.codec);
  }

  write(record: unknown): void {
    this.recordsWritten++;
    if (record instanceof Uint8Array) {
      this.#flush();
      this.#file.write(record);
      this.bytesWritten += record.length;
      this.#pending = '\n';
      return;
    }
    this.#pending += `${typeof record === 'string' ? record : recordText(record)}\n`;
    if (this.#pending.length >= PENDING_CHARS) this.#flush();
  }

  commit(): void {
    this.#flush();
    this.#file.commit();
  }

  abort(): void {
    this.#file.abort();
  }

  #flush(): void {
    if (this.#pending === '') return;
    // At most three bytes for a UTF-16 unit.
    const needed = this.#pending.length * 3;
    if (this.#bytes.length < needed) this.#bytes = Buffer.allocUnsafe(needed);
    const length = this.#bytes.write(this.#pending, 'utf8');
    this.#pending = '';
    this.#file.write(this.#bytes, length);
    this.bytesWritten += length;
  }
}

/** Pages of serialised records; compressed object files are not written. */
class ObjectWriter implements TaskWriter {
  readonly #file: PartFile;
  readonly #mark: Buffer;
  readonly #batches: ObjectBatches;
  bytesWritten: number;
  recordsWritten = 0;

  constructor(options: TaskWriterOptions) {
    this.#file = new PartFile(options, 'none');
    const { bytes, mark } = makeHeader();
    this.#mark = mark;
    this.#batches = new ObjectBatches(mark, options.batchSize);
    this.#file.write(bytes);
    this.bytesWritten = bytes.length;
  }

  write(record: unknown): void {
    this.recordsWritten++;
    const page = this.#batches.add(record);
    if (page !== null) this.#writePage(page);
  }

  commit(): void {
    const page = this.#batches.take();
    if (page !== null) this.#writePage(page);
    // An empty page ends the file: one that was cut off between pages can be told from a whole one.
    this.#writePage(encodePage([], this.#mark));
    this.#file.commit();
  }

  abort(): void {
    this.#file.abort();
  }

  #writePage(page: Buffer): void {
    this.#file.write(page);
    this.bytesWritten += page.length;
  }
}
