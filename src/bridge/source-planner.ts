// Where the stages of the bridge begin: for each kind of node that is not record-wise the RDD of Spark that holds its
// frames, and the nodes by which a stage reads them. Driver only.
import { type LineageNode, makeNode, type NodeSpec } from '../lineage/node.js';
import type { ShufflePartitioner, StageNode, StageSink } from '../plan/stage.js';
import type { Layout } from '../scheduler/partition-table.js';
import type { RunInner } from '../scheduler/preparations.js';
import type { StageInput } from './command.js';
import type { JavaObject } from './py4j/gateway.js';
import { sideBySide, unionOf } from './shuffles.js';
import { isOnHadoop } from './hadoop-paths.js';
import { blocksRdd, emptyPartitions, hadoopRdd, splitsRdd } from './spark-data.js';
import { type FramePlanner, type PlannerOptions, stageNode } from './planning.js';

export interface PlannedSource {
  readonly rdd: JavaObject;
  readonly input: StageInput;
  readonly nodes: readonly StageNode[];
}

type SpecOf<K extends NodeSpec['kind']> = Extract<NodeSpec, { kind: K }>;

export class SourcePlanner {
  readonly #options: PlannerOptions;
  readonly #planner: FramePlanner;
  /** RDDs of data that does not change, by the spec that holds it. */
  readonly #data = new WeakMap<NodeSpec, Promise<JavaObject>>();

  /** Nodes that move one side of a cogroup, by side. */
  readonly #movedSides = new WeakMap<NodeSpec, Map<number, LineageNode>>();

  constructor(options: PlannerOptions, planner: FramePlanner) {
    this.#options = options;
    this.#planner = planner;
  }

  async source(
    node: LineageNode,
    spec: NodeSpec,
    layout: Layout,
    run: RunInner,
  ): Promise<PlannedSource> {
    const { session } = this.#options;
    switch (spec.kind) {
      case 'blocks':
        return oneByOne(node, await this.#once(spec, () => blocksRdd(session, spec.partitions)));
      case 'range':
        return {
          rdd: await this.#once(spec, () => emptyPartitions(session, layout.partitions)),
          input: { kind: 'none' },
          nodes: [stageNode(node, spec)],
        };
      case 'files':
        return this.#files(node, spec, layout);
      case 'union':
        return this.#union(node, spec, layout, run);
      case 'coalesce': {
        const parent = await this.#planner.frames(spec.parent, run);
        const { partitions } = layout;
        const isEmpty = partitions === 0;
        const rdd = isEmpty ? parent : await parent.object('coalesce', partitions, false);
        return oneByOne(node, rdd);
      }
      case 'zip':
        return this.#zip(node, spec, run);
      case 'cartesian':
        return this.#cartesian(node, spec, run);
      case 'shuffle':
        return this.#shuffle(node, spec, layout, run);
      case 'cogroup':
        return this.#cogroup(node, spec, layout, run);
      case 'narrow':
        throw new Error('a record-wise node is no source');
    }
  }

  #once(spec: NodeSpec, make: () => Promise<JavaObject>): Promise<JavaObject> {
    let made = this.#data.get(spec);
    if (made === undefined) {
      made = make();
      this.#data.set(spec, made);
      made.catch(() => this.#data.delete(spec));
    }
    return made;
  }

  async #files(node: LineageNode, spec: SpecOf<'files'>, layout: Layout): Promise<PlannedSource> {
    const { session } = this.#options;
    if (isOnHadoop(spec.paths)) {
      const { rdd, inputOf } = await hadoopRdd(session, spec);
      return { rdd, input: inputOf(node.id), nodes: [stageNode(node, { kind: 'blocks' })] };
    }
    return {
      rdd: await this.#once(spec, () => splitsRdd(session, layout.splits ?? [])),
      input: { kind: 'split', node: node.id },
      nodes: [stageNode(node, { kind: 'files', format: spec.format })],
    };
  }

  async #union(
    node: LineageNode,
    { parents }: SpecOf<'union'>,
    layout: Layout,
    run: RunInner,
  ): Promise<PlannedSource> {
    if (!layout.isAligned) {
      const rdds = await Promise.all(parents.map((parent) => this.#planner.frames(parent, run)));
      return oneByOne(node, await unionOf(this.#options.session, rdds));
    }
    const rdds = await Promise.all(parents.map((parent) => this.#planner.single(parent, run)));
    const ids = parents.map((_, index) => inputId(index));
    const counts = parents.map(() => layout.partitions);
    return {
      rdd: await sideBySide(rdds),
      input: { kind: 'side-by-side', nodes: ids },
      nodes: [
        stageNode(node, { kind: 'union', parents: ids, counts, isAligned: true }),
        ...ids.map(inputNode),
      ],
    };
  }

  async #zip(
    node: LineageNode,
    { left, right }: SpecOf<'zip'>,
    run: RunInner,
  ): Promise<PlannedSource> {
    const [a, b] = [inputId(0), inputId(1)];
    const rdds = [await this.#planner.single(left, run), await this.#planner.single(right, run)];
    return {
      rdd: await sideBySide(rdds),
      input: { kind: 'side-by-side', nodes: [a, b] },
      nodes: [stageNode(node, { kind: 'zip', left: a, right: b }), inputNode(a), inputNode(b)],
    };
  }

  async #cartesian(
    node: LineageNode,
    { left, right }: SpecOf<'cartesian'>,
    run: RunInner,
  ): Promise<PlannedSource> {
    const [a, b] = [inputId(0), inputId(1)];
    const rdd = await this.#planner.single(left, run);
    const rightPartitions = this.#options.table.layout(right).partitions;
    return {
      rdd: await rdd.object('cartesian', await this.#planner.single(right, run)),
      input: { kind: 'side-by-side', nodes: [a, b] },
      nodes: [
        stageNode(node, { kind: 'cartesian', left: a, right: b, rightPartitions }),
        inputNode(a),
        inputNode(b),
      ],
    };
  }

  async #shuffle(
    node: LineageNode,
    spec: SpecOf<'shuffle'>,
    { partitions }: Layout,
    run: RunInner,
  ): Promise<PlannedSource> {
    const { parent, aggregation, sort } = spec;
    const rdd = await this.#planner.shuffle(node, partitions, async () => {
      const partitioner = await this.#partitioner(spec, partitions, run);
      const sink = { kind: 'shuffle-write', partitioner, aggregation } as const;
      return [await this.#planner.mapOutputs(parent, sink, 0, run)];
    });
    return {
      rdd,
      input: { kind: 'shuffle', shuffleId: node.id },
      nodes: [stageNode(node, { kind: 'shuffled', shuffle: node.id, aggregation, sort })],
    };
  }

  async #partitioner(
    { partitioner, parent }: SpecOf<'shuffle'>,
    partitions: number,
    run: RunInner,
  ): Promise<ShufflePartitioner> {
    if (partitioner.kind !== 'range' || partitions <= 1)
      return { ...partitioner, partitions, bounds: null };
    const { prepared } = this.#options;
    const bounds = await prepared.bounds(partitioner, partitions, parent, run);
    return { ...partitioner, partitions, bounds };
  }

  /** Sides that have to move share one shuffle; sides that lie right are read beside it. */
  async #cogroup(
    node: LineageNode,
    spec: SpecOf<'cogroup'>,
    layout: Layout,
    run: RunInner,
  ): Promise<PlannedSource> {
    const { parents } = spec;
    const ids = parents.map((_, index) => inputId(index));
    const nodes = [
      stageNode(node, { kind: 'cogroup', inputs: ids.map((id) => ({ kind: 'narrow', node: id })) }),
      ...ids.map(inputNode),
    ];
    const staying = parents.filter((_, side) => !layout.moves[side]);
    if (staying.length === 0) {
      const rdd = await this.#planner.shuffle(node, layout.partitions, () =>
        Promise.all(parents.map((parent, side) => this.#side(spec, parent, side, layout, run))),
      );
      return { rdd, input: { kind: 'sides', nodes: ids }, nodes };
    }
    const rdds = await Promise.all(
      parents.map((parent, side) =>
        this.#planner.single(layout.moves[side] ? this.#moved(spec, side, layout) : parent, run),
      ),
    );
    return { rdd: await sideBySide(rdds), input: { kind: 'side-by-side', nodes: ids }, nodes };
  }

  #side(
    { partitioner }: SpecOf<'cogroup'>,
    parent: LineageNode,
    side: number,
    { partitions }: Layout,
    run: RunInner,
  ): Promise<JavaObject> {
    const sink: Extract<StageSink, { kind: 'shuffle-write' }> = {
      kind: 'shuffle-write',
      partitioner: { ...partitioner, partitions, bounds: null },
      aggregation: { kind: 'none' },
    };
    return this.#planner.mapOutputs(parent, sink, side, run);
  }

  /** A node that does nothing but move one side to where the others lie. */
  #moved(spec: SpecOf<'cogroup'>, side: number, { partitions }: Layout): LineageNode {
    const moved = this.#movedSides.get(spec) ?? new Map<number, LineageNode>();
    this.#movedSides.set(spec, moved);
    let node = moved.get(side);
    if (node === undefined) {
      const parent = spec.parents[side]!;
      const partitioner = { ...spec.partitioner, partitions };
      const aggregation = { kind: 'none' } as const;
      node = makeNode(
        'partitionBy',
        { kind: 'shuffle', parent, partitioner, aggregation, sort: null },
        parent.site,
      );
      moved.set(side, node);
    }
    return node;
  }
}

/** Ids of nodes that stand for what arrives; lineage nodes have ids from 0 on. */
function inputId(index: number): number {
  return -1 - index;
}

function inputNode(id: number): StageNode {
  return { id, operation: 'input', spec: { kind: 'blocks' }, isCached: false };
}

/** Frames of blocks, one after the other. */
function oneByOne(node: LineageNode, rdd: JavaObject): PlannedSource {
  return {
    rdd,
    input: { kind: 'blocks', node: node.id },
    nodes: [stageNode(node, { kind: 'blocks' })],
  };
}
