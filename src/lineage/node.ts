// The lineage: what an RDD is, as plain data. No threads, no files, no handles; a node never knows its RDD.
// Nodes are posted to threads, printed by toDebugString, drawn by a UI and handed to other backends.
import type { StoredBlock } from '../blocks/block.js';
import type { CallSite } from '../errors.js';
import type { FileFormat } from '../io/split.js';
import { StorageLevel } from '../storage-level.js';
import type { FunctionRef } from './function-ref.js';
import type { Partitioner } from './partitioner.js';

/** An operation that makes each partition from the partition of the same index of one parent. */
export type NarrowOp =
  | { readonly kind: 'map'; readonly fn: FunctionRef }
  | { readonly kind: 'filter'; readonly fn: FunctionRef }
  | { readonly kind: 'flatMap'; readonly fn: FunctionRef }
  | { readonly kind: 'mapValues'; readonly fn: FunctionRef }
  | { readonly kind: 'flatMapValues'; readonly fn: FunctionRef }
  | { readonly kind: 'keyBy'; readonly fn: FunctionRef }
  | { readonly kind: 'keys' }
  | { readonly kind: 'values' }
  | { readonly kind: 'glom' }
  /** `fn(records)` or, withIndex, `fn(partition, records)`: an iterable in, an iterable out. */
  | {
      readonly kind: 'mapPartitions';
      readonly fn: FunctionRef;
      readonly withIndex: boolean;
      /** True if all tasks of the stage start together and may wait for each other. */
      readonly isBarrier?: true;
    }
  /** Pairs each record with its index in the whole RDD; the offsets come from a count of the parent. */
  | { readonly kind: 'zipWithIndex' }
  /** Pairs each record with `k * n + partition`, n the number of partitions. */
  | { readonly kind: 'zipWithUniqueId' };

/** How the values of a key are merged by a shuffle. */
export type Aggregation =
  /** Records pass through as they are. */
  | { readonly kind: 'none' }
  /** All values of a key as a list. */
  | { readonly kind: 'group' }
  /** combineByKey; `create` null means the first value itself is the combiner (reduceByKey). */
  | {
      readonly kind: 'combine';
      readonly create: FunctionRef | null;
      readonly mergeValue: FunctionRef;
      readonly mergeCombiners: FunctionRef;
      readonly mapSideCombine: boolean;
    };

/** Order of the records within each partition after a shuffle: by `key(k)` of the pair's key. */
export interface SortOrder {
  readonly key: FunctionRef | null;
  readonly ascending: boolean;
}

export type NodeSpec =
  /** Data that is there: parallelize, received batches. One block a partition. */
  | {
      readonly kind: 'blocks';
      readonly partitions: readonly StoredBlock[];
      /** How the records are spread, if that is known: such data joins without being moved again. */
      readonly partitioner?: Partitioner;
    }
  /** Partition i holds `start + k*step` for k in [bounds[i], bounds[i+1]). */
  | {
      readonly kind: 'range';
      readonly start: number;
      readonly step: number;
      readonly bounds: readonly number[];
    }
  | {
      readonly kind: 'files';
      readonly format: FileFormat;
      /** As the user gave it: a path, a folder, a glob, or several separated by commas. */
      readonly paths: string;
      readonly minPartitions: number;
      /** True for a look at the data: partitions are small pieces from all over the files. */
      readonly isSample?: true;
    }
  | {
      readonly kind: 'narrow';
      readonly parent: LineageNode;
      readonly op: NarrowOp;
      readonly preservesPartitioning: boolean;
    }
  | {
      readonly kind: 'union';
      readonly parents: readonly LineageNode[];
      /** True if partitions stay one after the other even where all parents share a partitioner. */
      readonly isPlain?: true;
    }
  /** Groups of neighbouring partitions, without a shuffle; never more than the parent has. */
  | { readonly kind: 'coalesce'; readonly parent: LineageNode; readonly partitions: number }
  | { readonly kind: 'zip'; readonly left: LineageNode; readonly right: LineageNode }
  | { readonly kind: 'cartesian'; readonly left: LineageNode; readonly right: LineageNode }
  | {
      readonly kind: 'shuffle';
      readonly parent: LineageNode;
      readonly partitioner: Partitioner;
      readonly aggregation: Aggregation;
      readonly sort: SortOrder | null;
    }
  /** `[key, [values of parent 0, values of parent 1, …]]`; a parent with an equal partitioner is not shuffled. */
  | {
      readonly kind: 'cogroup';
      readonly parents: readonly LineageNode[];
      readonly partitioner: Partitioner;
    };

/** A vertex of the lineage. What it computes never changes; how it is kept and called may. */
export interface LineageNode {
  readonly id: number;
  /** The API call that made it: `map`, `textFile`, `reduceByKey`, … */
  readonly operation: string;
  readonly spec: NodeSpec;
  /** Where the user called that operation. */
  readonly site: CallSite | null;
  name: string | null;
  storage: StorageLevel;
  /** Partitions written by checkpoint() or localCheckpoint(): the lineage above is no longer needed. */
  materialized: NodeSpec | null;
}

let nextId = 0;

/** Makes a node with a fresh id. */
export function makeNode(operation: string, spec: NodeSpec, site: CallSite | null): LineageNode {
  return {
    id: nextId++,
    operation,
    spec,
    site,
    name: null,
    storage: StorageLevel.NONE,
    materialized: null,
  };
}

/** What the node computes now: its checkpoint if it has one. */
export function currentSpec(node: LineageNode): NodeSpec {
  return node.materialized ?? node.spec;
}

/** The nodes a spec reads from, in order. */
export function parentsOf(spec: NodeSpec): readonly LineageNode[] {
  switch (spec.kind) {
    case 'blocks':
    case 'range':
    case 'files':
      return [];
    case 'narrow':
    case 'coalesce':
    case 'shuffle':
      return [spec.parent];
    case 'union':
    case 'cogroup':
      return spec.parents;
    case 'zip':
    case 'cartesian':
      return [spec.left, spec.right];
  }
}
