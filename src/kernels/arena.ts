// The memory that kernels work on: handed out from bottom to top, given back all at once. One per thread.
import { instantiate, type KernelFunctions } from './kernel-functions.js';
import { wasm, type WasmMemory } from './web-assembly.js';

const PAGE_BYTES = 65_536;
/** The kernels' own data lies below. */
const BOTTOM = 4096;
const INITIAL_PAGES = 16;
const MAXIMUM_PAGES = 65_536;
/** Kernels read, and line copies write, at most so far beyond what they were given. */
const SLACK_BYTES = 128;
/** A thread's arena may hold so much, unless it is given another limit. */
const DEFAULT_LIMIT_BYTES = 1024 * 1024 * 1024;

/** Thrown where the arena's limit is reached: the work is done in another way. */
export class ArenaFull extends Error {}

export interface ArenaOptions {
  readonly limitBytes?: number;
  /** Told how large the memory is now whenever that changes. */
  readonly onResize?: ((sizeBytes: number) => void) | undefined;
}

/**
 * Memory is shared, so that growing it leaves views of it valid: a view never covers what was added
 * after it was made, but what it covers stays where it is.
 */
export class Arena {
  readonly kernels: KernelFunctions;
  readonly #memory: WasmMemory;
  readonly #limitBytes: number;
  readonly #onResize: ((sizeBytes: number) => void) | undefined;
  #top = BOTTOM;
  #bytes!: Buffer;
  #u32!: Uint32Array;
  #f64!: Float64Array;

  private constructor(
    memory: WasmMemory,
    kernels: KernelFunctions,
    { limitBytes, onResize }: ArenaOptions & { readonly limitBytes: number },
  ) {
    this.#memory = memory;
    this.kernels = kernels;
    this.#limitBytes = limitBytes;
    this.#onResize = onResize;
    this.#view();
  }

  /** A new arena, or null where kernels cannot run. */
  static create({ limitBytes = DEFAULT_LIMIT_BYTES, onResize }: ArenaOptions = {}): Arena | null {
    try {
      const memory = new wasm.Memory({
        initial: INITIAL_PAGES,
        maximum: MAXIMUM_PAGES,
        shared: true,
      });
      const kernels = instantiate(memory);
      return kernels === null ? null : new Arena(memory, kernels, { limitBytes, onResize });
    } catch {
      return null;
    }
  }

  /** All memory as bytes; so are `u32` and `f64`, whose indices are addresses divided by 4 and 8. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get u32(): Uint32Array {
    return this.#u32;
  }

  get f64(): Float64Array {
    return this.#f64;
  }

  /** Bytes of memory, whether handed out or not. */
  get sizeBytes(): number {
    return this.#bytes.length;
  }

  /** The address of `sizeBytes` of memory of unknown content, a multiple of 64. Throws ArenaFull. */
  allocate(sizeBytes: number): number {
    const at = this.#top;
    const top = Math.ceil((at + sizeBytes + SLACK_BYTES) / 64) * 64;
    const wanted = top + SLACK_BYTES;
    if (wanted > this.#limitBytes) throw new ArenaFull(`more than ${this.#limitBytes} bytes`);
    if (wanted > this.#bytes.length) this.#grow(wanted);
    this.#top = top;
    return at;
  }

  /** The address of a copy of the bytes. */
  copyIn(bytes: Uint8Array): number {
    const at = this.allocate(bytes.length);
    this.#bytes.set(bytes, at);
    return at;
  }

  /** Sets bytes; `Buffer.fill` goes through shared memory one byte at a time. */
  fill(at: number, sizeBytes: number, value: number): void {
    this.kernels.fill(at, sizeBytes, value);
  }

  /** A copy of `count` f64 outside the arena; `slice` goes through shared memory one byte at a time. */
  copyF64(at: number, count: number): Float64Array {
    const copy = new Float64Array(count);
    copy.set(this.#f64.subarray(at / 8, at / 8 + count));
    return copy;
  }

  /** The same of u32. */
  copyU32(at: number, count: number): Uint32Array {
    const copy = new Uint32Array(count);
    copy.set(this.#u32.subarray(at / 4, at / 4 + count));
    return copy;
  }

  /** Writes `from`, `from + 1`, … as `count` u32 to the address. */
  fillFollowing(at: number, from: number, count: number): void {
    const u32 = this.#u32;
    for (let i = 0; i < count; i++) u32[at / 4 + i] = from + i;
  }

  /** What was handed out since belongs to nobody again. */
  release(mark: number): void {
    this.#top = mark;
  }

  /** Where the next allocation will be at the earliest. */
  get mark(): number {
    return this.#top;
  }

  /** Everything belongs to nobody again. */
  reset(): void {
    this.#top = BOTTOM;
  }

  #grow(wanted: number): void {
    const size = this.#bytes.length;
    // By an eighth at least, or many small steps would each make new views.
    const target = Math.min(this.#limitBytes, Math.max(wanted, size + (size >> 3)));
    try {
      this.#memory.grow(Math.ceil((target - size) / PAGE_BYTES));
    } catch {
      throw new ArenaFull('the system has no more memory');
    }
    this.#view();
  }

  #view(): void {
    const { buffer } = this.#memory;
    this.#bytes = Buffer.from(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#f64 = new Float64Array(buffer);
    this.#onResize?.(this.#bytes.length);
  }
}
