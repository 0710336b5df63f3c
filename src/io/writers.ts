// What a task writes: one part of an output folder, under a temporary name until the task commits.
// Runs in workers, synchronously. The folder itself is the driver's (output.ts).
import { endingOfCodec, requireWritable } from './codec.js';
import { CompressedWriteHandle } from './compressed-write-handle.js';
import type { FileSystem, WriteHandle } from './file-system.js';
import { fileSystems } from './file-systems.js';
import { encodePage, makeHeader } from './object-pages.js';
import { TEMPORARY } from './output.js';
import { recordText } from './record-text.js';
import type { Codec } from './split.js';

export interface TaskWriterOptions {
  /** The output folder, as the user wrote it. */
  readonly path: string;
  readonly partition: number;
  /** Tells attempts of the same partition apart; each has a temporary file of its own. */
  readonly attempt: number;
  readonly format: 'text' | 'objects';
  readonly codec: Codec;
  /** Records per page of an object file; as many as make a page of some 64 KiB if it is left out. */
  readonly batchSize?: number;
}

/** Writes the records of one partition. End it with `commit` or `abort`. */
export interface TaskWriter {
  write(record: unknown): void;
  /** Finishes the file and gives it its final name, `part-00000` and so on. */
  commit(): void;
  /** Removes what was written. */
  abort(): void;
  /** Bytes handed to the file so far, before compression. */
  readonly bytesWritten: number;
  readonly recordsWritten: number;
}

export function openTaskWriter(options: TaskWriterOptions): TaskWriter {
  return options.format === 'text' ? new TextWriter(options) : new ObjectWriter(options);
}

/** A part file from its temporary to its final name. */
class PartFile {
  readonly #fileSystem: FileSystem;
  readonly #attemptFolder: string;
  readonly #temporary: string;
  readonly #final: string;
  readonly #handle: WriteHandle;

  constructor({ path, partition, attempt }: TaskWriterOptions, codec: Codec) {
    const compression = requireWritable(codec);
    this.#fileSystem = fileSystems.for(path);
    const folder = this.#fileSystem.resolve(path);
    const number = String(partition).padStart(5, '0');
    const name = `part-${number}${endingOfCodec(codec)}`;
    this.#attemptFolder = `${folder}/${TEMPORARY}/attempt-${number}-${attempt}`;
    this.#temporary = `${this.#attemptFolder}/${name}`;
    this.#final = `${folder}/${name}`;
    this.#fileSystem.mkdirs(this.#attemptFolder);
    const plain = this.#fileSystem.openWrite(this.#temporary);
    this.#handle = compression === 'none' ? plain : new CompressedWriteHandle(plain, compression);
  }

  write(bytes: Uint8Array, length = bytes.length): void {
    this.#handle.write(bytes, 0, length);
  }

  commit(): void {
    this.#handle.close();
    this.#fileSystem.rename(this.#temporary, this.#final);
    this.#fileSystem.remove(this.#attemptFolder);
  }

  abort(): void {
    try {
      this.#handle.close();
    } finally {
      this.#fileSystem.remove(this.#attemptFolder);
    }
  }
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

/** What pages should come to if the caller does not say how many records they hold. */
const PAGE_BYTES = 64 * 1024;
const FIRST_PAGE_RECORDS = 16;
const MAX_PAGE_RECORDS = 8192;

/** Pages of serialised records; compressed object files are not written. */
class ObjectWriter implements TaskWriter {
  readonly #file: PartFile;
  readonly #mark: Buffer;
  readonly #isAdaptive: boolean;
  #batchSize: number;
  #batch: unknown[] = [];
  bytesWritten: number;
  recordsWritten = 0;

  constructor(options: TaskWriterOptions) {
    this.#file = new PartFile(options, 'none');
    const asked = options.batchSize ?? 0;
    this.#isAdaptive = !(asked >= 1);
    this.#batchSize = this.#isAdaptive ? FIRST_PAGE_RECORDS : Math.floor(asked);
    const { bytes, mark } = makeHeader();
    this.#mark = mark;
    this.#file.write(bytes);
    this.bytesWritten = bytes.length;
  }

  write(record: unknown): void {
    this.#batch.push(record);
    this.recordsWritten++;
    if (this.#batch.length >= this.#batchSize) this.#flush();
  }

  commit(): void {
    this.#flush();
    this.#file.commit();
  }

  abort(): void {
    this.#file.abort();
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const page = encodePage(this.#batch, this.#mark);
    const recordBytes = page.length / this.#batch.length;
    this.#batch = [];
    this.#file.write(page);
    this.bytesWritten += page.length;
    if (!this.#isAdaptive) return;
    const fitting = Math.floor(PAGE_BYTES / recordBytes);
    this.#batchSize = Math.min(MAX_PAGE_RECORDS, Math.max(1, fitting));
  }
}
