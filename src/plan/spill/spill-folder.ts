// The folder of one task's files: made when the first is written, in a folder that only the user can enter. Files that
// nobody takes over are removed with it. In the worker.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskBlock } from '../../blocks/block.js';
import { appendPieces, unwritableFolder } from '../../blocks/disk.js';
import { segmentPlaces } from '../../blocks/codec.js';
import { makePrivateFolder } from '../../blocks/private-folder.js';
import type { DiskSegments } from '../../blocks/stored.js';
import type { BlockWriter } from '../../blocks/writer.js';

/** The name of a task's folder. */
export function taskFolder(taskId: number): string {
  return `task-${taskId}`;
}

export class SpillFolder {
  readonly #parts: readonly string[];
  #isMade = false;
  #next = 0;
  #spilledBytes = 0;

  /** At the path that the parts make. */
  constructor(...parts: readonly string[]) {
    this.#parts = parts;
  }

  get #path(): string {
    return join(...this.#parts);
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
    const places = segmentPlaces(writers);
    this.#spilledBytes += places.byteLength;
    const path = this.newFile();
    this.#write(path, writers);
    return { path, ...places };
  }

  /** Moves what the writer holds to the end of a file, a new one where none is given. */
  append(writer: BlockWriter<unknown>, to: DiskBlock | null): DiskBlock {
    const { path, byteLength, count } = to ?? { path: this.newFile(), byteLength: 0, count: 0 };
    writer.endPages();
    const { sizeBytes, count: added } = writer;
    this.#spilledBytes += sizeBytes;
    this.#write(path, [writer]);
    return { path, byteLength: byteLength + sizeBytes, count: count + added };
  }

  /** The writers are empty afterwards, whatever happens. */
  #write(path: string, writers: readonly BlockWriter<unknown>[]): void {
    try {
      appendPieces(
        path,
        writers.flatMap((writer) => writer.pieces()),
      );
    } finally {
      for (const writer of writers) writer.clear();
    }
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
