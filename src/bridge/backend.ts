// TaskBackend on a Spark cluster. The JVM starts with the context, everything else of the bridge is loaded behind it;
// what is asked for before that waits. Driver only.
import type { SparkConf } from '../conf.js';
import type { EventBus } from '../events.js';
import { type LineageNode, currentSpec, parentsOf } from '../lineage/node.js';
import type { AccumulatorSpec } from '../plan/accumulation.js';
import type { JobRequest, RunningJob, TaskBackend } from '../scheduler/backend.js';
import { budgetsOf } from '../scheduler/budgets.js';
import { PartitionTable } from '../scheduler/partition-table.js';
import { Preparations } from '../scheduler/preparations.js';
import { settingOf } from '../conf.js';
import type { CachedRdd, PlanStage } from '../scheduler/plan-description.js';
import { BridgeJob, type JobEnvironment } from './bridge-job.js';
import { failureOf } from './failures.js';
import { keptRdds } from './kept-rdds.js';
import { isLocalMaster } from './masters.js';
import type { TaskReport } from './report.js';
import { type SparkFacts, SparkSession } from './session.js';
import { SharedValues } from './shared-values.js';
import { isOnHadoop } from './hadoop-paths.js';
import { hadoopRdd } from './spark-data.js';
import { StagePlanner } from './stage-planner.js';

export interface BridgeOptions {
  readonly master: string;
  readonly conf: SparkConf;
  readonly events: EventBus;
}

export class BridgeBackend implements TaskBackend {
  readonly #options: BridgeOptions;
  readonly #values = new SharedValues();
  readonly #jobs = new Map<number, BridgeJob>();
  readonly #session: Promise<SparkSession>;
  readonly #environment: Promise<JobEnvironment>;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#session = SparkSession.start({
      ...options,
      onReport: (report) => this.#accept(report),
    });
    this.#environment = this.#session.then((session) => this.#environmentOf(session));
    // Whoever asks for something hears of a failure; until then it must not end the program.
    this.#environment.catch(() => {});
  }

  /** What Spark said of itself when it was ready. */
  async facts(): Promise<SparkFacts> {
    const session = await this.#session;
    if (
      !isLocalMaster(this.#options.master) &&
      !(await session.hasExecutor(this.#expectedCores()))
    ) {
      const text =
        'No executor has come yet: jobs wait for one. Look at the web page of the master, and ask for less with --conf spark.executor.memory and spark.cores.max.';
      this.#options.events.emit({ kind: 'notice', text });
    }
    return session.facts;
  }

  #expectedCores(): number {
    const { conf } = this.#options;
    return conf.get('spark.default.parallelism') ? 0 : Number(conf.get('spark.cores.max')) || 0;
  }

  run(request: JobRequest): RunningJob {
    const job = new BridgeJob(this.#ready(request.node), request);
    this.#jobs.set(request.jobId, job);
    const forget = (): void => {
      this.#jobs.delete(request.jobId);
      this.#session.then((session) => session.learnCores()).catch(() => {});
    };
    job.done.then(forget, forget);
    return job;
  }

  async countPartitions(node: LineageNode): Promise<number> {
    try {
      return (await this.#ready(node)).table.layout(node).partitions;
    } catch (error) {
      throw failureOf(error, 'getNumPartitions');
    }
  }

  async describe(node: LineageNode): Promise<PlanStage> {
    const { table, planner } = await this.#ready(node);
    const kept = new Map((await this.cached()).map((rdd) => [rdd.nodeId, rdd.keptPartitions]));
    const { describeStages } = await import('../scheduler/stage-planner.js');
    const { usesBytes } = planner;
    return describeStages({ table, usesBytes, keptPartitions: (id) => kept.get(id) ?? 0 }, node);
  }

  async cached(): Promise<readonly CachedRdd[]> {
    const { session, planner, table } = await this.#environment;
    return keptRdds(session, planner.persisted(), table);
  }

  async unpersist(node: LineageNode): Promise<void> {
    await (await this.#environment).planner.unpersist(node);
  }

  cleanShuffles(node: LineageNode): void {
    void this.#environment.then(({ planner }) => {
      const pending = [node];
      const seen = new Set<LineageNode>();
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        planner.forgetShuffle(next);
        for (const each of parentsOf(currentSpec(next))) pending.push(each);
      }
    });
  }

  savesWhole(path: string): boolean {
    return isOnHadoop(path);
  }

  publishBroadcast(id: number, bytes: Uint8Array): void {
    this.#values.publishBroadcast(id, bytes);
  }

  removeBroadcast(id: number): void {
    this.#values.removeBroadcast(id);
  }

  publishAccumulator(id: number, spec: AccumulatorSpec): void {
    this.#values.publishAccumulator(id, spec);
  }

  async stop(): Promise<void> {
    let session: SparkSession;
    try {
      session = await this.#session;
    } catch {
      return;
    }
    await session.stop();
  }

  /** The environment, once it knows the files of Hadoop that a node reads. */
  async #ready(node: LineageNode): Promise<JobEnvironment> {
    const environment = await this.#environment;
    await countHadoopFiles(node, environment);
    return environment;
  }

  #environmentOf(session: SparkSession): JobEnvironment {
    const { conf, events } = this.#options;
    const table = new PartitionTable(conf, session.facts.defaultParallelism);
    const planner = new StagePlanner({
      session,
      table,
      prepared: new Preparations(table),
      values: this.#values,
      usesBytes: settingOf(conf, 'tspark.bytePath') !== 'off',
      maxResultBytes: budgetsOf(conf).maxResultBytes,
    });
    return { session, planner, table, events };
  }

  #accept(report: TaskReport): void {
    const { stageId, partition } = report;
    for (const { level, text } of report.printed)
      this.#options.events.emit({ kind: 'console', level, stageId, partition, text });
    this.#jobs.get(report.jobId)?.accept(report);
  }
}

/** Only Hadoop can list its files: their numbers of partitions are asked for before anything is planned. */
async function countHadoopFiles(
  node: LineageNode,
  { session, table }: JobEnvironment,
): Promise<void> {
  const seen = new Set<LineageNode>();
  const pending = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const spec = currentSpec(next);
    if (spec.kind === 'files' && isOnHadoop(spec.paths) && !table.isKnown(spec)) {
      const { partitions } = await hadoopRdd(session, spec);
      table.know(spec, partitions);
    }
    for (const each of parentsOf(spec)) pending.push(each);
  }
}
