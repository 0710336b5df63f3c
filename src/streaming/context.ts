// StreamingContext: makes streams from sources, starts and stops them. Docs and short bodies; sources are checked in
// checked-sources.ts, starting and stopping is in life.ts. Driver only.
import { inspect } from 'node:util';
import { DRIVER_ONLY } from '../closure/payload.js';
import type { SparkContext } from '../context.js';
import { CancelledError } from '../errors.js';
import type { KafkaRecord } from '../io/kafka/kafka-settings.js';
import { Job } from '../job.js';
import type { RDD } from '../rdd/rdd.js';
import type { StorageLevel } from '../storage-level.js';
import { ActiveContexts } from './active-contexts.js';
import {
  fileSource,
  iterableSource,
  rateSource,
  receiverSource,
  socketSource,
} from './checked-sources.js';
import { type Clock, SystemClock } from './clock.js';
import { DStream, type RDDOrPromise } from './dstream.js';
import { durationMs } from './duration.js';
import type { FileStreamOptions } from './file-source.js';
import type { InputSource } from './input.js';
import { type Decoded, type KafkaStreamOptions, kafkaPlan } from './kafka-options.js';
import { KafkaSource } from './kafka-source.js';
import { StreamingLife } from './life.js';
import type { StreamingListener } from './listener.js';
import { transformNode, unionNode } from './nodes.js';
import type { OutputSpec, StreamOutput } from './output.js';
import { type PrintFunction, printToConsole } from './print.js';
import { type QueueItem, QueueSource } from './queue-source.js';
import type { Receiver } from './receiver.js';
import type { StreamSource } from './source.js';
import { makeStreamNode, type StreamNode } from './stream-node.js';
import type { StreamOwner } from './stream-owner.js';

export interface StreamingContextOptions {
  /** Where pprint's frames go; standard output if left out. */
  readonly print?: PrintFunction;
  /** The prompt's own context: it may be started again after a stop, and its stop leaves `sc` alone. */
  readonly isPreloaded?: boolean;
  /** The clock that batches go by; the system's if left out. */
  readonly clock?: Clock;
}

/**
 * Makes streams and runs them: every `batchDuration` seconds one batch, processed as ordinary RDD jobs.
 *
 * **Units** batchDuration in seconds.
 * **Source** `pyspark.streaming.StreamingContext` 4.3. Differences: streams and outputs may be added while it
 * runs (from the next batch on), `stop()` leaves the SparkContext alone unless told, several contexts may run.
 *
 * **Example**
 * ```ts
 * const stream = ssc.queueStream([['to be'], ['or not', 'to be']]);
 * stream.flatMap((line) => line.split(' ')).map((word) => [word, 1]).reduceByKey((a, b) => a + b).pprint();
 * ssc.start();
 * ```
 */
export class StreamingContext implements StreamOwner {
  static readonly #active = new ActiveContexts<StreamingContext>();
  readonly sparkContext: SparkContext;
  /** Where the frames of pprint go; may be set anew at any time. */
  print: PrintFunction;
  readonly #batchMs: number;
  readonly #isPreloaded: boolean;
  readonly #life: StreamingLife;

  constructor(
    sparkContext: SparkContext,
    batchDuration = 1,
    options: StreamingContextOptions = {},
  ) {
    this.#batchMs = durationMs(batchDuration, 'batchDuration');
    this.sparkContext = sparkContext;
    this.print = options.print ?? printToConsole;
    this.#isPreloaded = options.isPreloaded ?? false;
    this.#life = new StreamingLife({
      sc: sparkContext,
      clock: options.clock ?? new SystemClock(),
      batchMs: this.#batchMs,
      isPreloaded: this.#isPreloaded,
      onActive: () => StreamingContext.#active.add(this),
      onStopped: () => StreamingContext.#active.remove(this),
    });
  }

  /** The context that was started last and still runs, else null. **Source** `StreamingContext.getActive`. */
  static getActive(): StreamingContext | null {
    return StreamingContext.#active.latest();
  }

  /** All contexts that run, in the order they were started. **Source** not in PySpark, where there is one. */
  static running(): readonly StreamingContext[] {
    return StreamingContext.#active.all();
  }

  /** The running context, else what getOrCreate gives. **Source** `StreamingContext.getActiveOrCreate`. */
  static getActiveOrCreate<C = StreamingContext>(
    checkpointPath: string | null | undefined,
    setupFunc: () => C | Promise<C>,
  ): Job<C | StreamingContext> {
    const active = StreamingContext.getActive();
    if (active !== null) return Job.of<C | StreamingContext>(active);
    return StreamingContext.getOrCreate(checkpointPath, setupFunc);
  }

  /**
   * A context made by `setupFunc`, with its checkpoint folder set. If the folder holds a checkpoint its data is
   * loaded when the context starts: states by the operator's name (`.name('…')`, else what it is and its
   * ordinal), positions of sources, batches that were perhaps not processed. Checkpoints hold no code, so the
   * set-up always runs, and may have changed.
   *
   * **Shapes** states are exactly once for sources that can be read again (files, queues, receivers with
   * positions, and others with `spark.streaming.receiver.writeAheadLog.enable`); outputs at least once, the
   * time of a batch being the same again.
   * **Throws** UsageError STREAM-108 for a checkpoint that cannot be read, and at the start for data that no
   * operator takes.
   * **Source** `StreamingContext.getOrCreate`, where a checkpoint replaces the set-up.
   */
  static getOrCreate<C = StreamingContext>(
    checkpointPath: string | null | undefined,
    setupFunc: () => C | Promise<C>,
  ): Job<C> {
    const make = async (): Promise<C> => {
      const made = await setupFunc();
      if (!checkpointPath || !(made instanceof StreamingContext)) return made;
      made.checkpoint(checkpointPath);
      made.#life.checkpoints.load(checkpointPath);
      return made;
    };
    return Job.of(make());
  }

  /** Seconds from batch to batch. */
  get batchDuration(): number {
    return this.#batchMs / 1000;
  }

  /** Whether batches are being made. */
  get isActive(): boolean {
    return this.#life.phase === 'active';
  }

  /**
   * The outputs that are not closed, in the order they were declared, then the sources they read: each with
   * its rate, records, last error and a way to close it. Whatever happens to the names of a program, what runs
   * is here.
   */
  get streams(): readonly (StreamOutput | StreamSource)[] {
    return [...this.#life.registry.outputs, ...this.#life.sources.sources];
  }

  /** Batches that wait for their turn because processing is slower than the stream. */
  get waitingBatches(): number {
    return this.#life.waitingBatches;
  }

  // Sources ------------------------------------------------------------------------------------------------

  /**
   * A stream of RDDs or arrays that are given: one per batch, or with `oneAtATime` false all in the first;
   * then `defaultRdd` in every batch, or empty batches. Items pushed to the array later are taken too.
   *
   * **Source** `StreamingContext.queueStream`.
   */
  queueStream<T>(
    rdds: readonly QueueItem<T>[],
    oneAtATime = true,
    defaultRdd?: QueueItem<T> | null,
  ): DStream<T> {
    const options = { oneAtATime, fallback: defaultRdd ?? null };
    return this.#input('queueStream', new QueueSource<T>(this.sparkContext, rdds, options));
  }

  /**
   * Lines that a TCP server sends, UTF-8. Connects when the stream runs; comes back by itself when the
   * connection ends. If batches lag the server is made to wait. Takes no worker.
   *
   * **Cost** received lines are held in memory until their batch is done, at most
   * `tspark.streaming.receiver.maxBytes` (256m) a stream.
   * **Source** `StreamingContext.socketTextStream`; one machine keeps one copy, whatever the level.
   */
  socketTextStream(hostname: string, port: number, storageLevel?: StorageLevel): DStream<string> {
    const source = socketSource(this.sparkContext, { hostname, port }, storageLevel);
    return this.#input('socketTextStream', source);
  }

  /**
   * What a receiver of your own stores; see Receiver. It runs at the driver and takes no worker; if it fails
   * that is told once and it is started again after growing pauses.
   *
   * **Source** `org.apache.spark.streaming.StreamingContext.receiverStream` 4.3; not in PySpark.
   */
  receiverStream<T>(receiver: Receiver<T>): DStream<T> {
    return this.#input('receiverStream', receiverSource(this.sparkContext, receiver));
  }

  /**
   * The records of an iterable, an async iterable or a Node Readable, asked for as there is room for them.
   *
   * **Source** not in PySpark.
   */
  fromIterable<T>(records: AsyncIterable<T> | Iterable<T>): DStream<T> {
    return this.#input('fromIterable', iterableSource(this.sparkContext, records));
  }

  /**
   * Records of Kafka topics, read directly: at its edge a batch is given the offsets that belong to it, one
   * partition for each partition of the topics, and the tasks read them. Offsets are in the checkpoint; a batch
   * that is processed again holds the very same records.
   *
   * **Shapes** `KafkaRecord`: topic, partition, offset, timestamp, key, value, headers; ordered in each partition.
   * **Cost** records are read once for every job that needs them: `cache` a stream that several outputs read.
   * **Throws** UsageError STREAM-106 for wrong options. Brokers that do not answer and topics that do not exist
   * are told once and looked for again after growing pauses.
   * **Source** `KafkaUtils.createDirectStream` of Spark 4.0 and PySpark 2.4. Here `groupId` commits by itself.
   *
   * **Example**
   * ```ts no-run
   * const errors = ssc.kafkaStream({ brokers: 'localhost:9092', topics: 'errors' });
   * errors.map(({ value }) => value ?? '').filter((line) => line.includes('FATAL')).pprint();
   * ```
   */
  kafkaStream<const O extends KafkaStreamOptions>(
    options: O,
  ): DStream<KafkaRecord<Decoded<O['keyFormat']>, Decoded<O['valueFormat']>>> {
    const sc = this.sparkContext;
    const plan = kafkaPlan(options, sc);
    return this.#input('kafkaStream', new KafkaSource({ sc, plan, batchMs: this.#batchMs }));
  }

  /** Pairs [milliseconds, number from 0] at a steady rate, for trying things out. **Source** not in PySpark. */
  rateStream(perSecond: number): DStream<[number, number]> {
    return this.#input('rateStream', rateSource(this.sparkContext, perSecond));
  }

  /**
   * Lines of the files that appear in a folder. Files that are there at the start are skipped, aloud; with
   * `{ existing: true }` they are the first batch. Move files in when they are complete: a file is read once,
   * as it is then.
   *
   * **Source** `StreamingContext.textFileStream`; files moved in count as new whatever their age.
   */
  textFileStream(directory: string, options: FileStreamOptions = {}): DStream<string> {
    const read = (path: string): RDD<string> => this.sparkContext.textFile(path, 1);
    const files = { folder: directory, read, options };
    return this.#input('textFileStream', fileSource(this.sparkContext, 'textFileStream', files));
  }

  /** Records of fixed length of the files that appear in a folder. **Source** `StreamingContext.binaryRecordsStream`. */
  binaryRecordsStream(
    directory: string,
    recordLength: number,
    options: FileStreamOptions = {},
  ): DStream<Uint8Array> {
    const read = (path: string): RDD<Uint8Array> =>
      this.sparkContext.binaryRecords(path, recordLength);
    const files = { folder: directory, read, options };
    return this.#input(
      'binaryRecordsStream',
      fileSource(this.sparkContext, 'binaryRecordsStream', files),
    );
  }

  /** The records of all streams, which must have one slide. **Source** `StreamingContext.union`. */
  union<T>(...dstreams: DStream<T>[]): DStream<T> {
    const [first] = dstreams;
    if (first !== undefined && dstreams.length === 1) return first;
    return new DStream<T>(this, unionNode(dstreams.map((stream) => stream.node)));
  }

  /** A stream made batch by batch from several streams' RDDs, at the driver. **Source** `StreamingContext.transform`. */
  transform<T, U>(
    dstreams: readonly DStream<T>[],
    transformFunc: (rdds: RDD<T>[]) => RDDOrPromise<U>,
  ): DStream<U> {
    const nodes = dstreams.map((stream) => stream.node);
    const node = transformNode('transform', nodes, (_time, rdds) =>
      transformFunc(rdds as RDD<T>[]),
    );
    return new DStream<U>(this, node);
  }

  // Settings -----------------------------------------------------------------------------------------------

  /**
   * Sets the folder that stateful streams need. Every `tspark.streaming.checkpoint.interval` seconds (10) what
   * another process needs to go on is written there; see getOrCreate. One context a folder.
   *
   * **Source** `StreamingContext.checkpoint`.
   */
  checkpoint(directory: string): void {
    this.sparkContext.setCheckpointDir(directory);
    this.#life.checkpoints.set(directory);
  }

  /** Keeps each stream's RDDs for at least so many seconds, for `slice`. **Source** `StreamingContext.remember`. */
  remember(duration: number): void {
    this.#life.registry.rememberMs = durationMs(duration, 'remember');
  }

  /** Tells a listener what happens from now on. **Source** `StreamingContext.addStreamingListener`. */
  addStreamingListener(streamingListener: StreamingListener): void {
    this.#life.listeners.add(streamingListener);
  }

  // Life ---------------------------------------------------------------------------------------------------

  /**
   * Begins to make batches; the first comes at the next multiple of the batch duration.
   *
   * **Throws** UsageError STREAM-102 without outputs, STREAM-103 after a stop, STREAM-105 without the
   * checkpoint folder a stateful stream needs. **Source** `StreamingContext.start`.
   */
  start(): void {
    this.#life.start();
  }

  /**
   * Ends the streaming; outputs and states are kept. Gracefully: what was received is processed first, else
   * only the batch under way, which is cancelled after two seconds.
   *
   * **Source** `StreamingContext.stop`; there the SparkContext is stopped too unless told otherwise.
   */
  stop(stopSparkContext = false, stopGracefully = false): Job<void> {
    const work = async (): Promise<void> => {
      await this.#life.stop(stopGracefully);
      if (stopSparkContext && !this.#isPreloaded) await this.sparkContext.stop();
    };
    return Job.of(work());
  }

  /**
   * Waits until the context is stopped; rejects with what a batch threw. Streams go on either way.
   *
   * **Units** timeout in seconds. **Source** `StreamingContext.awaitTermination`.
   */
  awaitTermination(timeout?: number): Job<void> {
    return this.#wait(timeout, () => undefined);
  }

  /** As awaitTermination for at most some seconds; true if the context was stopped. **Source** `StreamingContext.awaitTerminationOrTimeout`. */
  awaitTerminationOrTimeout(timeout: number): Job<boolean> {
    return this.#wait(timeout, (hasStopped) => hasStopped);
  }

  /** Resolves when every batch made so far has been processed. */
  whenIdle(): Promise<void> {
    return this.#life.whenIdle();
  }

  // For streams --------------------------------------------------------------------------------------------

  /** Adds an output; called by the operations of DStream. */
  addOutput(spec: OutputSpec): StreamOutput {
    return this.#life.addOutput(spec);
  }

  /** The RDDs of a stream between two times; called by DStream.slice. */
  sliceOf(node: StreamNode, beginMs: number, endMs: number): Job<RDD<unknown>[]> {
    const slice = async (): Promise<RDD<unknown>[]> => {
      const lastMs = Math.min(endMs, this.#life.evaluator.latestMs);
      return this.#life.evaluator.slice(node, beginMs, lastMs);
    };
    return Job.of(slice());
  }

  get [DRIVER_ONLY](): string {
    return 'the StreamingContext';
  }

  [inspect.custom](): string {
    const count = this.#life.registry.outputs.length;
    const outputs = `${count} output${count === 1 ? '' : 's'}`;
    return `StreamingContext: a batch every ${this.batchDuration} s, ${outputs}, ${this.#life.phase}`;
  }

  // ---------------------------------------------------------------------------------------------------------

  #input<T>(operation: string, source: InputSource): DStream<T> {
    const spec = { kind: 'input', source } as const;
    return new DStream<T>(this, makeStreamNode(this.sparkContext, operation, spec, this.#batchMs));
  }

  #wait<R>(timeout: number | undefined, answer: (hasStopped: boolean) => R): Job<R> {
    const timeoutMs = timeout === undefined || timeout === null ? null : timeout * 1000;
    const abandon = new AbortController();
    return Job.start(
      -1,
      () => this.#life.waiter.wait(timeoutMs, abandon.signal).then(answer),
      () => abandon.abort(new CancelledError('STREAM-107', 'The wait ended; the streams go on.')),
    );
  }
}
