// Reads a file bit by bit, most significant bit first, as bzip2 stores them. Runs in workers.
import type { ReadHandle } from './file-system.js';

const INPUT_BYTES = 64 * 1024;

/** Thrown when the file ends where more bits are needed. */
export class EndOfBits extends Error {
  constructor() {
    super('the file ends in the middle of the compressed data');
  }
}

export class BitReader {
  readonly #handle: ReadHandle;
  readonly #input = Buffer.allocUnsafe(INPUT_BYTES);
  #from = 0;
  #to = 0;
  /** Byte of the file that comes after the input buffer. */
  #filePosition: number;
  /** The last bytes taken from the input; its low `#count` bits are unread. */
  #bits = 0;
  #count = 0;

  constructor(handle: ReadHandle, startByte: number) {
    this.#handle = handle;
    this.#filePosition = startByte;
  }

  /** Bits of the file that come before the next one to be read. */
  get bitPosition(): number {
    return (this.#filePosition - (this.#to - this.#from)) * 8 - this.#count;
  }

  /** The next `n` bits as a number; n is at most 24. */
  read(n: number): number {
    while (this.#count < n) this.#takeByte();
    this.#count -= n;
    return (this.#bits >>> this.#count) & ((1 << n) - 1);
  }

  readBit(): number {
    if (this.#count === 0) this.#takeByte();
    this.#count--;
    return (this.#bits >>> this.#count) & 1;
  }

  read32(): number {
    const high = this.read(16);
    return ((high << 16) | this.read(16)) >>> 0;
  }

  /** Skips to the next whole byte. */
  alignToByte(): void {
    this.#count -= this.#count % 8;
  }

  /** Whether the file has no more bytes. Call it at a whole byte. */
  isAtEnd(): boolean {
    return this.#count === 0 && this.#from === this.#to && !this.#fill();
  }

  #takeByte(): void {
    if (this.#from === this.#to && !this.#fill()) throw new EndOfBits();
    this.#bits = (this.#bits << 8) | this.#input[this.#from++]!;
    this.#count += 8;
  }

  #fill(): boolean {
    this.#from = 0;
    this.#to = this.#handle.read(this.#input, 0, INPUT_BYTES, this.#filePosition);
    this.#filePosition += this.#to;
    return this.#to > 0;
  }
}
