// What a stage does as a short text, to know it again. Driver only; texts are compared, never read.
import type { ClosurePayload } from '../closure/payload.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import type { Aggregation } from '../lineage/node.js';
import type { CogroupInput, Stage, StageNode, StageSink, StageSpec } from './stage.js';

/** The text of more would be long. */
const MOST_NODES = 64;

/**
 * A text that is equal for stages that differ in nothing but their number, the numbers of their shuffles and the properties
 * of their job. `functionOf` gives equal numbers to functions that are the same at the same place. Null where a short text
 * does not tell: of files, kept partitions, functions of partitions or from modules, bounds and zero values.
 */
export function stageText(
  { nodes, sink, barrierTasks }: Stage,
  functionOf: (payload: ClosurePayload) => number,
): string | null {
  if (nodes.length > MOST_NODES || barrierTasks > 0) return null;
  const text = new Text(functionOf);
  for (const node of nodes) text.addNode(node);
  text.addSink(sink);
  return text.isWhole ? text.parts.join(' ') : null;
}

class Text {
  readonly parts: (string | number)[] = [];
  isWhole = true;
  readonly #functionOf: (payload: ClosurePayload) => number;

  constructor(functionOf: (payload: ClosurePayload) => number) {
    this.#functionOf = functionOf;
  }

  addNode({ operation, spec, isCached }: StageNode): void {
    if (isCached) this.isWhole = false;
    this.parts.push('\n', JSON.stringify(operation), spec.kind);
    this.#addSpec(spec);
  }

  #addSpec(spec: StageSpec): void {
    switch (spec.kind) {
      case 'blocks':
        return;
      case 'narrow':
        this.#addNarrow(spec);
        return;
      case 'union':
        this.parts.push(`${spec.isAligned}`, spec.parents.join(), spec.counts.join());
        return;
      case 'shuffled':
        this.parts.push(spec.shuffle, `${spec.sort?.ascending}`);
        this.#addFunction(spec.sort?.key ?? null);
        this.#addAggregation(spec.aggregation);
        return;
      case 'cogroup':
        for (const input of spec.inputs) this.#addInput(input);
        return;
      default:
        this.isWhole = false;
    }
  }

  #addNarrow({ op, parent, partitions, offsets }: Extract<StageSpec, { kind: 'narrow' }>): void {
    if (offsets !== null || op.kind === 'mapPartitions') this.isWhole = false;
    this.parts.push(op.kind, parent, partitions);
    this.#addFunction('fn' in op ? op.fn : null);
  }

  #addInput(input: CogroupInput): void {
    if (input.kind === 'narrow') this.parts.push('near', input.node);
    else this.parts.push('moved', input.shuffle, input.from, input.to);
  }

  addSink(sink: StageSink): void {
    this.parts.push('\n', sink.kind);
    switch (sink.kind) {
      case 'count':
      case 'collect':
        return;
      case 'take':
        this.parts.push(sink.limit);
        return;
      case 'reduce':
      case 'foreach':
        this.#addFunction(sink.fn);
        return;
      case 'shuffle-write':
        if (sink.partitioner.kind !== 'hash') this.isWhole = false;
        this.parts.push(sink.partitioner.partitions);
        this.#addAggregation(sink.aggregation);
        return;
      default:
        this.isWhole = false;
    }
  }

  #addAggregation(aggregation: Aggregation): void {
    this.parts.push(aggregation.kind);
    if (aggregation.kind !== 'combine') return;
    this.parts.push(`${aggregation.mapSideCombine}`);
    this.#addFunction(aggregation.create);
    this.#addFunction(aggregation.mergeValue);
    this.#addFunction(aggregation.mergeCombiners);
  }

  #addFunction(ref: FunctionRef | null): void {
    if (ref === null) this.parts.push('-');
    else if (ref.kind === 'closure') this.#addClosure(ref.payload);
    else this.#addBuiltin(ref);
  }

  #addClosure(payload: ClosurePayload): void {
    // A module that could not be loaded may be there the next time.
    if (payload.modules.length > 0) this.isWhole = false;
    this.parts.push(this.#functionOf(payload));
  }

  #addBuiltin({ name, args, functions }: Extract<FunctionRef, { kind: 'builtin' }>): void {
    if (!args.every(isShort)) this.isWhole = false;
    this.parts.push(name, JSON.stringify(args), '(');
    for (const each of functions) this.#addFunction(each);
    this.parts.push(')');
  }
}

/** Values that JSON tells apart, and in few letters. */
function isShort(arg: unknown): boolean {
  return typeof arg === 'boolean' || Number.isSafeInteger(arg) || arg === null;
}
