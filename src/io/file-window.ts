// A file read front to back in pieces of known length, from any position. Runs in workers, synchronously.
import type { ReadHandle } from './file-system.js';
import { fileSystems } from './file-systems.js';

const WINDOW_BYTES = 64 * 1024;

export class FileWindow {
  readonly #handle: ReadHandle;
  readonly #sizeBytes: number;
  #buffer = Buffer.allocUnsafe(WINDOW_BYTES);
  /** Position in the file of the buffer's first byte, and how many bytes it holds. */
  #base = 0;
  #filled = 0;
  #position = 0;

  constructor(path: string) {
    const fileSystem = fileSystems.for(path);
    this.#handle = fileSystem.openRead(path);
    this.#sizeBytes = fileSystem.stat(path)?.sizeBytes ?? 0;
  }

  /** Where the next bytes are taken. */
  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#sizeBytes;
  }

  seek(position: number): void {
    this.#position = position;
  }

  /** The next bytes, valid until the next call; null if the file ends before. */
  take(count: number): Buffer | null {
    // Checked before anything is allocated: a damaged length may be anything.
    if (count < 0 || count > this.#sizeBytes - this.#position) return null;
    const from = this.#position - this.#base;
    const isHeld = from >= 0 && from + count <= this.#filled;
    if (!isHeld && !this.#load(count)) return null;
    const at = this.#position - this.#base;
    this.#position += count;
    return this.#buffer.subarray(at, at + count);
  }

  /** Position of the first occurrence of `bytes` that begins at or after `from` and before `end`; -1 if there is none. */
  find(bytes: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at += WINDOW_BYTES) {
      this.seek(at);
      const wanted = Math.min(WINDOW_BYTES + bytes.length - 1, this.#sizeBytes - at);
      const found = this.take(wanted)?.indexOf(bytes) ?? -1;
      if (found >= 0) return at + found < end ? at + found : -1;
    }
    return -1;
  }

  close(): void {
    this.#handle.close();
  }

  #load(count: number): boolean {
    if (count > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(count);
    this.#base = this.#position;
    this.#filled = 0;
    while (this.#filled < count) {
      const room = this.#buffer.length - this.#filled;
      const read = this.#handle.read(this.#buffer, this.#filled, room, this.#base + this.#filled);
      if (read === 0) return false;
      this.#filled += read;
    }
    return true;
  }
}
