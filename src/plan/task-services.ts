// What a task is given by its worker, and what sources may ask of the task they belong to. Types only.
import type { Allocate } from '../blocks/codec.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import type { BytePath } from './bytes/byte-path.js';
import type { End } from './codegen.js';
import type { LoopCache } from './compile.js';
import type { BoundFunction } from './functions.js';
import type { TaskRuntime } from './runtime.js';
import type { Source } from './source.js';
import type { SpillFolder } from './spill/spill-folder.js';
import type { TaskMemory } from './spill/task-memory.js';
import type { ShuffleOutputs, Stage, TaskInputs, TaskOutput } from './stage.js';

export interface TaskServices {
  readonly loops: LoopCache;
  readonly bytes: BytePath;
  readonly resolve: (ref: FunctionRef) => BoundFunction;
  readonly allocate: Allocate;
  /** What of the task's memory can move to files, and when it has to. */
  readonly memory: TaskMemory;
  /** The task's files. */
  readonly folder: SpillFolder;
  readonly shuffle: (shuffle: number) => ShuffleOutputs;
  readonly isCancelled: () => boolean;
  /** Whether any function of the stage is asynchronous. */
  readonly hasAsync: boolean;
  /** Most bytes one task may return to the driver. */
  readonly maxResultBytes: number;
  /** What the accumulators gained, taken once the task is done. */
  readonly takeAccumulators: () => TaskOutput['accumulators'];
  /** The data of a node of kind `blocks` where it arrives from elsewhere while the task runs. */
  readonly arriving?: (node: number) => Source | null;
  /** Where the records go that a stage sends on. */
  readonly outgoing?: RecordSink | null;
}

/** Takes the records of a task one by one. */
export interface RecordSink {
  push(record: unknown): void;
  finish(): void;
}

/** A task as its sources see it: they may read other partitions of the same stage through it. */
export interface PartitionReader {
  readonly services: TaskServices;
  readonly runtime: TaskRuntime;
  readonly inputs: TaskInputs;
  readonly partition: number;
  readonly stage: Stage;
  /** The records of a node's partition in arrays: few where they are large or hard to make. */
  pages(node: number, partition: number): Iterable<readonly unknown[]>;
  /** Feeds all records of a node's partition into an end. */
  drainNode(
    node: number,
    partition: number,
    end: End,
    target: unknown,
    functions: readonly FunctionRef[],
  ): void;
  /** Feeds a source into an end. */
  drainSource(source: Source, end: End, target: unknown, functions: readonly FunctionRef[]): void;
}
