// Cuts the bytes of a split into chunks of whole lines, by the rules of Hadoop's LineRecordReader.
// Runs in workers, synchronously; knows bytes, not characters.
import { UsageError } from '../errors.js';
import type { ByteSource } from './byte-source.js';

/** Chunks above 64 KiB give strings too large for V8's young generation, at half the speed. */
const CHUNK_BYTES = 64 * 1024;
/** Just under the longest string V8 can make. */
export const MAX_LINE_BYTES = 0x1fff_ffe8 - 1;
const LF = 10;
const CR = 13;

export interface LineChunksOptions {
  /** For messages. */
  readonly path: string;
  /** False if the split begins inside a file: its first line belongs to the split before. */
  readonly isFileStart: boolean;
  readonly chunkBytes?: number;
  readonly maxLineBytes?: number;
  /** Where buffers come from: at first one, later others for lines longer than a chunk. */
  readonly allocate?: (sizeBytes: number) => Buffer;
}

/**
 * After each `advance()` that returns true, `buffer[from … to)` holds whole lines, each with its line
 * end (`\n`, `\r\n` or `\r`); a last line of the file without one has been given a `\n`. The buffer
 * is reused by the next call.
 *
 * A line belongs to the split in which it starts, and one that starts exactly at a split's end to
 * that split, not to the next: which is why every split but a file's first skips to the first line
 * that starts after its own start.
 */
export class LineChunks {
  buffer: Buffer;
  from = 0;
  to = 0;
  readonly #source: ByteSource;
  readonly #path: string;
  readonly #chunkBytes: number;
  readonly #maxLineBytes: number;
  readonly #allocate: (sizeBytes: number) => Buffer;
  /** Bytes of the buffer that hold data; one more is kept free for an added line end. */
  #filled = 0;
  /** Position in the source of the buffer's first byte. */
  #position = 0;
  #mustSkipLine: boolean;
  #mayHaveMark: boolean;
  /** Bytes of a byte order mark at the front of the buffer: part of the file's first line, but not shown. */
  #markBytes = 0;
  #isSourceOver = false;
  #isDone = false;

  constructor(source: ByteSource, options: LineChunksOptions) {
    this.#source = source;
    this.#path = options.path;
    this.#chunkBytes = options.chunkBytes ?? CHUNK_BYTES;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
    this.#mustSkipLine = !options.isFileStart;
    this.#mayHaveMark = options.isFileStart;
    this.#allocate = options.allocate ?? Buffer.allocUnsafe;
    this.buffer = this.#allocate(this.#chunkBytes + 1);
  }

  /** Position in the source up to which lines were handed out. */
  get position(): number {
    return this.#position + this.to;
  }

  /** Moves on to the next chunk; false if the split has no more lines. */
  advance(): boolean {
    if (this.#isDone) return false;
    this.#carryTail();
    this.#fill();
    if (this.#mayHaveMark) this.#skipByteOrderMark();
    if (this.#mustSkipLine && !this.#skipFirstLine()) return this.#finish();
    while (!this.#findChunk()) {
      if (this.#isDone) return false;
      this.#grow();
      this.#fill();
    }
    return true;
  }

  /** Decides `to`; false if more bytes are needed, or if there are no more lines (then done). */
  #findChunk(): boolean {
    const splitEnd = this.#source.end - this.#position;
    if (
      this.from - this.#markBytes > splitEnd ||
      (this.#isSourceOver && this.from === this.#filled)
    ) {
      return this.#finish();
    }
    if (this.#filled > splitEnd) {
      const next = this.#lineStartAfter(splitEnd);
      if (next >= 0) {
        this.to = next;
        this.#isDone = true;
        return true;
      }
    }
    if (this.#isSourceOver) {
      this.#endLastLine();
      return true;
    }
    this.to = this.#lastLineStart();
    return this.to > this.from;
  }

  /** Index of the first line that starts after `index`; -1 if the buffer does not show it. */
  #lineStartAfter(index: number): number {
    const { buffer } = this;
    for (let i = index; i < this.#filled; i++) {
      const byte = buffer[i];
      if (byte === LF) return i + 1;
      if (byte === CR) {
        // Whether a \n follows is not known at the end of the buffer.
        if (i + 1 < this.#filled) return buffer[i + 1] === LF ? i + 2 : i + 1;
        return this.#isSourceOver ? i + 1 : -1;
      }
    }
    return -1;
  }

  /** Index after the last line end in the buffer; at most `from` if there is none. */
  #lastLineStart(): number {
    const afterLf = this.buffer.lastIndexOf(LF, this.#filled - 1) + 1;
    if (afterLf > this.from || this.#filled < 2) return afterLf;
    // A \r in the last byte may be half of a \r\n.
    return this.buffer.lastIndexOf(CR, this.#filled - 2) + 1;
  }

  #endLastLine(): void {
    const last = this.buffer[this.#filled - 1];
    if (last !== LF && last !== CR) this.buffer[this.#filled++] = LF;
    this.to = this.#filled;
    this.#isDone = true;
  }

  #skipFirstLine(): boolean {
    for (;;) {
      const next = this.#lineStartAfter(this.from);
      if (next >= 0) {
        this.from = next;
        this.#mustSkipLine = false;
        return true;
      }
      if (this.#isSourceOver) return false;
      // Drop what was searched; a \r in the last byte is looked at again with what follows it.
      const isCut = this.buffer[this.#filled - 1] === CR;
      this.to = isCut ? this.#filled - 1 : this.#filled;
      this.#carryTail();
      this.#fill();
    }
  }

  #skipByteOrderMark(): void {
    this.#mayHaveMark = false;
    const { buffer } = this;
    const isMark =
      this.#filled >= 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
    if (isMark) this.#markBytes = this.from = 3;
  }

  /** Moves what follows the last chunk to the front; a buffer grown for a long line goes. */
  #carryTail(): void {
    const tail = this.#filled - this.to;
    const isGrown = this.buffer.length > this.#chunkBytes + 1;
    if (isGrown && tail < this.#chunkBytes) {
      const small = this.#allocate(this.#chunkBytes + 1);
      this.buffer.copy(small, 0, this.to, this.#filled);
      this.buffer = small;
    } else if (tail > 0) {
      this.buffer.copyWithin(0, this.to, this.#filled);
    }
    this.#position += this.to;
    this.#markBytes = 0;
    this.#filled = tail;
    this.from = 0;
    this.to = 0;
  }

  #fill(): void {
    const room = this.buffer.length - 1;
    while (this.#filled < room && !this.#isSourceOver) {
      const count = this.#source.read(this.buffer, this.#filled, room - this.#filled);
      if (count === 0) this.#isSourceOver = true;
      this.#filled += count;
    }
  }

  #grow(): void {
    const size = this.buffer.length - 1;
    if (size >= this.#maxLineBytes) throw this.#tooLong();
    const larger = this.#allocate(Math.min(size * 2, this.#maxLineBytes) + 1);
    this.buffer.copy(larger, 0, 0, this.#filled);
    this.buffer = larger;
  }

  #finish(): false {
    this.#isDone = true;
    this.to = this.from;
    return false;
  }

  #tooLong(): UsageError {
    return new UsageError(
      'IO-112',
      `Cannot read '${this.#path}' as text: a line is longer than ${this.#maxLineBytes} bytes ` +
        `(it starts ${this.#position + this.from} bytes after the start of the split). ` +
        'Check that it is a text file; binaryFiles and binaryRecords read other files.',
      { details: { path: this.#path } },
    );
  }
}
