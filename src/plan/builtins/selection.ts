// The first or last records in order, without sorting all: used by tasks (builtins) and by the driver to merge.
import { compareValues } from '../../values/order.js';
import type { BuiltinFactory, RecordPages, Unary } from './builtin.js';

interface Ranked {
  readonly key: unknown;
  readonly record: unknown;
}

/**
 * The `limit` records that come first (`sign` 1) or last (-1) by `key`, in that order; equal ones as they came.
 * Holds at most 2 × `limit` records.
 */
export function select<T>(
  pages: Iterable<readonly T[]>,
  limit: number,
  sign: 1 | -1,
  key?: (record: T) => unknown,
): T[] {
  const compare = (a: Ranked, b: Ranked): number => compareValues(a.key, b.key) * sign;
  const kept: Ranked[] = [];
  let worst = null as Ranked | null;
  const trim = (): void => {
    kept.sort(compare);
    kept.length = Math.min(kept.length, limit);
    worst = kept.length === limit ? kept[limit - 1]! : null;
  };
  for (const page of pages) {
    for (const record of page) {
      const ownKey = key === undefined ? record : key(record);
      if (worst !== null && compareValues(ownKey, worst.key) * sign >= 0) continue;
      kept.push({ key: ownKey, record });
      if (kept.length >= 2 * limit) trim();
    }
  }
  trim();
  return kept.map((ranked) => ranked.record as T);
}

export const SELECTION_BUILTINS: Record<string, BuiltinFactory> = {
  /** The partition's `limit` smallest (sign 1) or largest (-1) records. */
  select:
    ([limit, sign], [key]) =>
    (pages: RecordPages) =>
      select(pages, limit as number, sign as 1 | -1, key as Unary | undefined),
};
