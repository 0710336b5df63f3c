// Reads bzip2 files (of any number of streams) as a stream of bytes, from any block on, so that one
// file can be many splits. Runs in workers, synchronously; holds one block (3.6 MB) at a time.
import { UsageError } from '../errors.js';
import { BitReader, EndOfBits } from './bit-reader.js';
import type { ByteSource } from './byte-source.js';
import { Bzip2Block, Bzip2DataError } from './bzip2-block.js';
import type { ReadHandle } from './file-system.js';
import type { FileSplit } from './split.js';

/** Marks of 48 bits, as halves: the digits of pi before a block, of its root at the end of a stream. */
const BLOCK_MARK = [0x314159, 0x265359] as const;
const END_MARK = [0x177245, 0x385090] as const;
/** 'BZh' and the level: what every stream begins with. */
const STREAM_HEADER_BITS = 32;

/**
 * A block belongs to the split in which its mark starts; the first of the file to the first split.
 * `end` is known once a block of the next split is met, or the file is over.
 */
export class Bzip2Source implements ByteSource {
  end = Number.POSITIVE_INFINITY;
  readonly #handle: ReadHandle;
  readonly #path: string;
  readonly #bits: BitReader;
  readonly #startByte: number;
  readonly #endBit: number;
  readonly #block = new Bzip2Block();
  #hasBlock = false;
  #position = 0;
  #isOpened = false;
  #isOver = false;

  constructor(handle: ReadHandle, split: FileSplit) {
    this.#handle = handle;
    this.#path = split.path;
    this.#startByte = split.start;
    this.#endBit = (split.start + split.length) * 8;
    // A later split starts behind the first mark of the file, which the first split owns.
    const firstByte = split.start === 0 ? 0 : Math.max(split.start, STREAM_HEADER_BITS / 8 + 1);
    this.#bits = new BitReader(handle, firstByte);
  }

  read(target: Buffer, offset: number, length: number): number {
    try {
      return this.#read(target, offset, length);
    } catch (cause) {
      if (cause instanceof EndOfBits || cause instanceof Bzip2DataError) throw this.#damaged(cause);
      throw cause;
    }
  }

  storedBytes(): number {
    return Math.ceil(this.#bits.bitPosition / 8) - this.#startByte;
  }

  close(): void {
    this.#handle.close();
  }

  #read(target: Buffer, offset: number, length: number): number {
    if (!this.#isOpened) this.#open();
    while (!this.#isOver) {
      const count = this.#hasBlock ? this.#block.read(target, offset, length) : 0;
      this.#position += count;
      if (count > 0) return count;
      this.#loadNext();
    }
    return 0;
  }

  #open(): void {
    this.#isOpened = true;
    if (this.#startByte === 0) {
      this.#readStreamHeader();
    } else if (this.#findBlock()) {
      if (this.#bits.bitPosition - 48 >= this.#endBit) this.#isOver = true;
      else this.#loadBlock();
    } else {
      this.#isOver = true;
    }
  }

  #readStreamHeader(): void {
    const isHeader = this.#bits.read(24) === 0x425a68;
    const level = this.#bits.read(8) - 0x30;
    if (!isHeader || level < 1 || level > 9) {
      throw new Bzip2DataError('it does not begin as a bzip2 file does');
    }
  }

  /** Moves behind the next block mark, at whatever bit it stands; false if there is none. */
  #findBlock(): boolean {
    const bits = this.#bits;
    let high = 0;
    let low = 0;
    try {
      while (high !== BLOCK_MARK[0] || low !== BLOCK_MARK[1]) {
        high = ((high << 1) | (low >>> 23)) & 0xff_ffff;
        low = ((low << 1) | bits.readBit()) & 0xff_ffff;
      }
      return true;
    } catch (error) {
      if (error instanceof EndOfBits) return false;
      throw error;
    }
  }

  /** Goes on to the next block, over the ends and beginnings of streams. */
  #loadNext(): void {
    const bits = this.#bits;
    const markBit = bits.bitPosition;
    const high = bits.read(24);
    const low = bits.read(24);
    if (high === BLOCK_MARK[0] && low === BLOCK_MARK[1]) {
      const isOurs = markBit < this.#endBit || !this.#hasBlock;
      if (!isOurs && this.end === Number.POSITIVE_INFINITY) this.end = this.#position;
      this.#loadBlock();
    } else if (high === END_MARK[0] && low === END_MARK[1]) {
      bits.read32();
      bits.alignToByte();
      if (bits.isAtEnd()) this.#isOver = true;
      else this.#readStreamHeader();
    } else {
      throw new Bzip2DataError('a block does not begin with its mark');
    }
  }

  #loadBlock(): void {
    this.#block.load(this.#bits);
    this.#hasBlock = true;
  }

  #damaged(cause: Error): UsageError {
    return new UsageError(
      'IO-110',
      `Cannot decompress '${this.#path}': ${cause.message}, near byte ${Math.floor(this.#bits.bitPosition / 8)} of the file. ` +
        'The file is damaged, incomplete, or not compressed as its name says.',
      { cause, details: { path: this.#path } },
    );
  }
}
