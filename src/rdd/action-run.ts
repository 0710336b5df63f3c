// One action under way: the jobs it runs, one after the other or several, and its cancellation. Driver only.
import { blockPages, decodeBlock } from '../blocks/codec.js';
import { DriverRoom } from './driver-room.js';
import { type CallSite, CancelledError, toErrorData, UsageError } from '../errors.js';
import type { LineageNode } from '../lineage/node.js';
import type { Sink, SinkResult } from '../plan/sink.js';
import type { EventBus } from '../events.js';
import type { AccumulatorUpdate } from '../plan/accumulation.js';
import type { JobProperties, JobRequest, RunningJob, TaskBackend } from '../scheduler/backend.js';
import { PROPERTY } from './job-properties.js';
import { formatBytes } from '../sizes.js';

/** What an action needs of the engine that started it. */
export interface ActionHost {
  readonly backend: TaskBackend;
  readonly events: EventBus;
  readonly maxResultBytes: number;
  takeJobId(): number;
  assertRunning(): void;
  applyAccumulators(updates: readonly AccumulatorUpdate[]): void;
  /** Called after each job that succeeded, before its action goes on. */
  afterJob(node: LineageNode, run: ActionRun): Promise<void>;
}

/** Who started the action, from where, with which settings. */
export interface ActionOrigin {
  readonly action: string;
  readonly site: CallSite | null;
  readonly properties: JobProperties;
}

/** The partitions to compute (null for all) and what to do with each result as it comes. */
export interface RunOptions {
  readonly partitions?: readonly number[] | null;
  onResult?(index: number, result: SinkResult): void;
}

export class ActionRun {
  readonly firstJobId: number;
  readonly properties: JobProperties;
  readonly #host: ActionHost;
  readonly #action: string;
  readonly #site: CallSite | null;
  readonly #jobs = new Set<RunningJob>();
  /** Numbers of the jobs it has started. */
  readonly #jobIds = new Set<number>();
  #cancelledWhy: string | null = null;
  #resultBytes = 0;
  readonly #room = new DriverRoom();

  constructor(host: ActionHost, { action, site, properties }: ActionOrigin) {
    this.#host = host;
    this.#action = action;
    this.#site = site;
    this.properties = properties;
    this.firstJobId = host.takeJobId();
  }

  /** Whether the job is one of the action's. */
  hasJob(jobId: number): boolean {
    return jobId === this.firstJobId || this.#jobIds.has(jobId);
  }

  cancel(reason: string): void {
    this.#cancelledWhy ??= reason;
    for (const job of this.#jobs) job.cancel(this.#cancelledWhy);
  }

  /** Number of partitions of a node. */
  countPartitions(node: LineageNode): Promise<number> {
    return this.#host.backend.countPartitions(node);
  }

  /** Whether the backend makes and commits the folder itself when a node is saved to the path. */
  savesWhole(path: string): boolean {
    return this.#host.backend.savesWhole?.(path) ?? false;
  }

  /** Runs a sink over a node and gives the results in the order of the partitions. */
  async run(node: LineageNode, sink: Sink, options: RunOptions = {}): Promise<SinkResult[]> {
    const results: SinkResult[] = [];
    if (options.partitions?.length === 0) return results;
    await this.#job(node, sink, options.partitions ?? null, (index, result) => {
      results[index] = result;
      options.onResult?.(index, result);
    });
    await this.#host.afterJob(node, this);
    return results;
  }

  /** All records of a node's partitions in order; of each at most `limit`. */
  async records<T>(
    node: LineageNode,
    partitions: readonly number[] | null = null,
    limit?: number,
  ): Promise<T[]> {
    const sink: Sink = limit === undefined ? { kind: 'collect' } : { kind: 'take', limit };
    const results = await this.run(node, sink, { partitions });
    const [first] = results;
    // The array of a single block is fresh and needs no copy.
    if (results.length === 1 && first?.kind === 'block') return decodeBlock<T>(first.block);
    const records: T[] = [];
    for (const result of results) appendRecords(records, result);
    return records;
  }

  /** Runs a sink that gives one block a partition and returns the records of each. */
  async blocks<T>(node: LineageNode, sink: Sink): Promise<T[][]> {
    return (await this.run(node, sink)).map((result) =>
      result.kind === 'block' ? decodeBlock<T>(result.block) : [],
    );
  }

  /** The same a page at a time: what is made of the records may be much smaller than they are. */
  async pages<T>(node: LineageNode, sink: Sink): Promise<Iterable<T[]>[]> {
    return (await this.run(node, sink)).map((result) =>
      result.kind === 'block' ? blockPages<T>(result.block) : [],
    );
  }

  async #job(
    node: LineageNode,
    sink: Sink,
    partitions: readonly number[] | null,
    onResult: JobRequest['onResult'],
  ): Promise<void> {
    this.#assertNotCancelled();
    const host = this.#host;
    host.assertRunning();
    const jobId = this.#takeJobId();
    const startMs = Date.now();
    this.#emitStart(jobId, startMs);
    let job: RunningJob | null = null;
    let failure: unknown = null;
    // What the driver itself does with a result may fail; the job must then end, with that failure.
    const guarded = (handle: () => void): void => {
      if (failure !== null) return;
      try {
        handle();
      } catch (error) {
        failure = error;
        job?.cancel('its results could not be used');
      }
    };
    try {
      job = host.backend.run({
        jobId,
        node,
        partitions,
        sink,
        action: this.#action,
        site: this.#site,
        properties: this.properties,
        onResult: (index, result) =>
          guarded(() => {
            this.#account(result);
            onResult(index, result);
          }),
        onAccumulators: (updates) => guarded(() => host.applyAccumulators(updates)),
      });
      this.#jobs.add(job);
      if (failure !== null) job.cancel('its results could not be used');
      await job.done;
      if (failure !== null) throw failure;
      this.#emitEnd(jobId, startMs, null);
    } catch (error) {
      const reason = failure ?? error;
      this.#emitEnd(jobId, startMs, reason);
      throw reason;
    } finally {
      if (job !== null) this.#jobs.delete(job);
    }
  }

  /** The action's own number goes to its first job. */
  #takeJobId(): number {
    const jobId = this.#jobIds.size === 0 ? this.firstJobId : this.#host.takeJobId();
    this.#jobIds.add(jobId);
    return jobId;
  }

  #account(result: SinkResult): void {
    if (result.kind !== 'block') return;
    this.#resultBytes += result.block.byteLength;
    const limit = this.#host.maxResultBytes;
    if (this.#resultBytes <= limit) {
      this.#room.take(this.#action, result.block);
      return;
    }
    throw new UsageError(
      'RDD-104',
      `${this.#action}() brings more to the driver than spark.driver.maxResultSize (${formatBytes(limit)}) allows. ` +
        'Use take(20) for a look, toLocalIterator() to go through all, saveAsTextFile(path) to keep all, ' +
        'or set spark.driver.maxResultSize to more.',
    );
  }

  #assertNotCancelled(): void {
    if (this.#cancelledWhy === null) return;
    throw new CancelledError('JOB-102', `${this.#action}() was cancelled: ${this.#cancelledWhy}.`);
  }

  #emitStart(jobId: number, timeMs: number): void {
    const { group, description, tags, local } = this.properties;
    const batchTime = local[PROPERTY.batchTime];
    this.#host.events.emit({
      kind: 'job-start',
      jobId,
      action: this.#action,
      description,
      group,
      tags,
      batchTimeMs: batchTime === undefined ? null : Number(batchTime),
      timeMs,
    });
  }

  #emitEnd(jobId: number, startMs: number, error: unknown): void {
    const timeMs = Date.now();
    this.#host.events.emit({
      kind: 'job-end',
      jobId,
      outcome:
        error === null ? 'succeeded' : error instanceof CancelledError ? 'cancelled' : 'failed',
      error: error === null ? null : toErrorData(error),
      durationMs: timeMs - startMs,
      timeMs,
    });
  }
}

/** Appends without spreading: a partition may hold more records than a call takes arguments. */
function appendRecords<T>(into: T[], result: SinkResult): void {
  if (result.kind !== 'block') return;
  for (const page of blockPages<T>(result.block)) for (const record of page) into.push(record);
}
