// A keyed table that may outgrow memory: its cells move to files by a hash of their key, and each part of the keys is
// merged by itself afterwards, in a table of its own, which may move to files in turn. In the worker.
import type { DiskSegments } from '../../blocks/stored.js';
import { storedSegmentPages } from '../../blocks/stored.js';
import { segmentWriters } from '../../blocks/writer.js';
import { hashString } from '../../values/hash.js';
import { canonicalKey } from '../../values/keys.js';
import type { KeyTable } from '../key-table.js';
import type { SpillFolder } from './spill-folder.js';
import type { Spillable, TaskMemory } from './task-memory.js';

/** Parts that the keys are divided in; a part of a table ten times its room fits well. */
const PARTS = 32;
/** A part that does not get smaller by dividing has few keys: it stays in memory, however large. */
const MAX_DEPTH = 5;

export interface TableSpill<T extends KeyTable = KeyTable> {
  readonly memory: TaskMemory;
  readonly folder: SpillFolder;
  /** An empty table of the same kind. */
  readonly emptyTable: () => T;
  /** Merges pairs `[key, combiner]` into a table. */
  mergeInto(table: T, pages: Iterable<unknown[]>): void;
}

export class SpillingTable<T extends KeyTable> implements Spillable {
  readonly table: T;
  readonly #spill: TableSpill<T>;
  readonly #depth: number;
  readonly #files: DiskSegments[] = [];

  constructor(spill: TableSpill<T>, depth = 0) {
    this.#spill = spill;
    this.#depth = depth;
    this.table = spill.emptyTable();
    this.table.onFull = () => this.spill();
    if (depth < MAX_DEPTH) spill.memory.add(this);
  }

  spill(): void {
    if (this.table.size === 0) return;
    const writers = segmentWriters<unknown>(PARTS);
    for (const { k, c } of this.table.cells()) {
      writers[this.#partOf(k)]!.push([k, c]);
    }
    this.table.clear();
    this.#files.push(this.#spill.folder.segments(writers));
  }

  /** All pairs `[key, combiner]`, each key once, once the table is filled. */
  pages(): Iterable<unknown[]> {
    this.#spill.memory.remove(this);
    return this.#files.length === 0 ? this.table.pages() : this.#merged();
  }

  *#merged(): Generator<unknown[]> {
    this.spill();
    for (let part = 0; part < PARTS; part++) {
      const merging = new SpillingTable(this.#spill, this.#depth + 1);
      for (const stored of this.#files) {
        const pages = storedSegmentPages<unknown>({ kind: 'disk', block: stored }, part);
        this.#spill.mergeInto(merging.table, pages);
      }
      yield* merging.pages();
    }
    for (const { path } of this.#files) this.#spill.folder.remove(path);
  }

  // Keys that share a partition share what its hash leaves modulo the partitions: another hash divides them.
  #partOf(key: unknown): number {
    return hashString(`${this.#depth}${canonicalKey(key)}`) % PARTS;
  }
}
