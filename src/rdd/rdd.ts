// The handle users hold: PySpark's RDD methods with their documentation and one-line bodies over a lineage node.
// Runs on the driver; the work is in the family files beside it. Knows nothing of threads or of the context class.
import { DRIVER_ONLY, type DriverOnly } from '../closure/payload.js';
import { UsageError } from '../errors.js';
import { parseCodec } from '../io/codec.js';
import type { Job } from '../job.js';
import type { LineageNode } from '../lineage/node.js';
import type { StatCounter } from '../stat-counter.js';
import { StorageLevel } from '../storage-level.js';
import { describeValue } from '../values/describe.js';
import * as actions from './actions.js';
import {
  approximate,
  type BoundedFloat,
  estimateCount,
  estimateMean,
  estimateSum,
} from './approximate.js';
import { checkPath, chooseSeed } from './arguments.js';
import { debugString, describeNode } from './debug-string.js';
import type { Engine } from './engine.js';
import { hadoopSave } from './hadoop.js';
import type { HadoopSettings } from './hadoop-settings.js';
import { PROPERTY } from './job-properties.js';
import { iterateLocally } from './local-iterator.js';
import { lookup } from './lookup.js';
import * as pairs from './pairs.js';
import { markLocalCheckpoint, persist } from './persistence.js';
import * as sampling from './sampling.js';
import { saveNode } from './save-job.js';
import * as sets from './sets.js';
import * as sorting from './sorting.js';
import * as statistics from './statistics.js';
import * as transformations from './transformations.js';
import * as tree from './tree.js';
import type {
  ContextOfRdd,
  Fractions,
  Inferred,
  PartitionFunction,
  Records,
  ResultIterable,
  Tuple,
} from './types.js';

/** A number of partitions where one may be left out. */
type Count = number | null;

/**
 * A distributed collection: how to compute records, in partitions, from other RDDs or from a source.
 * Transformations give new RDDs at once and compute nothing; actions run tasks and give a Job, a promise of the answer.
 *
 * **Source** `pyspark.RDD` 4.3. Tuples are arrays, dicts are Maps, None is null.
 *
 * **Example**
 * ```ts
 * const words = sc.parallelize(['to be', 'or not to be']).flatMap(line => line.split(' '));
 * await words.map(word => [word, 1]).reduceByKey((a, b) => a + b).collectAsMap();
 * ```
 */
export class RDD<T> implements DriverOnly {
  readonly [DRIVER_ONLY] = 'an RDD';
  readonly #runtime: Engine;
  readonly #lineage: LineageNode;

  /** Made by a SparkContext or by a transformation, not by users. */
  constructor(engine: Engine, node: LineageNode) {
    this.#runtime = engine;
    this.#lineage = node;
  }

  /** For the library: the node a handle stands for. */
  static nodeOf(rdd: RDD<unknown>): LineageNode {
    return rdd.#lineage;
  }

  /** For the library: the runtime a handle belongs to. */
  static engineOf(rdd: RDD<unknown>): Engine {
    return rdd.#runtime;
  }

  #made<U>(node: LineageNode): RDD<U> {
    return new RDD<U>(this.#runtime, node);
  }

  #other(other: unknown, operation: string): LineageNode {
    if (!(other instanceof RDD)) {
      throw new UsageError(
        'RDD-108',
        `${operation} needs another RDD, not ${describeValue(other)}. Make one with sc.parallelize(…).`,
      );
    }
    if (other.#runtime !== this.#runtime) {
      throw new UsageError(
        'RDD-108',
        `${operation} needs an RDD of the same SparkContext; the other one was made by a context that was stopped.`,
      );
    }
    return other.#lineage;
  }

  // Record by record

  /**
   * Applies a function to every record.
   *
   * **Shapes** `RDD<T>` → `RDD<U>`; same partitions, same order. A function that returns `[k, v]` gives pairs.
   *
   * **Cost** Lazy; no shuffle. The partitioner is dropped unless `preservesPartitioning`.
   *
   * **Throws** UsageError RDD-103 for async and generator functions.
   *
   * **Source** `RDD.map`. The function gets the record and nothing else.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['b', 'a']).map(x => [x, 1]).collect(); // => [['b', 1], ['a', 1]]
   * ```
   */
  map<U extends Tuple>(f: (record: T) => U, preservesPartitioning?: boolean): RDD<U>;
  map<U>(f: (record: T) => U, preservesPartitioning?: boolean): RDD<U>;
  map<U>(f: (record: T) => U, preservesPartitioning = false): RDD<U> {
    return this.#made(
      transformations.applyToRecords(this.#runtime, this.#lineage, 'map', f, preservesPartitioning),
    );
  }

  /**
   * Applies a function that gives any number of records for each.
   *
   * **Shapes** `RDD<T>` → `RDD<U>`; same partitions, order kept. A string gives its characters.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Throws** UsageError RDD-103 for async functions; TaskError TASK-102 when the result is not iterable.
   *
   * **Source** `RDD.flatMap`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['a b', 'c']).flatMap(x => x.split(' ')).collect(); // => ['a', 'b', 'c']
   * ```
   */
  flatMap<U extends Tuple>(
    f: (record: T) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): RDD<Inferred<U>>;
  flatMap<U>(f: (record: T) => Iterable<U>, preservesPartitioning?: boolean): RDD<U>;
  flatMap<U>(f: (record: T) => Iterable<U>, preservesPartitioning = false): RDD<U> {
    return this.#made(
      transformations.applyToRecords(
        this.#runtime,
        this.#lineage,
        'flatMap',
        f,
        preservesPartitioning,
      ),
    );
  }

  /**
   * Keeps the records for which a function is true.
   *
   * **Shapes** `RDD<T>` → `RDD<T>`, or narrower with a type guard; same partitions and partitioner, order kept.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Source** `RDD.filter`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4]).filter(x => x % 2 === 0).collect(); // => [2, 4]
   * ```
   */
  filter<S extends T>(f: (record: T) => record is S): RDD<S>;
  filter(f: (record: T) => unknown): RDD<T>;
  filter(f: (record: T) => unknown): RDD<T> {
    return this.#made(transformations.applyToRecords(this.#runtime, this.#lineage, 'filter', f));
  }

  /**
   * Pairs every record with a key computed from it.
   *
   * **Shapes** `RDD<T>` → `RDD<[K, T]>`; same partitions, order kept.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Source** `RDD.keyBy`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['bee', 'kiwi']).keyBy(s => s.length).collect(); // => [[3, 'bee'], [4, 'kiwi']]
   * ```
   */
  keyBy<K extends Tuple>(f: (record: T) => K): RDD<[K, T]>;
  keyBy<K>(f: (record: T) => K): RDD<[K, T]>;
  keyBy<K>(f: (record: T) => K): RDD<[K, T]> {
    return this.#made(transformations.applyToRecords(this.#runtime, this.#lineage, 'keyBy', f));
  }

  // Partition by partition

  /**
   * Applies a function to the records of each partition at a time.
   *
   * **Shapes** iterable of `T` → iterable of `U`; same partitions. Called for empty partitions too.
   *
   * **Cost** Lazy; no shuffle. Records stream through; what the function keeps is in memory.
   *
   * **Throws** TaskError TASK-102 when the result is not iterable.
   *
   * **Source** `RDD.mapPartitions`. Takes async functions and async generators as well.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 2).mapPartitions(xs => [[...xs].length]).collect(); // => [2, 2]
   * ```
   */
  mapPartitions<U extends Tuple>(
    f: (records: Iterable<T>) => Records<U>,
    preservesPartitioning?: boolean,
  ): RDD<Inferred<U>>;
  mapPartitions<U>(
    f: (records: Iterable<T>) => Records<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  mapPartitions<U>(f: (records: Iterable<T>) => Records<U>, preservesPartitioning = false): RDD<U> {
    const options = { operation: 'mapPartitions', withIndex: false, preservesPartitioning };
    return this.#made(transformations.applyToPartitions(this.#runtime, this.#lineage, f, options));
  }

  /**
   * As `mapPartitions`, with the index of the partition.
   *
   * **Shapes** (index from 0, iterable of `T`) → iterable of `U`; same partitions.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Source** `RDD.mapPartitionsWithIndex`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['a', 'b'], 2).mapPartitionsWithIndex((i, xs) => [...xs].map(x => [i, x])).collect(); // => [[0, 'a'], [1, 'b']]
   * ```
   */
  mapPartitionsWithIndex<U extends Tuple>(
    f: (partition: number, records: Iterable<T>) => Records<U>,
    preservesPartitioning?: boolean,
  ): RDD<Inferred<U>>;
  mapPartitionsWithIndex<U>(
    f: (partition: number, records: Iterable<T>) => Records<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  mapPartitionsWithIndex<U>(
    f: (partition: number, records: Iterable<T>) => Records<U>,
    preservesPartitioning = false,
  ): RDD<U> {
    const options = { operation: 'mapPartitionsWithIndex', withIndex: true, preservesPartitioning };
    return this.#made(transformations.applyToPartitions(this.#runtime, this.#lineage, f, options));
  }

  /**
   * The old name of `mapPartitionsWithIndex`.
   *
   * **Source** `RDD.mapPartitionsWithSplit`, deprecated.
   */
  mapPartitionsWithSplit<U>(
    f: (partition: number, records: Iterable<T>) => Records<U>,
    preservesPartitioning = false,
  ): RDD<U> {
    return this.mapPartitionsWithIndex<U>(f, preservesPartitioning);
  }

  /**
   * Makes each partition one record: the array of its records.
   *
   * **Shapes** `RDD<T>` → `RDD<T[]>` with one record a partition.
   *
   * **Cost** Lazy; no shuffle. Holds a partition in memory.
   *
   * **Source** `RDD.glom`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 2).glom().collect(); // => [[1, 2], [3, 4]]
   * ```
   */
  glom(): RDD<T[]> {
    return this.#made(transformations.glom(this.#runtime, this.#lineage));
  }

  /**
   * Sends the records of each partition as lines through a program and reads its output lines.
   *
   * **Shapes** `RDD<T>` → `RDD<string>`; same partitions. Words of the command are split as a shell does; no shell runs.
   *
   * **Cost** Lazy; no shuffle. A process and two temporary files for each partition.
   *
   * **Throws** TaskError TASK-101 when the program cannot be run, or with `checkCode` when it exits with an error.
   *
   * **Source** `RDD.pipe`. The program sees the variables of `env` and no others.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['b', 'a'], 1).pipe('sort').collect(); // => ['a', 'b']
   * ```
   */
  pipe(
    command: string,
    env?: Readonly<Record<string, string>> | ReadonlyMap<string, string> | null,
    checkCode = false,
  ): RDD<string> {
    return this.#made(transformations.pipe(this.#runtime, this.#lineage, command, env, checkCode));
  }

  // Pairs

  /**
   * The keys of an RDD of pairs.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<K>`; element 0 of each record.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Source** `RDD.keys`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1], ['b', 2]]).keys().collect(); // => ['a', 'b']
   * ```
   */
  keys<K>(this: RDD<[K, ...unknown[]]>): RDD<K> {
    return this.#made(transformations.keys(this.#runtime, this.#lineage));
  }

  /**
   * The values of an RDD of pairs.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<V>`; element 1 of each record.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Source** `RDD.values`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1], ['b', 2]]).values().collect(); // => [1, 2]
   * ```
   */
  values<V>(this: RDD<[unknown, V, ...unknown[]]>): RDD<V> {
    return this.#made(transformations.values(this.#runtime, this.#lineage));
  }

  /**
   * Applies a function to the value of every pair.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, U]>`; same partitions and partitioner.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Source** `RDD.mapValues`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1], ['b', 2]]).mapValues(v => v * 10).collect(); // => [['a', 10], ['b', 20]]
   * ```
   */
  mapValues<K, V, U extends Tuple>(this: RDD<[K, V]>, f: (value: V) => U): RDD<[K, U]>;
  mapValues<K, V, U>(this: RDD<[K, V]>, f: (value: V) => U): RDD<[K, U]>;
  mapValues<K, V, U>(this: RDD<[K, V]>, f: (value: V) => U): RDD<[K, U]> {
    return this.#made(transformations.applyToRecords(this.#runtime, this.#lineage, 'mapValues', f));
  }

  /**
   * Applies a function that gives any number of values for the value of every pair; each is paired with the key.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, U]>`; same partitions and partitioner.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Source** `RDD.flatMapValues`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 'x y']]).flatMapValues(v => v.split(' ')).collect(); // => [['a', 'x'], ['a', 'y']]
   * ```
   */
  flatMapValues<K, V, U extends Tuple>(
    this: RDD<[K, V]>,
    f: (value: V) => Iterable<U>,
  ): RDD<[K, Inferred<U>]>;
  flatMapValues<K, V, U>(this: RDD<[K, V]>, f: (value: V) => Iterable<U>): RDD<[K, U]>;
  flatMapValues<K, V, U>(this: RDD<[K, V]>, f: (value: V) => Iterable<U>): RDD<[K, U]> {
    return this.#made(
      transformations.applyToRecords(this.#runtime, this.#lineage, 'flatMapValues', f),
    );
  }

  /**
   * Brings the pairs with equal keys into one partition.
   *
   * **Shapes** `RDD<[K, V]>` → the same pairs in `numPartitions` partitions, by hash or by `partitionFunc` modulo their number.
   *
   * **Cost** Lazy; one shuffle, none if it is partitioned so already.
   *
   * **Source** `RDD.partitionBy`. The hash of integers, null and tuples of them places keys as PySpark's.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([[1, 'a'], [2, 'b'], [3, 'c']]).partitionBy(2).glom().collect(); // => [[[2, 'b']], [[1, 'a'], [3, 'c']]]
   * ```
   */
  partitionBy<K, V>(
    this: RDD<[K, V]>,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, V]> {
    return this.#made(
      pairs.partitionBy(this.#runtime, this.#lineage, numPartitions, partitionFunc),
    );
  }

  /**
   * Merges the values of each key with a function.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, V]>`, one pair a key, in `numPartitions` partitions. The function should be associative.
   *
   * **Cost** Lazy; one shuffle. Values are merged before it, so one per key and partition travels.
   *
   * **Source** `RDD.reduceByKey`.
   *
   * **Example**
   * ```ts
   * const sums = sc.parallelize([['a', 1], ['b', 1], ['a', 1]]).reduceByKey((a, b) => a + b);
   * await sums.lookup('a'); // => [2]
   * ```
   */
  reduceByKey<K, V>(
    this: RDD<[K, V]>,
    func: (a: V, b: V) => V,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, V]> {
    return this.#made(
      pairs.reduceByKey(this.#runtime, this.#lineage, func, { numPartitions, partitionFunc }),
    );
  }

  /**
   * Gathers the values of each key.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, ResultIterable<V>]>`, one pair a key; values in the order of partitions.
   *
   * **Cost** Lazy; one shuffle of all pairs. To sum or count, `reduceByKey` moves far less.
   *
   * **Source** `RDD.groupByKey`.
   *
   * **Example**
   * ```ts
   * const groups = sc.parallelize([['a', 1], ['a', 2]]).groupByKey();
   * await groups.mapValues(vs => [...vs]).collect(); // => [['a', [1, 2]]]
   * ```
   */
  groupByKey<K, V>(
    this: RDD<[K, V]>,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, ResultIterable<V>]> {
    return this.#made(
      pairs.groupByKey(this.#runtime, this.#lineage, { numPartitions, partitionFunc }),
    );
  }

  /**
   * Gathers the records for which a function gives the same key.
   *
   * **Shapes** `RDD<T>` → `RDD<[K, ResultIterable<T>]>`, one pair a key.
   *
   * **Cost** Lazy; one shuffle of all records.
   *
   * **Source** `RDD.groupBy`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3], 1).groupBy(x => x % 2).mapValues(xs => [...xs]).collectAsMap();
   * ```
   */
  groupBy<K extends Tuple>(
    f: (record: T) => K,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, ResultIterable<T>]>;
  groupBy<K>(
    f: (record: T) => K,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, ResultIterable<T>]>;
  groupBy<K>(
    f: (record: T) => K,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, ResultIterable<T>]> {
    return this.#made(
      pairs.groupBy(this.#runtime, this.#lineage, f, { numPartitions, partitionFunc }),
    );
  }

  /**
   * Combines the values of each key into something of another kind.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, C]>`: `createCombiner` for the first value of a key in a partition, `mergeValue`
   * for the others, `mergeCombiners` across partitions.
   *
   * **Cost** Lazy; one shuffle, after combining in each partition.
   *
   * **Source** `RDD.combineByKey`. Combiners of several types need a word: `combineByKey<string, number, [number, string]>(…)`.
   *
   * **Example**
   * ```ts
   * const pairs = sc.parallelize([['x', 4], ['x', 8]], 2);
   * await pairs.combineByKey(v => [v, 1], (c, v) => [c[0] + v, c[1] + 1], (a, b) => [a[0] + b[0], a[1] + b[1]]).collect(); // => [['x', [12, 2]]]
   * ```
   */
  combineByKey<K, V, C>(
    this: RDD<[K, V]>,
    createCombiner: (value: V) => C,
    mergeValue: (combiner: C, value: V) => C,
    mergeCombiners: (a: C, b: C) => C,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, C]> {
    const functions = { create: createCombiner, mergeValue, mergeCombiners };
    return this.#made(
      pairs.combineByKey(this.#runtime, this.#lineage, functions, { numPartitions, partitionFunc }),
    );
  }

  /**
   * Folds the values of each key from a zero value, then merges what the partitions found.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, U]>`. The zero value enters once for each key and partition, as a copy.
   *
   * **Cost** Lazy; one shuffle, after folding in each partition.
   *
   * **Throws** UsageError RDD-109 when the zero value cannot be copied.
   *
   * **Source** `RDD.aggregateByKey`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1], ['a', 2]], 1).aggregateByKey(0, (sum, v) => sum + v, (a, b) => a + b).collect(); // => [['a', 3]]
   * ```
   */
  aggregateByKey<K, V, U extends Tuple>(
    this: RDD<[K, V]>,
    zeroValue: U,
    seqFunc: (soFar: U, value: V) => U,
    combFunc: (a: U, b: U) => U,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, U]>;
  aggregateByKey<K, V, U>(
    this: RDD<[K, V]>,
    zeroValue: U,
    seqFunc: (soFar: U, value: V) => U,
    combFunc: (a: U, b: U) => U,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, U]>;
  aggregateByKey<K, V, U>(
    this: RDD<[K, V]>,
    zero: U,
    seq: (soFar: U, value: V) => U,
    comb: (a: U, b: U) => U,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, U]> {
    return this.#made(
      pairs.aggregateByKey(
        this.#runtime,
        this.#lineage,
        { zero, seq, comb },
        { numPartitions, partitionFunc },
      ),
    );
  }

  /**
   * Folds the values of each key from a zero value.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, V]>`. The zero value enters once for each key and partition, as a copy.
   *
   * **Cost** Lazy; one shuffle, after folding in each partition.
   *
   * **Source** `RDD.foldByKey`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 2], ['a', 5]], 1).foldByKey(10, (a, b) => a + b).collect(); // => [['a', 17]]
   * ```
   */
  foldByKey<K, V>(
    this: RDD<[K, V]>,
    zeroValue: V,
    func: (a: V, b: V) => V,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
  ): RDD<[K, V]> {
    const functions = { zero: zeroValue, func };
    return this.#made(
      pairs.foldByKey(this.#runtime, this.#lineage, functions, { numPartitions, partitionFunc }),
    );
  }

  /**
   * A sample of the pairs with a share for each key.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, V]>`; same partitions and partitioner, order kept. `fractions` by key, as a Map or object.
   *
   * **Cost** Lazy; no shuffle. The same seed gives the same sample.
   *
   * **Throws** UsageError RDD-101 for a negative fraction; TaskError TASK-101 for a key without one.
   *
   * **Source** `RDD.sampleByKey`; other random numbers than PySpark.
   *
   * **Example**
   * ```ts
   * const kept = sc.parallelize([['a', 1], ['b', 2]]).sampleByKey(false, { a: 1, b: 0 }, 7);
   * await kept.collect(); // => [['a', 1]]
   * ```
   */
  sampleByKey<K, V>(
    this: RDD<[K, V]>,
    withReplacement: boolean,
    fractions: Fractions<K>,
    seed?: number | null,
  ): RDD<[K, V]> {
    return this.#made(
      sampling.sampleByKey(this.#runtime, this.#lineage, fractions, { withReplacement, seed }),
    );
  }

  // Several RDDs

  /**
   * All records of both RDDs.
   *
   * **Shapes** `RDD<T>`, `RDD<U>` → `RDD<T | U>`: the partitions of this RDD, then those of the other; of equally
   * partitioned RDDs, partition by partition. Duplicates are kept.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Source** `RDD.union`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2]).union(sc.parallelize([2, 3])).collect(); // => [1, 2, 2, 3]
   * ```
   */
  union<U>(other: RDD<U>): RDD<T | U> {
    return this.#made(
      transformations.union(this.#runtime, [this.#lineage, this.#other(other, 'union')]),
    );
  }

  /**
   * The distinct records that both RDDs hold.
   *
   * **Shapes** `RDD<T>`, `RDD<T>` → `RDD<T>` in no particular order. Records compare by value.
   *
   * **Cost** Lazy; shuffles both RDDs.
   *
   * **Source** `RDD.intersection`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).intersection(sc.parallelize([3, 4])).collect(); // => [3]
   * ```
   */
  intersection(other: RDD<T>): RDD<T> {
    return this.#made(
      sets.intersection(this.#runtime, this.#lineage, this.#other(other, 'intersection')),
    );
  }

  /**
   * The records that are not in the other RDD; duplicates are kept.
   *
   * **Shapes** `RDD<T>`, `RDD<T>` → `RDD<T>` in no particular order. Records compare by value.
   *
   * **Cost** Lazy; shuffles both RDDs.
   *
   * **Source** `RDD.subtract`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).subtract(sc.parallelize([1, 3])).collect(); // => [2]
   * ```
   */
  subtract(other: RDD<T>, numPartitions?: Count): RDD<T> {
    return this.#made(
      sets.subtract(this.#runtime, [this.#lineage, this.#other(other, 'subtract')], numPartitions),
    );
  }

  /**
   * The pairs whose key is not in the other RDD.
   *
   * **Shapes** `RDD<[K, V]>`, `RDD<[K, W]>` → `RDD<[K, V]>`.
   *
   * **Cost** Lazy; shuffles what is not partitioned alike.
   *
   * **Source** `RDD.subtractByKey`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1], ['b', 2]]).subtractByKey(sc.parallelize([['a', null]])).collect(); // => [['b', 2]]
   * ```
   */
  subtractByKey<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    numPartitions?: Count,
  ): RDD<[K, V]> {
    return this.#made(
      sets.subtractByKey(
        this.#runtime,
        [this.#lineage, this.#other(other, 'subtractByKey')],
        numPartitions,
      ),
    );
  }

  /**
   * The distinct records.
   *
   * **Shapes** `RDD<T>` → `RDD<T>` in no particular order. Records compare by value.
   *
   * **Cost** Lazy; one shuffle, after removing duplicates in each partition.
   *
   * **Source** `RDD.distinct`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([[1, 'a'], [1, 'a']]).distinct().collect(); // => [[1, 'a']]
   * ```
   */
  distinct(numPartitions?: Count): RDD<T> {
    return this.#made(pairs.distinct(this.#runtime, this.#lineage, numPartitions));
  }

  /**
   * All pairs of a record of this RDD and one of the other.
   *
   * **Shapes** `RDD<T>`, `RDD<U>` → `RDD<[T, U]>` with as many partitions as the product of theirs.
   *
   * **Cost** Lazy; no shuffle. The other RDD is computed once for each partition of this one.
   *
   * **Source** `RDD.cartesian`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2], 1).cartesian(sc.parallelize(['x'], 1)).collect(); // => [[1, 'x'], [2, 'x']]
   * ```
   */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> {
    return this.#made(
      transformations.cartesian(this.#runtime, this.#lineage, this.#other(other, 'cartesian')),
    );
  }

  /**
   * Pairs the first record with the first of the other RDD, and so on.
   *
   * **Shapes** `RDD<T>`, `RDD<U>` → `RDD<[T, U]>`. Both need as many partitions and as many records in each.
   *
   * **Cost** Lazy; no shuffle.
   *
   * **Throws** UsageError when the partitions differ in number, TaskError when they differ in length.
   *
   * **Source** `RDD.zip`.
   *
   * **Example**
   * ```ts
   * const r = sc.parallelize(['a', 'b'], 1);
   * await r.zip(r.map(x => x.toUpperCase())).collect(); // => [['a', 'A'], ['b', 'B']]
   * ```
   */
  zip<U>(other: RDD<U>): RDD<[T, U]> {
    return this.#made(transformations.zip(this.#runtime, this.#lineage, this.#other(other, 'zip')));
  }

  /**
   * Pairs every record with its index in the whole RDD.
   *
   * **Shapes** `RDD<T>` → `RDD<[T, number]>`, from 0 in the order of partitions.
   *
   * **Cost** Lazy; no shuffle. With several partitions, a job counts their records first.
   *
   * **Source** `RDD.zipWithIndex`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['a', 'b']).zipWithIndex().collect(); // => [['a', 0], ['b', 1]]
   * ```
   */
  zipWithIndex(): RDD<[T, number]> {
    return this.#made(transformations.zipWithIndex(this.#runtime, this.#lineage));
  }

  /**
   * Pairs every record with a number no other record has.
   *
   * **Shapes** `RDD<T>` → `RDD<[T, number]>`: `k * n + p` for the k-th record of partition p of n.
   *
   * **Cost** Lazy; no shuffle and no job.
   *
   * **Source** `RDD.zipWithUniqueId`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['a', 'b', 'c'], 2).zipWithUniqueId().collect(); // => [['a', 0], ['b', 1], ['c', 3]]
   * ```
   */
  zipWithUniqueId(): RDD<[T, number]> {
    return this.#made(transformations.zipWithUniqueId(this.#runtime, this.#lineage));
  }

  /**
   * Pairs the values that both RDDs have for a key.
   *
   * **Shapes** `RDD<[K, V]>`, `RDD<[K, W]>` → `RDD<[K, [V, W]]>`, all combinations for each key.
   *
   * **Cost** Lazy; shuffles what is not partitioned alike. The values of a key are held in memory.
   *
   * **Source** `RDD.join`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1], ['b', 4]]).join(sc.parallelize([['a', 2]])).collect(); // => [['a', [1, 2]]]
   * ```
   */
  join<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, numPartitions?: Count): RDD<[K, [V, W]]> {
    return this.#made(
      sets.join(this.#runtime, 'join', [this.#lineage, this.#other(other, 'join')], numPartitions),
    );
  }

  /**
   * As `join`, with every pair of this RDD: null where the other has no value.
   *
   * **Shapes** `RDD<[K, V]>`, `RDD<[K, W]>` → `RDD<[K, [V, W | null]]>`.
   *
   * **Cost** Lazy; shuffles what is not partitioned alike.
   *
   * **Source** `RDD.leftOuterJoin`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['b', 4]]).leftOuterJoin(sc.parallelize([['a', 2]])).collect(); // => [['b', [4, null]]]
   * ```
   */
  leftOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    numPartitions?: Count,
  ): RDD<[K, [V, W | null]]> {
    return this.#made(
      sets.join(
        this.#runtime,
        'leftOuterJoin',
        [this.#lineage, this.#other(other, 'leftOuterJoin')],
        numPartitions,
      ),
    );
  }

  /**
   * As `join`, with every pair of the other RDD: null where this one has no value.
   *
   * **Shapes** `RDD<[K, V]>`, `RDD<[K, W]>` → `RDD<[K, [V | null, W]]>`.
   *
   * **Cost** Lazy; shuffles what is not partitioned alike.
   *
   * **Source** `RDD.rightOuterJoin`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['b', 4]]).rightOuterJoin(sc.parallelize([['a', 2]])).collect(); // => [['a', [null, 2]]]
   * ```
   */
  rightOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    numPartitions?: Count,
  ): RDD<[K, [V | null, W]]> {
    return this.#made(
      sets.join(
        this.#runtime,
        'rightOuterJoin',
        [this.#lineage, this.#other(other, 'rightOuterJoin')],
        numPartitions,
      ),
    );
  }

  /**
   * As `join`, with every pair of both RDDs: null where the other side has no value.
   *
   * **Shapes** `RDD<[K, V]>`, `RDD<[K, W]>` → `RDD<[K, [V | null, W | null]]>`.
   *
   * **Cost** Lazy; shuffles what is not partitioned alike.
   *
   * **Source** `RDD.fullOuterJoin`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['b', 4]]).fullOuterJoin(sc.parallelize([['b', 2]])).collect(); // => [['b', [4, 2]]]
   * ```
   */
  fullOuterJoin<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    numPartitions?: Count,
  ): RDD<[K, [V | null, W | null]]> {
    return this.#made(
      sets.join(
        this.#runtime,
        'fullOuterJoin',
        [this.#lineage, this.#other(other, 'fullOuterJoin')],
        numPartitions,
      ),
    );
  }

  /**
   * The values that each of the two RDDs has for a key.
   *
   * **Shapes** `RDD<[K, V]>`, `RDD<[K, W]>` → `RDD<[K, [ResultIterable<V>, ResultIterable<W>]]>`, one pair a key.
   *
   * **Cost** Lazy; shuffles what is not partitioned alike.
   *
   * **Source** `RDD.cogroup`.
   *
   * **Example**
   * ```ts
   * const both = sc.parallelize([['a', 1]]).cogroup(sc.parallelize([['a', 2]]));
   * await both.mapValues(([x, y]) => [[...x], [...y]]).collect(); // => [['a', [[1], [2]]]]
   * ```
   */
  cogroup<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    numPartitions?: Count,
  ): RDD<[K, [ResultIterable<V>, ResultIterable<W>]]> {
    return this.#made(
      sets.cogroup(this.#runtime, [this.#lineage, this.#other(other, 'cogroup')], numPartitions),
    );
  }

  /**
   * As `cogroup`, for any number of other RDDs.
   *
   * **Shapes** `RDD<[K, V]>`, … → `RDD<[K, [values of each RDD]]>`.
   *
   * **Cost** Lazy; shuffles what is not partitioned alike.
   *
   * **Source** `RDD.groupWith`.
   *
   * **Example**
   * ```ts
   * const [x, y, z] = [1, 2, 3].map(n => sc.parallelize([['a', n]]));
   * await x.groupWith(y, z).mapValues(vs => vs.map(v => [...v])).collect(); // => [['a', [[1], [2], [3]]]]
   * ```
   */
  groupWith<K, V, W>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
  ): RDD<[K, [ResultIterable<V>, ResultIterable<W>]]>;
  groupWith<K, V, W, X>(
    this: RDD<[K, V]>,
    other: RDD<[K, W]>,
    third: RDD<[K, X]>,
  ): RDD<[K, [ResultIterable<V>, ResultIterable<W>, ResultIterable<X>]]>;
  groupWith<K, V>(
    this: RDD<[K, V]>,
    ...others: RDD<[K, unknown]>[]
  ): RDD<[K, ResultIterable<unknown>[]]>;
  groupWith(...others: RDD<unknown>[]): RDD<unknown> {
    const nodes = [this.#lineage, ...others.map((other) => this.#other(other, 'groupWith'))];
    return this.#made(sets.cogroup(this.#runtime, nodes, null, 'groupWith'));
  }

  // Partitions and order

  /**
   * Spreads the records evenly over so many partitions.
   *
   * **Shapes** `RDD<T>` → `RDD<T>` in `numPartitions` partitions; the order is not kept.
   *
   * **Cost** Lazy; one shuffle of all records. To have fewer partitions, `coalesce` needs none.
   *
   * **Throws** UsageError RDD-101 unless the number is positive.
   *
   * **Source** `RDD.repartition`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 1).repartition(2).getNumPartitions(); // => 2
   * ```
   */
  repartition(numPartitions: number): RDD<T> {
    return this.#made(transformations.repartition(this.#runtime, this.#lineage, numPartitions));
  }

  /**
   * Joins neighbouring partitions until so many are left.
   *
   * **Shapes** `RDD<T>` → `RDD<T>` in at most `numPartitions` partitions; order kept. With `shuffle` as `repartition`.
   *
   * **Cost** Lazy; no shuffle unless asked for.
   *
   * **Throws** UsageError RDD-101 unless the number is positive.
   *
   * **Source** `RDD.coalesce`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 4).coalesce(2).glom().collect(); // => [[1, 2], [3, 4]]
   * ```
   */
  coalesce(numPartitions: number, shuffle = false): RDD<T> {
    return this.#made(
      transformations.coalesce(this.#runtime, this.#lineage, numPartitions, shuffle),
    );
  }

  /**
   * Sorts the records by a key computed from each.
   *
   * **Shapes** `RDD<T>` → `RDD<T>`, sorted through all partitions; equal keys keep their order. Keys may be numbers,
   * strings (by code point), booleans, dates, or arrays of these.
   *
   * **Cost** Lazy; a job samples the keys when the first action comes, then one shuffle of all records.
   *
   * **Source** `RDD.sortBy`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['bb', 'a', 'ccc']).sortBy(s => s.length, false).collect(); // => ['ccc', 'bb', 'a']
   * ```
   */
  sortBy<K>(keyfunc: (record: T) => K, ascending = true, numPartitions?: Count): RDD<T> {
    return this.#made(
      sorting.sortBy(this.#runtime, this.#lineage, keyfunc, { ascending, numPartitions }),
    );
  }

  /**
   * Sorts pairs by key.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, V]>`, sorted through all partitions by `keyfunc(key)`; equal keys keep their order.
   *
   * **Cost** Lazy; a job samples the keys when the first action comes, then one shuffle of all pairs.
   *
   * **Source** `RDD.sortByKey`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['b', 1], ['a', 2]]).sortByKey().collect(); // => [['a', 2], ['b', 1]]
   * ```
   */
  sortByKey<K, V>(
    this: RDD<[K, V]>,
    ascending = true,
    numPartitions?: Count,
    keyfunc?: ((key: K) => unknown) | null,
  ): RDD<[K, V]> {
    return this.#made(
      sorting.sortByKey(this.#runtime, this.#lineage, keyfunc, { ascending, numPartitions }),
    );
  }

  /**
   * Partitions pairs by key and sorts them by key within each partition.
   *
   * **Shapes** `RDD<[K, V]>` → `RDD<[K, V]>`; partitions as `partitionBy`, each sorted by `keyfunc(key)`.
   *
   * **Cost** Lazy; one shuffle.
   *
   * **Source** `RDD.repartitionAndSortWithinPartitions`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([[3, 'c'], [2, 'b'], [1, 'a']]).repartitionAndSortWithinPartitions(2).glom().collect(); // => [[[2, 'b']], [[1, 'a'], [3, 'c']]]
   * ```
   */
  repartitionAndSortWithinPartitions<K, V>(
    this: RDD<[K, V]>,
    numPartitions?: Count,
    partitionFunc?: PartitionFunction<K> | null,
    ascending = true,
    keyfunc?: ((key: K) => unknown) | null,
  ): RDD<[K, V]> {
    const options = { ascending, numPartitions };
    return this.#made(
      sorting.repartitionAndSort(this.#runtime, this.#lineage, partitionFunc, keyfunc, options),
    );
  }

  // Samples

  /**
   * A random share of the records.
   *
   * **Shapes** `RDD<T>` → `RDD<T>`; same partitions, order kept. About `fraction` of the records; with replacement,
   * each about `fraction` times.
   *
   * **Cost** Lazy; no shuffle. The same seed gives the same sample; without one, it is drawn at the call.
   *
   * **Throws** UsageError RDD-101 for a negative fraction.
   *
   * **Source** `RDD.sample`; other random numbers than PySpark.
   *
   * **Example**
   * ```ts
   * await sc.range(1000).sample(false, 0.1, 42).count();
   * ```
   */
  sample(withReplacement: boolean, fraction: number, seed?: number | null): RDD<T> {
    return this.#made(
      sampling.sample(this.#runtime, this.#lineage, fraction, { withReplacement, seed }),
    );
  }

  /**
   * Splits the records at random into several RDDs.
   *
   * **Shapes** `RDD<T>` → as many `RDD<T>` as weights; every record is in exactly one.
   *
   * **Cost** Lazy; no shuffle. Each part goes through all records.
   *
   * **Throws** UsageError RDD-101 unless the weights sum to more than 0.
   *
   * **Source** `RDD.randomSplit`; other random numbers than PySpark.
   *
   * **Example**
   * ```ts
   * const [train, test] = sc.range(100).randomSplit([0.8, 0.2], 17);
   * (await train.count()) + (await test.count()); // => 100
   * ```
   */
  randomSplit(weights: readonly number[], seed?: number | null): RDD<T>[] {
    return sampling
      .randomSplit(this.#runtime, this.#lineage, weights, seed)
      .map((node) => this.#made<T>(node));
  }

  /**
   * So many records at random.
   *
   * **Shapes** `RDD<T>` → `T[]` of `num` records (fewer if there are fewer), in random order.
   *
   * **Cost** Action; counts all records, then samples.
   *
   * **Throws** UsageError RDD-101 for a negative number.
   *
   * **Source** `RDD.takeSample`; other random numbers than PySpark.
   *
   * **Example**
   * ```ts
   * (await sc.range(100).takeSample(false, 3, 1)).length; // => 3
   * ```
   */
  takeSample(withReplacement: boolean, num: number, seed?: number | null): Job<T[]> {
    const size = sampling.checkSampleSize(num);
    const options = { withReplacement, seed: chooseSeed(seed) };
    return this.#runtime.action('takeSample', (run) =>
      sampling.takeSample<T>(this.#runtime, run, this.#lineage, size, options),
    );
  }

  // Actions

  /**
   * All records.
   *
   * **Shapes** `RDD<T>` → `T[]` in the order of partitions.
   *
   * **Cost** Action; everything is held in the driver's memory, at most `spark.driver.maxResultSize`.
   *
   * **Throws** UsageError RDD-104 when the result is larger.
   *
   * **Source** `RDD.collect`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).collect(); // => [1, 2, 3]
   * ```
   */
  collect(): Job<T[]> {
    return actions.collect(this.#runtime, this.#lineage);
  }

  /**
   * As `collect`, in a job group of its own.
   *
   * **Shapes** `RDD<T>` → `T[]`.
   *
   * **Cost** Action.
   *
   * **Source** `RDD.collectWithJobGroup`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2]).collectWithJobGroup('nightly', 'the nightly run'); // => [1, 2]
   * ```
   */
  collectWithJobGroup(groupId: string, description: string, interruptOnCancel = false): Job<T[]> {
    const changes = {
      [PROPERTY.group]: groupId,
      [PROPERTY.description]: description,
      [PROPERTY.interrupt]: String(interruptOnCancel),
    };
    return this.#runtime.properties.within(changes, () => this.collect());
  }

  /**
   * The first records.
   *
   * **Shapes** `RDD<T>` → `T[]` of at most `num` records in the order of partitions.
   *
   * **Cost** Action; computes the first partition, then more only if needed.
   *
   * **Source** `RDD.take`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([2, 3, 4]).take(2); // => [2, 3]
   * ```
   */
  take(num: number): Job<T[]> {
    return actions.take(this.#runtime, this.#lineage, num);
  }

  /**
   * The first record.
   *
   * **Shapes** `RDD<T>` → `T`.
   *
   * **Cost** Action; as `take(1)`.
   *
   * **Throws** UsageError RDD-102 when there is none.
   *
   * **Source** `RDD.first`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([2, 3, 4]).first(); // => 2
   * ```
   */
  first(): Job<T> {
    return actions.first(this.#runtime, this.#lineage);
  }

  /**
   * Whether there is no record.
   *
   * **Shapes** `RDD<T>` → boolean.
   *
   * **Cost** Action; as `take(1)`.
   *
   * **Source** `RDD.isEmpty`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([]).isEmpty(); // => true
   * ```
   */
  isEmpty(): Job<boolean> {
    return actions.isEmpty(this.#runtime, this.#lineage);
  }

  /**
   * How many records there are.
   *
   * **Shapes** `RDD<T>` → number.
   *
   * **Cost** Action; computes all partitions and holds nothing.
   *
   * **Source** `RDD.count`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([2, 3, 4]).count(); // => 3
   * ```
   */
  count(): Job<number> {
    return actions.count(this.#runtime, this.#lineage);
  }

  /**
   * Merges all records with a function.
   *
   * **Shapes** `RDD<T>` → `T`; from left to right in each partition, then over the partitions. Should be associative.
   *
   * **Cost** Action; one value a partition comes to the driver.
   *
   * **Throws** UsageError RDD-102 when there is no record.
   *
   * **Source** `RDD.reduce`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).reduce((a, b) => a + b); // => 6
   * ```
   */
  reduce(f: (a: T, b: T) => T): Job<T> {
    return actions.reduce(this.#runtime, this.#lineage, f);
  }

  /**
   * Merges all records with a function, starting from a zero value.
   *
   * **Shapes** `RDD<T>` → `T`. A copy of the zero value enters once for each partition and once at the driver.
   *
   * **Cost** Action; one value a partition comes to the driver.
   *
   * **Source** `RDD.fold`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).fold(0, (a, b) => a + b); // => 6
   * ```
   */
  fold(zeroValue: T, op: (a: T, b: T) => T): Job<T> {
    return actions.aggregate(this.#runtime, this.#lineage, {
      operation: 'fold',
      zero: zeroValue,
      seq: op,
      comb: op,
    });
  }

  /**
   * Folds each partition from a zero value, then merges what they gave, from the zero value again.
   *
   * **Shapes** `RDD<T>` → `U`. Each fold gets a copy of the zero value, which it may change.
   *
   * **Cost** Action; one value a partition comes to the driver.
   *
   * **Throws** UsageError RDD-109 when the zero value cannot be copied.
   *
   * **Source** `RDD.aggregate`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).aggregate([0, 0], (a, x) => [a[0] + x, a[1] + 1], (a, b) => [a[0] + b[0], a[1] + b[1]]); // => [6, 3]
   * ```
   */
  aggregate<U extends Tuple>(
    zeroValue: U,
    seqOp: (soFar: U, record: T) => U,
    combOp: (a: U, b: U) => U,
  ): Job<U>;
  aggregate<U>(zeroValue: U, seqOp: (soFar: U, record: T) => U, combOp: (a: U, b: U) => U): Job<U>;
  aggregate<U>(zeroValue: U, seqOp: (soFar: U, record: T) => U, combOp: (a: U, b: U) => U): Job<U> {
    return actions.aggregate<T, U>(this.#runtime, this.#lineage, {
      operation: 'aggregate',
      zero: zeroValue,
      seq: seqOp,
      comb: combOp,
    });
  }

  /**
   * As `reduce`, merging what the partitions gave in tasks first.
   *
   * **Shapes** `RDD<T>` → `T`.
   *
   * **Cost** Action; up to `depth` - 1 small shuffles, for RDDs of very many partitions.
   *
   * **Throws** UsageError RDD-101 for a depth below 1, RDD-102 when there is no record.
   *
   * **Source** `RDD.treeReduce`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([-5, 1, 2, 3], 4).treeReduce((a, b) => a + b); // => 1
   * ```
   */
  treeReduce(f: (a: T, b: T) => T, depth = 2): Job<T> {
    return tree.treeReduce(this.#runtime, this.#lineage, f, depth);
  }

  /**
   * As `aggregate`, merging what the partitions gave in tasks first.
   *
   * **Shapes** `RDD<T>` → `U`. The zero value enters once for each partition and not at the driver.
   *
   * **Cost** Action; up to `depth` - 1 small shuffles, for RDDs of very many partitions.
   *
   * **Throws** UsageError RDD-101 for a depth below 1.
   *
   * **Source** `RDD.treeAggregate`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 4).treeAggregate(0, (a, x) => a + x, (a, b) => a + b); // => 10
   * ```
   */
  treeAggregate<U extends Tuple>(
    zeroValue: U,
    seqOp: (soFar: U, record: T) => U,
    combOp: (a: U, b: U) => U,
    depth?: number,
  ): Job<U>;
  treeAggregate<U>(
    zeroValue: U,
    seqOp: (soFar: U, record: T) => U,
    combOp: (a: U, b: U) => U,
    depth?: number,
  ): Job<U>;
  treeAggregate<U>(
    zeroValue: U,
    seqOp: (soFar: U, record: T) => U,
    combOp: (a: U, b: U) => U,
    depth = 2,
  ): Job<U> {
    return tree.treeAggregate(this.#runtime, this.#lineage, {
      zero: zeroValue,
      seq: seqOp,
      comb: combOp,
      depth,
    });
  }

  /**
   * Calls a function for every record, for its effects.
   *
   * **Shapes** `RDD<T>` → nothing.
   *
   * **Cost** Action; the function runs in the tasks: use an accumulator to bring a number back.
   *
   * **Source** `RDD.foreach`.
   *
   * **Example**
   * ```ts
   * const total = sc.accumulator(0);
   * await sc.parallelize([1, 2, 3]).foreach(x => total.add(x));
   * total.value; // => 6
   * ```
   */
  foreach(f: (record: T) => unknown): Job<void> {
    return actions.foreach(this.#runtime, this.#lineage, f);
  }

  /**
   * Calls a function for the records of each partition, for its effects.
   *
   * **Shapes** `RDD<T>` → nothing. Called for empty partitions too; async functions are awaited.
   *
   * **Cost** Action; the function runs in the tasks.
   *
   * **Source** `RDD.foreachPartition`.
   *
   * **Example**
   * ```ts
   * const partitions = sc.accumulator(0);
   * await sc.parallelize([1, 2, 3], 2).foreachPartition(() => partitions.add(1));
   * partitions.value; // => 2
   * ```
   */
  foreachPartition(f: (records: Iterable<T>) => unknown): Job<void> {
    return actions.foreachPartition(this.#runtime, this.#lineage, f);
  }

  /**
   * The largest record.
   *
   * **Shapes** `RDD<T>` → `T`: the first of those whose `key(record)` is largest. Arrays compare element by element.
   *
   * **Cost** Action; one record a partition comes to the driver.
   *
   * **Throws** UsageError RDD-102 when there is no record.
   *
   * **Source** `RDD.max`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['fig', 'banana']).max(s => s.length); // => 'banana'
   * ```
   */
  max(key?: ((record: T) => unknown) | null): Job<T> {
    return actions.extreme(this.#runtime, this.#lineage, 1, key);
  }

  /**
   * The smallest record.
   *
   * **Shapes** `RDD<T>` → `T`: the first of those whose `key(record)` is smallest.
   *
   * **Cost** Action; one record a partition comes to the driver.
   *
   * **Throws** UsageError RDD-102 when there is no record.
   *
   * **Source** `RDD.min`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([2, 5, -1]).min(); // => -1
   * ```
   */
  min(key?: ((record: T) => unknown) | null): Job<T> {
    return actions.extreme(this.#runtime, this.#lineage, -1, key);
  }

  /**
   * The largest records.
   *
   * **Shapes** `RDD<T>` → `T[]` of at most `num` records, largest `key(record)` first; equal ones as they came.
   *
   * **Cost** Action; `num` records a partition come to the driver.
   *
   * **Source** `RDD.top`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([10, 4, 2, 12, 3]).top(2); // => [12, 10]
   * ```
   */
  top(num: number, key?: ((record: T) => unknown) | null): Job<T[]> {
    return actions.takeInOrder(this.#runtime, this.#lineage, -1, num, key);
  }

  /**
   * The smallest records.
   *
   * **Shapes** `RDD<T>` → `T[]` of at most `num` records, smallest `key(record)` first; equal ones as they came.
   *
   * **Cost** Action; `num` records a partition come to the driver.
   *
   * **Throws** UsageError RDD-101 for a negative number.
   *
   * **Source** `RDD.takeOrdered`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([10, 1, 2, 9]).takeOrdered(2, x => -x); // => [10, 9]
   * ```
   */
  takeOrdered(num: number, key?: ((record: T) => unknown) | null): Job<T[]> {
    return actions.takeInOrder(this.#runtime, this.#lineage, 1, num, key);
  }

  /**
   * How often each record occurs.
   *
   * **Shapes** `RDD<T>` → Map from record to number. The Map finds keys by value.
   *
   * **Cost** Action; one entry for each distinct record and partition comes to the driver.
   *
   * **Source** `RDD.countByValue`.
   *
   * **Example**
   * ```ts
   * (await sc.parallelize([[1, 'a'], [1, 'a']]).countByValue()).get([1, 'a']); // => 2
   * ```
   */
  countByValue(): Job<Map<T, number>> {
    return actions.countValues(this.#runtime, this.#lineage, 'countByValue');
  }

  /**
   * How many pairs each key has.
   *
   * **Shapes** `RDD<[K, V]>` → Map from key to number. The Map finds keys by value.
   *
   * **Cost** Action; one entry for each key and partition comes to the driver.
   *
   * **Source** `RDD.countByKey`.
   *
   * **Example**
   * ```ts
   * (await sc.parallelize([['a', 1], ['a', 2]]).countByKey()).get('a'); // => 2
   * ```
   */
  countByKey<K>(this: RDD<[K, ...unknown[]]>): Job<Map<K, number>> {
    return actions.countValues(
      this.#runtime,
      transformations.keys(this.#runtime, this.#lineage),
      'countByKey',
    );
  }

  /**
   * The pairs as a Map; of equal keys the last one counts.
   *
   * **Shapes** `RDD<[K, V]>` → Map. It finds keys by value.
   *
   * **Cost** Action; everything comes to the driver.
   *
   * **Source** `RDD.collectAsMap`.
   *
   * **Example**
   * ```ts
   * (await sc.parallelize([[[1, 2], 'x']]).collectAsMap()).get([1, 2]); // => 'x'
   * ```
   */
  collectAsMap<K, V>(this: RDD<[K, V]>): Job<Map<K, V>> {
    return actions.collectAsMap<K, V>(this.#runtime, this.#lineage);
  }

  /**
   * The values of a key.
   *
   * **Shapes** `RDD<[K, V]>` → `V[]`.
   *
   * **Cost** Action; computes one partition if the RDD is partitioned by key, else all.
   *
   * **Source** `RDD.lookup`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1], ['b', 2], ['a', 3]]).lookup('a'); // => [1, 3]
   * ```
   */
  lookup<K, V>(this: RDD<[K, V]>, key: K): Job<V[]> {
    return lookup<V>(this.#runtime, this.#lineage, key);
  }

  /**
   * Merges the values of each key and brings the result to the driver.
   *
   * **Shapes** `RDD<[K, V]>` → Map. It finds keys by value.
   *
   * **Cost** Action; no shuffle. One entry for each key and partition comes to the driver.
   *
   * **Source** `RDD.reduceByKeyLocally`.
   *
   * **Example**
   * ```ts
   * (await sc.parallelize([['a', 1], ['a', 2]]).reduceByKeyLocally((a, b) => a + b)).get('a'); // => 3
   * ```
   */
  reduceByKeyLocally<K, V>(this: RDD<[K, V]>, func: (a: V, b: V) => V): Job<Map<K, V>> {
    return actions.reduceByKeyLocally<K, V>(this.#runtime, this.#lineage, func);
  }

  /**
   * All records one by one, fetching a partition at a time.
   *
   * **Shapes** `RDD<T>` → async iterator of `T` in the order of partitions.
   *
   * **Cost** A job for each partition when it is reached; holds one partition, with `prefetchPartitions` two.
   *
   * **Source** `RDD.toLocalIterator`; to be used with `for await`.
   *
   * **Example**
   * ```ts
   * let sum = 0;
   * for await (const x of sc.parallelize([1, 2, 3]).toLocalIterator()) sum += x;
   * sum; // => 6
   * ```
   */
  toLocalIterator(prefetchPartitions = false): AsyncGenerator<T, void, undefined> {
    return iterateLocally<T>(this.#runtime, this.#lineage, prefetchPartitions);
  }

  // Figures

  /**
   * The sum of the records.
   *
   * **Shapes** `RDD<number>` → number, 0 without records.
   *
   * **Cost** Action; one number a partition comes to the driver.
   *
   * **Throws** TaskError TASK-101 for a record that is no number.
   *
   * **Source** `RDD.sum`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).sum(); // => 6
   * ```
   */
  sum(this: RDD<number>): Job<number> {
    return actions.sum(this.#runtime, this.#lineage);
  }

  /**
   * Count, mean, variance, minimum and maximum in one pass.
   *
   * **Shapes** `RDD<number>` → StatCounter.
   *
   * **Cost** Action; five numbers a partition come to the driver.
   *
   * **Source** `RDD.stats`.
   *
   * **Example**
   * ```ts
   * (await sc.parallelize([1, 2, 3, 4]).stats()).mean(); // => 2.5
   * ```
   */
  stats(this: RDD<number>): Job<StatCounter> {
    return statistics.statistics(this.#runtime, this.#lineage, 'stats', (stats) => stats);
  }

  /**
   * The mean of the records.
   *
   * **Shapes** `RDD<number>` → number, 0 without records.
   *
   * **Cost** Action; as `stats`.
   *
   * **Source** `RDD.mean`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).mean(); // => 2
   * ```
   */
  mean(this: RDD<number>): Job<number> {
    return statistics.statistics(this.#runtime, this.#lineage, 'mean', (stats) => stats.mean());
  }

  /**
   * The variance of the records, divided by their number.
   *
   * **Shapes** `RDD<number>` → number.
   *
   * **Cost** Action; as `stats`.
   *
   * **Source** `RDD.variance`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 3]).variance(); // => 1
   * ```
   */
  variance(this: RDD<number>): Job<number> {
    return statistics.statistics(this.#runtime, this.#lineage, 'variance', (stats) =>
      stats.variance(),
    );
  }

  /**
   * The standard deviation of the records.
   *
   * **Shapes** `RDD<number>` → number.
   *
   * **Cost** Action; as `stats`.
   *
   * **Source** `RDD.stdev`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 3]).stdev(); // => 1
   * ```
   */
  stdev(this: RDD<number>): Job<number> {
    return statistics.statistics(this.#runtime, this.#lineage, 'stdev', (stats) => stats.stdev());
  }

  /**
   * The standard deviation of what the records are a sample of.
   *
   * **Shapes** `RDD<number>` → number, NaN below two records.
   *
   * **Cost** Action; as `stats`.
   *
   * **Source** `RDD.sampleStdev`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).sampleStdev(); // => 1
   * ```
   */
  sampleStdev(this: RDD<number>): Job<number> {
    return statistics.statistics(this.#runtime, this.#lineage, 'sampleStdev', (stats) =>
      stats.sampleStdev(),
    );
  }

  /**
   * The variance of what the records are a sample of.
   *
   * **Shapes** `RDD<number>` → number, NaN below two records.
   *
   * **Cost** Action; as `stats`.
   *
   * **Source** `RDD.sampleVariance`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3]).sampleVariance(); // => 1
   * ```
   */
  sampleVariance(this: RDD<number>): Job<number> {
    return statistics.statistics(this.#runtime, this.#lineage, 'sampleVariance', (stats) =>
      stats.sampleVariance(),
    );
  }

  /**
   * How many records fall into each bucket.
   *
   * **Shapes** `RDD<number>` (or strings, with bounds) → `[bounds, counts]`. Buckets are open above, the last is closed.
   * A number of buckets divides the range between the smallest and the largest record evenly.
   *
   * **Cost** Action; with a number of buckets, two passes.
   *
   * **Throws** UsageError RDD-101 for bounds that are not sorted, distinct and at least two.
   *
   * **Source** `RDD.histogram`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4]).histogram([0, 2, 4]); // => [[0, 2, 4], [1, 3]]
   * ```
   */
  histogram<S extends number | string>(
    this: RDD<S>,
    buckets: number | readonly S[],
  ): Job<[S[], number[]]> {
    return statistics.histogram<S>(this.#runtime, this.#lineage, buckets);
  }

  /**
   * About how many distinct records there are.
   *
   * **Shapes** `RDD<T>` → number. HyperLogLog: the relative standard error is `relativeSD`, at best 0.001.
   *
   * **Cost** Action; no shuffle. About (1.04 / relativeSD)² bytes a partition come to the driver, at most 1 MiB.
   *
   * **Throws** UsageError RDD-101 for a relativeSD of 0.000017 or less.
   *
   * **Source** `RDD.countApproxDistinct`.
   *
   * **Example**
   * ```ts
   * await sc.range(1000).map(x => x % 20).countApproxDistinct();
   * ```
   */
  countApproxDistinct(relativeSD = 0.05): Job<number> {
    return statistics.countApproxDistinct(this.#runtime, this.#lineage, relativeSD);
  }

  /**
   * How many records there are, as far as known when the time is up.
   *
   * **Shapes** `RDD<T>` → number: exact if all partitions are done, else scaled up from those that are.
   *
   * **Cost** Action; what is not done in time is cancelled.
   *
   * **Units** `timeout` in milliseconds.
   *
   * **Source** `RDD.countApprox`.
   *
   * **Example**
   * ```ts
   * await sc.range(1000).countApprox(10000); // => 1000
   * ```
   */
  countApprox(timeout: number, confidence = 0.95): Job<number> {
    const options = { operation: 'countApprox', timeoutMs: timeout, confidence };
    return approximate(
      this.#runtime,
      this.#lineage,
      options,
      (sampled) => estimateCount(sampled, confidence).mean,
    );
  }

  /**
   * The sum of the records, as far as known when the time is up.
   *
   * **Shapes** `RDD<number>` → BoundedFloat with `mean`, `low` and `high`.
   *
   * **Cost** Action; what is not done in time is cancelled.
   *
   * **Units** `timeout` in milliseconds.
   *
   * **Source** `RDD.sumApprox`.
   *
   * **Example**
   * ```ts
   * Number(await sc.range(10).sumApprox(10000)); // => 45
   * ```
   */
  sumApprox(this: RDD<number>, timeout: number, confidence = 0.95): Job<BoundedFloat> {
    const options = { operation: 'sumApprox', timeoutMs: timeout, confidence };
    return approximate(this.#runtime, this.#lineage, options, estimateSum);
  }

  /**
   * The mean of the records, as far as known when the time is up.
   *
   * **Shapes** `RDD<number>` → BoundedFloat with `mean`, `low` and `high`.
   *
   * **Cost** Action; what is not done in time is cancelled.
   *
   * **Units** `timeout` in milliseconds.
   *
   * **Source** `RDD.meanApprox`.
   *
   * **Example**
   * ```ts
   * Number(await sc.range(11).meanApprox(10000)); // => 5
   * ```
   */
  meanApprox(this: RDD<number>, timeout: number, confidence = 0.95): Job<BoundedFloat> {
    const options = { operation: 'meanApprox', timeoutMs: timeout, confidence };
    return approximate(this.#runtime, this.#lineage, options, estimateMean);
  }

  // Files

  /**
   * Writes the records as lines of text into a new folder.
   *
   * **Shapes** a file `part-00000` … for each partition and an empty `_SUCCESS`; a line a record.
   *
   * **Cost** Action; a job that fails leaves no folder behind.
   *
   * **Throws** UsageError IO-107 when the folder exists, IO-109 for an unknown codec.
   *
   * **Source** `RDD.saveAsTextFile`. The codec may be Hadoop's class name or `gzip`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['a', 'b'], 1).saveAsTextFile('letters');
   * await sc.textFile('letters').collect(); // => ['a', 'b']
   * ```
   */
  saveAsTextFile(path: string, compressionCodecClass?: string | null): Job<void> {
    const options = {
      format: 'text',
      path: checkPath(path, 'saveAsTextFile'),
      codec: parseCodec(compressionCodecClass),
    } as const;
    return this.#runtime.action('saveAsTextFile', (run) => saveNode(run, this.#lineage, options));
  }

  /**
   * Writes the records so that `sc.objectFile` reads them back as they are.
   *
   * **Shapes** a file `part-00000` … for each partition and an empty `_SUCCESS`.
   *
   * **Cost** Action; a job that fails leaves no folder behind.
   *
   * **Throws** UsageError IO-107 when the folder exists.
   *
   * **Source** `RDD.saveAsPickleFile`, in tspark's own format; `batchSize` is accepted and not needed.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([[1, null], ['x', 2.5]]).saveAsObjectFile('objects');
   * await sc.objectFile('objects').count(); // => 2
   * ```
   */
  saveAsObjectFile(path: string, _batchSize = 10): Job<void> {
    const options = {
      format: 'objects',
      path: checkPath(path, 'saveAsObjectFile'),
      codec: 'none',
    } as const;
    return this.#runtime.action('saveAsObjectFile', (run) => saveNode(run, this.#lineage, options));
  }

  /**
   * PySpark's name of `saveAsObjectFile`.
   *
   * **Source** `RDD.saveAsPickleFile`.
   */
  saveAsPickleFile(path: string, batchSize = 10): Job<void> {
    return this.saveAsObjectFile(path, batchSize);
  }

  /**
   * Writes pairs as a SequenceFile of Hadoop, which Spark and `sc.sequenceFile` read.
   *
   * **Shapes** a file `part-00000` … for each partition and an empty `_SUCCESS`. Keys and values are strings (Text), whole
   * numbers (IntWritable, LongWritable), other numbers (DoubleWritable), booleans, bytes or null, each of one class: that
   * of the first record.
   *
   * **Cost** Action, with a small one before it that looks at the first record. A codec (deflate, gzip) compresses in blocks.
   *
   * **Throws** UsageError IO-107 when the folder exists, IO-114 for a record that does not fit, RDD-102 for no records.
   *
   * **Source** `RDD.saveAsSequenceFile`; dicts (MapWritable) are refused. `1.0` is `1` here: where numbers are whole by
   * chance, give the classes to `saveAsHadoopFile`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1], ['b', 2]], 1).saveAsSequenceFile('sequence');
   * await sc.sequenceFile('sequence').collect(); // => [['a', 1], ['b', 2]]
   * ```
   */
  saveAsSequenceFile<K, V>(
    this: RDD<[K, V]>,
    path: string,
    compressionCodecClass?: string | null,
  ): Job<void> {
    return hadoopSave(this.#runtime, this.#lineage, {
      operation: 'saveAsSequenceFile',
      api: 'mapred',
      path,
      format: 'org.apache.hadoop.mapred.SequenceFileOutputFormat',
      converters: [],
      codec: compressionCodecClass,
    });
  }

  /**
   * Writes pairs by a format of Hadoop's package `mapred`: TextOutputFormat or SequenceFileOutputFormat.
   *
   * **Shapes** a file `part-00000` … for each partition and an empty `_SUCCESS`; text: key, tab, value, a line a pair, null
   * left out. The classes of keys and values matter to SequenceFiles only, see `saveAsSequenceFile`.
   *
   * **Cost** Action.
   *
   * **Throws** UsageError IO-107 when the folder exists, IO-114 for a record that does not fit, IO-115 for another class.
   *
   * **Source** `RDD.saveAsHadoopFile`. Converters are refused; numbers become the class that is given.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', 1]], 1).saveAsHadoopFile('pairs', 'org.apache.hadoop.mapred.TextOutputFormat');
   * await sc.textFile('pairs').collect(); // => ['a\t1']
   * ```
   */
  saveAsHadoopFile<K, V>(
    this: RDD<[K, V]>,
    path: string,
    outputFormatClass: string,
    keyClass?: string | null,
    valueClass?: string | null,
    keyConverter?: string | null,
    valueConverter?: string | null,
    conf?: HadoopSettings | null,
    compressionCodecClass?: string | null,
  ): Job<void> {
    return hadoopSave(this.#runtime, this.#lineage, {
      operation: 'saveAsHadoopFile',
      api: 'mapred',
      path,
      format: outputFormatClass,
      keyClass,
      valueClass,
      converters: [keyConverter, valueConverter],
      conf,
      codec: compressionCodecClass,
    });
  }

  /**
   * Writes pairs by a format of Hadoop's package `mapreduce.lib.output`: TextOutputFormat or SequenceFileOutputFormat.
   *
   * **Shapes** as `saveAsHadoopFile`, in files `part-r-00000` ….
   *
   * **Cost** Action.
   *
   * **Throws** as `saveAsHadoopFile`.
   *
   * **Source** `RDD.saveAsNewAPIHadoopFile`.
   */
  saveAsNewAPIHadoopFile<K, V>(
    this: RDD<[K, V]>,
    path: string,
    outputFormatClass: string,
    keyClass?: string | null,
    valueClass?: string | null,
    keyConverter?: string | null,
    valueConverter?: string | null,
    conf?: HadoopSettings | null,
  ): Job<void> {
    return hadoopSave(this.#runtime, this.#lineage, {
      operation: 'saveAsNewAPIHadoopFile',
      api: 'mapreduce',
      path,
      format: outputFormatClass,
      keyClass,
      valueClass,
      converters: [keyConverter, valueConverter],
      conf,
    });
  }

  /**
   * Writes pairs as `saveAsHadoopFile`, where the settings say how and where.
   *
   * **Shapes** `mapreduce.output.fileoutputformat.outputdir` is the path, `mapred.output.format.class` the format.
   *
   * **Cost** Action.
   *
   * **Throws** as `saveAsHadoopFile`; UsageError RDD-101 when the path is missing.
   *
   * **Source** `RDD.saveAsHadoopDataset`. The settings are a Map or a plain object.
   */
  saveAsHadoopDataset<K, V>(
    this: RDD<[K, V]>,
    conf: HadoopSettings,
    keyConverter?: string | null,
    valueConverter?: string | null,
  ): Job<void> {
    return hadoopSave(this.#runtime, this.#lineage, {
      operation: 'saveAsHadoopDataset',
      api: 'mapred',
      converters: [keyConverter, valueConverter],
      conf,
    });
  }

  /**
   * Writes pairs as `saveAsNewAPIHadoopFile`, where the settings say how and where.
   *
   * **Shapes** `mapreduce.output.fileoutputformat.outputdir` is the path, `mapreduce.job.outputformat.class` the format.
   *
   * **Cost** Action.
   *
   * **Throws** as `saveAsHadoopFile`; UsageError RDD-101 when the path is missing.
   *
   * **Source** `RDD.saveAsNewAPIHadoopDataset`. The settings are a Map or a plain object.
   */
  saveAsNewAPIHadoopDataset<K, V>(
    this: RDD<[K, V]>,
    conf: HadoopSettings,
    keyConverter?: string | null,
    valueConverter?: string | null,
  ): Job<void> {
    return hadoopSave(this.#runtime, this.#lineage, {
      operation: 'saveAsNewAPIHadoopDataset',
      api: 'mapreduce',
      converters: [keyConverter, valueConverter],
      conf,
    });
  }

  // Keeping

  /**
   * Keeps the partitions in memory once they are computed.
   *
   * **Shapes** gives this RDD.
   *
   * **Cost** Lazy; each partition is kept when it is first computed. Evicted partitions are computed again.
   *
   * **Source** `RDD.cache`: `persist(StorageLevel.MEMORY_ONLY)`.
   *
   * **Example**
   * ```ts
   * const squares = sc.range(10).map(x => x * x).cache();
   * (await squares.count()) + (await squares.sum()); // => 295
   * ```
   */
  cache(): this {
    return this.persist(StorageLevel.MEMORY_ONLY);
  }

  /**
   * Keeps the partitions at a storage level once they are computed.
   *
   * **Shapes** gives this RDD.
   *
   * **Cost** Lazy; each partition is kept when it is first computed.
   *
   * **Throws** UsageError RDD-105 when it has another level already.
   *
   * **Source** `RDD.persist`.
   *
   * **Example**
   * ```ts
   * const lines = sc.range(10).persist(StorageLevel.MEMORY_AND_DISK);
   * lines.isCached; // => true
   * ```
   */
  persist(storageLevel: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    persist(this.#lineage, storageLevel);
    return this;
  }

  /**
   * Forgets the partitions that were kept.
   *
   * **Shapes** gives this RDD.
   *
   * **Cost** No job; the next action computes them again.
   *
   * **Source** `RDD.unpersist`.
   *
   * **Example**
   * ```ts
   * const r = await sc.range(10).cache().unpersist();
   * r.isCached; // => false
   * ```
   */
  unpersist(_blocking = false): Job<this> {
    this.#lineage.storage = StorageLevel.NONE;
    return this.#runtime.query(async () => {
      await this.#runtime.backend.unpersist(this.#lineage);
      return this;
    });
  }

  /** Whether a storage level is set. **Source** `RDD.is_cached`. */
  get isCached(): boolean {
    return this.#lineage.storage.isStored;
  }

  /**
   * The storage level, `StorageLevel.NONE` if none is set.
   *
   * **Cost** No job.
   *
   * **Source** `RDD.getStorageLevel`.
   *
   * **Example**
   * ```ts
   * String(await sc.range(3).cache().getStorageLevel()); // => 'Memory Serialized 1x Replicated'
   * ```
   */
  getStorageLevel(): Job<StorageLevel> {
    return this.#runtime.query(() => this.#lineage.storage);
  }

  /**
   * Marks the RDD to be written to the checkpoint folder after its next job; then its lineage begins there.
   *
   * **Cost** Lazy; the job after the next action computes it once more, so cache it first.
   *
   * **Throws** UsageError RDD-106 without `sc.setCheckpointDir`.
   *
   * **Source** `RDD.checkpoint`.
   *
   * **Example**
   * ```ts
   * sc.setCheckpointDir('checkpoints');
   * const r = sc.range(3).map(x => x + 1);
   * r.checkpoint();
   * await r.count();
   * await r.isCheckpointed(); // => true
   * ```
   */
  checkpoint(): void {
    this.#runtime.checkpoints.mark(this.#lineage);
  }

  /**
   * Marks the RDD to be kept by this process, without a checkpoint folder.
   *
   * **Cost** Lazy; as `persist(StorageLevel.MEMORY_AND_DISK)`. The lineage stays, so that lost partitions can be computed again.
   *
   * **Source** `RDD.localCheckpoint`.
   *
   * **Example**
   * ```ts
   * const r = sc.range(3);
   * r.localCheckpoint();
   * await r.isLocallyCheckpointed(); // => true
   * ```
   */
  localCheckpoint(): void {
    markLocalCheckpoint(this.#runtime, this.#lineage);
  }

  /**
   * Whether the RDD is checkpointed and written.
   *
   * **Cost** No job.
   *
   * **Source** `RDD.isCheckpointed`.
   */
  isCheckpointed(): Job<boolean> {
    return this.#runtime.query(() => this.#runtime.checkpoints.isDone(this.#lineage));
  }

  /**
   * Whether the RDD is marked for a local checkpoint.
   *
   * **Cost** No job.
   *
   * **Source** `RDD.isLocallyCheckpointed`.
   */
  isLocallyCheckpointed(): Job<boolean> {
    return this.#runtime.query(() => this.#runtime.checkpoints.isLocal(this.#lineage));
  }

  /**
   * The folder the RDD was checkpointed to, or null.
   *
   * **Cost** No job.
   *
   * **Source** `RDD.getCheckpointFile`.
   */
  getCheckpointFile(): Job<string | null> {
    return this.#runtime.query(() => this.#runtime.checkpoints.fileOf(this.#lineage));
  }

  /**
   * Drops the shuffle data of this RDD and those it comes from; it is made again when needed.
   *
   * **Cost** No job.
   *
   * **Source** `RDD.cleanShuffleDependencies`.
   */
  cleanShuffleDependencies(_blocking = false): Job<void> {
    return this.#runtime.query(() => this.#runtime.backend.cleanShuffles(this.#lineage));
  }

  // About the RDD

  /**
   * How many partitions there are.
   *
   * **Cost** No job; files are listed, not read.
   *
   * **Throws** UsageError IO-101 when an input path does not exist.
   *
   * **Source** `RDD.getNumPartitions`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3], 2).getNumPartitions(); // => 2
   * ```
   */
  getNumPartitions(): Job<number> {
    return this.#runtime.query(() => this.#runtime.backend.countPartitions(this.#lineage));
  }

  /**
   * The lineage as text: a line an RDD, indented at each shuffle, with the numbers of partitions.
   *
   * **Cost** No job.
   *
   * **Source** `RDD.toDebugString`; names of RDD classes as Spark's.
   *
   * **Example**
   * ```ts
   * console.log(await sc.range(3).map(x => [x % 2, x]).groupByKey().toDebugString());
   * ```
   */
  toDebugString(): Job<string> {
    return this.#runtime.query(() =>
      debugString(this.#lineage, (node) => this.#runtime.backend.countPartitions(node)),
    );
  }

  /** The SparkContext that made the RDD. **Source** `RDD.context`. */
  get context(): ContextOfRdd {
    return this.#runtime.owner as ContextOfRdd;
  }

  /** A number that no other RDD of the process has. **Source** `RDD.id`. */
  id(): number {
    return this.#lineage.id;
  }

  /** The name given with `setName`, or null. **Source** `RDD.name`. */
  name(): string | null {
    return this.#lineage.name;
  }

  /**
   * Names the RDD, for `toDebugString` and the progress display.
   *
   * **Source** `RDD.setName`.
   *
   * **Example**
   * ```ts
   * sc.range(3).setName('numbers').name(); // => 'numbers'
   * ```
   */
  setName(name: string): this {
    this.#lineage.name = name;
    return this;
  }

  /**
   * Marks the stage as a barrier stage: its tasks start together and may wait for each other.
   *
   * **Throws** UsageError JOB-103 at the action where the master runs fewer tasks at a time than there are partitions.
   *
   * **Source** `RDD.barrier`.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 2).barrier().mapPartitions(xs => [[...xs].length]).collect(); // => [2, 2]
   * ```
   */
  barrier(): RDDBarrier<T> {
    return new RDDBarrier<T>(this);
  }

  toString(): string {
    return describeNode(this.#lineage);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * An RDD in a barrier stage: partition functions whose tasks start together.
 *
 * **Source** `pyspark.RDDBarrier` 4.3.
 */
export class RDDBarrier<T> {
  readonly #rdd: RDD<T>;

  /** Made by `RDD.barrier`, not by users. */
  constructor(rdd: RDD<T>) {
    this.#rdd = rdd;
  }

  /** As `RDD.mapPartitions`; the function may use `BarrierTaskContext.get()`. **Source** `RDDBarrier.mapPartitions`. */
  mapPartitions<U>(
    f: (records: IterableIterator<T>) => Records<U>,
    preservesPartitioning = false,
  ): RDD<U> {
    return this.#apply<U>(f, {
      operation: 'mapPartitions',
      withIndex: false,
      preservesPartitioning,
    });
  }

  /** As `RDD.mapPartitionsWithIndex`; the function may use `BarrierTaskContext.get()`. **Source** `RDDBarrier.mapPartitionsWithIndex`. */
  mapPartitionsWithIndex<U>(
    f: (partition: number, records: IterableIterator<T>) => Records<U>,
    preservesPartitioning = false,
  ): RDD<U> {
    return this.#apply<U>(f, {
      operation: 'mapPartitionsWithIndex',
      withIndex: true,
      preservesPartitioning,
    });
  }

  #apply<U>(
    f: Function,
    options: { operation: string; withIndex: boolean; preservesPartitioning: boolean },
  ): RDD<U> {
    const engine = RDD.engineOf(this.#rdd);
    const node = transformations.applyToPartitions(engine, RDD.nodeOf(this.#rdd), f, {
      ...options,
      isBarrier: true,
    });
    return new RDD<U>(engine, node);
  }
}
