// Builtins over whole partitions: iterator to iterator. Run in tasks.
import { KeyMap } from '../../values/key-map.js';
import type { Binary, BuiltinFactory, Pair, RecordPages } from './builtin.js';
import { unpacker } from './packed.js';

/** How often each value occurs, as pairs. */
function countValues(pages: RecordPages): Iterable<[unknown, number]> {
  const counts = new KeyMap<unknown, number>();
  for (const page of pages)
    for (const value of page) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function mergeByKey(merge: Binary, pages: RecordPages): Iterable<[unknown, unknown]> {
  const merged = new KeyMap<unknown, unknown>();
  for (const page of pages) {
    for (const [key, value] of page as readonly Pair[])
      merged.set(key, merged.has(key) ? merge(merged.get(key), value) : value);
  }
  return merged;
}

/** Runs a partition function for its effects: whatever it returns is run to its end and dropped. */
function consume(
  fn: Function,
  records: Iterable<unknown>,
): Iterable<never> | Promise<Iterable<never>> {
  const outcome: unknown = fn(records);
  if (Object(outcome) !== outcome) return [];
  const returned = outcome as object;
  if (Symbol.asyncIterator in returned || 'then' in returned) return drained(returned);
  if (Symbol.iterator in returned) for (const _ of returned as Iterable<unknown>);
  return [];
}

async function drained(outcome: object): Promise<never[]> {
  const settled: unknown = await outcome;
  if (Object(settled) !== settled) return [];
  if (Symbol.asyncIterator in (settled as object))
    for await (const _ of settled as AsyncIterable<unknown>);
  else if (Symbol.iterator in (settled as object)) for (const _ of settled as Iterable<unknown>);
  return [];
}

function* keyedByRemainder(
  partition: number,
  divisor: number,
  records: Iterable<unknown>,
): Iterable<Pair> {
  for (const record of records) yield [partition % divisor, record];
}

export const PARTITION_BUILTINS: Record<string, BuiltinFactory> = {
  countValues: () => countValues,
  mergeByKey:
    (_args, [merge]) =>
    (pages: RecordPages) =>
      mergeByKey(merge as Binary, pages),
  consume:
    (_args, [fn]) =>
    (records: Iterable<unknown>) =>
      consume(fn!, records),

  /** One record: the fold of the partition from a copy of the zero value. */
  foldPartition: ([zero], [seq]) => {
    const fresh = unpacker(zero);
    return (pages: RecordPages) => {
      let folded: unknown = fresh();
      for (const page of pages) for (const record of page) folded = (seq as Binary)(folded, record);
      return [folded];
    };
  },

  /** At most one record: the reduction of the partition. */
  reducePartition:
    (_args, [merge]) =>
    (pages: RecordPages) => {
      let isFirst = true;
      let reduced: unknown;
      for (const page of pages) {
        for (const record of page) {
          reduced = isFirst ? record : (merge as Binary)(reduced, record);
          isFirst = false;
        }
      }
      return isFirst ? [] : [reduced];
    },

  /** Pairs each record with `partition % divisor`: one step of a tree aggregation. */
  keyByRemainder:
    ([divisor]) =>
    (partition: number, records: Iterable<unknown>) =>
      keyedByRemainder(partition, divisor as number, records),
};
