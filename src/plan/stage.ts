// A stage as it is sent to where it runs: the nodes between two shuffle boundaries, flat, plus what to do at the end.
// Plain data; shared by the scheduler, which cuts stages, and the task side, which compiles them.
import type { Block, SegmentedBlock, StoredBlock } from '../blocks/block.js';
import type { DiskSegments, StoredSegments } from '../blocks/stored.js';
import type { FileFormat, FileSplit } from '../io/split.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import type { Aggregation, NarrowOp, SortOrder } from '../lineage/node.js';
import type { PartitionerKind } from '../lineage/partitioner.js';
import type { StageMeaning } from './bytes/meaning.js';
import type { Sink, SinkResult } from './sink.js';

/** One side of a cogroup: read from a shuffle, or straight from a parent that is partitioned alike. */
export type CogroupInput =
  | {
      readonly kind: 'shuffle';
      readonly shuffle: number;
      /** The map outputs of this side, `from` to before `to`: the sides share one shuffle. */
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'narrow'; readonly node: number };

/** A node's spec with everything that planning found out filled in; parents and shuffles are named as in the stage. */
export type StageSpec =
  | { readonly kind: 'blocks' }
  | {
      readonly kind: 'range';
      readonly start: number;
      readonly step: number;
      readonly bounds: readonly number[];
    }
  | { readonly kind: 'files'; readonly format: FileFormat }
  | {
      readonly kind: 'narrow';
      readonly parent: number;
      readonly op: NarrowOp;
      /** Number of partitions (zipWithUniqueId). */
      readonly partitions: number;
      /** Index of each partition's first record (zipWithIndex). */
      readonly offsets: readonly number[] | null;
    }
  | {
      readonly kind: 'union';
      readonly parents: readonly number[];
      readonly counts: readonly number[];
      /** True if all parents share a partitioner: partition i is every parent's partition i. */
      readonly isAligned: boolean;
    }
  | {
      readonly kind: 'coalesce';
      readonly parent: number;
      readonly groups: readonly (readonly number[])[];
    }
  | { readonly kind: 'zip'; readonly left: number; readonly right: number }
  | {
      readonly kind: 'cartesian';
      readonly left: number;
      readonly right: number;
      readonly rightPartitions: number;
    }
  | {
      readonly kind: 'shuffled';
      readonly shuffle: number;
      readonly aggregation: Aggregation;
      readonly sort: SortOrder | null;
    }
  /** A keyed operation over a parent that is partitioned as wanted already: no shuffle, the same merging. */
  | {
      readonly kind: 'regrouped';
      readonly parent: number;
      readonly aggregation: Aggregation;
      readonly sort: SortOrder | null;
    }
  | { readonly kind: 'cogroup'; readonly inputs: readonly CogroupInput[] };

export interface StageNode {
  readonly id: number;
  /** The API call that made it, for messages. */
  readonly operation: string;
  readonly spec: StageSpec;
  /** Whether its partitions are kept once computed. */
  readonly isCached: boolean;
}

/** The partitioner of a shuffle write with everything resolved. */
export type ShufflePartitioner = PartitionerKind & {
  readonly partitions: number;
  /** Sampled bounds of a range partitioner, one fewer than partitions, in `key` order; a block. */
  readonly bounds: Block | null;
};

/** What a stage does with its records: a job's sink, or writing a shuffle. */
export type StageSink =
  | Sink
  /** Hands the records on as they are made; the task has a place for them. */
  | { readonly kind: 'send' }
  | {
      readonly kind: 'shuffle-write';
      readonly partitioner: ShufflePartitioner;
      readonly aggregation: Aggregation;
    };

export interface Stage {
  readonly id: number;
  /** Number of tasks that start together and may wait for each other; 0 for ordinary stages. */
  readonly barrierTasks: number;
  readonly nodes: readonly StageNode[];
  /** The node whose partitions the tasks compute. */
  readonly output: number;
  readonly sink: StageSink;
  readonly properties: Readonly<Record<string, string>>;
  /** What of it can run on bytes; absent or null where nothing can. */
  readonly meaning?: StageMeaning | null;
}

/** What one task needs beside its stage. Keys are `node:partition`. */
export interface TaskInputs {
  readonly blocks: ReadonlyMap<string, StoredBlock>;
  readonly splits: ReadonlyMap<string, FileSplit>;
}

/** The outputs of all map tasks of a shuffle, in the order of the map partitions. */
export interface ShuffleOutputs {
  readonly shuffleId: number;
  readonly outputs: readonly StoredSegments[];
}

export interface TaskSpec {
  readonly taskId: number;
  readonly stageId: number;
  readonly partition: number;
  readonly attempt: number;
  readonly inputs: TaskInputs;
}

/** What a task hands back. */
export interface TaskOutput {
  readonly result:
    | SinkResult
    | {
        readonly kind: 'segments';
        readonly block: SegmentedBlock;
        /** What came before it, where it was more than fits. */
        readonly spilled?: readonly DiskSegments[];
      };
  /** Partitions of cached nodes that this task computed. */
  readonly cached: readonly {
    readonly node: number;
    readonly partition: number;
    readonly stored: StoredBlock;
  }[];
  readonly accumulators: readonly { readonly id: number; readonly value: Block }[];
  readonly recordsRead: number;
  readonly bytesRead: number;
}

/** Key of a node's partition in `TaskInputs`. */
export function inputKey(node: number, partition: number): string {
  return `${node}:${partition}`;
}

/** Every function a stage uses, in a fixed order. */
export function stageFunctions(stage: Stage): FunctionRef[] {
  const found: FunctionRef[] = [];
  const visit = (ref: FunctionRef | null): void => {
    if (ref === null) return;
    found.push(ref);
    if (ref.kind === 'builtin') ref.functions.forEach(visit);
  };
  const visitAggregation = (aggregation: Aggregation): void => {
    if (aggregation.kind !== 'combine') return;
    visit(aggregation.create);
    visit(aggregation.mergeValue);
    visit(aggregation.mergeCombiners);
  };
  for (const { spec } of stage.nodes) {
    if (spec.kind === 'narrow' && 'fn' in spec.op) visit(spec.op.fn);
    if (spec.kind === 'shuffled' || spec.kind === 'regrouped') {
      visitAggregation(spec.aggregation);
      visit(spec.sort?.key ?? null);
    }
  }
  const { sink } = stage;
  if ('fn' in sink) visit(sink.fn);
  if (sink.kind === 'shuffle-write') {
    visitAggregation(sink.aggregation);
    if (sink.partitioner.kind === 'custom') visit(sink.partitioner.fn);
    if (sink.partitioner.kind === 'range') visit(sink.partitioner.key);
  }
  return found;
}
