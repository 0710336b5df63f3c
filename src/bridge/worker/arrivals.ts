// Blocks that a task needs whole: held in memory up to a limit, what comes beyond goes straight to a file.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { StoredSegments } from '../../blocks/stored.js';
import { unwritable } from '../../blocks/disk.js';
import type { SpillFolder } from '../../plan/spill/spill-folder.js';
import type { BlockingReader } from './blocking-stream.js';

const COPIED_BYTES = 256 * 1024;

export interface ArrivalsOptions {
  readonly reader: BlockingReader;
  /** Whose segments the blocks are. */
  readonly partition: number;
  readonly folder: SpillFolder;
  /** Most bytes that are held in memory. */
  readonly limitBytes: number;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;
  #heldBytes = 0;
  #file: { readonly path: string; readonly fd: number } | null = null;
  #fileBytes = 0;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** Reads the next block, of which `byteLength` bytes are to come. */
  take(byteLength: number, count: number): StoredSegments {
    if (this.#heldBytes + byteLength > this.#options.limitBytes)
      return this.#toFile(byteLength, count);
    this.#heldBytes += byteLength;
    const buffer = new SharedArrayBuffer(byteLength);
    this.#options.reader.into(new Uint8Array(buffer));
    return { kind: 'memory', block: { buffer, byteLength, ...this.#place(0, byteLength, count) } };
  }

  /** Nothing more is to come. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file.fd);
  }

  #toFile(byteLength: number, count: number): StoredSegments {
    const file = this.#open();
    const start = this.#fileBytes;
    copyToFile(this.#options.reader, byteLength, file);
    this.#fileBytes += byteLength;
    const place = this.#place(start, byteLength, count);
    return { kind: 'disk', block: { path: file.path, byteLength: this.#fileBytes, ...place } };
  }

  #open(): { readonly path: string; readonly fd: number } {
    if (this.#file === null) {
      const path = this.#options.folder.newFile();
      this.#file = { path, fd: openSync(path, 'wx', 0o600) };
    }
    return this.#file;
  }

  /** Of a map output only this partition's segment is here. */
  #place(
    start: number,
    byteLength: number,
    count: number,
  ): { offsets: readonly number[]; counts: readonly number[] } {
    const { partition } = this.#options;
    const offsets: number[] = [];
    const counts: number[] = [];
    offsets[partition] = start;
    offsets[partition + 1] = start + byteLength;
    counts[partition] = count;
    return { offsets, counts };
  }
}

/** Moves the next bytes of the connection to the end of an open file. */
export function copyToFile(
  reader: BlockingReader,
  byteLength: number,
  { path, fd }: { readonly path: string; readonly fd: number },
): void {
  const buffer = Buffer.allocUnsafe(Math.min(byteLength, COPIED_BYTES));
  for (let left = byteLength; left > 0; ) {
    const piece = buffer.subarray(0, Math.min(left, buffer.length));
    reader.into(piece);
    try {
      for (let at = 0; at < piece.length; ) at += writeSync(fd, piece, at);
    } catch (error) {
      throw unwritable(path, byteLength, error);
    }
    left -= piece.length;
  }
}
