// Sorting more than fits: sorted runs in files, merged at the end. Equal keys keep the order in which they came.
// In the worker.
import type { DiskBlock } from '../../blocks/block.js';
import { storedPages } from '../../blocks/stored.js';
import { BlockWriter } from '../../blocks/writer.js';
import { compareValues, sortStable } from '../../values/order.js';
import type { SpillFolder } from './spill-folder.js';
import type { Spillable, TaskMemory } from './task-memory.js';

const PAGE_RECORDS = 1024;
/** A page of every run is in memory while they are merged, so pages of runs are small. */
const RUN_PAGE_BYTES = 64 * 1024;
/** Most runs that are merged at a time: more are merged into fewer, longer ones first. */
const FAN_IN = 16;
/** What is written at a time, and every how many records that is looked at. */
const WRITE_BYTES = 1024 * 1024;
const RECORDS_TO_A_LOOK = 256;
/** Longer arrays made in one go, as sorting does, are dictionaries: slow, and V8 ends the process at their limit. */
const MOST_RECORDS = 2 ** 25;

export interface SortServices {
  readonly memory: TaskMemory;
  readonly folder: SpillFolder;
}

export class ExternalSort<T> implements Spillable {
  readonly #services: SortServices;
  readonly #keyOf: (record: T) => unknown;
  readonly #ascending: boolean;
  readonly #runs: DiskBlock[] = [];
  #records: T[] = [];

  constructor(services: SortServices, keyOf: (record: T) => unknown, ascending: boolean) {
    this.#services = services;
    this.#keyOf = keyOf;
    this.#ascending = ascending;
    services.memory.add(this);
  }

  push(record: T): void {
    if (this.#records.push(record) >= MOST_RECORDS) this.spill();
  }

  spill(): void {
    if (this.#records.length === 0) return;
    const sorted = this.#sortedRecords();
    this.#records = [];
    this.#runs.push(this.#written([sorted]));
  }

  /** Everything in order, once all is pushed. */
  pages(): Iterable<T[]> {
    this.#services.memory.remove(this);
    return this.#runs.length === 0 ? [this.#sortedRecords()] : this.#merged();
  }

  #sortedRecords(): T[] {
    return sortStable(this.#records, this.#keyOf, this.#ascending);
  }

  *#merged(): Generator<T[]> {
    this.spill();
    let runs: readonly DiskBlock[] = this.#runs;
    while (runs.length > FAN_IN) runs = this.#fewer(runs);
    yield* this.#mergedRuns(runs);
  }

  /** Neighbours are merged, so that equal keys keep their order. */
  #fewer(runs: readonly DiskBlock[]): DiskBlock[] {
    const fewer: DiskBlock[] = [];
    for (let from = 0; from < runs.length; from += FAN_IN)
      fewer.push(this.#written(this.#mergedRuns(runs.slice(from, from + FAN_IN))));
    return fewer;
  }

  /** A run in a file, written as it comes. */
  #written(pages: Iterable<readonly T[]>): DiskBlock {
    const writer = new BlockWriter<unknown>({ pageBytes: RUN_PAGE_BYTES });
    let run: DiskBlock | null = null;
    let count = 0;
    for (const page of pages) {
      for (const record of page) {
        writer.push(record);
        if (++count % RECORDS_TO_A_LOOK === 0 && writer.sizeBytes >= WRITE_BYTES)
          run = this.#services.folder.append(writer, run);
      }
    }
    return writer.count === 0 && run !== null ? run : this.#services.folder.append(writer, run);
  }

  *#mergedRuns(runs: readonly DiskBlock[]): Generator<T[]> {
    const heads = runs.map((block, index) => new RunHead<T>(block, index, this.#keyOf));
    const heap = new HeadHeap<T>(this.#ascending);
    for (const head of heads) if (head.advance()) heap.push(head);
    let page: T[] = [];
    for (let first = heap.first; first !== undefined; first = heap.first) {
      page.push(first.record);
      if (first.advance()) heap.sinkFirst();
      else heap.dropFirst();
      if (page.length < PAGE_RECORDS) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
    for (const { path } of runs) this.#services.folder.remove(path);
  }
}

/** The next record of a run. */
class RunHead<T> {
  readonly index: number;
  record!: T;
  key: unknown;
  readonly #pages: Iterator<T[]>;
  readonly #keyOf: (record: T) => unknown;
  #page: T[] = [];
  #at = 0;

  constructor(block: DiskBlock, index: number, keyOf: (record: T) => unknown) {
    this.index = index;
    this.#keyOf = keyOf;
    this.#pages = storedPages<T>({ kind: 'disk', block })[Symbol.iterator]();
  }

  /** False at the end of the run. */
  advance(): boolean {
    while (this.#at >= this.#page.length) {
      const next = this.#pages.next();
      if (next.done) return false;
      this.#page = next.value;
      this.#at = 0;
    }
    this.record = this.#page[this.#at++]!;
    this.key = this.#keyOf(this.record);
    return true;
  }
}

/** A binary heap of runs, the one whose record comes first on top. */
class HeadHeap<T> {
  readonly #heads: RunHead<T>[] = [];
  readonly #ascending: boolean;

  constructor(ascending: boolean) {
    this.#ascending = ascending;
  }

  get first(): RunHead<T> | undefined {
    return this.#heads[0];
  }

  push(head: RunHead<T>): void {
    const heads = this.#heads;
    let at = heads.push(head) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(head, heads[parent]!)) break;
      heads[at] = heads[parent]!;
      at = parent;
    }
    heads[at] = head;
  }

  dropFirst(): void {
    const last = this.#heads.pop()!;
    if (this.#heads.length === 0) return;
    this.#heads[0] = last;
    this.sinkFirst();
  }

  /** Puts the first where its new record belongs. */
  sinkFirst(): void {
    const heads = this.#heads;
    const head = heads[0]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heads.length) break;
      if (child + 1 < heads.length && this.#isBefore(heads[child + 1]!, heads[child]!)) child++;
      if (!this.#isBefore(heads[child]!, head)) break;
      heads[at] = heads[child]!;
      at = child;
    }
    heads[at] = head;
  }

  #isBefore(a: RunHead<T>, b: RunHead<T>): boolean {
    const order = compareValues(a.key, b.key);
    if (order === 0) return a.index < b.index;
    return this.#ascending ? order < 0 : order > 0;
  }
}
