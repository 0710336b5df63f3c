// The sample behind range partitioning: some keys of each partition and how many it has. Runs in tasks.
import type { BuiltinFactory, Unary } from './builtin.js';
import { SeededRandom } from './random.js';

/** PySpark samples sort keys with this seed. */
const SEED = 1;

/** One record `[count, keys]`: at most `size` keys, every record as likely as any other (reservoir sampling). */
function sampleKeys(
  size: number,
  keyOf: Unary | null,
  partition: number,
  records: Iterable<unknown>,
): unknown[] {
  const random = new SeededRandom(SEED, partition);
  const keys: unknown[] = [];
  let count = 0;
  for (const record of records) {
    const key = (record as readonly unknown[])[0];
    const at = count < size ? count : random.below(count + 1);
    if (at < size) keys[at] = keyOf === null ? key : keyOf(key);
    count++;
  }
  return [[count, keys]];
}

export const KEY_SAMPLE_BUILTINS: Record<string, BuiltinFactory> = {
  sampleKeys:
    ([size], [keyOf]) =>
    (partition: number, records: Iterable<unknown>) =>
      sampleKeys(size as number, (keyOf as Unary | undefined) ?? null, partition, records),
};
