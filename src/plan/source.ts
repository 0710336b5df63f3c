// The records of a partition before the steps that follow them.
import type { SourceKind } from './loop.js';

export interface Source {
  readonly kind: SourceKind;
  readonly value: unknown;
  /** Of tuples: how many places they have. */
  readonly places?: number;
  /** How many records there are, where that is known without going through them. */
  readonly count?: () => number;
  /** Called when the task is done with it, whatever happened. */
  readonly close?: () => void;
}

/** What a builtin given to mapPartitions returns that has its records in arrays. */
export class Pages {
  readonly pages: Iterable<readonly unknown[]>;

  constructor(pages: Iterable<readonly unknown[]>) {
    this.pages = pages;
  }
}

/** As Pages, of records that come later. */
export class AsyncPages {
  readonly pages: AsyncIterable<readonly unknown[]>;

  constructor(pages: AsyncIterable<readonly unknown[]>) {
    this.pages = pages;
  }
}

/** The records of pages one by one, quicker than a generator gives them. */
export class PagedRecords implements IterableIterator<unknown> {
  readonly #pages: Iterator<readonly unknown[]>;
  #page: readonly unknown[] = [];
  #at = 0;

  constructor(pages: Iterable<readonly unknown[]>) {
    this.#pages = pages[Symbol.iterator]();
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown, undefined> {
    while (this.#at === this.#page.length) {
      const next = this.#pages.next();
      if (next.done) return { done: true, value: undefined };
      this.#page = next.value;
      this.#at = 0;
    }
    return { done: false, value: this.#page[this.#at++] };
  }

  /** No more are wanted. */
  return(): IteratorResult<unknown, undefined> {
    this.#pages.return?.();
    return { done: true, value: undefined };
  }
}
