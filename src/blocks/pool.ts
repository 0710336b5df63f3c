// Shared buffers that are used again. V8 frees a SharedArrayBuffer only after a collection in every thread
// that saw it, and fresh memory must be touched by the kernel first; so whoever is done gives buffers back.
// Runs on every thread, each with a pool of its own.

const SMALLEST = 4096;
/** Classes per power of two: a buffer is at most a quarter larger than asked for. */
const STEPS = 4;
const DEFAULT_MAX_IDLE = 256 * 1024 * 1024;

export interface BufferPoolOptions {
  /** Bytes of idle buffers that are kept; the ones idle longest are let go first. */
  readonly maxIdleBytes?: number;
}

/** Hands out shared buffers by size class and takes them back. */
export class BufferPool {
  readonly #maxIdleBytes: number;
  readonly #idleBySize = new Map<number, Set<SharedArrayBuffer>>();
  /** All idle buffers, the one idle longest first. */
  readonly #idle = new Set<SharedArrayBuffer>();
  #idleBytes = 0;

  constructor(options: BufferPoolOptions = {}) {
    this.#maxIdleBytes = options.maxIdleBytes ?? DEFAULT_MAX_IDLE;
  }

  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** A buffer of `sizeBytes` or a little more. Its content is whatever was in it before. */
  allocate(sizeBytes: number): SharedArrayBuffer {
    const size = sizeClass(sizeBytes);
    const [buffer] = this.#idleBySize.get(size) ?? [];
    if (buffer === undefined) return new SharedArrayBuffer(size);
    this.#forget(buffer);
    return buffer;
  }

  /**
   * Takes a buffer back: nobody may read or write it any more. One that no pool made, or that is
   * here already, is left to the garbage collector. Returns how many bytes were left to it.
   */
  release(buffer: SharedArrayBuffer): number {
    const size = buffer.byteLength;
    if (this.#idle.has(buffer)) return 0;
    if (size > this.#maxIdleBytes || size !== sizeClass(size)) return size;
    let dropped = 0;
    for (const oldest of this.#idle) {
      if (this.#idleBytes + size <= this.#maxIdleBytes) break;
      dropped += oldest.byteLength;
      this.#forget(oldest);
    }
    const sameSize = this.#idleBySize.get(size);
    if (sameSize === undefined) this.#idleBySize.set(size, new Set([buffer]));
    else sameSize.add(buffer);
    this.#idle.add(buffer);
    this.#idleBytes += size;
    return dropped;
  }

  /** Lets all idle buffers go. */
  clear(): void {
    this.#idle.clear();
    this.#idleBySize.clear();
    this.#idleBytes = 0;
  }

  #forget(buffer: SharedArrayBuffer): void {
    const size = buffer.byteLength;
    const sameSize = this.#idleBySize.get(size);
    sameSize?.delete(buffer);
    if (sameSize?.size === 0) this.#idleBySize.delete(size);
    this.#idle.delete(buffer);
    this.#idleBytes -= size;
  }
}

/** The smallest class that holds `sizeBytes`: 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, … KiB. */
function sizeClass(sizeBytes: number): number {
  if (sizeBytes <= SMALLEST) return SMALLEST;
  const step = 2 ** Math.floor(Math.log2(sizeBytes - 1)) / STEPS;
  return Math.ceil(sizeBytes / step) * step;
}
