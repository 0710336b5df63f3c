// Opens the bytes of a split by its codec. Runs in workers, synchronously.
import type { ByteSource } from './byte-source.js';
import { Bzip2Source } from './bzip2-source.js';
import type { ReadHandle } from './file-system.js';
import { fileSystems } from './file-systems.js';
import { InflateSource } from './inflate-source.js';
import type { FileSplit } from './split.js';

/** Opens the bytes of a split, from its start to the end of the file. */
export function openByteSource(split: FileSplit): ByteSource {
  const handle = fileSystems.for(split.path).openRead(split.path);
  switch (split.codec) {
    case 'none':
      return new PlainSource(handle, split);
    case 'gzip':
    case 'deflate':
      return new InflateSource(handle, split.path, split.codec);
    case 'bzip2':
      return new Bzip2Source(handle, split);
  }
}

/** Bytes as they are stored. */
class PlainSource implements ByteSource {
  readonly end: number;
  readonly #handle: ReadHandle;
  #position: number;

  constructor(handle: ReadHandle, split: FileSplit) {
    this.#handle = handle;
    this.#position = split.start;
    this.end = split.length;
  }

  read(target: Buffer, offset: number, length: number): number {
    const count = this.#handle.read(target, offset, length, this.#position);
    this.#position += count;
    return count;
  }

  storedBytes(position: number): number {
    return position;
  }

  close(): void {
    this.#handle.close();
  }
}
