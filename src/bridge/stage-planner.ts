// Turns lineage into RDDs of Spark: the record-wise operations above a source become one stage of ours, everything that
// joins partitions (shuffles, unions, coalescing, caching) is Spark's own over frames of bytes. Driver only.
import type { OutputFormat } from '../io/output-format.js';
import { readStage } from '../plan/bytes/read-stage.js';
import { type Stage, stageFunctions, type StageNode, type StageSink } from '../plan/stage.js';
import { currentSpec, type LineageNode, type NodeSpec } from '../lineage/node.js';
import type { RunInner } from '../scheduler/preparations.js';
import type { StorageLevel } from '../storage-level.js';
import type { StageInput, StageOutput } from './command.js';
import { asObject, type JavaObject } from './py4j/gateway.js';
import { type FramePlanner, type PlannerOptions, stageNode } from './planning.js';
import { shuffledRdd } from './shuffles.js';
import { SourcePlanner } from './source-planner.js';

/** A stage before its end is known: the frames it reads, what they mean, its nodes. */
export interface Lowered {
  readonly rdd: JavaObject;
  readonly input: StageInput;
  readonly nodes: readonly StageNode[];
  readonly output: LineageNode;
}

interface KeptFrames {
  readonly spec: NodeSpec;
  readonly storage: StorageLevel;
  readonly rdd: Promise<JavaObject>;
}

export class StagePlanner implements FramePlanner {
  readonly #options: PlannerOptions;
  readonly #sources: SourcePlanner;
  readonly #frames = new WeakMap<LineageNode, KeptFrames>();
  readonly #shuffles = new WeakMap<LineageNode, Promise<JavaObject>>();
  /** Nodes that Spark keeps, by the number of their RDD in Spark. */
  readonly #persistedById = new Map<number, WeakRef<LineageNode>>();
  #nextStageId = 0;

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#sources = new SourcePlanner(options, this);
  }

  /** Whether stages may run on bytes. */
  get usesBytes(): boolean {
    return this.#options.usesBytes;
  }

  /** The nodes that Spark was asked to keep, by the number of their RDD in Spark. */
  persisted(): ReadonlyMap<number, WeakRef<LineageNode>> {
    return this.#persistedById;
  }

  /** The RDD whose partitions are the results of a sink. */
  async result(node: LineageNode, sink: StageSink, run: RunInner): Promise<JavaObject> {
    return this.#stage(await this.lower(node, run), sink, { kind: 'result' });
  }

  /** The RDD of a node's records as pairs for the output formats of Hadoop. */
  async hadoopPairs(node: LineageNode, format: OutputFormat, run: RunInner): Promise<JavaObject> {
    const output = { kind: 'hadoop-pairs', format } as const;
    return this.#stage(await this.lower(node, run), { kind: 'send' }, output);
  }

  /** The RDD of a node's records as blocks, kept by Spark if the node is persisted. */
  frames(node: LineageNode, run: RunInner): Promise<JavaObject> {
    const known = this.#frames.get(node);
    if (known?.spec === currentSpec(node) && known.storage === node.storage) return known.rdd;
    const rdd = this.#makeFrames(node, run);
    this.#frames.set(node, { spec: currentSpec(node), storage: node.storage, rdd });
    rdd.catch(() => this.#frames.delete(node));
    return rdd;
  }

  /** The RDD of a node's records with one block a partition. */
  async single(node: LineageNode, run: RunInner): Promise<JavaObject> {
    const lowered = await this.lower(node, run);
    return this.#stage(lowered, { kind: 'send' }, { kind: 'blocks', isSingle: true });
  }

  /** The RDD of map outputs for a shuffle: numbers of partitions and blocks in turn. */
  async mapOutputs(
    parent: LineageNode,
    sink: Extract<StageSink, { kind: 'shuffle-write' }>,
    side: number,
    run: RunInner,
  ): Promise<JavaObject> {
    return this.#stage(await this.lower(parent, run), sink, { kind: 'shuffle', side });
  }

  /** What `make` gives for the shuffle that a node reads; made once. */
  shuffle(
    node: LineageNode,
    partitions: number,
    make: () => Promise<JavaObject[]>,
  ): Promise<JavaObject> {
    const known = this.#shuffles.get(node);
    if (known !== undefined) return known;
    const rdd = make().then((sides) => shuffledRdd(this.#options.session, sides, partitions));
    this.#shuffles.set(node, rdd);
    rdd.catch(() => this.#shuffles.delete(node));
    return rdd;
  }

  forgetShuffle(node: LineageNode): void {
    this.#shuffles.delete(node);
  }

  /** Lets Spark drop the cached partitions of a node. */
  async unpersist(node: LineageNode): Promise<void> {
    const known = this.#frames.get(node);
    this.#frames.delete(node);
    if (known?.storage.isStored) await (await known.rdd).call('unpersist', false);
  }

  /** Walks up through what runs record by record to the source of the stage that computes `output`. */
  async lower(output: LineageNode, run: RunInner, isKept = false): Promise<Lowered> {
    const { table, prepared } = this.#options;
    const nodes: StageNode[] = [];
    for (let node = output; ; ) {
      const layout = table.layout(node);
      const spec = currentSpec(node);
      if (node.storage.isStored && !(isKept && node === output)) {
        const rdd = await this.frames(node, run);
        nodes.push(stageNode(node, { kind: 'blocks' }));
        return { rdd, input: { kind: 'blocks', node: node.id }, nodes, output };
      }
      if (spec.kind === 'narrow') {
        const { op, parent } = spec;
        if (op.kind === 'zipWithIndex' && layout.partitions > 1)
          await prepared.ensureOffsets(node, run);
        const offsets = op.kind === 'zipWithIndex' ? prepared.offsetsOf(node) : null;
        const { partitions } = layout;
        nodes.push(stageNode(node, { kind: 'narrow', parent: parent.id, op, partitions, offsets }));
        node = parent;
      } else if (spec.kind === 'shuffle' && !layout.moves[0]) {
        const { parent, aggregation, sort } = spec;
        nodes.push(stageNode(node, { kind: 'regrouped', parent: parent.id, aggregation, sort }));
        node = parent;
      } else {
        const source = await this.#sources.source(node, spec, layout, run);
        return { ...source, nodes: [...nodes, ...source.nodes], output };
      }
    }
  }

  async #makeFrames(node: LineageNode, run: RunInner): Promise<JavaObject> {
    const lowered = await this.lower(node, run, true);
    const isRaw = lowered.input.kind === 'blocks' && lowered.nodes.length === 1;
    const rdd = isRaw
      ? lowered.rdd
      : await this.#stage(lowered, { kind: 'send' }, { kind: 'blocks', isSingle: false });
    if (!node.storage.isStored) return rdd;
    const kept = await this.#persisted(rdd, node.storage);
    this.#persistedById.set(await kept.number('id'), new WeakRef(node));
    return kept;
  }

  async #persisted(rdd: JavaObject, level: StorageLevel): Promise<JavaObject> {
    const { gateway } = this.#options.session;
    const { useDisk, useMemory, useOffHeap, deserialized, replication } = level;
    const made = await gateway.callStatic(
      'org.apache.spark.api.java.StorageLevels',
      'create',
      useDisk,
      useMemory,
      useOffHeap,
      deserialized,
      replication,
    );
    return rdd.object('persist', asObject(made, 'StorageLevels.create'));
  }

  async #stage(lowered: Lowered, sink: StageSink, output: StageOutput): Promise<JavaObject> {
    const { session, values, usesBytes, maxResultBytes } = this.#options;
    const { nodes, output: node } = lowered;
    const isBarrier = nodes.some(
      ({ spec }) =>
        spec.kind === 'narrow' && spec.op.kind === 'mapPartitions' && spec.op.isBarrier === true,
    );
    const stage: Stage = {
      id: this.#nextStageId++,
      barrierTasks: isBarrier ? this.#options.table.layout(node).partitions : 0,
      nodes,
      output: node.id,
      sink,
      properties: {},
      meaning: usesBytes ? readStage({ nodes, output: node.id, sink }) : null,
    };
    if (readsKafka(stage)) await session.ship('@platformatic/kafka');
    const { broadcasts, accumulators, objects } = await values.usedBy(stage, session);
    const command = {
      stage,
      input: lowered.input,
      output,
      accumulators,
      broadcasts,
      maxResultBytes: output.kind === 'result' ? maxResultBytes : Number.POSITIVE_INFINITY,
    };
    return session.stageRdd(lowered.rdd, command, objects);
  }
}

function readsKafka(stage: Stage): boolean {
  return stageFunctions(stage).some((ref) => ref.kind === 'builtin' && ref.name === 'kafkaRecords');
}
