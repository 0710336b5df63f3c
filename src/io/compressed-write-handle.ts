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
    const end = offset + length;
    for (let from = offset; from < end; from = end - this.#engine.inputLeft) {
      this.#step(buffer.subarray(from, end), false);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      // zlib is done once it leaves room in the output.
      while (this.#step(NOTHING, true) === OUTPUT_BYTES);
    } finally {
      this.#engine.close();
      this.#target.close();
    }
  }

  #step(input: Uint8Array, isLast: boolean): number {
    const count = this.#engine.step(input, this.#output, isLast);
    if (count > 0) this.#target.write(this.#output, 0, count);
    return count;
  }
}
