// The DStream handle: what users hold and chain. Docs and one-line bodies; the work is in nodes, windows and
// state. Driver only; it never travels to a worker.
import { inspect } from 'node:util';
import { DRIVER_ONLY } from '../closure/payload.js';
import type { Job } from '../job.js';
import type { RDD } from '../rdd/rdd.js';
import { StorageLevel } from '../storage-level.js';
import { multipleOfSlideMs } from './duration.js';
import {
  type AnyValue,
  countBatch,
  operationNode,
  type Pair,
  reduceBatch,
  transformNode,
  unionNode,
} from './nodes.js';
import type { StreamOutput } from './output.js';
import { driverFunction, foreachOutput, printOutput, saveOutput } from './outputs.js';
import type { PrintFunction, PrintOptions } from './print.js';
import { mappedStateNode, stateNode, stateSnapshotsNode, type UpdateFunction } from './state.js';
import type { StateSpec } from './state-spec.js';
import { lineOfDescent, type StreamNode } from './stream-node.js';
import type { StreamOwner } from './stream-owner.js';
import { reducedWindowNode, windowNode } from './windows.js';

/** An RDD, now or later: what functions that run at the driver may return. */
export type RDDOrPromise<T> = RDD<T> | Promise<RDD<T>>;

/**
 * A stream of batches: one RDD each time its slide duration has passed.
 *
 * **Source** `pyspark.streaming.DStream` 4.3. Differences: streams and outputs may be added while the
 * context runs, outputs can be closed, functions are captured when the operation is called, and functions
 * that run at the driver (`transform`, `foreachRDD`) may be async.
 */
export class DStream<T> {
  readonly node: StreamNode;
  readonly #owner: StreamOwner;

  /** Streams are made by a StreamingContext and by the operations below. */
  constructor(owner: StreamOwner, node: StreamNode) {
    this.#owner = owner;
    this.node = node;
  }

  /** The StreamingContext the stream belongs to. **Source** `DStream.context`. */
  context(): StreamOwner {
    return this.#owner;
  }

  /** Seconds from one RDD of the stream to the next. */
  get slideDuration(): number {
    return this.node.slideMs / 1000;
  }

  /** Gives the stream a name, shown in place of the operation that made it. */
  name(name: string): this {
    this.node.name = name;
    return this;
  }

  // Record by record ---------------------------------------------------------------------------------------

  /**
   * Applies a function to each record. **Source** `DStream.map`.
   *
   * **Example**
   * ```ts
   * const lines = ssc.queueStream([['a b', 'c']]);
   * lines.map((line) => [line, line.length]).pprint();
   * ```
   */
  map<K, V>(f: (record: T) => [K, V], preservesPartitioning?: boolean): DStream<[K, V]>;
  map<U>(f: (record: T) => U, preservesPartitioning?: boolean): DStream<U>;
  map<U>(f: (record: T) => U, preservesPartitioning = false): DStream<U> {
    return this.#each('map', (rdd) => rdd.map(f, preservesPartitioning));
  }

  /** Applies a function that gives an iterable, and chains the results. **Source** `DStream.flatMap`. */
  flatMap<K, V>(
    f: (record: T) => Iterable<[K, V]>,
    preservesPartitioning?: boolean,
  ): DStream<[K, V]>;
  flatMap<U>(f: (record: T) => Iterable<U>, preservesPartitioning?: boolean): DStream<U>;
  flatMap<U>(f: (record: T) => Iterable<U>, preservesPartitioning = false): DStream<U> {
    return this.#each('flatMap', (rdd) => rdd.flatMap(f, preservesPartitioning));
  }

  /** The records for which the function is true. **Source** `DStream.filter`. */
  filter<S extends T>(f: (record: T) => record is S): DStream<S>;
  filter(f: (record: T) => unknown): DStream<T>;
  filter(f: (record: T) => boolean): DStream<T> {
    return this.#each('filter', (rdd) => rdd.filter(f));
  }

  /** Applies a function to the records of each partition. **Source** `DStream.mapPartitions`. */
  mapPartitions<U>(
    f: (records: Iterable<T>) => Iterable<U>,
    preservesPartitioning = false,
  ): DStream<U> {
    return this.#each('mapPartitions', (rdd) => rdd.mapPartitions(f, preservesPartitioning));
  }

  /** As mapPartitions, with the partition's number. **Source** `DStream.mapPartitionsWithIndex`. */
  mapPartitionsWithIndex<U>(
    f: (partition: number, records: Iterable<T>) => Iterable<U>,
    preservesPartitioning = false,
  ): DStream<U> {
    return this.#each('mapPartitionsWithIndex', (rdd) =>
      rdd.mapPartitionsWithIndex(f, preservesPartitioning),
    );
  }

  /** Each partition as one array. **Source** `DStream.glom`. */
  glom(): DStream<T[]> {
    return this.#each('glom', (rdd) => rdd.glom());
  }

  /** Applies a function to the values of pairs. **Source** `DStream.mapValues`. */
  mapValues<K, V, U>(this: DStream<[K, V]>, f: (value: V) => U): DStream<[K, U]> {
    return this.#each('mapValues', (rdd) => rdd.mapValues(f));
  }

  /** As flatMap on the values of pairs, which keep their keys. **Source** `DStream.flatMapValues`. */
  flatMapValues<K, V, U>(this: DStream<[K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]> {
    return this.#each('flatMapValues', (rdd) => rdd.flatMapValues(f));
  }

  // Batch by batch -----------------------------------------------------------------------------------------

  /** One number per batch: how many records it has. **Source** `DStream.count`. */
  count(): DStream<number> {
    return this.#each('count', countBatch);
  }

  /** All records of each batch combined to one; none for an empty batch. **Source** `DStream.reduce`. */
  reduce(func: (a: T, b: T) => T): DStream<T> {
    return this.#each('reduce', (rdd) => reduceBatch(rdd, func));
  }

  /** Per batch the pairs [record, how often it occurs]. **Source** `DStream.countByValue`. */
  countByValue(): DStream<[T, number]> {
    return this.#each('countByValue', (rdd) =>
      rdd.map((record): [T, number] => [record, 1]).reduceByKey((a, b) => a + b),
    );
  }

  /** The values of each key combined, batch by batch. **Source** `DStream.reduceByKey`. */
  reduceByKey<K, V extends AnyValue>(
    this: DStream<[K, V]>,
    func: (a: V, b: V) => V,
    numPartitions?: number,
  ): DStream<[K, V]> {
    const partitions = this.#partitions(numPartitions);
    return this.#each('reduceByKey', (rdd) => rdd.reduceByKey(func, partitions));
  }

  /** As reduceByKey into another type. **Source** `DStream.combineByKey`. */
  combineByKey<K, V, C extends AnyValue>(
    this: DStream<[K, V]>,
    createCombiner: (value: V) => C,
    mergeValue: (combined: C, value: V) => C,
    mergeCombiners: (a: C, b: C) => C,
    numPartitions?: number,
  ): DStream<[K, C]> {
    const partitions = this.#partitions(numPartitions);
    return this.#each('combineByKey', (rdd) =>
      rdd.combineByKey(createCombiner, mergeValue, mergeCombiners, partitions),
    );
  }

  /** All values of each key, batch by batch. **Source** `DStream.groupByKey`. */
  groupByKey<K, V>(this: DStream<[K, V]>, numPartitions?: number): DStream<[K, Iterable<V>]> {
    const partitions = this.#partitions(numPartitions);
    return this.#each('groupByKey', (rdd) => rdd.groupByKey(partitions));
  }

  /** Spreads pairs over partitions by their keys. **Source** `DStream.partitionBy`. */
  partitionBy<K, V>(
    this: DStream<[K, V]>,
    numPartitions: number,
    partitionFunc?: (key: K) => number,
  ): DStream<[K, V]> {
    return this.#each('partitionBy', (rdd) => rdd.partitionBy(numPartitions, partitionFunc));
  }

  /** Spreads the records of each batch evenly over partitions. **Source** `DStream.repartition`. */
  repartition(numPartitions: number): DStream<T> {
    return this.#each('repartition', (rdd) => rdd.repartition(numPartitions));
  }

  // Two streams --------------------------------------------------------------------------------------------

  /** The records of both streams, which must have one slide. **Source** `DStream.union`. */
  union<U>(other: DStream<U>): DStream<T | U> {
    return this.#stream(unionNode([this.node, other.node]));
  }

  /** Pairs of values with equal keys in the same batch. **Source** `DStream.join`. */
  join<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    numPartitions?: number,
  ): DStream<[K, [V, W]]> {
    const partitions = this.#partitions(numPartitions);
    return this.#both('join', other, (a, b) => a.join(b, partitions));
  }

  /** As join; null where the other stream lacks the key. **Source** `DStream.leftOuterJoin`. */
  leftOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    numPartitions?: number,
  ): DStream<[K, [V, W | null]]> {
    const partitions = this.#partitions(numPartitions);
    return this.#both('leftOuterJoin', other, (a, b) => a.leftOuterJoin(b, partitions));
  }

  /** As join; null where this stream lacks the key. **Source** `DStream.rightOuterJoin`. */
  rightOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    numPartitions?: number,
  ): DStream<[K, [V | null, W]]> {
    const partitions = this.#partitions(numPartitions);
    return this.#both('rightOuterJoin', other, (a, b) => a.rightOuterJoin(b, partitions));
  }

  /** As join; null where either stream lacks the key. **Source** `DStream.fullOuterJoin`. */
  fullOuterJoin<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    numPartitions?: number,
  ): DStream<[K, [V | null, W | null]]> {
    const partitions = this.#partitions(numPartitions);
    return this.#both('fullOuterJoin', other, (a, b) => a.fullOuterJoin(b, partitions));
  }

  /** Per key the values of both streams. **Source** `DStream.cogroup`. */
  cogroup<K, V, W>(
    this: DStream<[K, V]>,
    other: DStream<[K, W]>,
    numPartitions?: number,
  ): DStream<[K, [Iterable<V>, Iterable<W>]]> {
    const partitions = this.#partitions(numPartitions);
    return this.#both('cogroup', other, (a, b) => a.cogroup(b, partitions));
  }

  /**
   * Makes each batch's RDD into another by a function that runs at the driver, for every batch anew.
   *
   * **Shapes** `func(rdd)` or `func(time, rdd)`; it may be async.
   * **Source** `DStream.transform`.
   */
  transform<U>(func: (rdd: RDD<T>) => RDDOrPromise<U>): DStream<U>;
  transform<U>(func: (time: Date, rdd: RDD<T>) => RDDOrPromise<U>): DStream<U>;
  transform<U>(func: (...args: never[]) => RDDOrPromise<U>): DStream<U> {
    const call = driverFunction('transform', func, 1);
    return this.#stream(transformNode('transform', [this.node], call));
  }

  /**
   * As transform, with the RDDs of two streams: `func(a, b)` or `func(time, a, b)`.
   *
   * **Source** `DStream.transformWith`; `keepSerializer` has no meaning here.
   */
  transformWith<U, R>(
    func: (a: RDD<T>, b: RDD<U>) => RDDOrPromise<R>,
    other: DStream<U>,
    keepSerializer?: boolean,
  ): DStream<R>;
  transformWith<U, R>(
    func: (time: Date, a: RDD<T>, b: RDD<U>) => RDDOrPromise<R>,
    other: DStream<U>,
    keepSerializer?: boolean,
  ): DStream<R>;
  transformWith<U, R>(
    func: (...args: never[]) => RDDOrPromise<R>,
    other: DStream<U>,
    _keepSerializer = false,
  ): DStream<R> {
    const call = driverFunction('transformWith', func, 2);
    return this.#stream(transformNode('transformWith', [this.node, other.node], call));
  }

  // Windows ------------------------------------------------------------------------------------------------

  /**
   * All records of the last `windowDuration` seconds, every `slideDuration` seconds.
   *
   * **Units** seconds, multiples of the stream's slide; the slide defaults to the stream's own.
   * **Cost** holds the batches of the window.
   * **Throws** UsageError STREAM-101. **Source** `DStream.window`.
   *
   * **Example**
   * ```ts
   * const requests = ssc.queueStream([['/login'], ['/login', '/home']]);
   * requests.window(ssc.batchDuration * 10).count().pprint();
   * ```
   */
  window(windowDuration: number, slideDuration?: number): DStream<T> {
    return this.#stream(windowNode(this.node, { window: windowDuration, slide: slideDuration }));
  }

  /** The records of a sliding window combined to one. **Source** `DStream.reduceByWindow`. */
  reduceByWindow(
    reduceFunc: (a: T, b: T) => T,
    invReduceFunc: ((window: T, leaving: T) => T) | null | undefined,
    windowDuration: number,
    slideDuration: number,
  ): DStream<T> {
    const keyed = this.map((record): Pair<number, T> => [1, record]);
    return keyed
      .reduceByKeyAndWindow(reduceFunc, invReduceFunc, windowDuration, slideDuration, 1)
      .map((pair) => pair[1]);
  }

  /** How many records a sliding window has. **Source** `DStream.countByWindow`. */
  countByWindow(windowDuration: number, slideDuration: number): DStream<number> {
    const ones = this.map(() => 1);
    return ones.reduceByWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      windowDuration,
      slideDuration,
    );
  }

  /** Pairs [record, how often it occurs] over a sliding window. **Source** `DStream.countByValueAndWindow`. */
  countByValueAndWindow(
    windowDuration: number,
    slideDuration: number,
    numPartitions?: number,
  ): DStream<[T, number]> {
    const keyed = this.map((record): [T, number] => [record, 1]);
    const counts = keyed.reduceByKeyAndWindow(
      (a: number, b: number) => a + b,
      (a: number, b: number) => a - b,
      windowDuration,
      slideDuration,
      numPartitions,
    );
    return counts.filter((pair) => pair[1] > 0);
  }

  /** All values of each key over a sliding window. **Source** `DStream.groupByKeyAndWindow`. */
  groupByKeyAndWindow<K, V>(
    this: DStream<[K, V]>,
    windowDuration: number,
    slideDuration: number,
    numPartitions?: number,
  ): DStream<[K, Iterable<V>]> {
    const lists = this.mapValues((value) => [value]);
    return lists.reduceByKeyAndWindow(
      (a, b) => a.concat(b),
      (a, b) => a.slice(b.length),
      windowDuration,
      slideDuration,
      numPartitions,
    );
  }

  /**
   * The values of each key combined over a sliding window. With an inverse function a long window is not
   * made anew each time: what leaves it is taken away, what enters is added.
   *
   * **Shapes** `filterFunc` gets `[key, value]` and says which pairs stay (with an inverse only).
   * **Units** seconds, multiples of the stream's slide.
   * **Throws** UsageError STREAM-101; with an inverse, STREAM-105 at the start without a checkpoint folder.
   * **Source** `DStream.reduceByKeyAndWindow`; as there the inverse is used from five slides a window on.
   */
  reduceByKeyAndWindow<K, V extends AnyValue>(
    this: DStream<[K, V]>,
    func: (a: V, b: V) => V,
    invFunc: ((window: V, leaving: V) => V) | null | undefined,
    windowDuration: number,
    slideDuration?: number,
    numPartitions?: number,
    filterFunc?: ((pair: [K, V]) => unknown) | null,
  ): DStream<[K, V]> {
    return this.#stream(
      reducedWindowNode<K, V>(this.node, {
        durations: { window: windowDuration, slide: slideDuration },
        numPartitions,
        reduce: func,
        inverse: invFunc ?? null,
        filter: filterFunc ?? null,
      }),
    );
  }

  // State --------------------------------------------------------------------------------------------------

  /**
   * Keeps a state per key: every batch, each key that has new values or a state gets
   * `updateFunc(newValues, stateOrNull)`; null or undefined ends the state.
   *
   * **Cost** the function runs once per key with a state and batch; all states are held in memory.
   * **Throws** UsageError STREAM-105 at the start without a checkpoint folder.
   * **Source** `DStream.updateStateByKey`.
   */
  updateStateByKey<K, V, S extends AnyValue>(
    this: DStream<[K, V]>,
    updateFunc: UpdateFunction<V, S>,
    numPartitions?: number,
    initialRDD?: RDD<[K, S]> | Iterable<[K, S]> | null,
  ): DStream<[K, S]> {
    const options = { numPartitions, initial: initialRDD ?? null };
    return this.#stream(stateNode<K, V, S>(this.node, updateFunc, options));
  }

  /**
   * Keeps a state per key that only new values of the key change: the function of `spec` is called for every
   * pair, and what it returns is the stream. See StateSpec.
   *
   * **Cost** in proportion to the pairs of a batch, not to the states: changes are kept as blocks over a base
   * that is renewed now and then; each worker holds a table of the states in memory besides.
   * **Throws** UsageError STREAM-105 at the start without a checkpoint folder.
   * **Source** `org.apache.spark.streaming.dstream.PairDStreamFunctions.mapWithState` 4.3; not in PySpark.
   */
  mapWithState<K, V, S, M>(
    this: DStream<[K, V]>,
    spec: StateSpec<K, V, S, M>,
  ): MapWithStateDStream<K, S, M> {
    return new MapWithStateDStream<K, S, M>(this.#owner, mappedStateNode(this.node, spec));
  }

  // Output -------------------------------------------------------------------------------------------------

  /**
   * Calls a function at the driver with each batch's RDD: `func(rdd)` or `func(time, rdd)`. It may be async;
   * the next output and the next batch wait for it.
   *
   * **Source** `DStream.foreachRDD`; returns a handle to close the output by.
   */
  foreachRDD(func: (rdd: RDD<T>) => unknown): StreamOutput;
  foreachRDD(func: (time: Date, rdd: RDD<T>) => unknown): StreamOutput;
  foreachRDD(func: (...args: never[]) => unknown): StreamOutput {
    return this.#owner.addOutput(foreachOutput(this.node, func));
  }

  /**
   * Prints the time and the first `num` records of each batch. With `{ inPlace: true }` the prompt's own `ssc`
   * shows at a terminal the last batch only, refreshed in place.
   *
   * **Source** `DStream.pprint`, the same frame; returns a handle to close the output by.
   */
  pprint(num = 10, options: PrintOptions = {}): StreamOutput {
    const print = (): PrintFunction => this.#owner.print;
    return this.#owner.addOutput(printOutput(this.node, num, { ...options, print }));
  }

  /**
   * Saves each batch as text below `prefix-MILLISECONDS[.suffix]`.
   *
   * **Source** `DStream.saveAsTextFiles`; returns a handle to close the output by.
   */
  saveAsTextFiles(prefix: string, suffix?: string): StreamOutput {
    return this.#owner.addOutput(saveOutput(this.node, prefix, suffix));
  }

  // Keeping ------------------------------------------------------------------------------------------------

  /** Keeps the RDDs of the stream in memory as long as they are of use. **Source** `DStream.cache`. */
  cache(): this {
    return this.persist(StorageLevel.MEMORY_ONLY);
  }

  /** Keeps the RDDs of the stream at a storage level. **Source** `DStream.persist`. */
  persist(storageLevel: StorageLevel): this {
    this.node.storage = storageLevel;
    return this;
  }

  /**
   * Asks for a checkpoint every `interval` seconds, a multiple of the slide. States are held as data from
   * batch to batch, so nothing more is written than without; the folder of `ssc.checkpoint` is needed.
   *
   * **Throws** UsageError STREAM-101. **Source** `DStream.checkpoint`.
   */
  checkpoint(interval: number): this {
    this.node.checkpointMs = multipleOfSlideMs(
      interval,
      'The checkpoint interval',
      this.node.slideMs,
    );
    return this;
  }

  /**
   * The RDDs of the batches between two times, both included. How far back there are any is what the
   * outputs need, or what `ssc.remember` asks for.
   *
   * **Shapes** times as Date or milliseconds since the epoch. **Source** `DStream.slice`.
   */
  slice(begin: Date | number, end: Date | number): Job<RDD<T>[]> {
    return this.#owner.sliceOf(this.node, Number(begin), Number(end)) as Job<RDD<T>[]>;
  }

  // ---------------------------------------------------------------------------------------------------------

  get [DRIVER_ONLY](): string {
    return 'a DStream';
  }

  [inspect.custom](): string {
    return `DStream: ${lineOfDescent(this.node)}, every ${this.slideDuration} s`;
  }

  #partitions(numPartitions: number | undefined): number {
    return numPartitions ?? this.#owner.sparkContext.defaultParallelism;
  }

  #stream<U>(node: StreamNode): DStream<U> {
    return new DStream<U>(this.#owner, node);
  }

  #each<U>(operation: string, build: (rdd: RDD<T>) => RDD<U>): DStream<U> {
    return this.#stream(operationNode(operation, [this.node], (rdd) => build(rdd as RDD<T>)));
  }

  #both<U, R>(
    operation: string,
    other: DStream<U>,
    build: (a: RDD<T>, b: RDD<U>) => RDD<R>,
  ): DStream<R> {
    return this.#stream(
      operationNode(operation, [this.node, other.node], (a, b) => build(a as RDD<T>, b as RDD<U>)),
    );
  }
}

/** What mapWithState gives: what its function returned, and on demand the states themselves. */
export class MapWithStateDStream<K, S, M> extends DStream<M> {
  readonly #owner: StreamOwner;

  constructor(owner: StreamOwner, node: StreamNode) {
    super(owner, node);
    this.#owner = owner;
  }

  /** All pairs [key, state] after each batch. **Source** `MapWithStateDStream.stateSnapshots`. */
  stateSnapshots(): DStream<[K, S]> {
    return new DStream<[K, S]>(this.#owner, stateSnapshotsNode(this.node));
  }
}
