// Cuts the lineage at shuffles: which nodes form the stage that computes a node, which shuffles it reads,
// and which nodes need a count of their parent first. Runs on the driver; starts nothing.
import type { StoredBlock } from '../blocks/block.js';
import { currentSpec, type LineageNode, makeNode, type NodeSpec } from '../lineage/node.js';
import type { Partitioner } from '../lineage/partitioner.js';
import type { CogroupInput, StageNode, StageSpec } from '../plan/stage.js';
import type { Aggregation } from '../lineage/node.js';
import type { FileSplit } from '../io/split.js';
import type { Layout, PartitionTable } from './partition-table.js';

/** A shuffle that a stage reads: what is written by the tasks of `parent`. */
export interface ShuffleDependency {
  readonly shuffleId: number;
  readonly parent: LineageNode;
  readonly partitioner: Partitioner;
  readonly partitions: number;
  readonly aggregation: Aggregation;
  /** The node that reads it, for names. */
  readonly reader: LineageNode;
}

export interface CutStage {
  readonly output: LineageNode;
  readonly nodes: readonly StageNode[];
  readonly byId: ReadonlyMap<number, StageNode>;
  /** The nodes of the stage as the user made them. */
  readonly lineage: readonly LineageNode[];
  /** The node that reads what the stage writes, if it writes a shuffle. */
  readonly reader?: LineageNode;
  /** The persisted nodes of the stage. */
  readonly persisted: ReadonlyMap<number, LineageNode>;
  readonly shuffles: readonly ShuffleDependency[];
  /** zipWithIndex nodes over several partitions: their offsets must be filled in. */
  readonly indexed: readonly LineageNode[];
  /** Data of the stage's sources by node id. */
  readonly blocks: ReadonlyMap<number, readonly StoredBlock[]>;
  readonly splits: ReadonlyMap<number, readonly FileSplit[]>;
}

export interface CutterOptions {
  readonly table: PartitionTable;
  /** Whether every partition of a persisted node is in the store. */
  readonly isFullyCached: (node: LineageNode, partitions: number) => boolean;
  /** Told of every node that a stage is cut from. */
  readonly onNode: (node: LineageNode) => void;
  readonly offsetsOf: (node: LineageNode) => readonly number[] | null;
}

export class StageCutter {
  readonly #options: CutterOptions;
  /** By the node that reads the shuffle and whose end forgets it. */
  readonly #shuffleIds = new Map<number, number>();
  readonly #unions = new WeakMap<NodeSpec, LineageNode>();
  #nextShuffleId = 0;

  constructor(options: CutterOptions) {
    this.#options = options;
  }

  /** The stage that computes `output`, up to the shuffles it reads. */
  cut(output: LineageNode): CutStage {
    const nodes = new Map<number, StageNode>();
    const shuffles = new Map<number, ShuffleDependency>();
    const lineage: LineageNode[] = [];
    const indexed: LineageNode[] = [];
    const blocks = new Map<number, readonly StoredBlock[]>();
    const splits = new Map<number, readonly FileSplit[]>();
    const persisted = new Map<number, LineageNode>();
    const pending = [output];
    while (pending.length > 0) {
      const node = pending.pop()!;
      if (nodes.has(node.id)) continue;
      this.#options.onNode(node);
      lineage.push(node);
      const layout = this.#options.table.layout(node);
      const isCached = node.storage.isStored;
      if (isCached) persisted.set(node.id, node);
      const isLeaf = isCached && this.#options.isFullyCached(node, layout.partitions);
      const found = isLeaf
        ? { spec: { kind: 'blocks' } as const, next: [], shuffles: [] }
        : this.#spec(node, layout);
      nodes.set(node.id, { id: node.id, operation: node.operation, spec: found.spec, isCached });
      for (const dependency of found.shuffles) shuffles.set(dependency.shuffleId, dependency);
      for (const each of found.next) pending.push(each);
      if (isLeaf) continue;
      const spec = currentSpec(node);
      if (spec.kind === 'blocks') blocks.set(node.id, spec.partitions);
      if (layout.splits !== null) splits.set(node.id, layout.splits);
      if (isIndexed(spec) && layout.partitions > 1) indexed.push(node);
    }
    return {
      output,
      nodes: [...nodes.values()],
      byId: nodes,
      lineage,
      persisted,
      shuffles: [...shuffles.values()],
      indexed,
      blocks,
      splits,
    };
  }

  /** The shuffle that a node reads, if a stage was cut there. */
  shuffleIdOf(nodeId: number): number | null {
    return this.#shuffleIds.get(nodeId) ?? null;
  }

  /** Forgets the numbers of a node that is gone. */
  forget(nodeId: number): void {
    this.#shuffleIds.delete(nodeId);
  }

  #spec(
    node: LineageNode,
    layout: Layout,
  ): { spec: StageSpec; next: readonly LineageNode[]; shuffles: readonly ShuffleDependency[] } {
    const { table } = this.#options;
    const spec = currentSpec(node);
    switch (spec.kind) {
      case 'blocks':
        return { spec: { kind: 'blocks' }, next: [], shuffles: [] };
      case 'range':
        return { spec, next: [], shuffles: [] };
      case 'files':
        return { spec: { kind: 'files', format: spec.format }, next: [], shuffles: [] };
      case 'narrow': {
        const offsets = isIndexed(spec) ? this.#options.offsetsOf(node) : null;
        const { op, parent } = spec;
        return {
          spec: { kind: 'narrow', parent: parent.id, op, partitions: layout.partitions, offsets },
          next: [parent],
          shuffles: [],
        };
      }
      case 'union': {
        const counts = spec.parents.map((parent) => table.layout(parent).partitions);
        const parents = spec.parents.map((parent) => parent.id);
        return {
          spec: { kind: 'union', parents, counts, isAligned: layout.isAligned },
          next: spec.parents,
          shuffles: [],
        };
      }
      case 'coalesce': {
        const groups = neighbours(table.layout(spec.parent).partitions, layout.partitions);
        return {
          spec: { kind: 'coalesce', parent: spec.parent.id, groups },
          next: [spec.parent],
          shuffles: [],
        };
      }
      case 'zip':
        return {
          spec: { kind: 'zip', left: spec.left.id, right: spec.right.id },
          next: [spec.left, spec.right],
          shuffles: [],
        };
      case 'cartesian': {
        const rightPartitions = table.layout(spec.right).partitions;
        const { left, right } = spec;
        return {
          spec: { kind: 'cartesian', left: left.id, right: right.id, rightPartitions },
          next: [left, right],
          shuffles: [],
        };
      }
      case 'shuffle':
        return this.#shuffle(node, spec, layout);
      case 'cogroup':
        return this.#cogroup(node, spec, layout);
    }
  }

  #shuffle(node: LineageNode, spec: Extract<NodeSpec, { kind: 'shuffle' }>, layout: Layout) {
    const { parent, partitioner, aggregation, sort } = spec;
    if (!layout.moves[0]) {
      return {
        spec: { kind: 'regrouped', parent: parent.id, aggregation, sort } as const,
        next: [parent],
        shuffles: [],
      };
    }
    const shuffleId = this.#idOf(node.id);
    const dependency = {
      shuffleId,
      parent,
      partitioner,
      partitions: layout.partitions,
      aggregation,
      reader: node,
    };
    return {
      spec: { kind: 'shuffled', shuffleId, aggregation, sort } as const,
      next: [],
      shuffles: [dependency],
    };
  }

  /** All sides that have to move share one shuffle, each parent once: its map outputs stand side by side. */
  #cogroup(node: LineageNode, spec: Extract<NodeSpec, { kind: 'cogroup' }>, layout: Layout) {
    const moving = [...new Set(spec.parents.filter((_, side) => layout.moves[side]))];
    const next = spec.parents.filter((_, side) => !layout.moves[side]);
    const shuffleId = this.#idOf(node.id);
    const ends: number[] = [];
    for (const parent of moving) {
      ends.push((ends.at(-1) ?? 0) + this.#options.table.layout(parent).partitions);
    }
    const inputs = spec.parents.map((parent, side): CogroupInput => {
      if (!layout.moves[side]) return { kind: 'narrow', node: parent.id };
      const at = moving.indexOf(parent);
      return { kind: 'shuffle', shuffleId, from: ends[at - 1] ?? 0, to: ends[at]! };
    });
    const shuffles: ShuffleDependency[] = [];
    if (moving.length > 0) {
      const parent = moving.length === 1 ? moving[0]! : this.#sideBySide(spec, moving);
      // The records move as they are; that they will be grouped lets equal keys travel together.
      const aggregation = { kind: 'group' } as const;
      const { partitioner } = spec;
      shuffles.push({
        shuffleId,
        parent,
        partitioner,
        partitions: layout.partitions,
        aggregation,
        reader: node,
      });
    }
    return { spec: { kind: 'cogroup', inputs } as const, next, shuffles };
  }

  #sideBySide(spec: NodeSpec, parents: readonly LineageNode[]): LineageNode {
    let union = this.#unions.get(spec);
    if (union === undefined) {
      union = makeNode('union', { kind: 'union', parents, isPlain: true }, parents[0]!.site);
      this.#unions.set(spec, union);
    }
    this.#options.table.layout(union);
    return union;
  }

  #idOf(nodeId: number): number {
    const id = this.#shuffleIds.get(nodeId) ?? this.#nextShuffleId++;
    this.#shuffleIds.set(nodeId, id);
    return id;
  }
}

function isIndexed(spec: NodeSpec): boolean {
  return spec.kind === 'narrow' && spec.op.kind === 'zipWithIndex';
}

/** `from` partitions in `to` runs of neighbours, as even as Spark's coalescer makes them without localities. */
export function neighbours(from: number, to: number): number[][] {
  return Array.from({ length: to }, (_, i) => {
    const first = Math.floor((i * from) / to);
    const end = Math.floor(((i + 1) * from) / to);
    return Array.from({ length: end - first }, (_, k) => first + k);
  });
}
