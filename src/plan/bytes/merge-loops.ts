// Loops that merge numbers by slot with the user's own function: one for each function, with a call site of its own.
// Runs in workers.
import type { BoundFunction } from '../functions.js';

/** The rows of one chunk: `slots[at + i]` and `values[from + i]`. */
export interface SlottedRows {
  readonly slots: Uint32Array;
  readonly at: number;
  readonly values: Float64Array;
  readonly from: number;
  readonly n: number;
}

type MergeRows = (rows: SlottedRows, merged: Float64Array, seen: number) => number;

export interface MergeLoop {
  /** Merges into `merged`, where the first `seen` slots have a value; returns how many have then. */
  readonly merge: MergeRows;
  /** The same with one value for all rows. */
  readonly mergeConstant: (
    rows: Omit<SlottedRows, 'values' | 'from'>,
    merged: Float64Array,
    seen: number,
    value: number,
  ) => number;
}

// Slots are numbered in the order they come, so the next new one is known without asking.
const MERGE = `return function merge({ slots, at, values, from, n }, merged, seen) {
  for (let i = 0; i < n; i++) {
    const slot = slots[at + i];
    if (slot === seen) { merged[slot] = values[from + i]; seen++; }
    else merged[slot] = fn(merged[slot], values[from + i]);
  }
  return seen;
}`;
const MERGE_CONSTANT = `return function merge({ slots, at, n }, merged, seen, value) {
  for (let i = 0; i < n; i++) {
    const slot = slots[at + i];
    if (slot === seen) { merged[slot] = value; seen++; }
    else merged[slot] = fn(merged[slot], value);
  }
  return seen;
}`;

const FOLD = `return function fold(values, from, n, start) {
  let i = start === null ? 1 : 0;
  let folded = start === null ? values[from] : start;
  for (; i < n; i++) folded = fn(folded, values[from + i]);
  return folded;
}`;

/** Folds `n` values, at least one, from `start`, or where that is null from the first of them. */
export type FoldLoop = (
  values: Float64Array,
  from: number,
  n: number,
  start: number | null,
) => number;

const MAX_KEPT = 256;

/** Keeps loops warm by function. One for each worker. */
export class MergeLoops {
  readonly #kept = new Map<string, { readonly call: Function; readonly loop: MergeLoop }>();

  readonly #folds = new Map<string, { readonly call: Function; readonly fold: FoldLoop }>();

  fold({ call, key }: BoundFunction): FoldLoop {
    let kept = this.#folds.get(key);
    if (kept === undefined || kept.call !== call) {
      if (this.#folds.size >= MAX_KEPT) this.#folds.clear();
      kept = { call, fold: new Function('fn', FOLD)(call) as FoldLoop };
      this.#folds.set(key, kept);
    }
    return kept.fold;
  }

  /** `side` keeps the loops of map and reduce tasks apart: they see numbers of different kinds. */
  get({ call, key }: BoundFunction, side: 'map' | 'reduce'): MergeLoop {
    const name = `${side} ${key}`;
    let kept = this.#kept.get(name);
    if (kept === undefined || kept.call !== call) {
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      kept = {
        call,
        loop: {
          merge: new Function('fn', MERGE)(call) as MergeLoop['merge'],
          mergeConstant: new Function('fn', MERGE_CONSTANT)(call) as MergeLoop['mergeConstant'],
        },
      };
      this.#kept.set(name, kept);
    }
    return kept.loop;
  }
}
