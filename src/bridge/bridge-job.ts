// One job on the cluster: plans its RDDs, runs the last of them on a thread of the JVM of its own, gives the results and
// what the tasks reported back, and can be cancelled at any time. Driver only.
import { CancelledError } from '../errors.js';
import type { EventBus } from '../events.js';
import type { LineageNode } from '../lineage/node.js';
import type { JobRequest, RunningJob } from '../scheduler/backend.js';
import type { PartitionTable } from '../scheduler/partition-table.js';
import type { RunInner } from '../scheduler/preparations.js';
import { failureOf } from './failures.js';
import { readResult } from './frames.js';
import { readServed } from './framed-socket.js';
import { type SaveSink, saveOnHadoop } from './hadoop-output.js';
import { isOnHadoop } from './hadoop-paths.js';
import { JobProgress } from './job-progress.js';
import { jobProperty } from './job-property.js';
import { asObject, type JavaObject, type JavaThread } from './py4j/gateway.js';
import type { TaskReport } from './report.js';
import { PYTHON_API, type SparkSession } from './session.js';
import type { StagePlanner } from './stage-planner.js';

const DESCRIPTION = 'spark.job.description';
const GROUP = 'spark.jobGroup.id';
const INTERRUPT = 'spark.job.interruptOnCancel';
const POOL = 'spark.scheduler.pool';
const CALL_SITE = 'callSite.short';

export interface JobEnvironment {
  readonly session: SparkSession;
  readonly planner: StagePlanner;
  readonly table: PartitionTable;
  readonly events: EventBus;
}

type Inner = Pick<JobRequest, 'node' | 'partitions' | 'sink' | 'onResult'>;

export class BridgeJob implements RunningJob {
  readonly done: Promise<void>;
  readonly #environment: Promise<JobEnvironment>;
  readonly #request: JobRequest;
  /** What was computed for whom and counted: tries and recomputed partitions do not count again. */
  readonly #counted = new Set<string>();
  /** Groups of this job that run in Spark. */
  readonly #groups = new Set<string>();
  #cancelReason: string | null = null;
  #cancelled!: (error: CancelledError) => void;
  #nextGroup = 0;

  constructor(environment: Promise<JobEnvironment>, request: JobRequest) {
    this.#environment = environment;
    this.#request = request;
    const cancelled = new Promise<never>((_, reject) => {
      this.#cancelled = reject;
    });
    cancelled.catch(() => {});
    // Cancelled at once, whatever the JVM is doing; its tasks end a little later.
    this.done = Promise.race([this.#run(), cancelled]);
  }

  cancel(reason: string): void {
    if (this.#cancelReason !== null) return;
    this.#cancelReason = reason;
    this.#cancelled(this.#cancelError());
    void this.#cancelGroups().catch(() => {});
  }

  /** What a task of the job reported. */
  accept(report: TaskReport): void {
    if (this.#counted.has(report.computed)) return;
    this.#counted.add(report.computed);
    if (report.updates.length > 0) this.#request.onAccumulators(report.updates);
  }

  async #run(): Promise<void> {
    try {
      await this.#runSink(await this.#environment, this.#request);
    } catch (error) {
      throw this.#cancelReason === null
        ? failureOf(error, this.#request.action)
        : this.#cancelError();
    }
  }

  async #runSink(environment: JobEnvironment, inner: Inner): Promise<void> {
    const { planner, table } = environment;
    const { node, sink } = inner;
    this.#throwIfCancelled();
    const all = table.layout(node).partitions;
    const wanted = inner.partitions ?? Array.from({ length: all }, (_, index) => index);
    if (wanted.length === 0) return;
    const run: RunInner = (each) => this.#runSink(environment, each);
    if (sink.kind === 'save' && isOnHadoop(sink.path)) {
      await this.#save(environment, node, sink, run);
      for (const index of wanted.keys()) inner.onResult(index, { kind: 'none' });
      return;
    }
    const rdd = await planner.result(node, sink, run);
    const positions = new Map<number, number[]>();
    for (const [index, partition] of wanted.entries()) {
      const known = positions.get(partition);
      if (known === undefined) positions.set(partition, [index]);
      else known.push(index);
    }
    const frames = await this.#collect(environment, rdd, [...positions.keys()]);
    this.#throwIfCancelled();
    for (const frame of frames) {
      const { partition, result } = readResult(frame);
      for (const index of positions.get(partition) ?? []) inner.onResult(index, result);
    }
  }

  async #save(
    environment: JobEnvironment,
    node: LineageNode,
    sink: SaveSink,
    run: RunInner,
  ): Promise<void> {
    const { session, planner, table } = environment;
    const rdd = await planner.hadoopPairs(node, sink.format, run);
    const { partitions } = table.layout(node);
    await this.#inGroup(environment, partitions, (thread) =>
      saveOnHadoop(session, thread, rdd, sink),
    );
  }

  async #collect(
    environment: JobEnvironment,
    rdd: JavaObject,
    partitions: readonly number[],
  ): Promise<Buffer[]> {
    const { session } = environment;
    const list = await session.gateway.list(partitions);
    return this.#inGroup(environment, partitions.length, async (thread) => {
      const className = `${PYTHON_API}PythonRDD`;
      const { scalaContext } = session;
      const served = await thread.callStatic(className, 'runJob', scalaContext, rdd, list);
      return readServed(thread, asObject(served, 'runJob'));
    });
  }

  /** Runs work on a thread of the JVM whose jobs belong to a group of their own, and tells how far they are. */
  async #inGroup<T>(
    { session, events }: JobEnvironment,
    taskCount: number,
    work: (thread: JavaThread) => Promise<T>,
  ): Promise<T> {
    const { jobId, action } = this.#request;
    const group = `tspark-${jobId}-${this.#nextGroup++}`;
    const progress = new JobProgress({ session, events, jobId, action, group, taskCount });
    this.#throwIfCancelled();
    this.#groups.add(group);
    progress.start();
    let outcome: 'succeeded' | 'failed' | 'cancelled' = 'failed';
    try {
      const result = await session.gateway.pooled((thread) =>
        this.#withSettings(session, thread, group, work),
      );
      outcome = 'succeeded';
      return result;
    } finally {
      this.#groups.delete(group);
      await progress.end(this.#cancelReason === null ? outcome : 'cancelled');
    }
  }

  /** Settings of a job belong to the thread that starts it. */
  async #withSettings<T>(
    session: SparkSession,
    thread: JavaThread,
    group: string,
    work: (thread: JavaThread) => Promise<T>,
  ): Promise<T> {
    const { jobId, properties, action, site } = this.#request;
    const set: (readonly [string, string])[] = [
      jobProperty({ id: jobId, properties: properties.local }),
      [GROUP, group],
      [INTERRUPT, 'true'],
      [DESCRIPTION, properties.description ?? action],
      [CALL_SITE, site === null ? action : `${action} at ${site.file}:${site.line}`],
    ];
    const pool = properties.local[POOL];
    if (pool !== undefined) set.push([POOL, pool]);
    // One behind the other on the same connection, without waiting for each.
    const tell = (values: readonly (readonly [string, string | null])[]): Promise<unknown> =>
      Promise.all(
        values.map(([key, value]) => thread.call(session.context, 'setLocalProperty', key, value)),
      );
    await tell(set);
    try {
      return await work(thread);
    } finally {
      if (thread.connection.isOpen) await tell(set.map(([key]) => [key, null])).catch(() => {});
    }
  }

  async #cancelGroups(): Promise<void> {
    const { session } = await this.#environment;
    for (const group of this.#groups) await session.scalaContext.call('cancelJobGroup', group);
  }

  #throwIfCancelled(): void {
    if (this.#cancelReason !== null) throw this.#cancelError();
  }

  #cancelError(): CancelledError {
    return new CancelledError('JOB-102', `the job was cancelled: ${this.#cancelReason}`);
  }
}
