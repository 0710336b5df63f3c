// Gives the context a backend on a Spark cluster at once, and loads the bridge behind it, so that programs on the
// embedded engine never load it. Driver only.
import type { AccumulatorSpec } from '../plan/accumulation.js';
import type { LineageNode } from '../lineage/node.js';
import type { JobRequest, RunningJob, TaskBackend } from '../scheduler/backend.js';
import type { CachedRdd, PlanStage } from '../scheduler/plan-description.js';
import type { BridgeBackend, BridgeOptions } from './backend.js';
import { isOnHadoop } from './hadoop-paths.js';
import type { SparkFacts } from './session.js';

/** A backend that is being connected. */
export class ClusterBackend implements TaskBackend {
  /** In Spark's web UI. */
  readonly showsCallSites = true;
  readonly #bridge: Promise<BridgeBackend>;
  /** What Spark says of itself, once it is there. */
  facts: SparkFacts | null = null;
  /** Settles when the cluster can be used; rejects with what is missing. */
  readonly ready: Promise<void>;

  constructor(options: BridgeOptions) {
    this.#bridge = import('./backend.js').then((loaded) => new loaded.BridgeBackend(options));
    this.ready = this.#learn();
    this.ready.catch(() => {});
  }

  async #learn(): Promise<void> {
    this.facts = await (await this.#bridge).facts();
  }

  run(request: JobRequest): RunningJob {
    let cancelled: string | null = null;
    const job = this.#bridge.then((bridge) => {
      const running = bridge.run(request);
      if (cancelled !== null) running.cancel(cancelled);
      return running;
    });
    return {
      done: job.then((running) => running.done),
      cancel: (reason) => {
        cancelled = reason;
        job.then((running) => running.cancel(reason)).catch(() => {});
      },
    };
  }

  async countPartitions(node: LineageNode): Promise<number> {
    return (await this.#bridge).countPartitions(node);
  }

  async describe(node: LineageNode): Promise<PlanStage | null> {
    return (await this.#bridge).describe(node);
  }

  async cached(): Promise<readonly CachedRdd[]> {
    return (await this.#bridge).cached();
  }

  async unpersist(node: LineageNode): Promise<void> {
    await (await this.#bridge).unpersist(node);
  }

  savesWhole(path: string): boolean {
    return isOnHadoop(path);
  }

  cleanShuffles(node: LineageNode): void {
    this.#later((bridge) => bridge.cleanShuffles(node));
  }

  publishBroadcast(id: number, bytes: Uint8Array): void {
    this.#later((bridge) => bridge.publishBroadcast(id, bytes));
  }

  removeBroadcast(id: number): void {
    this.#later((bridge) => bridge.removeBroadcast(id));
  }

  publishAccumulator(id: number, spec: AccumulatorSpec): void {
    this.#later((bridge) => bridge.publishAccumulator(id, spec));
  }

  async stop(): Promise<void> {
    await (await this.#bridge).stop();
  }

  #later(act: (bridge: BridgeBackend) => void): void {
    this.#bridge.then(act).catch(() => {});
  }
}
