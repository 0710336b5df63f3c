// The tasks of a stage: as they are given to the scheduler, and as they are under way. Driver only.
import type { Stage, TaskInputs, TaskOutput } from '../plan/stage.js';
import type { PoolWorker } from '../workers/pool.js';

/** The tasks of one stage for one job. */
export interface TaskSet {
  readonly jobId: number;
  readonly stage: Stage;
  readonly partitions: readonly number[];
  /** The operations whose functions its tasks run, with the user's lines. */
  readonly calls: string;
  /** Of tasks that read so little, and are such, that several may go to a worker together: what takes about as long. */
  readonly kind: string | null;
  /** What a task of this partition reads; asked for just before it is sent. `release` when it is done. */
  inputsOf(partition: number): { inputs: TaskInputs; release: () => void };
  /**
   * Tells a worker what it must know before a task of this stage. `writers` are tasks that it does before: they write the
   * shuffle that the stage reads, all of it.
   */
  prepare(worker: PoolWorker, writers?: readonly number[]): void;
  onDone(partition: number, output: TaskOutput, worker: PoolWorker): void;
}

/** A task set under way. */
export interface RunningTasks {
  readonly done: Promise<void>;
  /** The second call terminates workers that still run a task of the set. */
  cancel(reason: string): void;
}

/** A map output or cached block could not be read: the stage must be planned again. */
export class BlockLostSignal {
  readonly error: Error;
  constructor(error: Error) {
    this.error = error;
  }
}

export interface LiveSet {
  readonly set: TaskSet;
  readonly done: Promise<void>;
  /** Reads what this one writes: its tasks go with this one's, or when this one is over. */
  follower: LiveSet | null;
  /** Whether it follows one that is not over. */
  isFollowing: boolean;
  readonly waiting: number[];
  readonly attempts: Map<number, number>;
  left: number;
  running: number;
  isOver: boolean;
  cancels: number;
  /** Tasks that wait at a barrier, with what they said. */
  readonly atBarrier: Map<LiveTask, string>;
  settle(error: unknown): void;
}

export interface LiveTask {
  readonly taskId: number;
  readonly live: LiveSet;
  readonly partition: number;
  readonly attempt: number;
  readonly worker: PoolWorker;
  readonly startedMs: number;
  /** Whether no other task may run beside it. */
  readonly isAlone: boolean;
  readonly inputs: TaskInputs;
  readonly release: () => void;
}

/** Tasks of one set that are sent to a worker together. */
export interface PackPart {
  readonly live: LiveSet;
  readonly partitions: readonly number[];
}

export function liveSet(set: TaskSet): LiveSet {
  let settle: LiveSet['settle'];
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === null ? resolve() : reject(error));
  });
  return {
    set,
    done,
    follower: null,
    isFollowing: false,
    waiting: [...set.partitions].reverse(),
    attempts: new Map(),
    left: set.partitions.length,
    running: 0,
    isOver: false,
    cancels: 0,
    atBarrier: new Map(),
    settle: settle!,
  };
}

/** Whether all of its tasks wait for their first attempt. */
export function isUntouched({ set, waiting, attempts }: LiveSet): boolean {
  return attempts.size === 0 && waiting.length === set.partitions.length;
}

/** Takes the next partitions from those that wait. */
export function take({ waiting }: LiveSet, count: number): number[] {
  return waiting.splice(-count).reverse();
}
