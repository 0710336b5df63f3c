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

interface Idle {
  readonly buffer: SharedArrayBuffer;
  /** Grows with each that comes. */
  readonly turn: number;
}

/** Hands out shared buffers by size class and takes them back. */
export class BufferPool {
  readonly #maxIdleBytes: number;
  /** Of each size, the one idle longest first. */
  readonly #idleBySize = new Map<number, Idle[]>();
  readonly #idle = new WeakSet<SharedArrayBuffer>();
  #idleBytes = 0;
  #turn = 0;

  constructor(options: BufferPoolOptions = {}) {
    this.#maxIdleBytes = options.maxIdleBytes ?? DEFAULT_MAX_IDLE;
  }

  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** A buffer of `sizeBytes` or a little more. Its content is whatever was in it before. */
  allocate(sizeBytes: number): SharedArrayBuffer {
    const size = sizeClass(sizeBytes);
    const idle = this.#idleBySize.get(size)?.pop();
    return idle === undefined ? new SharedArrayBuffer(size) : this.#taken(idle);
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
    while (this.#idleBytes + size > this.#maxIdleBytes) dropped += this.#dropOldest();
    const idle = { buffer, turn: this.#turn++ };
    const sameSize = this.#idleBySize.get(size);
    if (sameSize === undefined) this.#idleBySize.set(size, [idle]);
    else sameSize.push(idle);
    this.#idle.add(buffer);
    this.#idleBytes += size;
    return dropped;
  }

  /** Lets all idle buffers go. */
  clear(): void {
    while (this.#idleBytes > 0) this.#dropOldest();
  }

  #dropOldest(): number {
    let oldest: Idle[] | null = null;
    for (const list of this.#idleBySize.values()) {
      if (list.length > 0 && (oldest === null || list[0]!.turn < oldest[0]!.turn)) oldest = list;
    }
    return this.#taken(oldest!.shift()!).byteLength;
  }

  #taken({ buffer }: Idle): SharedArrayBuffer {
    this.#idle.delete(buffer);
    this.#idleBytes -= buffer.byteLength;
    return buffer;
  }
}

/** The smallest class that holds `sizeBytes`: 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, … KiB. */
function sizeClass(sizeBytes: number): number {
  if (sizeBytes <= SMALLEST) return SMALLEST;
  const step = 2 ** Math.floor(Math.log2(sizeBytes - 1)) / STEPS;
  return Math.ceil(sizeBytes / step) * step;
}
