// One stage of a job: what its workers and tasks are sent, and what becomes of what they make. Driver only.
import type { StoredBlock } from '../blocks/block.js';
import type { FileSplit } from '../io/split.js';
import { CancelledError, LostDataError } from '../errors.js';
import {
  inputKey,
  type Stage,
  type StageSink,
  type TaskInputs,
  type TaskOutput,
} from '../plan/stage.js';
import { nestedOf } from '../plan/stage-paths.js';
import type { JobRequest } from './backend.js';
import { cachedKey, type EngineState } from './engine-state.js';
import type { JobStages } from './job-stages.js';
import { readsSmallShuffles, smallKind } from './small-stage.js';
import type { CutStage } from './stage-cutter.js';
import { callsText } from './stage-calls.js';
import { BlockLostSignal, type RunningTasks, type TaskSet } from './task-set.js';

/** The job that stages are of. */
export interface StagedJob {
  readonly request: JobRequest;
  readonly stages: JobStages;
  /** Stage outputs whose accumulators were applied, so that recomputation does not count twice. */
  readonly counted: Set<string>;
}

/** What a stage is run for. */
export interface StageOutput {
  readonly sink: StageSink;
  readonly partitions: readonly number[];
  /** Names what its tasks make together. */
  readonly made: string;
  onOutput(partition: number, output: TaskOutput): void;
}

export interface StagePlan extends StageOutput {
  readonly cut: CutStage;
  /** The operations whose functions its tasks run, with the user's lines. */
  readonly calls: string;
  /** Of a stage whose tasks may be small: those of the same kind take about as long. */
  readonly kind: string | null;
}

export function planStage(cut: CutStage, output: StageOutput, action: string): StagePlan {
  const calls = callsText(cut.lineage, cut.reader ?? action);
  return { ...output, cut, calls, kind: smallKind(cut, output.sink, calls) };
}

export class StageRun {
  readonly id: number;
  readonly taskSet: TaskSet;
  readonly #engine: EngineState;
  readonly #job: StagedJob;
  readonly #plan: StagePlan;
  readonly #stage: Stage;
  readonly #taken: TakenOutputs;
  readonly #unpin = new Map<number, () => void>();
  readonly #end: (outcome: 'succeeded' | 'failed' | 'cancelled') => void;

  constructor(engine: EngineState, job: StagedJob, plan: StagePlan) {
    this.#engine = engine;
    this.#job = job;
    this.#plan = plan;
    this.id = engine.nextStageId();
    this.#stage = this.#makeStage();
    this.#taken = new TakenOutputs(this.#stage.barrierTasks > 0);
    this.taskSet = this.#makeTaskSet();
    job.stages.add(plan.made, this.id);
    const taskCount = plan.partitions.length;
    this.#end = engine.announceStage(job.request, this.#stage, taskCount, job.stages).end;
    this.#pinShuffles();
  }

  /** Waits for its tasks and takes over what they made. */
  async settle(tasks: RunningTasks): Promise<void> {
    try {
      await tasks.done;
      this.#taken.takeAll();
      this.#end('succeeded');
    } catch (error) {
      this.#end(error instanceof CancelledError ? 'cancelled' : 'failed');
      throw error;
    } finally {
      for (const unpin of this.#unpin.values()) unpin();
      this.#engine.forgetStage(this.id);
    }
  }

  #makeStage(): Stage {
    const { cut, sink, partitions } = this.#plan;
    const { nodes } = cut;
    return {
      id: this.id,
      barrierTasks: isBarrier(cut) ? partitions.length : 0,
      nodes,
      output: nodes[0]!.id,
      sink,
      properties: this.#job.request.properties.local,
    };
  }

  #makeTaskSet(): TaskSet {
    const { cut, partitions, calls, kind, made, onOutput } = this.#plan;
    const shuffleIds = cut.shuffles.map(({ shuffleId }) => shuffleId);
    return {
      jobId: this.#job.request.jobId,
      stage: this.#stage,
      partitions,
      calls,
      kind: kind !== null && readsSmallShuffles(cut, this.#engine.shuffles) ? kind : null,
      inputsOf: (partition) => {
        this.#pinShuffles();
        return this.#inputs(partition);
      },
      prepare: this.#engine.preparer(this.#stage, shuffleIds),
      onDone: (partition, output, worker) =>
        this.#taken.take(() => {
          this.#engine.adopt(output, worker, cut);
          this.#count(`${made}:${partition}`, output);
          onOutput(partition, output);
        }),
    };
  }

  /** Shuffles stay where they are while tasks read them. One may be written only after the stage was made. */
  #pinShuffles(): void {
    const { shuffles } = this.#engine;
    for (const { shuffleId } of this.#plan.cut.shuffles) {
      if (!this.#unpin.has(shuffleId) && shuffles.isWhole(shuffleId))
        this.#unpin.set(shuffleId, shuffles.pin(shuffleId));
    }
  }

  #count(key: string, { accumulators }: TaskOutput): void {
    const { counted, request } = this.#job;
    if (counted.has(key)) return;
    counted.add(key);
    if (accumulators.length > 0) request.onAccumulators(accumulators);
  }

  /** The blocks and splits that the task of a partition reads; blocks stay until it is done. */
  #inputs(partition: number): { inputs: TaskInputs; release: () => void } {
    const { store } = this.#engine;
    const { cut } = this.#plan;
    const blocks = new Map<string, StoredBlock>();
    const splits = new Map<string, FileSplit>();
    const pinned: string[] = [];
    const pending: [number, number][] = [[cut.nodes[0]!.id, partition]];
    while (pending.length > 0) {
      const [id, at] = pending.pop()!;
      const key = inputKey(id, at);
      if (blocks.has(key) || splits.has(key)) continue;
      const node = cut.nodes[id]!;
      const cached = node.isCached ? cachedKey(cut.lineage[id]!.id, at) : null;
      const kept = cached === null ? undefined : store.get(cached);
      if (cached !== null && kept !== undefined) {
        store.pin(cached);
        pinned.push(cached);
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
    const inputs = {
      blocks: blocks.size === 0 ? NO_BLOCKS : blocks,
      splits: splits.size === 0 ? NO_SPLITS : splits,
    };
    return { inputs, release };
  }
}

/** The same object where there are none: within a message what is the same is written once. */
const NO_BLOCKS: TaskInputs['blocks'] = new Map();
const NO_SPLITS: TaskInputs['splits'] = new Map();

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

function isBarrier(cut: CutStage): boolean {
  return cut.nodes.some(
    ({ spec }) =>
      spec.kind === 'narrow' && spec.op.kind === 'mapPartitions' && spec.op.isBarrier === true,
  );
}
