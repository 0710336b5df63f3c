// The bytes of the page that is being encoded: one growing scratch per thread, reused for every page.
// Knows the layout of heads and numbers, not of columns.
import { type NativeBuffer, nativeAlloc } from './native-buffer.js';
import { checksum, PAGE_HEAD_BYTES, PAGE_MAGIC, padded } from './page-layout.js';

const START_BYTES = 64 * 1024;
/** A larger scratch than this is given back after the page. */
const KEEP_BYTES = 8 * 1024 * 1024;
/** Sizes in a page are 32-bit, and offsets of typed arrays signed in places. */
export const MAX_PAGE_BYTES = 0x7ffffff8;

/** Thrown by the encoder where the records do not fit in one page: fewer records may. */
export class PageTooLarge extends Error {}

export class PageWriter {
  #bytes: NativeBuffer = nativeAlloc(START_BYTES);
  #words = new Uint32Array(this.#bytes.buffer);
  #end = PAGE_HEAD_BYTES;

  /** Begins a page, forgetting the last one. */
  begin(): void {
    if (this.#bytes.length > KEEP_BYTES) this.#replace(START_BYTES, 0);
    this.#end = PAGE_HEAD_BYTES;
  }

  /** Ends the page; the view is valid until the next `begin`. */
  finish(count: number): Uint8Array {
    const words = new Int32Array(this.#bytes.buffer, 0, this.#end / 4);
    words[0] = PAGE_MAGIC;
    words[1] = this.#end;
    words[2] = count;
    words[3] = checksum(words, PAGE_HEAD_BYTES / 4, words.length) ^ count;
    return this.#bytes.subarray(0, this.#end);
  }

  /** Where the next part begins. */
  get position(): number {
    return this.#end;
  }

  /** Forgets what was written since `position` was asked for. */
  rewind(position: number): void {
    this.#end = position;
  }

  /** Writes the head of a column. */
  head(kind: number, arg = 0, size = 0, size2 = 0): void {
    this.#reserve(16);
    const at = this.#end / 4;
    this.#words[at] = kind;
    this.#words[at + 1] = arg;
    this.#words[at + 2] = size;
    this.#words[at + 3] = size2;
    this.#end += 16;
  }

  // The views that follow are valid until the next call of any method. Each takes its room first,
  // because that may move the page to larger memory.

  f64(count: number): Float64Array {
    const at = this.#take(count * 8);
    return new Float64Array(this.#bytes.buffer, at, count);
  }

  i32(count: number): Int32Array {
    const at = this.#take(count * 4);
    return new Int32Array(this.#bytes.buffer, at, count);
  }

  u32(count: number): Uint32Array {
    const at = this.#take(count * 4);
    return new Uint32Array(this.#bytes.buffer, at, count);
  }

  u16(count: number): Uint16Array {
    const at = this.#take(count * 2);
    return new Uint16Array(this.#bytes.buffer, at, count);
  }

  u8(count: number): Uint8Array {
    const at = this.#take(count);
    return new Uint8Array(this.#bytes.buffer, at, count);
  }

  /** `size` bytes as a Buffer, for text. */
  text(size: number): NativeBuffer {
    const at = this.#take(size);
    return this.#bytes.subarray(at, at + size) as NativeBuffer;
  }

  #take(size: number): number {
    const at = this.#end;
    const room = padded(size);
    this.#reserve(room);
    this.#end = at + room;
    // The last bytes may be padding: equal records should give equal pages.
    if (room !== size) {
      this.#words[this.#end / 4 - 1] = 0;
      this.#words[this.#end / 4 - 2] = 0;
    }
    return at;
  }

  #reserve(size: number): void {
    const needed = this.#end + size;
    if (needed <= this.#bytes.length) return;
    if (needed > MAX_PAGE_BYTES) throw new PageTooLarge();
    this.#replace(Math.min(MAX_PAGE_BYTES, Math.max(needed, this.#bytes.length * 2)), this.#end);
  }

  #replace(size: number, keep: number): void {
    const bytes = nativeAlloc(size);
    bytes.set(this.#bytes.subarray(0, keep));
    this.#bytes = bytes;
    this.#words = new Uint32Array(bytes.buffer);
  }
}
