// What the two halves of planning share: the one that makes stages, the one that finds where they begin. Driver only.
import type { LineageNode } from '../lineage/node.js';
import type { StageNode, StageSink } from '../plan/stage.js';
import type { PartitionTable } from '../scheduler/partition-table.js';
import type { Preparations, RunInner } from '../scheduler/preparations.js';
import type { JavaObject } from './py4j/gateway.js';
import type { SparkSession } from './session.js';
import type { SharedValues } from './shared-values.js';

export interface PlannerOptions {
  readonly session: SparkSession;
  readonly table: PartitionTable;
  readonly prepared: Preparations;
  readonly values: SharedValues;
  /** Whether stages may run on bytes. */
  readonly usesBytes: boolean;
  /** Most bytes the result of one partition may have. */
  readonly maxResultBytes: number;
}

/** RDDs of Spark by what they hold of a node. */
export interface FramePlanner {
  /** Its records as blocks. */
  frames(node: LineageNode, run: RunInner): Promise<JavaObject>;
  /** Its records with one block a partition. */
  single(node: LineageNode, run: RunInner): Promise<JavaObject>;
  /** Map outputs of a shuffle: numbers of partitions and blocks in turn. */
  mapOutputs(
    parent: LineageNode,
    sink: Extract<StageSink, { kind: 'shuffle-write' }>,
    side: number,
    run: RunInner,
  ): Promise<JavaObject>;
  /** The shuffle that a node reads; its sides are made once. */
  shuffle(
    node: LineageNode,
    partitions: number,
    make: () => Promise<JavaObject[]>,
  ): Promise<JavaObject>;
}

export function stageNode(node: LineageNode, spec: StageNode['spec']): StageNode {
  return { id: node.id, operation: node.operation, spec, isCached: false };
}
