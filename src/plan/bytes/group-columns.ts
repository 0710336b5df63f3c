// Grouping and joining on columns: the values of each key as a list, how many there are, and how many pairs two sides
// would give. Pairs are never made of single records. Runs in workers.
import type { Arena } from '../../kernels/arena.js';
import { MOST_LISTED } from '../lists.js';
import { ReadKeys, type SegmentRange, type SlottedPage, UNKNOWN_KEYS } from './key-reader.js';
import { type KeyedNumbers, type Keys, keysOf } from './keyed-numbers.js';
import { withRoom } from './merge-columns.js';
import { Unfit } from './unfit.js';

/** Keys with the list of their values, in the order in which keys and values appear. */
export interface KeyedLists {
  readonly keys: Keys;
  readonly lists: readonly unknown[][];
}

/** Stands for a list until its first value comes. */
const NO_VALUES: unknown[] = [];

export function listsOnColumns(arena: Arena, range: SegmentRange): KeyedLists {
  const keys = new ReadKeys(arena, UNKNOWN_KEYS);
  const lists: unknown[][] = [];
  keys.read(range, (page) => {
    const { size } = keys.dictionary;
    while (lists.length < size) lists.push(NO_VALUES);
    appendTo(lists, arena, page);
  });
  return { keys, lists };
}

function appendTo(lists: unknown[][], { u32 }: Arena, page: SlottedPage): void {
  const { runs, numbers } = page;
  // Numbers where they lie; everything else, nulls too, is decoded.
  const values = numbers ?? page.values();
  const at = page.slots / 4;
  let next = 0;
  for (let i = 0; i < page.keys; i++) {
    const slot = u32[at + i]!;
    const end = next + (runs === null ? 1 : runs[i]!);
    // An array that a value is pushed to takes room for seventeen at once.
    if (lists[slot] === NO_VALUES && end > next) lists[slot] = [values[next++]];
    const list = lists[slot]!;
    if (list.length + end - next > MOST_LISTED) throw new Unfit('a list that is too long');
    while (next < end) list.push(values[next++]);
  }
}

/** How many values each key has. */
export function lengthsOnColumns(arena: Arena, range: SegmentRange): KeyedNumbers {
  const keys = new ReadKeys(arena, UNKNOWN_KEYS);
  const values = countValues(keys, range);
  return { ...keysOf(keys), values };
}

function countValues(read: ReadKeys, range: SegmentRange): Float64Array {
  let counts = new Float64Array(1024);
  read.read(range, ({ slots, keys, runs }) => {
    counts = withRoom(counts, read.dictionary.size);
    const { u32 } = read.arena;
    for (let i = 0; i < keys; i++) counts[u32[slots / 4 + i]!]! += runs === null ? 1 : runs[i]!;
  });
  return withRoom(counts, read.dictionary.size);
}

/** How many pairs a join of two sides gives, with keys of one side alone where these are kept. */
export function countJoined(
  arena: Arena,
  sides: readonly [SegmentRange, SegmentRange],
  keeps: { readonly left: boolean; readonly right: boolean },
): number {
  const keys = new ReadKeys(arena, UNKNOWN_KEYS);
  const left = countValues(keys, sides[0]);
  const right = countValues(keys, sides[1]);
  const { size } = keys.dictionary;
  let total = 0;
  for (let slot = 0; slot < size; slot++) {
    const a = left[slot] ?? 0;
    const b = right[slot]!;
    if (a > 0 && b > 0) total += a * b;
    else if (b === 0 && keeps.left) total += a;
    else if (a === 0 && keeps.right) total += b;
  }
  return total;
}
