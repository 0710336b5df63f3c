// The folder of one task's files: made when the first is written, in a folder that only the user can enter. Files that
// nobody takes over are removed with it. In the worker.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskBlock } from '../../blocks/block.js';
import { appendBytes, unwritableFolder } from '../../blocks/disk.js';
import { finishSegments } from '../../blocks/codec.js';
import { makePrivateFolder } from '../../blocks/private-folder.js';
import { type DiskSegments, writeDiskSegments } from '../../blocks/stored.js';
import type { BlockWriter } from '../../blocks/writer.js';

/** The name of a task's folder. */
export function taskFolder(taskId: number): string {
  return `task-${taskId}`;
}

export interface SharedBuffers {
  allocate(sizeBytes: number): SharedArrayBuffer;
  release(buffer: SharedArrayBuffer): unknown;
}

export class SpillFolder {
  readonly #path: string;
  readonly #buffers: SharedBuffers;
  #isMade = false;
  #next = 0;
  #spilledBytes = 0;

  constructor(path: string, buffers: SharedBuffers) {
    this.#path = path;
    this.#buffers = buffers;
  }

  /** Bytes moved here from memory since the folder was last emptied. */
  get spilledBytes(): number {
    return this.#spilledBytes;
  }

  /** The path of a file that does not exist yet. */
  newFile(): string {
    if (!this.#isMade) {
      try {
        makePrivateFolder(this.#path);
      } catch (error) {
        throw unwritableFolder(this.#path, error);
      }
      this.#isMade = true;
    }
    return join(this.#path, `${this.#next++}.block`);
  }

  /** Moves what the writers hold to a new file. */
  segments(writers: readonly BlockWriter<unknown>[]): DiskSegments {
    const block = finishSegments(writers, (size) => this.#buffers.allocate(size));
    this.#spilledBytes += block.byteLength;
    try {
      return writeDiskSegments(this.newFile(), block);
    } finally {
      this.#buffers.release(block.buffer);
    }
  }

  /** Moves what the writer holds to the end of a file, a new one where none is given. */
  append(writer: BlockWriter<unknown>, to: DiskBlock | null): DiskBlock {
    const { path, byteLength, count } = to ?? { path: this.newFile(), byteLength: 0, count: 0 };
    const block = writer.finish((size) => this.#buffers.allocate(size));
    this.#spilledBytes += block.byteLength;
    try {
      appendBytes(path, block.buffer, block.byteLength);
    } finally {
      this.#buffers.release(block.buffer);
    }
    return { path, byteLength: byteLength + block.byteLength, count: count + block.count };
  }

  remove(path: string): void {
    rmSync(path, { force: true });
  }

  /** Removes every file. */
  removeAll(): void {
    if (this.#isMade) rmSync(this.#path, { recursive: true, force: true });
    this.#isMade = false;
    this.#spilledBytes = 0;
  }
}
