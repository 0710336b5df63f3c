// A keyed table that may outgrow memory: its cells move to files by a hash of their key, and each part of the keys is
// merged by itself afterwards, in a table of its own, which may move to files in turn. In the worker.
import type { NumberPairs } from '../../blocks/number-pairs.js';
import type { DiskSegments } from '../../blocks/stored.js';
import { storedSegmentPairs } from '../../blocks/stored.js';
import { segmentWriters } from '../../blocks/writer.js';
import { hashString, mixed } from '../../values/hash.js';
import { canonicalKey } from '../../values/keys.js';
import { hashOfNumber } from '../../values/number-table.js';
import type { KeyTable } from '../key-table.js';
import { tooLargeGroup } from '../lists.js';
import { writeNumbers } from '../number-segments.js';
import type { SpillFolder } from './spill-folder.js';
import type { Spillable, TaskMemory } from './task-memory.js';

/** Parts that the keys are divided in; a part of a table ten times its room fits well. */
const PARTS = 32;
/** A part that does not get smaller by dividing has few keys: it stays in memory. */
const MAX_DEPTH = 5;

export interface TableSpill<T extends KeyTable = KeyTable> {
  readonly memory: TaskMemory;
  readonly folder: SpillFolder;
  /** An empty table of the same kind. */
  readonly emptyTable: () => T;
  /** Merges pairs `[key, combiner]` into a table. Pages of numbers are columns. */
  mergeInto(table: T, pages: Iterable<NumberPairs | unknown[]>): void;
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
    this.table.onFull = () => {
      this.spill();
      spill.memory.freeMoved();
    };
    spill.memory.add(this);
  }

  get mostOwnBytes(): number {
    return this.table.mostOwnBytes;
  }

  spill(): void {
    if (this.#canMove()) this.#move();
  }

  #move(): void {
    const { table } = this;
    if (table.size === 0) return;
    const writers = segmentWriters<unknown>(PARTS);
    writeNumbers(table.numbers, (key) => this.#partOf(key), writers);
    for (const cell of table.otherCells()) {
      const writer = writers[this.#partOf(cell.k)]!;
      for (const pair of table.piecesOf(cell)) writer.push(pair);
    }
    table.clear();
    this.#files.push(this.#spill.folder.segments(writers));
  }

  /** What holds most of it, where it cannot move. */
  tooLarge(figures: { readonly heldBytes: number; readonly limitBytes: number }): Error | null {
    if (this.#canMove()) return null;
    let largest: { key: unknown; values: number | null } | null = null;
    for (const cell of this.table.cells()) {
      const values = this.table.valuesOf(cell);
      if (largest === null || (values ?? 0) > (largest.values ?? 0))
        largest = { key: cell.k, values };
    }
    return largest === null ? null : tooLargeGroup(largest, figures);
  }

  /** How many keys there are, if all are in memory; left out where that is known only once they are merged. */
  get count(): (() => number) | undefined {
    return this.#files.length === 0 ? () => this.table.size : undefined;
  }

  /** All pairs `[key, combiner]`, each key once, once the table is filled. */
  pages(): Iterable<unknown[]> {
    return pagesOf(this.tables());
  }

  /** The same as tables, of which each has keys of its own. */
  tables(): Iterable<T> {
    this.#spill.memory.remove(this);
    return this.#files.length === 0 ? [this.table] : this.#merged();
  }

  *#merged(): Generator<T> {
    // All of it, be it a single key: what stays in memory is not merged with what is in files.
    this.#move();
    for (let part = 0; part < PARTS; part++) {
      const merging = new SpillingTable(this.#spill, this.#depth + 1);
      for (const stored of this.#files) {
        const pages = storedSegmentPairs({ kind: 'disk', block: stored }, part);
        this.#spill.mergeInto(merging.table, pages);
      }
      yield* merging.tables();
    }
    for (const { path } of this.#files) this.#spill.folder.remove(path);
  }

  /** A part of one key would only be written and read again. */
  #canMove(): boolean {
    return this.#depth < MAX_DEPTH && (this.#depth === 0 || this.table.size > 1);
  }

  // Keys that share a partition share what its hash leaves modulo the partitions: another hash divides them.
  #partOf(key: unknown): number {
    if (typeof key === 'number') return mixed(hashOfNumber(key) ^ (this.#depth << 24)) % PARTS;
    return hashString(`${this.#depth}${canonicalKey(key)}`) % PARTS;
  }
}

function* pagesOf(tables: Iterable<KeyTable>): Iterable<unknown[]> {
  for (const table of tables) yield* table.pages();
}
