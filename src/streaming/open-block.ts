// The block that is being received: what arrives is added until it is closed. Main thread only.
import type { Block } from '../blocks/block.js';
import { allocateFresh, encodeBlock } from '../blocks/codec.js';
import { BlockWriter } from '../blocks/writer.js';
import { Arena } from '../kernels/arena.js';

/** A block with the number of records that come of it, which need not be those it is made of. */
export interface ReceivedBlock {
  readonly block: Block;
  readonly records: number;
}

/** What became of data that was added. */
export interface Added<D> {
  /** Bytes that what was taken in counts for. */
  readonly bytes: number;
  readonly records: number;
  /** What was not taken in, null if nothing. */
  readonly rest: D | null;
}

export interface OpenBlock<D> {
  /** Takes data in, of what can be cut at most so many records. */
  add(data: D, mostRecords: number): Added<D>;
  /** Whether anything waits to be closed. */
  readonly isEmpty: boolean;
  /** The block of what was added; this one is empty afterwards. */
  close(): ReceivedBlock;
}

/** Records as they are. */
export class RecordBlock implements OpenBlock<readonly unknown[]> {
  readonly #writer = new BlockWriter<unknown>();

  add(records: readonly unknown[]): Added<readonly unknown[]> {
    const before = this.#writer.sizeBytes;
    this.#writer.pushAll(records);
    const bytes = Math.max(1, this.#writer.sizeBytes - before);
    return { bytes, records: records.length, rest: null };
  }

  get isEmpty(): boolean {
    return this.#writer.count === 0;
  }

  close(): ReceivedBlock {
    const block = this.#writer.finish(allocateFresh);
    return { block, records: block.count };
  }
}

const NEWLINE = 0x0a;
/** A line longer than this is cut, so that a sender of no newlines at all cannot fill the memory. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/**
 * Lines as the bytes they arrived as: a worker cuts and decodes them. One record a block; the unfinished line
 * at the end stays behind for the next.
 */
export class LineBlock implements OpenBlock<Buffer> {
  /** Bytes up to the last newline, oldest first, and the unfinished line after it. */
  #whole: Buffer[] = [];
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** Newlines in `#whole`. */
  #lines = 0;

  add(received: Buffer, mostRecords: number): Added<Buffer> {
    const found = newlineCounter.count(received);
    const records = Math.min(found, Math.max(mostRecords, 0));
    const isCut = records < found;
    const chunk = isCut ? received.subarray(0, endOfLines(received, records)) : received;
    this.#lines += records;
    this.#append(chunk);
    const rest = isCut ? received.subarray(chunk.length) : null;
    return { bytes: chunk.length, records, rest };
  }

  #append(chunk: Buffer): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      this.#whole.push(...this.#rest, chunk.subarray(0, end));
      this.#rest = [];
      this.#restBytes = 0;
    }
    if (end < chunk.length) {
      this.#rest.push(chunk.subarray(end));
      this.#restBytes += chunk.length - end;
      if (this.#restBytes > LONGEST_LINE_BYTES) this.endLine();
    }
  }

  /** The unfinished line is one: no more of it will come. */
  endLine(): void {
    if (this.#restBytes === 0) return;
    this.#whole.push(...this.#rest, Buffer.from('\n'));
    this.#lines++;
    this.#rest = [];
    this.#restBytes = 0;
  }

  get isEmpty(): boolean {
    return this.#whole.length === 0;
  }

  close(): ReceivedBlock {
    const bytes = Buffer.concat(this.#whole);
    this.#whole = [];
    // Copied, or a few bytes would keep their whole chunk.
    if (this.#restBytes > 0) this.#rest = [Buffer.concat(this.#rest)];
    const records = this.#lines;
    this.#lines = 0;
    // The last newline ends a line and begins none.
    const lines = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length - 1);
    return { block: encodeBlock([lines]), records };
  }
}

/** Where the first `count` lines end. */
function endOfLines(bytes: Buffer, count: number): number {
  let end = 0;
  for (let line = 0; line < count; line++) end = bytes.indexOf(NEWLINE, end) + 1;
  return end;
}

/** Counts newlines by a kernel, or one by one where kernels cannot run. */
class NewlineCounter {
  #arena: Arena | null | undefined;

  count(bytes: Buffer): number {
    this.#arena ??= Arena.create();
    const arena = this.#arena;
    if (arena === null) return countOneByOne(bytes);
    arena.reset();
    const at = arena.copyIn(bytes);
    return arena.kernels.countByte(at, at + bytes.length, NEWLINE);
  }
}

function countOneByOne(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

const newlineCounter = new NewlineCounter();
