// Bytes that are collected piece by piece, in chunks that are used again: allocating and touching fresh
// memory for every page costs more than encoding it. Runs on every thread.

const SMALLEST = 4 * 1024;
const LARGEST = 1024 * 1024;
/** Free chunks of a size that a thread keeps, unless it is told otherwise. */
const MOST_FREE = 32;

/** Free chunks of the largest size, and of the smallest, which tasks of a few records use. One for the thread. */
class FreeChunks {
  readonly #large: Uint8Array[] = [];
  readonly #small: Uint8Array[] = [];
  mostLarge = MOST_FREE;

  take(size: number): Uint8Array {
    const free = size === LARGEST ? this.#large : size === SMALLEST ? this.#small : undefined;
    return free?.pop() ?? Buffer.allocUnsafeSlow(size);
  }

  giveBack(chunk: Uint8Array): void {
    const { length } = chunk;
    if (length === LARGEST && this.#large.length < this.mostLarge) this.#large.push(chunk);
    if (length === SMALLEST && this.#small.length < MOST_FREE) this.#small.push(chunk);
  }
}

const freeChunks = new FreeChunks();

/** Free chunks of this thread take hardly more than so many bytes. */
export function limitFreeChunks(sizeBytes: number): void {
  freeChunks.mostLarge = Math.min(MOST_FREE, Math.floor(sizeBytes / LARGEST));
}

/** A growing sequence of bytes. Costs nothing while empty. */
export class ByteChunks {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes used of the last chunk; all others are full. */
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const chunk = this.#chunkWithRoom(bytes.length - from);
      const to = Math.min(bytes.length, from + chunk.length - this.#used);
      chunk.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.#used);
      this.#used += to - from;
      from = to;
    }
    this.#length += bytes.length;
  }

  /** Copies all bytes to `target` at `offset`. */
  copyTo(target: Uint8Array, offset: number): void {
    const last = this.#chunks.length - 1;
    for (let i = 0; i <= last; i++) {
      const chunk = this.#chunks[i]!;
      target.set(i === last ? chunk.subarray(0, this.#used) : chunk, offset);
      offset += chunk.length;
    }
  }

  /** The bytes where they lie, valid until the next change. */
  pieces(): Uint8Array[] {
    const last = this.#chunks.length - 1;
    return this.#chunks.map((chunk, i) => (i === last ? chunk.subarray(0, this.#used) : chunk));
  }

  clear(): void {
    for (const chunk of this.#chunks) freeChunks.giveBack(chunk);
    this.#chunks.length = 0;
    this.#used = 0;
    this.#length = 0;
  }

  // Chunks grow with what is there, so that thousands of small collections stay small.
  #chunkWithRoom(needed: number): Uint8Array {
    const last = this.#chunks.at(-1);
    if (last !== undefined && this.#used < last.length) return last;
    let size = SMALLEST;
    while (size < LARGEST && size < this.#length + needed) size *= 2;
    const chunk = freeChunks.take(size);
    this.#chunks.push(chunk);
    this.#used = 0;
    return chunk;
  }
}
