// SparkContext: where a program begins. Makes the engine and its backend, the sources of RDDs, shared variables,
// and what concerns all jobs. Runs on the driver; one at a time in a process.
import { userInfo } from 'node:os';
import { createRequire } from 'node:module';
import type { Accumulator, AccumulatorParam } from './accumulator.js';
import type { Broadcast } from './broadcast.js';
import { DRIVER_ONLY, type DriverOnly } from './closure/payload.js';
import { SparkConf, SystemProperties, unknownKeyWarnings } from './conf.js';
import { UsageError } from './errors.js';
import { EventBus } from './events.js';
import type { Job } from './job.js';
import { AddedFiles } from './rdd/added-files.js';
import { Engine } from './rdd/engine.js';
import { type HadoopInput, hadoopInput } from './rdd/hadoop.js';
import type { HadoopApi } from './rdd/hadoop-classes.js';
import type { HadoopSettings } from './rdd/hadoop-settings.js';
import { PROPERTY } from './rdd/job-properties.js';
import { type ChosenBackend, chooseBackend } from './rdd/choose-backend.js';
import { RDD } from './rdd/rdd.js';
import * as sources from './rdd/sources.js';
import type { StatusTracker } from './rdd/status-tracker.js';
import * as actions from './rdd/actions.js';
import { union } from './rdd/transformations.js';
import type { Inferred, Records, Tuple } from './rdd/types.js';
import { describeValue } from './values/describe.js';

declare module './rdd/types.js' {
  interface ContextOfRdd extends SparkContext {}
}

const LOG_LEVELS = ['ALL', 'DEBUG', 'ERROR', 'FATAL', 'INFO', 'OFF', 'TRACE', 'WARN'];
const VERSION = (createRequire(import.meta.url)('../package.json') as { version: string }).version;

/** What was made where, so that a second context can say what is in its way. */
interface Active {
  readonly context: SparkContext;
  readonly where: string;
}

/**
 * The way into the engine: makes RDDs, broadcasts and accumulators, and has a say in all jobs.
 *
 * **Source** `pyspark.SparkContext` 4.3.
 *
 * **Example**
 * ```ts
 * const sc = new SparkContext('local[2]', 'demo');
 * await sc.parallelize([1, 2, 3]).sum(); // => 6
 * await sc.stop();
 * ```
 */
export class SparkContext implements DriverOnly {
  static #active: Active | null = null;

  readonly [DRIVER_ONLY] = 'the SparkContext';
  readonly #conf: SparkConf;
  readonly #chosen: ChosenBackend;
  readonly #engine: Engine;
  readonly #files: AddedFiles;
  /** When the context was made, in milliseconds since the epoch. **Source** `SparkContext.startTime`. */
  readonly startTime = Date.now();
  /** What happens in the engine, for listeners. */
  readonly events = new EventBus();

  /**
   * Makes the context; no thread is started before the first job. On a Spark cluster the JVM starts at once, behind it.
   *
   * **Throws** UsageError CONTEXT-101 while another context is active, CONTEXT-102 for a master that is not known.
   */
  constructor(conf?: SparkConf | null);
  constructor(master?: string | null, appName?: string | null, ...rest: unknown[]);
  constructor(masterOrConf?: SparkConf | string | null, appName?: unknown, ...rest: unknown[]) {
    assertNoOther(SparkContext.#active);
    this.#conf = readConf(masterOrConf, [appName, ...rest]);
    const { events } = this;
    this.#chosen = chooseBackend({ master: this.master, conf: this.#conf, events });
    const { backend, defaultParallelism } = this.#chosen;
    this.#engine = new Engine({
      backend,
      events,
      conf: this.#conf,
      defaultParallelism,
      owner: this,
    });
    this.#files = new AddedFiles(this.#engine.properties);
    const site = this.#engine.site();
    const where = site === null ? '' : ` at ${site.file}:${site.line}`;
    SparkContext.#active = { context: this, where };
    const dir = this.#conf.get('spark.checkpoint.dir');
    if (dir !== null) this.setCheckpointDir(dir);
    // Later than the constructor, so that a listener added right after it hears them.
    for (const text of this.#chosen.cluster === null ? unknownKeyWarnings(this.#conf) : []) {
      queueMicrotask(() => this.events.emit({ kind: 'notice', text }));
    }
  }

  /** For the library: the runtime of a context. */
  static engineOf(context: SparkContext): Engine {
    return context.#engine;
  }

  /**
   * The active context, or a new one.
   *
   * **Source** `SparkContext.getOrCreate`; the configuration of an active context is not changed.
   */
  static getOrCreate(conf?: SparkConf | null): SparkContext {
    return SparkContext.#active?.context ?? new SparkContext(conf);
  }

  /** Sets a property that later configurations begin with, if its name begins with `spark.`. **Source** `SparkContext.setSystemProperty`. */
  static setSystemProperty(key: string, value: string): void {
    SystemProperties.set(key, value);
  }

  /** A property set with `setSystemProperty`, or null. **Source** `SparkContext.getSystemProperty`. */
  static getSystemProperty(key: string): string | null {
    return SystemProperties.get(key);
  }

  // About the application

  /** The master, such as `local[4]`. **Source** `SparkContext.master`. */
  get master(): string {
    return this.#conf.get('spark.master', 'local[*]');
  }

  /** The application's name. **Source** `SparkContext.appName`. */
  get appName(): string {
    return this.#conf.get('spark.app.name', 'tspark');
  }

  /** A text that no other application has. **Source** `SparkContext.applicationId`. */
  get applicationId(): string {
    return this.#chosen.cluster?.facts?.applicationId ?? `local-${this.startTime}`;
  }

  /**
   * The default number of partitions of `parallelize` and of shuffles; on a cluster it is known once that is connected.
   *
   * **Source** `SparkContext.defaultParallelism`.
   */
  get defaultParallelism(): number {
    return this.#chosen.defaultParallelism();
  }

  /** The version of tspark. **Source** `SparkContext.version`. */
  get version(): string {
    return VERSION;
  }

  /** The default least number of partitions of files: 2, or 1 with one thread. **Source** `SparkContext.defaultMinPartitions`. */
  get defaultMinPartitions(): number {
    return Math.min(this.defaultParallelism, 2);
  }

  /** The address of Spark's web page of the application; null where there is none. **Source** `SparkContext.uiWebUrl`. */
  get uiWebUrl(): string | null {
    return this.#chosen.cluster?.facts?.uiWebUrl ?? null;
  }

  /**
   * Settles when the master can be used: at once on the embedded engine, when the application has started on a cluster.
   *
   * **Throws** BridgeError with what is missing.
   *
   * **Source** none: PySpark's constructor waits.
   */
  connected(): Job<void> {
    return this.#engine.query(() => this.#chosen.cluster?.ready);
  }

  /** Resources of the driver: always empty. **Source** `SparkContext.resources`. */
  get resources(): Map<string, unknown> {
    return new Map();
  }

  /** The user who runs the application. **Source** `SparkContext.sparkUser`. */
  sparkUser(): string {
    return process.env.SPARK_USER ?? userInfo().username;
  }

  /** A copy of the configuration; changing it changes nothing. **Source** `SparkContext.getConf`. */
  getConf(): SparkConf {
    return this.#conf.clone();
  }

  // Sources

  /**
   * Makes an RDD of the items of a collection.
   *
   * **Shapes** iterable of `T` → `RDD<T>` in `numSlices` partitions, in order. The items are copied at the call.
   *
   * **Cost** No job; the copy is held in memory. Large inputs belong into files.
   *
   * **Throws** UsageError RDD-101 for what is not iterable and for fewer than one slice; BLOCK-101 for items that cannot be copied.
   *
   * **Source** `SparkContext.parallelize`; partitions as PySpark's.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([1, 2, 3, 4], 2).glom().collect(); // => [[1, 2], [3, 4]]
   * ```
   */
  parallelize<T extends Tuple>(c: Iterable<T>, numSlices?: number | null): RDD<Inferred<T>>;
  parallelize<T>(c: Iterable<T>, numSlices?: number | null): RDD<T>;
  parallelize<T>(c: Iterable<T>, numSlices?: number | null): RDD<T> {
    return this.#made(sources.parallelize(this.#engine, c, numSlices));
  }

  /**
   * Makes an RDD without records and without partitions.
   *
   * **Source** `SparkContext.emptyRDD`.
   *
   * **Example**
   * ```ts
   * await sc.emptyRDD().count(); // => 0
   * ```
   */
  emptyRDD<T = never>(): RDD<T> {
    return this.#made(sources.emptyRDD(this.#engine));
  }

  /**
   * Makes an RDD of the numbers from `start` to before `end` in steps.
   *
   * **Shapes** → `RDD<number>` in `numSlices` partitions; `range(n)` counts from 0 to n - 1.
   *
   * **Cost** No job; the numbers are made in the tasks.
   *
   * **Throws** UsageError RDD-101 for bounds that are no integers and for a step of 0.
   *
   * **Source** `SparkContext.range`.
   *
   * **Example**
   * ```ts
   * await sc.range(1, 7, 2).collect(); // => [1, 3, 5]
   * ```
   */
  range(start: number, end?: number | null, step = 1, numSlices?: number | null): RDD<number> {
    return this.#made(sources.range(this.#engine, { start, end, step, numSlices }));
  }

  /**
   * Reads text files line by line.
   *
   * **Shapes** → `RDD<string>`, a record for each line without its end (`\n`, `\r\n` or `\r`). A path may be a file, a
   * folder, a pattern such as `logs/*.gz`, or several separated by commas.
   *
   * **Cost** Lazy; files are cut into at least `minPartitions` partitions (gz: one a file).
   *
   * **Throws** UsageError IO-101 at the first action when nothing is there.
   *
   * **Source** `SparkContext.textFile`. Text is UTF-8; `.gz`, `.bz2` and `.deflate` are unpacked.
   *
   * **Example**
   * ```ts
   * await sc.textFile('samples/airlines.csv').filter(line => line.includes('Lufthansa')).count();
   * ```
   */
  textFile(name: string, minPartitions?: number | null, _useUnicode = true): RDD<string> {
    return this.#made(
      sources.files(this.#engine, 'textFile', name, minPartitions, { kind: 'text' }),
    );
  }

  /**
   * Reads each text file as one record.
   *
   * **Shapes** → `RDD<[string, string]>` of path and content, small files packed together.
   *
   * **Cost** Lazy; a file is held in memory.
   *
   * **Source** `SparkContext.wholeTextFiles`.
   *
   * **Example**
   * ```ts
   * await sc.wholeTextFiles('samples/*.csv').mapValues(text => text.length).collect();
   * ```
   */
  wholeTextFiles(
    path: string,
    minPartitions?: number | null,
    _useUnicode = true,
  ): RDD<[string, string]> {
    return this.#made(
      sources.files(this.#engine, 'wholeTextFiles', path, minPartitions, { kind: 'whole-text' }),
    );
  }

  /**
   * Reads each file as one record of bytes.
   *
   * **Shapes** → `RDD<[string, Uint8Array]>` of path and content.
   *
   * **Cost** Lazy; a file is held in memory.
   *
   * **Source** `SparkContext.binaryFiles`.
   *
   * **Example**
   * ```ts
   * await sc.binaryFiles('samples/*.csv').mapValues(bytes => bytes.length).collect();
   * ```
   */
  binaryFiles(path: string, minPartitions?: number | null): RDD<[string, Uint8Array]> {
    return this.#made(
      sources.files(this.#engine, 'binaryFiles', path, minPartitions, { kind: 'binary-files' }),
    );
  }

  /**
   * Reads files as records of equal length.
   *
   * **Shapes** → `RDD<Uint8Array>`, each of `recordLength` bytes.
   *
   * **Cost** Lazy.
   *
   * **Units** `recordLength` in bytes.
   *
   * **Throws** UsageError IO-111 when a file's length is no multiple of it.
   *
   * **Source** `SparkContext.binaryRecords`.
   */
  binaryRecords(path: string, recordLength: number): RDD<Uint8Array> {
    const length = sources.checkRecordLength(recordLength);
    return this.#made(
      sources.files(this.#engine, 'binaryRecords', path, null, {
        kind: 'binary-records',
        recordLength: length,
      }),
    );
  }

  /**
   * Reads what `saveAsObjectFile` wrote.
   *
   * **Shapes** → `RDD<T>` of the records as they were.
   *
   * **Cost** Lazy.
   *
   * **Source** `SparkContext.pickleFile`, in tspark's own format.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([new Map([['a', 1]])], 1).saveAsObjectFile('maps');
   * await sc.objectFile<Map<string, number>>('maps').map(m => m.get('a')).collect(); // => [1]
   * ```
   */
  objectFile<T = unknown>(name: string, minPartitions?: number | null): RDD<T> {
    return this.#made(
      sources.files(this.#engine, 'objectFile', name, minPartitions, { kind: 'objects' }),
    );
  }

  /** PySpark's name of `objectFile`. **Source** `SparkContext.pickleFile`. */
  pickleFile<T = unknown>(name: string, minPartitions?: number | null): RDD<T> {
    return this.objectFile<T>(name, minPartitions);
  }

  /**
   * Reads SequenceFiles of Hadoop, as Spark and `saveAsSequenceFile` write them.
   *
   * **Shapes** → `RDD<[K, V]>` of strings, numbers (bigint where a long is no exact number), booleans, Uint8Array and null.
   *
   * **Cost** Lazy; files are cut at sync marks into at least `minSplits` partitions where they are large enough.
   *
   * **Throws** UsageError IO-110 for what is no SequenceFile, IO-115 for a class that tspark does not have, IO-109 for
   * a codec other than deflate and gzip.
   *
   * **Source** `SparkContext.sequenceFile`. The files say what classes they hold; those given are not needed.
   *
   * **Example**
   * ```ts
   * await sc.parallelize([['a', true]], 1).saveAsSequenceFile('flags');
   * await sc.sequenceFile<string, boolean>('flags').collect(); // => [['a', true]]
   * ```
   */
  sequenceFile<K = unknown, V = unknown>(
    path: string,
    keyClass?: string | null,
    valueClass?: string | null,
    keyConverter?: string | null,
    valueConverter?: string | null,
    minSplits?: number | null,
    _batchSize = 0,
  ): RDD<[K, V]> {
    return this.#hadoop('sequenceFile', 'mapred', {
      path,
      format: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
      keyClass,
      valueClass,
      converters: [keyConverter, valueConverter],
      minPartitions: minSplits,
    });
  }

  /**
   * Reads pairs by a format of Hadoop's package `mapred`: TextInputFormat (byte offset and line), KeyValueTextInputFormat
   * (what is before and after the first tab) or SequenceFileInputFormat.
   *
   * **Shapes** → `RDD<[K, V]>`.
   *
   * **Cost** Lazy; files are cut as by `textFile`.
   *
   * **Throws** UsageError IO-115 for another class.
   *
   * **Source** `SparkContext.hadoopFile`. Converters are refused; the classes of keys and values are not needed.
   *
   * **Example**
   * ```ts
   * await sc.parallelize(['to be', 'or not'], 1).saveAsTextFile('lines');
   * await sc.hadoopFile('lines', 'org.apache.hadoop.mapred.TextInputFormat').collect(); // => [[0, 'to be'], [6, 'or not']]
   * ```
   */
  hadoopFile<K = unknown, V = unknown>(
    path: string,
    inputFormatClass: string,
    keyClass?: string | null,
    valueClass?: string | null,
    keyConverter?: string | null,
    valueConverter?: string | null,
    conf?: HadoopSettings | null,
    _batchSize = 0,
  ): RDD<[K, V]> {
    return this.#hadoop('hadoopFile', 'mapred', {
      path,
      format: inputFormatClass,
      keyClass,
      valueClass,
      converters: [keyConverter, valueConverter],
      conf,
    });
  }

  /**
   * Reads pairs as `hadoopFile`, from the path that the settings name.
   *
   * **Shapes** → `RDD<[K, V]>`; `mapreduce.input.fileinputformat.inputdir` is the path.
   *
   * **Cost** Lazy.
   *
   * **Throws** UsageError IO-115 for another class, RDD-101 when the path is missing.
   *
   * **Source** `SparkContext.hadoopRDD`. The settings are a Map or a plain object.
   */
  hadoopRDD<K = unknown, V = unknown>(
    inputFormatClass: string,
    keyClass?: string | null,
    valueClass?: string | null,
    keyConverter?: string | null,
    valueConverter?: string | null,
    conf?: HadoopSettings | null,
    _batchSize = 0,
  ): RDD<[K, V]> {
    return this.#hadoop('hadoopRDD', 'mapred', {
      format: inputFormatClass,
      keyClass,
      valueClass,
      converters: [keyConverter, valueConverter],
      conf,
    });
  }

  /**
   * Reads pairs as `hadoopFile`, by a format of Hadoop's package `mapreduce.lib.input`.
   *
   * **Shapes** → `RDD<[K, V]>`, a partition a file of at most 32 MiB.
   *
   * **Cost** Lazy.
   *
   * **Throws** UsageError IO-115 for another class.
   *
   * **Source** `SparkContext.newAPIHadoopFile`.
   */
  newAPIHadoopFile<K = unknown, V = unknown>(
    path: string,
    inputFormatClass: string,
    keyClass?: string | null,
    valueClass?: string | null,
    keyConverter?: string | null,
    valueConverter?: string | null,
    conf?: HadoopSettings | null,
    _batchSize = 0,
  ): RDD<[K, V]> {
    return this.#hadoop('newAPIHadoopFile', 'mapreduce', {
      path,
      format: inputFormatClass,
      keyClass,
      valueClass,
      converters: [keyConverter, valueConverter],
      conf,
    });
  }

  /**
   * Reads pairs as `newAPIHadoopFile`, from the path that the settings name.
   *
   * **Shapes** → `RDD<[K, V]>`; `mapreduce.input.fileinputformat.inputdir` is the path.
   *
   * **Cost** Lazy.
   *
   * **Throws** UsageError IO-115 for another class, RDD-101 when the path is missing.
   *
   * **Source** `SparkContext.newAPIHadoopRDD`. The settings are a Map or a plain object.
   */
  newAPIHadoopRDD<K = unknown, V = unknown>(
    inputFormatClass: string,
    keyClass?: string | null,
    valueClass?: string | null,
    keyConverter?: string | null,
    valueConverter?: string | null,
    conf?: HadoopSettings | null,
    _batchSize = 0,
  ): RDD<[K, V]> {
    return this.#hadoop('newAPIHadoopRDD', 'mapreduce', {
      format: inputFormatClass,
      keyClass,
      valueClass,
      converters: [keyConverter, valueConverter],
      conf,
    });
  }

  /**
   * All records of several RDDs, in their order.
   *
   * **Throws** UsageError RDD-108 for an empty list and for what is no RDD of this context.
   *
   * **Source** `SparkContext.union`.
   *
   * **Example**
   * ```ts
   * await sc.union([sc.range(2), sc.range(2)]).collect(); // => [0, 1, 0, 1]
   * ```
   */
  union<T>(rdds: readonly RDD<T>[]): RDD<T> {
    const [first, ...others] = rdds;
    if (first === undefined)
      throw new UsageError(
        'RDD-108',
        'sc.union needs at least one RDD. Use sc.emptyRDD() for none.',
      );
    const nodes = [first, ...others].map((rdd) => this.#nodeOf(rdd, 'sc.union'));
    return nodes.length === 1 ? first : this.#made(union(this.#engine, nodes));
  }

  // Shared variables

  /**
   * Sends a value to every worker once, for functions to read.
   *
   * **Throws** ClosureError when it holds something that cannot travel.
   *
   * **Source** `SparkContext.broadcast`.
   *
   * **Example**
   * ```ts
   * const names = sc.broadcast(new Map([['LH', 'Lufthansa']]));
   * await sc.parallelize(['LH']).map(code => names.value.get(code)).collect(); // => ['Lufthansa']
   * ```
   */
  broadcast<T>(value: T): Broadcast<T> {
    this.#engine.assertRunning();
    return this.#engine.shared.broadcast(value);
  }

  /**
   * Makes a variable that tasks add to and the driver reads.
   *
   * **Throws** UsageError ACCUMULATOR-101 for values that are no numbers, without a param.
   *
   * **Source** `SparkContext.accumulator`.
   *
   * **Example**
   * ```ts
   * const errors = sc.accumulator(0);
   * await sc.parallelize(['ok', 'bad']).foreach(s => { if (s === 'bad') errors.add(1); });
   * errors.value; // => 1
   * ```
   */
  accumulator(value: number): Accumulator<number>;
  accumulator<T>(value: T, accumParam?: AccumulatorParam<T> | null): Accumulator<T>;
  accumulator<T>(value: T, accumParam?: AccumulatorParam<T> | null): Accumulator<T> {
    this.#engine.assertRunning();
    return this.#engine.shared.accumulator(value, accumParam);
  }

  // Jobs

  /**
   * Calls a function over chosen partitions and collects what it gives.
   *
   * **Shapes** iterable of `T` → iterable of `U`; `U[]` in the order of `partitions` (all if left out).
   *
   * **Cost** Action.
   *
   * **Source** `SparkContext.runJob`.
   *
   * **Example**
   * ```ts
   * await sc.runJob(sc.range(6, null, 1, 3), xs => [...xs].map(x => x * x), [0, 2]); // => [0, 1, 16, 25]
   * ```
   */
  runJob<T, U>(
    rdd: RDD<T>,
    partitionFunc: (records: Iterable<T>) => Records<U>,
    partitions?: readonly number[] | null,
    _allowLocal = false,
  ): Job<U[]> {
    return actions.runJob<U>(
      this.#engine,
      this.#nodeOf(rdd, 'sc.runJob'),
      partitionFunc,
      partitions,
    );
  }

  /** Puts the jobs to come into a group, with a description. **Source** `SparkContext.setJobGroup`. */
  setJobGroup(groupId: string, description: string, interruptOnCancel = false): void {
    const { properties } = this.#engine;
    properties.set(PROPERTY.group, String(groupId));
    properties.set(PROPERTY.description, description ?? null);
    properties.set(PROPERTY.interrupt, String(interruptOnCancel));
  }

  /** Describes the jobs to come; null ends that. **Source** `SparkContext.setJobDescription`. */
  setJobDescription(value: string | null): void {
    this.#engine.properties.set(PROPERTY.description, value);
  }

  /** Whether cancelling may end a task in the middle of a function. **Source** `SparkContext.setInterruptOnCancel`. */
  setInterruptOnCancel(interruptOnCancel: boolean): void {
    this.#engine.properties.set(PROPERTY.interrupt, String(interruptOnCancel));
  }

  /** Sets a property that the tasks of the jobs to come can read; null removes it. **Source** `SparkContext.setLocalProperty`. */
  setLocalProperty(key: string, value: string | null | undefined): void {
    this.#engine.properties.set(key, value === null || value === undefined ? null : String(value));
  }

  /** A local property, or null. **Source** `SparkContext.getLocalProperty`. */
  getLocalProperty(key: string): string | null {
    return this.#engine.properties.get(key);
  }

  /** Tags the jobs to come. **Throws** UsageError RDD-101 for an empty tag or one with a comma. **Source** `SparkContext.addJobTag`. */
  addJobTag(tag: string): void {
    this.#engine.properties.addTag(tag);
  }

  /** Takes a tag off the jobs to come. **Source** `SparkContext.removeJobTag`. */
  removeJobTag(tag: string): void {
    this.#engine.properties.removeTag(tag);
  }

  /** The tags of the jobs to come. **Source** `SparkContext.getJobTags`. */
  getJobTags(): Set<string> {
    return new Set(this.#engine.properties.tags);
  }

  /** Takes all tags off the jobs to come. **Source** `SparkContext.clearJobTags`. */
  clearJobTags(): void {
    this.#engine.properties.clearTags();
  }

  /** Cancels the running jobs of a group. **Source** `SparkContext.cancelJobGroup`. */
  cancelJobGroup(groupId: string): void {
    this.#engine.cancelWhere(
      (run) => run.properties.group === groupId,
      `part of cancelled job group ${groupId}`,
    );
  }

  /** Cancels the running jobs that have a tag. **Source** `SparkContext.cancelJobsWithTag`. */
  cancelJobsWithTag(tag: string): void {
    this.#engine.cancelWhere(
      (run) => run.properties.tags.includes(tag),
      `jobs with the tag ${tag} were cancelled`,
    );
  }

  /** Cancels all running jobs. **Source** `SparkContext.cancelAllJobs`. */
  cancelAllJobs(): void {
    this.#engine.cancelWhere(() => true, 'all jobs were cancelled');
  }

  /** What jobs and stages are doing. **Source** `SparkContext.statusTracker`. */
  statusTracker(): StatusTracker {
    return this.#engine.status;
  }

  // Files and folders of the application

  /**
   * Copies a file, or with `recursive` a folder, to where tasks find it by `SparkFiles.get(name)`.
   *
   * **Throws** UsageError CONTEXT-104 when it is not there.
   *
   * **Source** `SparkContext.addFile`.
   */
  addFile(path: string, recursive = false): void {
    this.#files.add(path, recursive);
  }

  /** Unpacks a `.tar`, `.tar.gz`, `.tgz` or `.zip` to where tasks find it by `SparkFiles.get(name)`. **Source** `SparkContext.addArchive`. */
  addArchive(path: string): void {
    this.#files.addArchive(path);
  }

  /** The files added so far. **Source** `SparkContext.listFiles`. */
  get listFiles(): string[] {
    return this.#files.files;
  }

  /** The archives added so far. **Source** `SparkContext.listArchives`. */
  get listArchives(): string[] {
    return this.#files.archives;
  }

  /** Where `RDD.checkpoint` writes; a folder of this application's own is made below it. **Source** `SparkContext.setCheckpointDir`. */
  setCheckpointDir(dirName: string | null): void {
    this.#engine.checkpoints.setDirectory(dirName);
  }

  /** The checkpoint folder of this application, or null. **Source** `SparkContext.getCheckpointDir`. */
  getCheckpointDir(): string | null {
    return this.#engine.checkpoints.directory;
  }

  /** Accepts Spark's levels; tspark tells through events and has no log. **Throws** UsageError CONTEXT-104 for others. **Source** `SparkContext.setLogLevel`. */
  setLogLevel(logLevel: string): void {
    if (LOG_LEVELS.includes(String(logLevel).toUpperCase())) return;
    throw new UsageError(
      'CONTEXT-104',
      `The log level ${describeValue(logLevel)} is not one of ${LOG_LEVELS.join(', ')}.`,
    );
  }

  /**
   * Cancels what runs, ends the workers and frees their memory. A new context can then be made.
   *
   * **Source** `SparkContext.stop`.
   */
  stop(): Job<void> {
    if (SparkContext.#active?.context === this) SparkContext.#active = null;
    // Told before anything ends, so that streams begin no batch that must fail.
    this.events.emit({ kind: 'context-stopping' });
    return this.#engine.end(
      `This SparkContext (${this.appName}) was stopped. Make a new one: new SparkContext(…).`,
      () => this.#files.remove(),
    );
  }

  toString(): string {
    return `<SparkContext master=${this.master} appName=${this.appName}>`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #hadoop<K, V>(
    operation: string,
    api: HadoopApi,
    input: Omit<HadoopInput, 'operation' | 'api'>,
  ): RDD<[K, V]> {
    return this.#made(hadoopInput(this.#engine, { ...input, operation, api }));
  }

  #made<T>(node: ReturnType<typeof sources.emptyRDD>): RDD<T> {
    return new RDD<T>(this.#engine, node);
  }

  #nodeOf(rdd: unknown, operation: string): ReturnType<typeof sources.emptyRDD> {
    if (rdd instanceof RDD && RDD.engineOf(rdd) === this.#engine) return RDD.nodeOf(rdd);
    throw new UsageError(
      'RDD-108',
      `${operation} needs RDDs of this SparkContext, not ${describeValue(rdd)}.`,
    );
  }
}

function assertNoOther(active: Active | null): void {
  if (active === null) return;
  throw new UsageError(
    'CONTEXT-101',
    `Cannot make a second SparkContext: ${active.context} was made${active.where} and is active. Use it (SparkContext.getOrCreate()), or stop it first with sc.stop().`,
  );
}

/** The configuration of a new context: given as such, or by master, name and whatever else PySpark's constructor takes. */
function readConf(masterOrConf: unknown, rest: readonly unknown[]): SparkConf {
  const given = [masterOrConf, ...rest].find((argument) => argument instanceof SparkConf);
  const conf = given instanceof SparkConf ? given.clone() : new SparkConf();
  const [appName] = rest;
  if (typeof masterOrConf === 'string') conf.setMaster(masterOrConf);
  else if (
    masterOrConf !== null &&
    masterOrConf !== undefined &&
    !(masterOrConf instanceof SparkConf)
  ) {
    throw new UsageError(
      'CONTEXT-102',
      `A SparkContext needs a master such as 'local[2]' or a SparkConf, not ${describeValue(masterOrConf)}.`,
    );
  }
  if (typeof appName === 'string') conf.setAppName(appName);
  return conf.setIfMissing('spark.master', 'local[*]').setIfMissing('spark.app.name', 'tspark');
}
