// Reads a split of a text file as strings of whole lines. Runs in workers, inside the hottest loops.
import { isAscii, transcode } from 'node:buffer';
import type { ByteSource } from './byte-source.js';
import { LineChunks } from './line-chunks.js';
import { openByteSource } from './open-byte-source.js';
import type { FileSplit } from './split.js';

/**
 * Whole lines, chunk by chunk. In a chunk every line ends with exactly one `\n`, whatever it ended
 * with in the file, so that consumers look for `\n` only.
 *
 * A line cut from a chunk with `slice` keeps the whole chunk (64 KiB) alive: whatever retains
 * records must copy their characters.
 */
export interface TextChunks {
  /** The next chunk, never empty; null at the end of the split. */
  next(): string | null;
  /** Stored bytes of the split read so far. */
  readonly bytesRead: number;
  close(): void;
}

/** Opens the lines that belong to a split. Close it when done, also after an error. */
export function openTextSplit(split: FileSplit): TextChunks {
  return new TextReader(split);
}

class TextReader implements TextChunks {
  readonly #source: ByteSource;
  readonly #lines: LineChunks;

  constructor(split: FileSplit) {
    this.#source = openByteSource(split);
    this.#lines = new LineChunks(this.#source, {
      path: split.path,
      isFileStart: split.start === 0,
    });
  }

  get bytesRead(): number {
    return this.#source.storedBytes(this.#lines.position);
  }

  next(): string | null {
    const lines = this.#lines;
    if (!lines.advance()) return null;
    return decodeLines(lines.buffer.subarray(lines.from, lines.to));
  }

  close(): void {
    this.#source.close();
  }
}

const LF = 10;
const CR = 13;

/** Whole lines as text, every one ended by `\n`. Changes the bytes where lines end otherwise. */
export function decodeLines(chunk: Buffer): string {
  return decodeText(chunk.includes(CR) ? withPlainLineEnds(chunk) : chunk);
}

/** Bytes to characters; what is not UTF-8 becomes U+FFFD, as in Java. */
export function decodeText(bytes: Buffer): string {
  // latin1 and UTF-16 are copied by V8, five times as fast as it decodes UTF-8.
  if (isAscii(bytes)) return bytes.toString('latin1');
  try {
    return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
  } catch {
    return bytes.toString('utf8');
  }
}

/** Turns `\r\n` and `\r` into `\n` in place and returns the part of the buffer that is left. */
function withPlainLineEnds(bytes: Buffer): Buffer {
  let to = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === CR) {
      bytes[to++] = LF;
      if (bytes[i + 1] === LF) i++;
    } else {
      bytes[to++] = byte;
    }
  }
  return bytes.subarray(0, to);
}
