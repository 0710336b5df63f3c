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

/**
 * Bound of type parameters that are to be inferred as tuples: `[word, 1]` becomes `[string, number]`, where an
 * unbounded parameter would make it an array of `string | number`. `any` and `never` stay what they are.
 */
export type Tuple = [unknown, unknown, ...unknown[]];

/**
 * What was inferred for a parameter bound by Tuple; `unknown` where nothing was, as when an iterable is `any`,
 * instead of the bound itself.
 */
export type Inferred<U> = 0 extends 1 & U ? U : Tuple extends U ? unknown : U;

/** The class SparkContext, which fills this in from its own file: handles must not import it. */
// biome-ignore lint/suspicious/noEmptyInterface: context.ts gives it its members
export interface ContextOfRdd {}
