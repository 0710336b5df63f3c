// The embedded engine: TaskBackend over worker threads in this process.
import type { SparkConf } from '../conf.js';
import type { EventBus } from '../events.js';
import { currentSpec, type LineageNode, parentsOf } from '../lineage/node.js';
import type { AccumulatorSpec } from '../plan/accumulation.js';
import type { Block } from '../blocks/block.js';
import type {
  HeldBlock,
  HoldPolicy,
  BackendUsage,
  JobRequest,
  RunningJob,
  TaskBackend,
} from './backend.js';
import { EngineState } from './engine-state.js';
import { JobRun } from './job-run.js';
import type { CachedRdd, PlanStage } from './plan-description.js';

export interface EmbeddedOptions {
  /** Most tasks at a time; a thread each, started when first needed. */
  readonly threads: number;
  readonly conf: SparkConf;
  readonly events: EventBus;
}

/** Makes the engine behind `local[N]`. Nothing is started before the first job. */
export function createEmbeddedBackend(options: EmbeddedOptions): TaskBackend {
  return new EmbeddedBackend(new EngineState(options));
}

class EmbeddedBackend implements TaskBackend {
  readonly #engine: EngineState;

  constructor(engine: EngineState) {
    this.#engine = engine;
  }

  run(request: JobRequest): RunningJob {
    const job = new JobRun(this.#engine, request);
    return { done: job.run(), cancel: (reason) => job.cancel(reason) };
  }

  startAhead(): void {
    this.#engine.tasks.startAhead();
  }

  async countPartitions(node: LineageNode): Promise<number> {
    return this.#engine.table.layout(node).partitions;
  }

  async describe(node: LineageNode): Promise<PlanStage> {
    // Loaded here: jobs do without it.
    const { describeStages } = await import('./stage-planner.js');
    return describeStages(this.#engine, node);
  }

  async cached(): Promise<readonly CachedRdd[]> {
    return this.#engine.cached();
  }

  async unpersist(node: LineageNode): Promise<void> {
    this.#engine.unpersist(node);
  }

  hold(block: Block, policy: HoldPolicy): HeldBlock {
    return this.#engine.held.hold(block, policy);
  }

  usage(): BackendUsage {
    const { store, shuffles, tasks } = this.#engine;
    return {
      blocks: [...store.keys()].length,
      blockBytes: store.usedBytes,
      shuffles: shuffles.size,
      workers: [...tasks.workers].length,
      runningTasks: tasks.running,
    };
  }

  cleanShuffles(node: LineageNode): void {
    const seen = new Set<number>();
    const pending = [node];
    while (pending.length > 0) {
      const next = pending.pop()!;
      if (seen.has(next.id)) continue;
      seen.add(next.id);
      this.#engine.cleanShuffles(next.id);
      for (const each of parentsOf(currentSpec(next))) pending.push(each);
    }
  }

  publishBroadcast(id: number, bytes: Uint8Array): void {
    this.#engine.putBroadcast(id, bytes);
  }

  removeBroadcast(id: number): void {
    this.#engine.removeBroadcast(id);
  }

  publishAccumulator(id: number, spec: AccumulatorSpec): void {
    this.#engine.putAccumulator(id, spec);
  }

  async stop(): Promise<void> {
    await this.#engine.tasks.stop();
    this.#engine.store.close();
    this.#engine.folder.remove();
  }
}
