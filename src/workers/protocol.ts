// The messages between the driver and its worker threads. Plain data, tagged by `type`.
import type { AccumulatorSpec } from '../plan/accumulation.js';
import type { ErrorData } from '../errors.js';
import type { ConsoleLevel } from '../events.js';
import type { ShuffleOutputs, Stage, TaskOutput, TaskSpec } from '../plan/stage.js';

export type ToWorker =
  /**
   * A stage, sent before the first of its tasks, with the shuffles that it reads, in the order of their places. A `model` is
   * the number by which later stages that do the same are named.
   */
  | {
      readonly type: 'stage';
      readonly stage: Stage;
      readonly shuffleIds: readonly number[];
      readonly model: number | null;
    }
  /** A stage that does what the model did. */
  | {
      readonly type: 'same-stage';
      readonly id: number;
      readonly properties: Stage['properties'];
      readonly shuffleIds: readonly number[];
      readonly model: number;
    }
  | {
      readonly type: 'task';
      readonly task: TaskSpec;
      /** Another task has been sent with it, so its answer waits for that one's. */
      readonly isFollowed: boolean;
      /** What it holds is asked for, so nothing that is held no longer may lie beside it. */
      readonly isAlone: boolean;
    }
  /** Where the map outputs of a shuffle are; replaces what was known of it. */
  | { readonly type: 'shuffle'; readonly outputs: ShuffleOutputs }
  /** The tasks, which were sent with the next, have written all of a shuffle: their outputs are what the next read. */
  | { readonly type: 'written'; readonly shuffleId: number; readonly taskIds: readonly number[] }
  | { readonly type: 'broadcast'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'accumulator'; readonly id: number; readonly spec: AccumulatorSpec }
  /** Every task of the barrier stage has come to the barrier; what each said, by partition. */
  | { readonly type: 'barrier-met'; readonly taskId: number; readonly said: readonly string[] }
  /** No longer needed. `buffers` were allocated by this worker and may be used again. */
  | {
      readonly type: 'forget';
      readonly stages: readonly number[];
      /** Models of stages. */
      readonly models: readonly number[];
      readonly shuffles: readonly number[];
      readonly broadcasts: readonly number[];
      readonly buffers: readonly SharedArrayBuffer[];
    };

export type FromWorker =
  | { readonly type: 'ready' }
  | {
      readonly type: 'done';
      readonly taskId: number;
      readonly output: TaskOutput;
      /** How long it ran, in milliseconds. */
      readonly tookMs: number;
      /** How often `tspark.chaos` let it move to files what would have fitted. */
      readonly forcedSpills: number;
    }
  | {
      readonly type: 'failed';
      readonly taskId: number;
      readonly error: ErrorData;
      readonly kind: FailureKind;
      /** The task was not left, only given up: what it started may go on, so the thread is of no more use. */
      readonly isSpoilt?: boolean;
    }
  /** A task waits for the others of its barrier stage. */
  | { readonly type: 'barrier'; readonly taskId: number; readonly says: string }
  | {
      readonly type: 'console';
      readonly level: ConsoleLevel;
      readonly stageId: number;
      readonly partition: number;
      readonly text: string;
    };

/**
 * - `user`: the program's own fault; trying again would fail again.
 * - `lost-block`: a map output or cached block could not be read; it is made again.
 * - `cancelled`: the driver asked for it.
 */
export type FailureKind = 'user' | 'lost-block' | 'cancelled';

/** What every worker of a context is told. */
export interface WorkerLimits {
  /** Most bytes one task may return to the driver. */
  readonly maxResultBytes: number;
  /** What a task's tables, sorts and pages may hold before they move to files. */
  readonly taskBytes: number;
  /** What the values of one key may hold. */
  readonly groupBytes: number;
  /** Buffers that are kept for the next task. */
  readonly idleBytes: number;
  /** Shared buffers that may be left to the garbage collectors before they are called. */
  readonly mostDroppedBytes: number;
  /** Below which folder a task makes a folder for its files. */
  readonly spillPath: string;
  /** Null without `tspark.chaos`. */
  readonly forcedSpills: ForcedSpills | null;
}

/** How often tables and sorts move to files without need. */
export interface ForcedSpills {
  readonly seed: number;
  /** Of the looks at memory, from 0 to 1. */
  readonly rate: number;
}

/** What a worker is started with. */
export interface WorkerSetup {
  readonly workerId: number;
  /** One Int32: tasks up to this id are cancelled. Task ids begin at 1. */
  readonly control: SharedArrayBuffer;
  /** Figures of the process's memory, and the worker's place among them: see MemoryLedger. */
  readonly ledger: SharedArrayBuffer;
  readonly place: number;
  readonly limits: WorkerLimits;
}
