// What a backend says of an RDD without running it: its stages, their operations, what is kept. Plain data to draw.
import type { CallSite } from '../errors.js';
import type { StorageLevel } from '../storage-level.js';

/** Which way a stage takes through its text: on bytes, or line by line as strings. */
export interface StagePath {
  readonly text: string;
  /** What stopped the faster way, in the user's words; null where nothing did or there is no text to read. */
  readonly stoppedBy: string | null;
}

export interface PlanNode {
  readonly operation: string;
  /** The user's function, or the path that is read; empty where there is none. */
  readonly detail: string;
  readonly site: CallSite | null;
  readonly name: string | null;
  /** Where its partitions are to be kept, null where they are not. */
  readonly kept: StorageLevel | null;
  /** How many of its partitions are kept already. */
  readonly keptPartitions: number;
  readonly partitions: number;
  readonly isCheckpoint: boolean;
  readonly inputs: readonly PlanInput[];
}

export type PlanInput =
  | { readonly kind: 'node'; readonly node: PlanNode }
  | { readonly kind: 'shuffle'; readonly how: string; readonly stage: PlanStage };

export interface PlanStage {
  /** In the order they run, from 1; the last one gives the result. */
  readonly number: number;
  readonly taskCount: number;
  readonly path: StagePath;
  readonly output: PlanNode;
}

/** An RDD that has partitions kept. */
export interface CachedRdd {
  readonly nodeId: number;
  readonly operation: string;
  readonly name: string | null;
  readonly level: StorageLevel;
  readonly partitions: number;
  readonly keptPartitions: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
}
