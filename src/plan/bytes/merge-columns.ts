// The reduce side on columns: the segments of one partition, written by either path, merged by key. Runs in workers.
import type { Arena } from '../../kernels/arena.js';
import { expectedKeys, ReadKeys, type SegmentRange, type SlottedPage } from './key-reader.js';
import { type KeyedNumbers, keysOf } from './keyed-numbers.js';
import type { MergeLoop } from './merge-loops.js';
import { Unfit } from './unfit.js';

/** `loop` merges the numbers; null for keys alone. Throws Unfit where keys are of several kinds, a value no number, or a segment not in memory. */
export function mergeOnColumns(
  arena: Arena,
  range: SegmentRange,
  loop: MergeLoop | null,
): KeyedNumbers {
  const keys = new ReadKeys(arena, expectedKeys(range));
  let merged = new Float64Array(1024);
  let seen = 0;
  keys.read(range, (page) => {
    const values = numbersOf(page, loop !== null);
    if (loop === null || values === null) return;
    merged = withRoom(merged, keys.dictionary.size);
    const rows = { slots: arena.u32, at: page.slots / 4, values, from: 0, n: page.keys };
    seen = loop.merge(rows, merged, seen);
  });
  return { ...keysOf(keys), values: loop === null ? null : merged };
}

/** The page's numbers, or null where its values are nulls and that is what is wanted. */
function numbersOf(page: SlottedPage, areNumbers: boolean): Float64Array | null {
  let { numbers } = page;
  if (numbers === undefined) {
    const values = Array.from(page.values());
    if (values.every((value) => value === null)) numbers = null;
    else if (values.every((value) => typeof value === 'number')) {
      numbers = Float64Array.from(values as number[]);
    }
  }
  if (numbers === undefined || (numbers === null) === areNumbers || page.runs !== null) {
    if (page.keys > 0) throw new Unfit('a value of another kind');
    return null;
  }
  return numbers === null || numbers instanceof Float64Array ? numbers : new Float64Array(numbers);
}

/** The array, or a larger one with its content. */
export function withRoom(
  values: Float64Array<ArrayBuffer>,
  size: number,
): Float64Array<ArrayBuffer> {
  if (size <= values.length) return values;
  let length = values.length;
  while (length < size) length *= 2;
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}
