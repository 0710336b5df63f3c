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

/**
 * A stage names its nodes and shuffles by their place in it, so that stages that do the same are the same, whichever nodes
 * they were cut from.
 */
export interface CutStage {
  /** By id; the first is the output. */
  readonly nodes: readonly StageNode[];
  /** The nodes of the stage as the user made them, in the same order. */
  readonly lineage: readonly LineageNode[];
  /** Whether a node is one of them. */
  holds(node: LineageNode): boolean;
  /** The node that reads what the stage writes, if it writes a shuffle. */
  readonly reader?: LineageNode;
  readonly shuffles: readonly ShuffleDependency[];
  /** zipWithIndex nodes over several partitions: their offsets must be filled in. */
  readonly indexed: readonly LineageNode[];
  /** Data of the stage's sources by their id in the stage. */
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

/** The nodes that a stage is found to have, and the shuffles that it reads, with their places in it. */
class StagePlaces {
  readonly lineage: LineageNode[] = [];
  readonly shuffles: ShuffleDependency[] = [];
  readonly #places = new Map<number, number>();

  constructor(output: LineageNode) {
    this.of(output);
  }

  of(node: LineageNode): number {
    let place = this.#places.get(node.id);
    if (place === undefined) {
      place = this.lineage.push(node) - 1;
      this.#places.set(node.id, place);
    }
    return place;
  }

  has(node: LineageNode): boolean {
    return this.#places.has(node.id);
  }

  read(dependency: ShuffleDependency): number {
    return this.shuffles.push(dependency) - 1;
  }
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
    const nodes: StageNode[] = [];
    const places = new StagePlaces(output);
    const { lineage, shuffles } = places;
    const indexed: LineageNode[] = [];
    const blocks = new Map<number, readonly StoredBlock[]>();
    const splits = new Map<number, readonly FileSplit[]>();
    // Grows while it is gone through.
    for (let id = 0; id < lineage.length; id++) {
      const node = lineage[id]!;
      this.#options.onNode(node);
      const layout = this.#options.table.layout(node);
      const isCached = node.storage.isStored;
      const isLeaf = isCached && this.#options.isFullyCached(node, layout.partitions);
      const spec = isLeaf ? ({ kind: 'blocks' } as const) : this.#spec(node, layout, places);
      nodes.push({ id, operation: node.operation, spec, isCached });
      if (isLeaf) continue;
      const current = currentSpec(node);
      if (current.kind === 'blocks') blocks.set(id, current.partitions);
      if (layout.splits !== null) splits.set(id, layout.splits);
      if (isIndexed(current) && layout.partitions > 1) indexed.push(node);
    }
    const holds = (node: LineageNode): boolean => places.has(node);
    return { nodes, lineage, holds, shuffles, indexed, blocks, splits };
  }

  /** The shuffle that a node reads, if a stage was cut there. */
  shuffleIdOf(nodeId: number): number | null {
    return this.#shuffleIds.get(nodeId) ?? null;
  }

  /** Forgets the numbers of a node that is gone. */
  forget(nodeId: number): void {
    this.#shuffleIds.delete(nodeId);
  }

  #spec(node: LineageNode, layout: Layout, places: StagePlaces): StageSpec {
    const { table } = this.#options;
    const spec = currentSpec(node);
    switch (spec.kind) {
      case 'blocks':
        return { kind: 'blocks' };
      case 'range':
        return spec;
      case 'files':
        return { kind: 'files', format: spec.format };
      case 'narrow': {
        const offsets = isIndexed(spec) ? this.#options.offsetsOf(node) : null;
        const { op } = spec;
        const parent = places.of(spec.parent);
        return { kind: 'narrow', parent, op, partitions: layout.partitions, offsets };
      }
      case 'union': {
        const counts = spec.parents.map((parent) => table.layout(parent).partitions);
        const parents = spec.parents.map((parent) => places.of(parent));
        return { kind: 'union', parents, counts, isAligned: layout.isAligned };
      }
      case 'coalesce': {
        const groups = neighbours(table.layout(spec.parent).partitions, layout.partitions);
        return { kind: 'coalesce', parent: places.of(spec.parent), groups };
      }
      case 'zip':
        return { kind: 'zip', left: places.of(spec.left), right: places.of(spec.right) };
      case 'cartesian': {
        const rightPartitions = table.layout(spec.right).partitions;
        const [left, right] = [places.of(spec.left), places.of(spec.right)];
        return { kind: 'cartesian', left, right, rightPartitions };
      }
      case 'shuffle':
        return this.#shuffle(node, spec, layout, places);
      case 'cogroup':
        return this.#cogroup(node, spec, layout, places);
    }
  }

  #shuffle(
    node: LineageNode,
    spec: Extract<NodeSpec, { kind: 'shuffle' }>,
    layout: Layout,
    places: StagePlaces,
  ): StageSpec {
    const { parent, partitioner, aggregation, sort } = spec;
    if (!layout.moves[0])
      return { kind: 'regrouped', parent: places.of(parent), aggregation, sort };
    const shuffle = places.read({
      shuffleId: this.#idOf(node.id),
      parent,
      partitioner,
      partitions: layout.partitions,
      aggregation,
      reader: node,
    });
    return { kind: 'shuffled', shuffle, aggregation, sort };
  }

  /** All sides that have to move share one shuffle, each parent once: its map outputs stand side by side. */
  #cogroup(
    node: LineageNode,
    spec: Extract<NodeSpec, { kind: 'cogroup' }>,
    layout: Layout,
    places: StagePlaces,
  ): StageSpec {
    const moving = [...new Set(spec.parents.filter((_, side) => layout.moves[side]))];
    const shuffle = moving.length === 0 ? -1 : places.read(this.#moved(node, spec, layout, moving));
    const ends: number[] = [];
    for (const parent of moving) {
      ends.push((ends.at(-1) ?? 0) + this.#options.table.layout(parent).partitions);
    }
    const inputs = spec.parents.map((parent, side): CogroupInput => {
      if (!layout.moves[side]) return { kind: 'narrow', node: places.of(parent) };
      const at = moving.indexOf(parent);
      return { kind: 'shuffle', shuffle, from: ends[at - 1] ?? 0, to: ends[at]! };
    });
    return { kind: 'cogroup', inputs };
  }

  #moved(
    node: LineageNode,
    spec: Extract<NodeSpec, { kind: 'cogroup' }>,
    { partitions }: Layout,
    moving: readonly LineageNode[],
  ): ShuffleDependency {
    const parent = moving.length === 1 ? moving[0]! : this.#sideBySide(spec, moving);
    // The records move as they are; that they will be grouped lets equal keys travel together.
    const aggregation = { kind: 'group' } as const;
    const shuffleId = this.#idOf(node.id);
    const { partitioner } = spec;
    return { shuffleId, parent, partitioner, partitions, aggregation, reader: node };
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
