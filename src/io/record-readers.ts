// Readers of the formats that are not lines: whole files, fixed-length records, object files.
// Run in workers, synchronously; each hands out records in chunks.
import { UsageError } from '../errors.js';
import type { ByteSource } from './byte-source.js';
import { fileSystems } from './file-systems.js';
import { MAX_LINE_BYTES } from './line-chunks.js';
import { LinePairReader } from './line-pair-reader.js';
import { openByteSource } from './open-byte-source.js';
import { openObjects } from './packed-object-reader.js';
import { SequenceFileReader } from './sequence-file-reader.js';
import type { FileFormat, FileSplit } from './split.js';
import { decodeText } from './text-reader.js';

/** Records of a split, chunk by chunk, in order. */
export interface RecordChunks {
  /** The next records, at least one; null at the end of the split. */
  next(): unknown[] | null;
  /** Stored bytes of the split read so far. */
  readonly bytesRead: number;
  close(): void;
}

/** Opens the records of a split in any format but text. Close it when done, also after an error. */
export function openRecordSplit(
  split: FileSplit,
  format: Exclude<FileFormat, { kind: 'text' }>,
): RecordChunks {
  switch (format.kind) {
    case 'whole-text':
      return new WholeFileReader(split, readWholeText);
    case 'binary-files':
      return new WholeFileReader(split, readWholeBytes);
    case 'binary-records':
      return new FixedLengthReader(split, format.recordLength);
    case 'objects':
      return openObjects(split);
    case 'line-pairs':
      return new LinePairReader(split, format.separator);
    case 'sequence-file':
      return new SequenceFileReader(split);
  }
}

/** `[url, content]` for every file of the split, a file at a time. */
class WholeFileReader implements RecordChunks {
  readonly #files: readonly FileSplit[];
  readonly #readContent: (file: FileSplit) => string | Uint8Array;
  #next = 0;
  bytesRead = 0;

  constructor(split: FileSplit, readContent: (file: FileSplit) => string | Uint8Array) {
    this.#files = [split, ...(split.packed ?? [])];
    this.#readContent = readContent;
  }

  next(): unknown[] | null {
    const file = this.#files[this.#next++];
    if (file === undefined) return null;
    const content = this.#readContent(file);
    this.bytesRead += file.length;
    return [[fileSystems.for(file.path).toUrl(file.path), content]];
  }

  close(): void {
    this.#next = this.#files.length;
  }
}

function readWholeText(file: FileSplit): string {
  const bytes = readAll(file, MAX_LINE_BYTES);
  return decodeText(bytes);
}

function readWholeBytes(file: FileSplit): Uint8Array {
  const bytes = readAll({ ...file, codec: 'none' }, Number.MAX_SAFE_INTEGER);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The bytes of a file, decompressed, in memory of their own. */
function readAll(file: FileSplit, maxBytes: number): Buffer {
  const source = openByteSource(file);
  try {
    // A plain file has a known length; one byte more shows its end.
    let bytes: Buffer = Buffer.allocUnsafeSlow(Math.min(file.length, maxBytes) + 1);
    let length = 0;
    for (;;) {
      const count = source.read(bytes, length, bytes.length - length);
      if (count === 0) return bytes.subarray(0, length);
      length += count;
      if (length > maxBytes) throw tooLargeError(file.path, maxBytes);
      if (length === bytes.length) bytes = grow(bytes, length);
    }
  } finally {
    source.close();
  }
}

function grow(bytes: Buffer, length: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(4096, bytes.length * 2));
  bytes.copy(larger, 0, 0, length);
  return larger;
}

function tooLargeError(path: string, maxBytes: number): UsageError {
  return new UsageError(
    'IO-112',
    `Cannot read '${path}' as one string: it has more than ${maxBytes} bytes. ` +
      'Use textFile for its lines, or binaryFiles for its bytes.',
    { details: { path } },
  );
}

const FIXED_CHUNK_BYTES = 256 * 1024;
/** Few enough to be arguments of a call (`push(...chunk)`). */
const FIXED_CHUNK_RECORDS = 8192;

/** Records of the same length, as views of a buffer made anew for each chunk. */
class FixedLengthReader implements RecordChunks {
  readonly #source: ByteSource;
  readonly #path: string;
  readonly #recordLength: number;
  #left: number;
  bytesRead = 0;

  constructor(split: FileSplit, recordLength: number) {
    if (split.length % recordLength !== 0) throw raggedError(split, recordLength);
    this.#source = openByteSource(split);
    this.#path = split.path;
    this.#recordLength = recordLength;
    this.#left = split.length;
  }

  next(): Uint8Array[] | null {
    if (this.#left === 0) return null;
    const size = this.#recordLength;
    const count = Math.min(FIXED_CHUNK_RECORDS, Math.max(1, Math.floor(FIXED_CHUNK_BYTES / size)));
    const wanted = Math.min(this.#left, count * size);
    const bytes = Buffer.allocUnsafeSlow(wanted);
    for (let done = 0; done < wanted; ) {
      const read = this.#source.read(bytes, done, wanted - done);
      if (read === 0) throw cutShortError(this.#path);
      done += read;
    }
    this.#left -= wanted;
    this.bytesRead += wanted;
    const records: Uint8Array[] = [];
    for (let at = 0; at < wanted; at += size) {
      records.push(new Uint8Array(bytes.buffer, bytes.byteOffset + at, size));
    }
    return records;
  }

  close(): void {
    this.#source.close();
  }
}

function raggedError(split: FileSplit, recordLength: number): UsageError {
  const size = split.start + split.length;
  return new UsageError(
    'IO-111',
    `Cannot read '${split.path}' in records of ${recordLength} bytes: its length, ${size} bytes, is not a multiple of that; ` +
      `the last record would be incomplete, with ${size % recordLength} bytes. Check the record length.`,
    { details: { path: split.path, sizeBytes: size, recordLength } },
  );
}

function cutShortError(path: string): UsageError {
  return new UsageError(
    'IO-110',
    `Cannot read '${path}': it has become shorter since the input was listed. ` +
      'Run the action again on files that stay as they are while it runs.',
    { details: { path } },
  );
}
