// The sample behind range partitioning: some keys of each partition and how many it has. Runs in tasks.
import type { BuiltinFactory, RecordPages, Unary } from './builtin.js';
import { SeededRandom } from './random.js';

/** PySpark samples sort keys with this seed. */
const SEED = 1;

/**
 * One record `[count, keys]`: at most `size` keys, every record as likely as any other. Reservoir sampling by Li's
 * "algorithm L", which draws how many records come before the next that is taken, not a number for each record.
 */
function sampleKeys(
  size: number,
  keyOf: Unary | null,
  partition: number,
  pages: RecordPages,
): unknown[] {
  const random = new SeededRandom(SEED, partition);
  const keys: unknown[] = [];
  let count = 0;
  /** The largest of `size` random numbers, as if each record had one and those of the smallest were kept. */
  let largest = 1;
  /** The record that is taken next. */
  let next = 0;
  const shrink = (): void => {
    largest *= Math.exp(Math.log(1 - random.next()) / size);
    next += Math.floor(Math.log(1 - random.next()) / Math.log1p(-largest));
  };
  for (const page of pages) {
    while (next < count + page.length) {
      const key = (page[next - count] as readonly unknown[])[0];
      keys[next < size ? next : random.below(size)] = keyOf === null ? key : keyOf(key);
      if (++next >= size) shrink();
    }
    count += page.length;
  }
  return [[count, keys]];
}

export const KEY_SAMPLE_BUILTINS: Record<string, BuiltinFactory> = {
  sampleKeys:
    ([size], [keyOf]) =>
    (partition: number, pages: RecordPages) =>
      sampleKeys(size as number, (keyOf as Unary | undefined) ?? null, partition, pages),
};
