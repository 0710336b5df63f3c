// Reads gzip files (of any number of members) and zlib files (.deflate) as a stream of bytes.
// Runs in workers, synchronously; holds 64 KiB of the file at a time.
import { UsageError } from '../errors.js';
import type { ByteSource } from './byte-source.js';
import type { ReadHandle } from './file-system.js';
import { ZlibDataError, ZlibEngine } from './zlib-engine.js';

const INPUT_BYTES = 64 * 1024;

export class InflateSource implements ByteSource {
  /** A compressed file is one split. */
  readonly end = Number.POSITIVE_INFINITY;
  readonly #handle: ReadHandle;
  readonly #path: string;
  readonly #engine: ZlibEngine;
  readonly #input = Buffer.allocUnsafe(INPUT_BYTES);
  #from = 0;
  #to = 0;
  /** Bytes of the file read so far. */
  #stored = 0;
  #isInputOver = false;
  #isOver = false;

  constructor(handle: ReadHandle, path: string, codec: 'gzip' | 'deflate') {
    this.#handle = handle;
    this.#path = path;
    this.#engine = new ZlibEngine(codec === 'gzip' ? 'gunzip' : 'inflate');
  }

  read(target: Buffer, offset: number, length: number): number {
    let done = 0;
    while (done < length && !this.#isOver) {
      if (this.#from === this.#to) this.#fill();
      done += this.#inflate(target, offset + done, length - done);
    }
    return done;
  }

  storedBytes(): number {
    return this.#stored;
  }

  close(): void {
    this.#engine.close();
    this.#handle.close();
  }

  #fill(): void {
    if (this.#isInputOver) return;
    this.#from = 0;
    this.#to = this.#handle.read(this.#input, 0, INPUT_BYTES, this.#stored);
    this.#stored += this.#to;
    this.#isInputOver = this.#to === 0;
  }

  #inflate(target: Buffer, offset: number, length: number): number {
    const available = this.#to - this.#from;
    const count = this.#step(target, offset, length);
    if (count > 0) return count;
    if (this.#isInputOver) this.#isOver = true;
    // Nothing read and nothing written: a stream has ended before the file has.
    else if (this.#to - this.#from === available && available > 0) this.#startNextMember();
    return 0;
  }

  #step(target: Buffer, offset: number, length: number): number {
    try {
      const input = this.#input.subarray(this.#from, this.#to);
      const output = target.subarray(offset, offset + length);
      const count = this.#engine.step(input, output, this.#isInputOver);
      this.#from = this.#to - this.#engine.inputLeft;
      return count;
    } catch (cause) {
      if (cause instanceof ZlibDataError) throw this.#damaged(cause);
      throw cause;
    }
  }

  /** After the last stream only zero bytes may follow: padding of tapes and disks. */
  #startNextMember(): void {
    if (this.#input[this.#from] !== 0) {
      this.#engine.reset();
      return;
    }
    while (!this.#isInputOver) {
      for (; this.#from < this.#to; this.#from++) {
        if (this.#input[this.#from] !== 0) {
          throw this.#damaged(new Error('other data follow the end of the compressed data'));
        }
      }
      this.#fill();
    }
    this.#isOver = true;
  }

  #damaged(cause: Error): UsageError {
    const isCut = cause.message === 'unexpected end of file';
    const what = isCut
      ? 'the file ends in the middle of the compressed data'
      : `${cause.message}, near byte ${this.#stored - (this.#to - this.#from)} of the file`;
    return new UsageError(
      'IO-110',
      `Cannot decompress '${this.#path}': ${what}. ` +
        'The file is damaged, incomplete, or not compressed as its name says.',
      { cause, details: { path: this.#path } },
    );
  }
}
