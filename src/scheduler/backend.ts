// The seam between what a job is and where it runs. Nothing above this file may assume threads:
// the embedded engine and a bridge to a real Spark cluster both implement TaskBackend.
import type { Block, StoredBlock } from '../blocks/block.js';
import type { CallSite } from '../errors.js';
import type { LineageNode } from '../lineage/node.js';
import type { AccumulatorSpec, AccumulatorUpdate } from '../plan/accumulation.js';
import type { Sink, SinkResult } from '../plan/sink.js';
import type { CachedRdd, PlanStage } from './plan-description.js';

/** Everything that travels with a job: group, description, tags, local properties. */
export interface JobProperties {
  readonly group: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly local: Readonly<Record<string, string>>;
  readonly interruptOnCancel: boolean;
}

export interface JobRequest {
  readonly jobId: number;
  readonly node: LineageNode;
  /** Which partitions to compute, or null for all. */
  readonly partitions: readonly number[] | null;
  readonly sink: Sink;
  /** The action as the user called it, such as `count`. */
  readonly action: string;
  /** Null where the backend does not show it. */
  readonly site: CallSite | null;
  readonly properties: JobProperties;
  /** Called once per partition, in any order; `index` is the position in `partitions`. */
  onResult(index: number, result: SinkResult): void;
  /** Called once per finished partition of every stage of the job: what its tasks added, a block of one record each. */
  onAccumulators(updates: readonly AccumulatorUpdate[]): void;
}

/** A job under way. */
export interface RunningJob {
  /** Settles when every partition is done; rejects with the first failure or a CancelledError. */
  readonly done: Promise<void>;
  cancel(reason: string): void;
}

/** What becomes of a held block when memory runs out: it stays, moves to disk, or is on disk from the first. */
export type HoldPolicy = 'stay' | 'spill' | 'disk';

/** A block that is kept until it is released. */
export interface HeldBlock {
  /** Where it is now; changed in place when it moves. */
  readonly stored: StoredBlock;
  release(): void;
}

/** What a backend holds at the moment, to tell whether anything is left behind. */
export interface BackendUsage {
  readonly blocks: number;
  /** Shared memory of the blocks. */
  readonly blockBytes: number;
  readonly shuffles: number;
  readonly workers: number;
  readonly runningTasks: number;
}

/** Runs jobs over lineage. Implementations: the embedded engine (`scheduler/embedded.ts`). */
export interface TaskBackend {
  /** Whether it shows where jobs were called; to find that out takes some time of each. */
  readonly showsCallSites?: boolean;
  run(request: JobRequest): RunningJob;
  /** Makes ready what the first job would wait for. Left out where that is ready by itself. */
  startAhead?(): void;
  /** Number of partitions of a node; may list files, never reads them. */
  countPartitions(node: LineageNode): Promise<number>;
  /** The stages that an action over all of a node would need, to be drawn; nothing is run. Null where it cannot be told. */
  describe(node: LineageNode): Promise<PlanStage | null>;
  /** The RDDs that have partitions kept, in the order they were made. */
  cached(): Promise<readonly CachedRdd[]>;
  /** Forgets the cached partitions of a node. */
  unpersist(node: LineageNode): Promise<void>;
  /**
   * Keeps a block that came from outside, under the budget for blocks. Left out where there is no such
   * budget. Throws LostDataError BLOCK-501 where it has to go to disk and cannot.
   */
  hold?(block: Block, policy: HoldPolicy): HeldBlock;
  /** Left out where it cannot be told. */
  usage?(): BackendUsage;
  /**
   * Whether saving to a path is the backend's own affair from making the folder to committing it: the driver cannot
   * reach it. Left out where there are no such paths.
   */
  savesWhole?(path: string): boolean;
  /** Drops the shuffle files of a node and its ancestors, if they are not in use. */
  cleanShuffles(node: LineageNode): void;
  /** Stores a broadcast value so that tasks can read it; `bytes` is a serialised value. */
  publishBroadcast(id: number, bytes: Uint8Array): void;
  removeBroadcast(id: number): void;
  publishAccumulator(id: number, spec: AccumulatorSpec): void;
  stop(): Promise<void>;
}
