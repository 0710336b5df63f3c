// What a task writes for others, when it is more than fits: the pages of a map output or of a kept partition move to
// files as they fill up. In the worker.
import { type Allocate, finishSegments } from '../../blocks/codec.js';
import type { DiskBlock, SegmentedBlock, StoredBlock } from '../../blocks/block.js';
import type { DiskSegments } from '../../blocks/stored.js';
import { BlockWriter, segmentWriters } from '../../blocks/writer.js';
import type { SpillFolder } from './spill-folder.js';
import type { Spillable, TaskMemory } from './task-memory.js';

export interface WriterServices {
  readonly memory: TaskMemory;
  readonly folder: SpillFolder;
  readonly allocate: Allocate;
}

/** Less is not worth a file. */
const MIN_FILE_BYTES = 64 * 1024;

/** The output of a map task: a writer for each partition of the shuffle. */
export class SpillingSegments implements Spillable {
  readonly writers: readonly BlockWriter<unknown>[];
  readonly #services: WriterServices;
  readonly #files: DiskSegments[] = [];

  constructor(services: WriterServices, partitions: number) {
    this.#services = services;
    this.writers = segmentWriters<unknown>(partitions);
    services.memory.add(this);
  }

  spill(): void {
    const bytes = this.writers.reduce((sum, writer) => sum + writer.sizeBytes, 0);
    if (bytes > MIN_FILE_BYTES) this.#files.push(this.#services.folder.segments(this.writers));
  }

  finish(): { readonly block: SegmentedBlock; readonly spilled: readonly DiskSegments[] } {
    this.#services.memory.remove(this);
    return { block: finishSegments(this.writers, this.#services.allocate), spilled: this.#files };
  }
}

/** The records of one partition. */
export class SpillingBlock implements Spillable {
  readonly #services: WriterServices;
  readonly #writer = new BlockWriter<unknown>();
  #file: DiskBlock | null = null;

  constructor(services: WriterServices) {
    this.#services = services;
    services.memory.add(this);
  }

  push(record: unknown): void {
    this.#writer.push(record);
  }

  spill(): void {
    if (this.#writer.sizeBytes > MIN_FILE_BYTES)
      this.#file = this.#services.folder.append(this.#writer, this.#file);
  }

  finish(): StoredBlock {
    const { memory, folder, allocate } = this.#services;
    memory.remove(this);
    if (this.#file === null) return { kind: 'memory', block: this.#writer.finish(allocate) };
    return { kind: 'disk', block: folder.append(this.#writer, this.#file) };
  }
}
