// Types that public signatures share.

/** The values of one key: a list that can be gone through again and again. */
export type ResultIterable<V> = readonly V[];

/** Chooses the partition of a key: an integer, taken modulo the number of partitions. */
export type PartitionFunction<K> = (key: K) => number;

/** What `mapPartitions` accepts: anything that gives records one by one. */
export type Records<U> = Iterable<U> | Iterator<U> | AsyncIterable<U> | Promise<Iterable<U>>;

/** A mapping of keys to shares, as a Map or a plain object. */
export type Fractions<K> =
  | ReadonlyMap<K, number>
  | (K extends string ? Readonly<Record<K, number>> : never);

/** The class SparkContext, which fills this in from its own file: handles must not import it. */
// biome-ignore lint/suspicious/noEmptyInterface: context.ts gives it its members
export interface ContextOfRdd {}
