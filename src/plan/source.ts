// The records of a partition before the steps that follow them.
import type { RowShape } from '../blocks/tuple-page.js';
import type { SourceKind } from './loop.js';

export interface Source {
  readonly kind: SourceKind;
  readonly value: unknown;
  /** Of tuples and objects in columns: what they have. */
  readonly shape?: RowShape;
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
