// Compresses what is written on its way to a file. Runs in workers, synchronously.
import type { WritableCodec } from './codec.js';
import type { WriteHandle } from './file-system.js';
import { ZlibEngine } from './zlib-engine.js';

const OUTPUT_BYTES = 64 * 1024;
const NOTHING = new Uint8Array(0);

export class CompressedWriteHandle implements WriteHandle {
  readonly #target: WriteHandle;
  readonly #engine: ZlibEngine;
  readonly #output = Buffer.allocUnsafe(OUTPUT_BYTES);
  #isClosed = false;

  constructor(target: WriteHandle, codec: WritableCodec) {
    this.#target = target;
    this.#engine = new ZlibEngine(codec);
  }

  write(buffer: Uint8Array, offset: number, length: number): void {
    let left = length;
    while (left > 0) {
      this.#step(buffer, offset + length - left, left, false);
      left = this.#engine.inputLeft;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      // zlib is done once it leaves room in the output.
      while (this.#step(NOTHING, 0, 0, true) === OUTPUT_BYTES);
    } finally {
      this.#engine.close();
      this.#target.close();
    }
  }

  #step(input: Uint8Array, offset: number, length: number, isLast: boolean): number {
    const output = this.#output;
    const count = this.#engine.step(input, offset, length, output, 0, OUTPUT_BYTES, isLast);
    if (count > 0) this.#target.write(output, 0, count);
    return count;
  }
}
