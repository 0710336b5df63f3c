// Lines as pairs: behind their byte offset (Hadoop's TextInputFormat), or cut at a separator
// (KeyValueTextInputFormat). Runs in workers, synchronously.
import type { ByteSource } from './byte-source.js';
import { LineChunks } from './line-chunks.js';
import { openByteSource } from './open-byte-source.js';
import type { FileSplit } from './split.js';
import { decodeText } from './text-reader.js';

const LF = 10;
const CR = 13;
const MARK_BYTES = 3;

export class LinePairReader {
  readonly #split: FileSplit;
  readonly #separator: string | null;
  readonly #source: ByteSource;
  readonly #lines: LineChunks;
  #isFirst = true;

  /** Without a separator keys are offsets: of the stored bytes, or of the unpacked ones of a compressed file. */
  constructor(split: FileSplit, separator: string | null) {
    this.#split = split;
    this.#separator = separator;
    this.#source = openByteSource(split);
    this.#lines = new LineChunks(this.#source, {
      path: split.path,
      isFileStart: split.start === 0,
    });
  }

  get bytesRead(): number {
    return this.#source.storedBytes(this.#lines.position);
  }

  next(): [unknown, string][] | null {
    const lines = this.#lines;
    if (!lines.advance()) return null;
    const chunk = lines.buffer.subarray(lines.from, lines.to);
    const starts = this.#separator === null ? lineStarts(chunk) : [];
    const base = this.#offsetOfChunk();
    // The end of the last line leaves an empty text behind it.
    const texts = decodeText(chunk).split(chunk.includes(CR) ? /\r\n?|\n/ : '\n');
    texts.pop();
    if (this.#separator !== null) return texts.map((text) => cutAt(text, this.#separator!));
    // A byte order mark belongs to the first line, but is not shown.
    return texts.map((text, line) => [line === 0 ? base.first : base.others + starts[line]!, text]);
  }

  close(): void {
    this.#source.close();
  }

  #offsetOfChunk(): { first: number; others: number } {
    const { position, from, to } = this.#lines;
    const others = this.#split.start + position - (to - from);
    const isBehindMark = this.#isFirst && this.#split.start === 0 && others === MARK_BYTES;
    this.#isFirst = false;
    return { first: isBehindMark ? 0 : others, others };
  }
}

function lineStarts(chunk: Buffer): number[] {
  const starts = [0];
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i];
    if (byte === LF || (byte === CR && chunk[i + 1] !== LF)) starts.push(i + 1);
  }
  return starts;
}

function cutAt(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + separator.length)];
}
