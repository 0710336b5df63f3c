// One job: plans its stages, makes the shuffles it needs (or waits for another job that makes them),
// runs the result stage, and plans again when blocks were lost on the way. Driver only.
import { CancelledError, LostDataError } from '../errors.js';
import type { LineageNode } from '../lineage/node.js';
import type { ShufflePartitioner } from '../plan/stage.js';
import type { JobRequest } from './backend.js';
import type { EngineState } from './engine-state.js';
import { JobStages } from './job-stages.js';
import type { CutStage, ShuffleDependency } from './stage-cutter.js';
import { readsSmallShuffles } from './small-stage.js';
import {
  planStage,
  type StagedJob,
  type StageOutput,
  type StagePlan,
  StageRun,
} from './stage-run.js';
import { BlockLostSignal, type RunningTasks } from './task-set.js';

/** How often a job is planned without getting further, because blocks were lost. */
const MAX_PLANS = 4;

/** A stage whose shuffle is not there yet. */
interface Follower {
  readonly cut: CutStage;
  readonly output: StageOutput;
  /** Settles when it is done; null unless it was sent together with the stage that writes the shuffle. */
  running: Promise<void> | null;
}

export class JobRun {
  readonly #engine: EngineState;
  readonly #request: JobRequest;
  readonly #running = new Set<RunningTasks>();
  readonly #job: StagedJob;
  #cancelReason: string | null = null;

  /** `outer` is the job that this one is run as part of. */
  constructor(engine: EngineState, request: JobRequest, outer: JobRun | null = null) {
    this.#engine = engine;
    this.#request = request;
    const job =
      outer === null ? { counted: new Set<string>(), stages: new JobStages() } : outer.#job;
    this.#job = { ...job, request };
  }

  cancel(reason: string): void {
    this.#cancelReason ??= reason;
    for (const tasks of this.#running) tasks.cancel(this.#cancelReason);
  }

  async run(): Promise<void> {
    const { node, sink, partitions } = this.#request;
    const wanted = partitions ?? range(this.#engine.table.layout(node).partitions);
    const pending = new Map(wanted.map((partition, index) => [index, partition]));
    const made = `result ${this.#engine.nextResultId()}`;
    const left = (): number => pending.size;
    await this.#withReplanning(left, async () => {
      const indexOf = new Map<number, number[]>();
      for (const [index, partition] of pending) {
        const all = indexOf.get(partition);
        if (all === undefined) indexOf.set(partition, [index]);
        else all.push(index);
      }
      const onOutput: StageOutput['onOutput'] = (partition, { result }) => {
        if (result.kind === 'segments') return;
        for (const index of indexOf.get(partition)!) {
          pending.delete(index);
          this.#request.onResult(index, result);
        }
      };
      const output = { sink, partitions: [...indexOf.keys()], made, onOutput };
      const { cut, running } = await this.#readyStage(node, output);
      await (running ?? this.#runStage(this.#plan(cut, output)));
    });
  }

  /** `left` says how many partitions are still to do: a plan that did some of them is no failure. */
  async #withReplanning(left: () => number, attempt: () => Promise<void>): Promise<void> {
    for (let plans = 1; ; plans++) {
      const before = left();
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof BlockLostSignal)) throw error;
        this.#throwIfCancelled();
        this.#forgetUnreadable(error.error);
        if (left() < before) plans = 1;
        if (plans >= MAX_PLANS) {
          throw new LostDataError(
            'LOST-502',
            `blocks were lost ${plans} times while the job ran: ${error.error.message}`,
            { cause: error.error },
          );
        }
      }
    }
  }

  /** A file that a task could not read must be made again, not read again. */
  #forgetUnreadable(error: Error): void {
    const path = error instanceof LostDataError ? error.details.path : undefined;
    if (typeof path === 'string') this.#engine.store.loseFile(path);
  }

  /**
   * The stage of a node with everything it reads made: shuffles, and the offsets of zipWithIndex. One whose `output` is
   * known may run already, behind the stage that writes its shuffle.
   */
  async #readyStage(
    node: LineageNode,
    output: StageOutput | null = null,
  ): Promise<{ cut: CutStage; running: Promise<void> | null }> {
    this.#throwIfCancelled();
    const first = this.#engine.cutter.cut(node);
    const { indexed, shuffles } = first;
    if (indexed.length + shuffles.length === 0) return { cut: first, running: null };
    const canFollow = output !== null && indexed.length === 0 && shuffles.length === 1;
    const follower = canFollow ? { cut: first, output, running: null } : null;
    for (const each of indexed) await this.#ensureOffsets(each);
    await Promise.all(shuffles.map((dependency) => this.#ensureShuffle(dependency, follower)));
    this.#throwIfCancelled();
    const running = follower?.running ?? null;
    // Cut again: offsets are known now, and what was cached meanwhile is read instead of computed.
    return { cut: running === null ? this.#engine.cutter.cut(node) : first, running };
  }

  async #ensureShuffle(dependency: ShuffleDependency, follower: Follower | null): Promise<void> {
    const { shuffles, table } = this.#engine;
    const mapPartitions = table.layout(dependency.parent).partitions;
    for (;;) {
      this.#throwIfCancelled();
      const missing = shuffles.missing(dependency.shuffleId, mapPartitions);
      const state = shuffles.state(dependency.shuffleId, mapPartitions);
      if (missing.length === 0) {
        this.#job.stages.skip(`shuffle ${dependency.shuffleId}`, state.stageId);
        return;
      }
      if (state.making === null) {
        const isWhole = missing.length === mapPartitions;
        const making = this.#makeShuffle(dependency, missing, isWhole ? follower : null);
        state.making = making.finally(() => {
          state.making = null;
        });
        return state.making;
      }
      try {
        await state.making;
      } catch (error) {
        // Another job made it and was cancelled: that is no reason for this one to fail.
        if (!(error instanceof CancelledError)) throw error;
      }
    }
  }

  /** `follower` is the stage that reads it, where the shuffle is made from the start. */
  async #makeShuffle(
    dependency: ShuffleDependency,
    missing: readonly number[],
    follower: Follower | null,
  ): Promise<void> {
    const { shuffleId, parent, aggregation, reader } = dependency;
    const { cut } = await this.#readyStage(parent);
    const partitioner = await this.#resolvePartitioner(dependency);
    const plan = this.#plan(
      { ...cut, reader },
      {
        sink: { kind: 'shuffle-write', partitioner, aggregation },
        partitions: missing,
        made: `shuffle ${shuffleId}`,
        onOutput: (partition, { result }) => {
          if (result.kind === 'segments') this.#engine.shuffles.put(shuffleId, partition, result);
        },
      },
    );
    const next = follower === null ? null : this.#planTogether(plan, follower);
    const stageId =
      follower === null || next === null
        ? await this.#runStage(plan)
        : await this.#runTogether(plan, next, follower);
    this.#engine.shuffles.state(shuffleId, missing.length).stageId = stageId;
  }

  async #resolvePartitioner({
    partitioner,
    partitions,
    parent,
  }: ShuffleDependency): Promise<ShufflePartitioner> {
    if (partitioner.kind !== 'range' || partitions <= 1)
      return { ...partitioner, partitions, bounds: null };
    const bounds = await this.#engine.prepared.bounds(partitioner, partitions, parent, (request) =>
      this.#runInner(request),
    );
    return { ...partitioner, partitions, bounds };
  }

  async #ensureOffsets(indexed: LineageNode): Promise<void> {
    await this.#engine.prepared.ensureOffsets(indexed, (request) => this.#runInner(request));
  }

  /** Runs a small job of the engine's own (a sample, a count) as part of this one. */
  async #runInner(
    inner: Pick<JobRequest, 'node' | 'partitions' | 'sink' | 'onResult'>,
  ): Promise<void> {
    const action = `${this.#request.action} (preparing)`;
    const run = new JobRun(this.#engine, { ...this.#request, ...inner, action }, this);
    const asTasks: RunningTasks = {
      done: Promise.resolve(),
      cancel: (reason) => run.cancel(reason),
    };
    this.#running.add(asTasks);
    try {
      await run.run();
    } finally {
      this.#running.delete(asTasks);
    }
  }

  #plan(cut: CutStage, output: StageOutput): StagePlan {
    return planStage(cut, output, this.#request.action);
  }

  /** The plan of the stage behind one, where both are so small that a worker is sent them at once; null else. */
  #planTogether(first: StagePlan, { cut, output }: Follower): StagePlan | null {
    const { shuffles, tasks } = this.#engine;
    // Most stages are not small: the second is not planned for nothing.
    if (first.kind === null) return null;
    const second = this.#plan(cut, output);
    return tasks.fit([first, second]) && readsSmallShuffles(first.cut, shuffles) ? second : null;
  }

  /** Runs the stage that writes a shuffle, and has the next one run behind it. The id of the first. */
  async #runTogether(plan: StagePlan, next: StagePlan, follower: Follower): Promise<number> {
    this.#throwIfCancelled();
    const first = new StageRun(this.#engine, this.#job, plan);
    const second = new StageRun(this.#engine, this.#job, next);
    const [writing, reading] = this.#engine.tasks.runInTurn(first.taskSet, second.taskSet);
    follower.running = this.#settle(second, reading);
    // Where the first fails nobody waits for the second.
    follower.running.catch(() => {});
    await this.#settle(first, writing);
    return first.id;
  }

  /** Runs the tasks of a stage. The id of the stage. */
  async #runStage(plan: StagePlan): Promise<number> {
    this.#throwIfCancelled();
    const stage = new StageRun(this.#engine, this.#job, plan);
    await this.#settle(stage, this.#engine.tasks.run(stage.taskSet));
    return stage.id;
  }

  async #settle(stage: StageRun, tasks: RunningTasks): Promise<void> {
    this.#running.add(tasks);
    try {
      await stage.settle(tasks);
    } finally {
      this.#running.delete(tasks);
    }
  }

  #throwIfCancelled(): void {
    if (this.#cancelReason !== null)
      throw new CancelledError('JOB-102', `the job was cancelled: ${this.#cancelReason}`);
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
