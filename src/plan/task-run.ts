// One task: follows the stage's nodes from its output back to the sources of one partition, joins the
// record-wise steps into compiled loops and drives them into the sink. Runs in the worker.
import type { StoredBlock } from '../blocks/block.js';
import { InternalError } from '../errors.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import type { NarrowOp } from '../lineage/node.js';
import { PAGED_BUILTINS } from './builtins/builtin.js';
import { ASYNC_BUILTINS } from './builtins/kafka.js';
import type { End, LoopShape, Step } from './codegen.js';
import { type FinishedSink, openSink, type SinkServices } from './ends.js';
import { joinOf } from './join-kinds.js';
import { joinStep, openJoin, type Sides, withKept } from './joined.js';
import { listOf } from './lists.js';
import { isAsyncKind } from './loop.js';
import { TaskRuntime } from './runtime.js';
import type { Source } from './source.js';
import { openSource, segmentTuples, storedSource } from './sources.js';
import { SpillingBlock } from './spill/spilling-writers.js';
import { nestedOf, stageParents, unionPart } from './stage-paths.js';
import {
  inputKey,
  type Stage,
  type StageNode,
  type TaskInputs,
  type TaskOutput,
  type TaskSpec,
} from './stage.js';
import type { PartitionReader, TaskServices } from './task-services.js';

/** A loop of more steps is cut in two: V8 does not optimise functions without end. */
const MAX_FUSED_STEPS = 200;

/** A source and the record-wise operations after it, in order. */
interface Chain {
  source: Source;
  steps: PlannedStep[];
}

type PlannedStep =
  | {
      readonly kind: 'step';
      readonly make: (fn: number, param: number) => Step;
      readonly fn: FunctionRef | null;
      readonly params: readonly unknown[];
    }
  | { readonly kind: 'cut'; readonly fn: FunctionRef; readonly withIndex: boolean }
  | { readonly kind: 'glom' };

/** The same array for each task: within a message what is the same is written once. */
const NOTHING_CACHED: TaskOutput['cached'] = [];

export class TaskRun implements SinkServices, PartitionReader {
  readonly runtime: TaskRuntime;
  readonly services: TaskServices;
  readonly #nodes: ReadonlyMap<number, StageNode>;
  readonly #stage: Stage;
  readonly #task: TaskSpec;
  readonly #cached: { node: number; partition: number; stored: StoredBlock }[] = [];
  /** Partitions computed ahead because they need asynchronous functions, by input key. */
  readonly #ready = new Map<string, StoredBlock>();
  readonly #open: Source[] = [];

  constructor(
    stage: Stage,
    nodes: ReadonlyMap<number, StageNode>,
    task: TaskSpec,
    services: TaskServices,
  ) {
    this.#stage = stage;
    this.#nodes = nodes;
    this.#task = task;
    this.services = services;
    this.runtime = new TaskRuntime(task.partition, services.isCancelled, services.memory);
  }

  get inputs(): TaskInputs {
    return this.#task.inputs;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get partition(): number {
    return this.#task.partition;
  }

  get attempt(): number {
    return this.#task.taskId;
  }

  /** Computes the partition and feeds the sink. Settles only when everything it opened is closed. */
  async run(): Promise<TaskOutput> {
    let sink: FinishedSink | null = null;
    this.services.bytes.begin();
    try {
      const onBytes = this.services.bytes.run(this.#stage, this);
      if (onBytes !== null) return this.#output(onBytes);
      if (this.services.hasAsync)
        await this.#computeAsyncParts(this.#stage.output, this.partition, false);
      sink = openSink(this.#stage.sink, this);
      const chain = this.#chain(this.#stage.output, this.partition);
      const outcome = this.drain(chain, sink.end, sink.target, sink.functions);
      return this.#output(sink.finish(outcome instanceof Promise ? await outcome : outcome));
    } catch (error) {
      sink?.abort?.();
      throw error;
    } finally {
      for (const source of this.#open) source.close?.();
    }
  }

  #output(result: TaskOutput['result']): TaskOutput {
    return {
      result,
      cached: this.#cached.length === 0 ? NOTHING_CACHED : this.#cached,
      accumulators: this.services.takeAccumulators(),
      recordsRead: this.runtime.allRecordsRead(),
      bytesRead: this.runtime.bytesRead(),
    };
  }

  /** Runs a chain into an end. A promise only where one of its functions is asynchronous. */
  drain(chain: Chain, end: End, target: unknown, endFunctions: readonly FunctionRef[]): unknown {
    const { source, steps } = this.#lowerCuts(chain);
    if (end.kind === 'count' && source.count !== undefined && steps.every(isOneForOne)) {
      const count = source.count();
      this.runtime.recordsRead += count;
      return count;
    }
    return this.#loop(source, steps, end, target, endFunctions);
  }

  /** The records of a node's partition in arrays. */
  pages(node: number, partition: number): Iterable<readonly unknown[]> {
    const { source, steps } = this.#lowerCuts(this.#chain(node, partition));
    const pages = this.#loop(source, steps, { kind: 'yield-pages' }, null, []);
    return pages as Iterable<readonly unknown[]>;
  }

  /** Feeds all records of a node's partition into an end. */
  drainNode(
    node: number,
    partition: number,
    end: End,
    target: unknown,
    functions: readonly FunctionRef[],
  ): void {
    this.drain(this.#chain(node, partition), end, target, functions);
  }

  /** Feeds a source into an end. */
  drainSource(source: Source, end: End, target: unknown, functions: readonly FunctionRef[]): void {
    this.drain({ source, steps: [] }, end, target, functions);
  }

  node(id: number): StageNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new InternalError('INTERNAL-901', `stage has no node ${id}`);
    return node;
  }

  /** Walks up from a node through its record-wise operations to the source of the partition. */
  #chain(id: number, partition: number, ignoreCache = false): Chain {
    const steps: PlannedStep[] = [];
    let node = this.node(id);
    let at = partition;
    for (;;) {
      const ready = this.#ready.get(inputKey(node.id, at));
      if (ready !== undefined) return { source: storedSource(ready), steps: steps.reverse() };
      if (node.isCached && !(ignoreCache && node.id === id)) {
        return { source: this.#cachedSource(node, at), steps: steps.reverse() };
      }
      const onBytes = this.#recordsOnBytes(node, at);
      if (onBytes !== null) return { source: onBytes, steps: steps.reverse() };
      const { spec } = node;
      const joined = this.#joined(node, at);
      if (joined !== null)
        return { source: joined.source, steps: [...joined.steps, ...steps.reverse()] };
      if (spec.kind === 'narrow') {
        steps.push(planStep(spec.op, at, spec.partitions, spec.offsets));
        node = this.node(spec.parent);
      } else if (spec.kind === 'union' && !spec.isAligned) {
        const [parent, parentAt] = unionPart(spec, at);
        node = this.node(parent);
        at = parentAt;
      } else {
        const source = openSource(this, node, at);
        this.#open.push(source);
        return { source, steps: steps.reverse() };
      }
    }
  }

  /** The chain of a node that is a join; null where it is none. */
  #joined(node: StageNode, partition: number): Chain | null {
    const { spec } = node;
    const kind = joinOf(node);
    if (kind === null || spec.kind !== 'narrow') return null;
    const below = this.node(spec.parent);
    if (below.spec.kind !== 'cogroup' || below.isCached) return null;
    const join = openJoin(this, below.spec.inputs as Sides, partition);
    if (join.kind === 'lists') {
      const product = planStep(spec.op, partition, spec.partitions, spec.offsets);
      return { source: join.source, steps: [product] };
    }
    const { table, passing } = join;
    const { source, steps } =
      passing.kind === 'narrow'
        ? this.#chain(passing.node, partition)
        : { source: segmentTuples(this, passing, partition), steps: [] };
    const { make, keepsBuilt } = joinStep(join, kind);
    const chain = { source, steps: [...steps, plannedStep(make, [table])] };
    if (!keepsBuilt) return chain;
    const records = this.#records(chain) as Iterable<unknown>;
    return { source: { kind: 'records', value: withKept(records, join, kind) }, steps: [] };
  }

  /** The node's records made from columns of the lines they come from, if that is known to be possible. */
  #recordsOnBytes(node: StageNode, partition: number): Source | null {
    const lengths = this.services.bytes.lengths(this.#stage, node.id, this, partition);
    if (lengths !== null) return { kind: 'pages', value: lengths };
    const meaning = this.#stage.meaning?.records.find((records) => records.node === node.id);
    const split = meaning && this.inputs.splits.get(inputKey(meaning.text.source, partition));
    if (!split) return null;
    const steps: Extract<PlannedStep, { kind: 'step' }>[] = [];
    for (let { spec } = node; spec.kind === 'narrow'; { spec } = this.node(spec.parent)) {
      const step = planStep(spec.op, partition, spec.partitions, spec.offsets);
      if (step.kind === 'step') steps.unshift(step);
    }
    const { bytes } = this.services;
    const records = bytes.records(this.#stage, meaning, split, (lines) => {
      const value = { next: onceOf(lines) };
      return this.#loop({ kind: 'lines', value }, steps, { kind: 'yield' }, null, []) as never;
    });
    if (records === null) return null;
    this.runtime.readers.push(records);
    const source: Source = { kind: 'pages', value: records.pages(), close: () => records.close() };
    this.#open.push(source);
    return source;
  }

  #cachedSource(node: StageNode, partition: number): Source {
    const stored = this.inputs.blocks.get(inputKey(node.id, partition));
    if (stored !== undefined)
      return openSource(this, { ...node, spec: { kind: 'blocks' } }, partition);
    const writer = new SpillingBlock(this.services);
    this.drain(this.#chain(node.id, partition, true), { kind: 'collect' }, writer, []);
    return storedSource(this.#keep(node.id, partition, writer));
  }

  #keep(node: number, partition: number, writer: SpillingBlock): StoredBlock {
    const stored = writer.finish();
    this.#cached.push({ node, partition, stored });
    this.#ready.set(inputKey(node, partition), stored);
    return stored;
  }

  /** Applies mapPartitions functions, so that only record-wise steps remain after the last of them. */
  #lowerCuts(chain: Chain): {
    source: Source;
    steps: readonly Extract<PlannedStep, { kind: 'step' }>[];
  } {
    let { source } = chain;
    let pending: Extract<PlannedStep, { kind: 'step' }>[] = [];
    for (const step of chain.steps) {
      if (step.kind === 'step') {
        pending.push(step);
        if (pending.length < MAX_FUSED_STEPS) continue;
        source = {
          kind: isAsyncKind(source.kind) ? 'async-records' : 'records',
          value: this.#loop(source, pending, { kind: 'yield' }, null, []),
        };
        pending = [];
        continue;
      }
      const isInPages = takesPages(step) && !isAsyncKind(source.kind);
      const kind = isInPages ? 'yield-pages' : 'yield';
      const records = this.#loop(source, pending, { kind }, null, []);
      pending = [];
      source = step.kind === 'glom' ? gathered(records) : this.#mapped(step, records);
    }
    return { source, steps: pending };
  }

  #mapped(step: Extract<PlannedStep, { kind: 'cut' }>, records: unknown): Source {
    const { call } = this.services.resolve(step.fn);
    try {
      const out: unknown = step.withIndex ? call(this.partition, records) : call(records);
      return this.runtime.anyIterable(out, 'mapPartitions');
    } catch (error) {
      throw this.runtime.failure(error, undefined);
    }
  }

  #records(chain: Chain): unknown {
    const { source, steps } = this.#lowerCuts(chain);
    return this.#loop(source, steps, { kind: 'yield' }, null, []);
  }

  #loop(
    source: Source,
    steps: readonly Extract<PlannedStep, { kind: 'step' }>[],
    end: End,
    target: unknown,
    endFunctions: readonly FunctionRef[],
  ): unknown {
    const refs: FunctionRef[] = [...endFunctions];
    const params: unknown[] = [];
    const made = steps.map((step) => {
      const fn = step.fn === null ? -1 : refs.push(step.fn) - 1;
      const param = params.length;
      params.push(...step.params);
      return step.make(fn, param);
    });
    const { kind, shape: row } = source;
    const shape: LoopShape = {
      source: kind,
      ...(row === undefined ? {} : { row }),
      steps: made,
      end,
      functions: refs.length,
    };
    const bound = refs.map(this.services.resolve);
    const run = this.services.loops.get(
      shape,
      bound.map((f) => f.call),
      bound.map((f) => f.key),
    );
    return run(source.value, target, this.runtime, params);
  }

  /**
   * Sources are opened by plain calls, so a partition below a cache, zip, coalesce or the like whose functions
   * are asynchronous is computed here first and read as a block afterwards. So is what a function of mapPartitions
   * gets: it may go over its records by a plain loop, whatever came before.
   */
  async #computeAsyncParts(id: number, partition: number, ignoreCache: boolean): Promise<void> {
    for (const [node, at] of this.#nestedPartitions(id, partition, ignoreCache)) {
      const key = inputKey(node, at);
      if (!this.#hasAsync(node) || this.#ready.has(key) || this.inputs.blocks.has(key)) continue;
      await this.#computeAsyncParts(node, at, true);
      const writer = new SpillingBlock(this.services);
      await this.drain(this.#chain(node, at, true), { kind: 'collect' }, writer, []);
      if (this.node(node).isCached) this.#keep(node, at, writer);
      else this.#ready.set(key, writer.finish());
    }
  }

  /** The partitions that `#chain` would read through a nested chain rather than by walking on. */
  #nestedPartitions(
    id: number,
    partition: number,
    ignoreCache: boolean,
  ): readonly [number, number][] {
    let node = this.node(id);
    let at = partition;
    for (let isFirst = true; ; isFirst = false) {
      if (node.isCached && !(isFirst && ignoreCache)) return [[node.id, at]];
      const { spec } = node;
      if (spec.kind === 'narrow') {
        if (spec.op.kind === 'mapPartitions' && this.#hasAsync(spec.parent))
          return [[spec.parent, at]];
        node = this.node(spec.parent);
      } else if (spec.kind === 'union' && !spec.isAligned) {
        const [parent, parentAt] = unionPart(spec, at);
        node = this.node(parent);
        at = parentAt;
      } else {
        return nestedOf(node, at);
      }
    }
  }

  #hasAsync(id: number): boolean {
    const node = this.node(id);
    const { spec } = node;
    if (spec.kind === 'narrow' && spec.op.kind === 'mapPartitions' && isAsync(spec.op.fn))
      return true;
    return stageParents(node).some((parent) => this.#hasAsync(parent));
  }
}

/** A reader of one chunk. */
function onceOf(lines: string): () => string | null {
  let left: string | null = lines;
  return () => {
    const chunk = left;
    left = null;
    return chunk;
  };
}

/** Whether the records below may come in pages: functions of the user's see each made when they ask for it. */
function takesPages(step: Exclude<PlannedStep, { kind: 'step' }>): boolean {
  return step.kind === 'glom' || (step.fn.kind === 'builtin' && PAGED_BUILTINS.has(step.fn.name));
}

/** Whether a step gives a record for each pair, and never fails. */
function isOneForOne(step: Extract<PlannedStep, { kind: 'step' }>): boolean {
  const { kind } = step.make(-1, -1);
  return kind === 'keys' || kind === 'values';
}

/** Whether calling the function gives a promise or an asynchronous iterator. */
export function isAsync(ref: FunctionRef): boolean {
  if (ref.kind === 'closure')
    return ref.payload.form === 'async' || ref.payload.form === 'async-generator';
  return ASYNC_BUILTINS.has(ref.name) || ref.functions.some(isAsync);
}

function planStep(
  op: NarrowOp,
  partition: number,
  partitions: number,
  offsets: readonly number[] | null,
): PlannedStep {
  switch (op.kind) {
    case 'mapPartitions':
      return { kind: 'cut', fn: op.fn, withIndex: op.withIndex };
    case 'glom':
      return { kind: 'glom' };
    case 'keys':
    case 'values':
      return plannedStep(() => ({ kind: op.kind }), []);
    case 'zipWithIndex':
      return indexStep(offsets?.[partition] ?? 0, 1);
    case 'zipWithUniqueId':
      return indexStep(partition, partitions);
    default:
      return { kind: 'step', make: (fn) => ({ kind: op.kind, fn }), fn: op.fn, params: [] };
  }
}

function indexStep(base: number, stride: number): PlannedStep {
  return plannedStep(
    (_fn, param) => ({ kind: 'index', base: param, stride: param + 1 }),
    [base, stride],
  );
}

/** A step without a function of the user's. */
function plannedStep(
  make: (fn: number, param: number) => Step,
  params: readonly unknown[],
): PlannedStep {
  return { kind: 'step', make, fn: null, params };
}

/** One record: the array of all of them, which come in pages, or later one by one. */
function gathered(records: unknown): Source {
  if (Symbol.asyncIterator in Object(records)) {
    return {
      kind: 'async-records',
      value: (async function* () {
        const all: unknown[] = [];
        for await (const record of records as AsyncIterable<unknown>) all.push(record);
        yield all;
      })(),
    };
  }
  return {
    kind: 'records',
    value: (function* () {
      yield listOf(records as Iterable<readonly unknown[]>, 'a partition that glom() is to gather');
    })(),
  };
}
