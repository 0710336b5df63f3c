// How an RDD would be computed, as data to draw: its stages, their operations and how each stage reads its lines.
// Driver only; files are listed to count tasks, nothing is read and no job runs. Loaded when it is asked for.
import type { FunctionRef } from '../lineage/function-ref.js';
import { currentSpec, type LineageNode, parentsOf } from '../lineage/node.js';
import type { PartitionerKind } from '../lineage/partitioner.js';
import { stagePath } from '../plan/bytes/stage-path.js';
import type { StageSink } from '../plan/stage.js';
import type { EngineState } from './engine-state.js';
import type { PartitionTable } from './partition-table.js';
import type { PlanInput, PlanNode, PlanStage } from './plan-description.js';
import { type CutStage, type ShuffleDependency, StageCutter } from './stage-cutter.js';

/** What of an engine its plans are drawn from. */
export type DrawnEngine = Pick<EngineState, 'table' | 'usesBytes' | 'keptPartitions'>;

/** The stages that an action over all of an RDD would need if nothing of it were there already. */
export function describeStages(engine: DrawnEngine, node: LineageNode): PlanStage {
  return new StagePlanner(engine).stage(node, { kind: 'collect' });
}

class StagePlanner {
  readonly #engine: DrawnEngine;
  readonly #table: PartitionTable;
  readonly #cutter: StageCutter;
  readonly #stageByShuffle = new Map<number, PlanStage>();
  #count = 0;

  constructor(engine: DrawnEngine) {
    this.#engine = engine;
    this.#table = engine.table;
    // A cutter of its own: what is only looked at takes no number from the shuffles that run.
    this.#cutter = new StageCutter({
      table: engine.table,
      isFullyCached: () => false,
      onNode: () => {},
      offsetsOf: () => null,
    });
  }

  stage(output: LineageNode, sink: StageSink): PlanStage {
    const cut = this.#cutter.cut(output);
    const drawn = this.#node(output, cut);
    return {
      number: ++this.#count,
      taskCount: this.#table.layout(output).partitions,
      path: stagePath({ nodes: cut.nodes, output: 0, sink }, this.#engine.usesBytes),
      output: drawn,
    };
  }

  /** A node of a stage with what it reads; long chains are walked without recursion. */
  #node(output: LineageNode, cut: CutStage): PlanNode {
    const chain: LineageNode[] = [];
    let inputs: readonly PlanInput[] = [];
    for (let at: LineageNode | null = output; at !== null; ) {
      chain.push(at);
      const sources = this.#sources(at, cut);
      const [only] = sources;
      at = sources.length === 1 && only?.kind === 'node' ? only.node : null;
      if (at === null) {
        inputs = sources.map((source) =>
          source.kind === 'node'
            ? { kind: 'node', node: this.#node(source.node, cut) }
            : this.#shuffle(source.dependency),
        );
      }
    }
    return chain
      .reverse()
      .reduce<PlanNode | null>(
        (below, node) =>
          this.#planNode(node, below === null ? inputs : [{ kind: 'node', node: below }]),
        null,
      )!;
  }

  #sources(node: LineageNode, cut: CutStage): Source[] {
    const dependencies = cut.shuffles.filter(({ reader }) => reader === node);
    const moved = new Set(dependencies.flatMap(({ parent }) => [parent, ...sidesOf(parent)]));
    const near = parentsOf(currentSpec(node)).filter(
      (parent) => cut.holds(parent) && !moved.has(parent),
    );
    return [
      ...dependencies.map((dependency) => ({ kind: 'shuffle', dependency }) as const),
      ...near.map((parent) => ({ kind: 'node', node: parent }) as const),
    ];
  }

  #shuffle(dependency: ShuffleDependency): PlanInput {
    const { shuffleId, parent, partitioner, partitions, aggregation } = dependency;
    let stage = this.#stageByShuffle.get(shuffleId);
    if (stage === undefined) {
      const resolved = { ...partitioner, partitions, bounds: null };
      stage = this.stage(parent, { kind: 'shuffle-write', partitioner: resolved, aggregation });
      this.#stageByShuffle.set(shuffleId, stage);
    }
    return { kind: 'shuffle', how: HOW[partitioner.kind], stage };
  }

  #planNode(node: LineageNode, inputs: readonly PlanInput[]): PlanNode {
    const { operation, name, storage, materialized } = node;
    const { partitions } = this.#table.layout(node);
    // Data that was given is there as blocks anyway.
    const isData = currentSpec(node).kind === 'blocks';
    const own: PlanNode = {
      operation,
      detail: detailOf(node),
      // The union of sides that move together is nobody's call.
      site: sidesOf(node).length > 0 ? null : node.site,
      name,
      kept: storage.isStored ? storage : null,
      keptPartitions: isData ? partitions : this.#engine.keptPartitions(node.id),
      partitions,
      isCheckpoint: materialized !== null,
      inputs,
    };
    const [only] = inputs;
    return inputs.length === 1 && only?.kind === 'node' && isSameCall(own, only.node)
      ? { ...own, detail: own.detail || only.node.detail, inputs: only.node.inputs }
      : own;
  }
}

type Source =
  | { readonly kind: 'node'; readonly node: LineageNode }
  | { readonly kind: 'shuffle'; readonly dependency: ShuffleDependency };

const HOW: Readonly<Record<PartitionerKind['kind'], string>> = {
  hash: 'by hash',
  custom: 'by your function',
  range: 'by range',
  'round-robin': 'evenly',
};

/** The sides of a cogroup that move together: they stand below one union that no user made. */
function sidesOf(parent: LineageNode): readonly LineageNode[] {
  return parent.spec.kind === 'union' && parent.spec.isPlain === true ? parent.spec.parents : [];
}

/** One call of the API may make several nodes: they are drawn as one. */
function isSameCall(own: PlanNode, below: PlanNode): boolean {
  return (
    own.operation === below.operation &&
    below.kept === null &&
    below.name === null &&
    (own.detail === '' || below.detail === '' || own.detail === below.detail) &&
    own.site?.line === below.site?.line &&
    own.site?.column === below.site?.column
  );
}

function detailOf(node: LineageNode): string {
  const spec = currentSpec(node);
  switch (spec.kind) {
    case 'files':
      return `'${spec.paths}'`;
    case 'narrow':
      return 'fn' in spec.op ? functionText(spec.op.fn) : '';
    case 'shuffle':
      return spec.aggregation.kind === 'combine' ? functionText(spec.aggregation.mergeValue) : '';
    default:
      return '';
  }
}

/** The user's own text; of one of ours, that of the function it is built around. */
function functionText(ref: FunctionRef): string {
  if (ref.kind === 'closure') return ref.payload.text;
  return ref.functions.map(functionText).find((text) => text !== '') ?? '';
}
