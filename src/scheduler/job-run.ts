// One job: plans its stages, makes the shuffles it needs (or waits for another job that makes them),
// runs the result stage, and plans again when blocks were lost on the way. Driver only.
import type { StoredBlock } from '../blocks/block.js';
import type { FileSplit } from '../io/split.js';
import { CancelledError, LostDataError } from '../errors.js';
import type { LineageNode } from '../lineage/node.js';
import { readStage } from '../plan/bytes/read-stage.js';
import {
  inputKey,
  type ShufflePartitioner,
  type Stage,
  type StageNode,
  type StageSink,
  type TaskInputs,
  type TaskOutput,
} from '../plan/stage.js';
import { withQuickText } from '../plan/quick-text.js';
import { nestedOf } from '../plan/stage-paths.js';
import { cachedKey } from './engine-state.js';
import type { JobRequest } from './backend.js';
import type { EngineState } from './engine-state.js';
import { JobStages } from './job-stages.js';
import { hasSmallTasks } from './small-stage.js';
import { callsText } from './stage-calls.js';
import type { CutStage, ShuffleDependency } from './stage-cutter.js';
import { BlockLostSignal, type RunningTasks } from './task-scheduler.js';

/** How often a job is planned without getting further, because blocks were lost. */
const MAX_PLANS = 4;

export class JobRun {
  readonly #engine: EngineState;
  readonly #request: JobRequest;
  readonly #running = new Set<RunningTasks>();
  /** Stage outputs whose accumulators were applied, so that recomputation does not count twice; one set a job. */
  readonly #counted: Set<string>;
  readonly #stages: JobStages;
  #cancelReason: string | null = null;

  /** `outer` is the job that this one is run as part of. */
  constructor(engine: EngineState, request: JobRequest, outer: JobRun | null = null) {
    this.#engine = engine;
    this.#request = request;
    this.#counted = outer === null ? new Set() : outer.#counted;
    this.#stages = outer === null ? new JobStages() : outer.#stages;
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
      const cut = await this.#readyStage(node);
      const indexOf = new Map<number, number[]>();
      for (const [index, partition] of pending) {
        const all = indexOf.get(partition);
        if (all === undefined) indexOf.set(partition, [index]);
        else all.push(index);
      }
      await this.#runStage(cut, sink, [...indexOf.keys()], made, (partition, output) => {
        if (output.result.kind === 'segments') return;
        for (const index of indexOf.get(partition)!) {
          pending.delete(index);
          this.#request.onResult(index, output.result);
        }
      });
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

  /** The stage of a node with everything it reads made: shuffles, and the offsets of zipWithIndex. */
  async #readyStage(node: LineageNode): Promise<CutStage> {
    this.#throwIfCancelled();
    const first = this.#engine.cutter.cut(node);
    for (const indexed of first.indexed) await this.#ensureOffsets(indexed);
    await Promise.all(first.shuffles.map((dependency) => this.#ensureShuffle(dependency)));
    this.#throwIfCancelled();
    // Cut again: offsets are known now, and what was cached meanwhile is read instead of computed.
    return first.indexed.length + first.shuffles.length === 0
      ? first
      : this.#engine.cutter.cut(node);
  }

  async #ensureShuffle(dependency: ShuffleDependency): Promise<void> {
    const { shuffles, table } = this.#engine;
    const mapPartitions = table.layout(dependency.parent).partitions;
    for (;;) {
      this.#throwIfCancelled();
      const missing = shuffles.missing(dependency.shuffleId, mapPartitions);
      const state = shuffles.state(dependency.shuffleId, mapPartitions);
      if (missing.length === 0) {
        this.#stages.skip(`shuffle ${dependency.shuffleId}`, state.stageId);
        return;
      }
      if (state.making === null) {
        state.making = this.#makeShuffle(dependency, missing).finally(() => {
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

  async #makeShuffle(dependency: ShuffleDependency, missing: readonly number[]): Promise<void> {
    const { shuffleId, parent, aggregation, reader } = dependency;
    const cut = { ...(await this.#readyStage(parent)), reader };
    const partitioner = await this.#resolvePartitioner(dependency);
    const sink: StageSink = { kind: 'shuffle-write', partitioner, aggregation };
    const made = `shuffle ${shuffleId}`;
    const stageId = await this.#runStage(cut, sink, missing, made, (partition, output) => {
      if (output.result.kind === 'segments')
        this.#engine.shuffles.put(shuffleId, partition, output.result);
    });
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

  /** Runs the tasks of a stage; `made` names what they make together. The id of the stage. */
  async #runStage(
    cut: CutStage,
    sink: StageSink,
    partitions: readonly number[],
    made: string,
    onOutput: (partition: number, output: TaskOutput) => void,
  ): Promise<number> {
    this.#throwIfCancelled();
    const stageId = this.#engine.nextStageId();
    const { jobId, properties } = this.#request;
    const stage: Stage = {
      id: stageId,
      barrierTasks: isBarrier(cut) ? partitions.length : 0,
      nodes: this.#engine.usesBytes ? cut.nodes.map(withQuickForm) : cut.nodes,
      output: cut.output.id,
      sink,
      properties: properties.local,
      meaning: this.#engine.usesBytes
        ? readStage({ nodes: cut.nodes, output: cut.output.id, sink })
        : null,
    };
    this.#stages.add(made, stageId);
    const started = this.#engine.announceStage(
      this.#request,
      stage,
      partitions.length,
      this.#stages,
    );
    const taken = new TakenOutputs(stage.barrierTasks > 0);
    const unpin = cut.shuffles.map(({ shuffleId }) => this.#engine.shuffles.pin(shuffleId));
    const tasks = this.#engine.tasks.run({
      jobId,
      stage,
      partitions,
      calls: callsText(cut.lineage, cut.reader ?? this.#request.action),
      areSmall: hasSmallTasks(cut, this.#engine.shuffles),
      inputsOf: (partition) => this.#inputs(cut, partition),
      prepare: this.#engine.preparer(
        stage,
        cut.shuffles.map((dependency) => dependency.shuffleId),
      ),
      onDone: (partition, output, worker) =>
        taken.take(() => {
          this.#engine.adopt(output, worker, cut);
          this.#count(`${made}:${partition}`, output);
          onOutput(partition, output);
        }),
    });
    this.#running.add(tasks);
    try {
      await tasks.done;
      taken.takeAll();
      started.end('succeeded');
      return stageId;
    } catch (error) {
      started.end(error instanceof CancelledError ? 'cancelled' : 'failed');
      throw error;
    } finally {
      this.#running.delete(tasks);
      for (const each of unpin) each();
      this.#engine.forgetStage(stage.id);
    }
  }

  #count(key: string, output: TaskOutput): void {
    if (this.#counted.has(key)) return;
    this.#counted.add(key);
    if (output.accumulators.length > 0) this.#request.onAccumulators(output.accumulators);
  }

  /** The blocks and splits that the task of a partition reads; blocks stay until it is done. */
  #inputs(cut: CutStage, partition: number): { inputs: TaskInputs; release: () => void } {
    const { store } = this.#engine;
    const nodes = cut.byId;
    const blocks = new Map<string, StoredBlock>();
    const splits = new Map<string, FileSplit>();
    const pinned: string[] = [];
    const pending: [number, number][] = [[cut.output.id, partition]];
    while (pending.length > 0) {
      const [id, at] = pending.pop()!;
      const key = inputKey(id, at);
      if (blocks.has(key) || splits.has(key)) continue;
      const node = nodes.get(id)!;
      const kept = node.isCached ? store.get(cachedKey(id, at)) : undefined;
      if (kept !== undefined) {
        store.pin(cachedKey(id, at));
        pinned.push(cachedKey(id, at));
        blocks.set(key, kept);
        continue;
      }
      const source = cut.blocks.get(id)?.[at];
      const split = cut.splits.get(id)?.[at];
      if (source !== undefined) blocks.set(key, source);
      else if (split !== undefined) splits.set(key, split);
      else if (node.spec.kind === 'blocks')
        throw new BlockLostSignal(new Error(`cached partition ${at} of ${node.operation}`));
      else for (const each of nestedOf(node, at)) pending.push(each);
    }
    const release = (): void => {
      for (const key of pinned) store.unpin(key);
    };
    return { inputs: { blocks, splits }, release };
  }

  #throwIfCancelled(): void {
    if (this.#cancelReason !== null)
      throw new CancelledError('JOB-102', `the job was cancelled: ${this.#cancelReason}`);
  }
}

/** What the tasks of a stage made, taken over at once, or all of it when the stage is done: one with barriers starts over as a whole. */
class TakenOutputs {
  readonly #isWhole: boolean;
  readonly #held: (() => void)[] = [];

  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
  }

  take(output: () => void): void {
    if (this.#isWhole) this.#held.push(output);
    else output();
  }

  takeAll(): void {
    try {
      for (const output of this.#held) output();
    } catch (error) {
      // What it made could not be kept (a full disk).
      throw error instanceof LostDataError ? new BlockLostSignal(error) : error;
    }
  }
}

/** The node with its function in a quicker form where there is one. */
function withQuickForm(node: StageNode): StageNode {
  const { spec } = node;
  if (spec.kind !== 'narrow' || !('fn' in spec.op)) return node;
  const fn = withQuickText(spec.op.fn);
  return fn === spec.op.fn ? node : { ...node, spec: { ...spec, op: { ...spec.op, fn } } };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function isBarrier(cut: CutStage): boolean {
  return cut.nodes.some(
    ({ spec }) =>
      spec.kind === 'narrow' && spec.op.kind === 'mapPartitions' && spec.op.isBarrier === true,
  );
}
