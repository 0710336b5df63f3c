// What a stream's RDD at a batch time is, by the kind of its node. Main thread only.
import { UsageError } from '../errors.js';
import type { LineageNode } from '../lineage/node.js';
import { RDD } from '../rdd/rdd.js';
import { nodeOf, rddOver } from './handles.js';
import { materialize } from './materialize.js';
import { StateChain } from './state-chain.js';
import type { StreamNode, StreamSpec } from './stream-node.js';
import { applyTemplate, type LineageTemplate } from './template.js';

/** What an operator carries from batch to batch, as of a time. */
export interface OperatorState {
  /** States as one RDD. */
  readonly rdd: RDD<unknown> | null;
  /** States as blocks that each batch adds to; it keeps itself up to date. */
  readonly chain: StateChain | null;
  readonly timeMs: number;
}

/** What a computation may ask of the batches around it. */
export interface BatchView {
  rddAt(node: StreamNode, timeMs: number): Promise<RDD<unknown> | null>;
  slice(node: StreamNode, fromMs: number, toMs: number): Promise<RDD<unknown>[]>;
  /** Batches of the node are counted from here. */
  zeroOf(node: StreamNode): number;
  stateOf(node: StreamNode): OperatorState;
  setState(node: StreamNode, state: OperatorState): void;
}

type SpecOf<K extends StreamSpec['kind']> = Extract<StreamSpec, { kind: K }>;

/** With a window this many slides long, taking away and adding is cheaper than reducing it anew (as in PySpark). */
const SLIDES_WORTH_AN_INVERSE = 5;

export async function computeRdd(
  node: StreamNode,
  timeMs: number,
  view: BatchView,
): Promise<RDD<unknown> | null> {
  const { spec } = node;
  switch (spec.kind) {
    case 'input':
      return spec.source.rddAt(timeMs);
    case 'operation': {
      const parents = await parentRdds(spec.parents, timeMs, view);
      return parents === null ? null : apply(node, spec.template, parents);
    }
    case 'union': {
      const parents = await parentRdds(spec.parents, timeMs, view);
      return parents === null ? null : unionOf(node, parents);
    }
    case 'transform':
      return computeTransform(node, spec, timeMs, view);
    case 'window': {
      const from = Math.max(timeMs - spec.windowMs, view.zeroOf(node)) + spec.parent.slideMs;
      return unionOf(node, await view.slice(spec.parent, from, timeMs));
    }
    case 'reduced-window':
      return computeReducedWindow(node, spec, timeMs, view);
    case 'state':
      return computeState(node, spec, timeMs, view);
    case 'mapped-state':
      return computeMappedState(node, spec, timeMs, view);
    case 'state-snapshots': {
      // The step of this batch first: it is what the states are the outcome of.
      await view.rddAt(spec.parent, timeMs);
      return view.stateOf(spec.parent).chain?.snapshot() ?? node.sc.parallelize([], 1);
    }
  }
}

/** The parents' RDDs; null if one of them has none. */
async function parentRdds(
  parents: readonly StreamNode[],
  timeMs: number,
  view: BatchView,
): Promise<RDD<unknown>[] | null> {
  const rdds: RDD<unknown>[] = [];
  for (const parent of parents) {
    const rdd = await view.rddAt(parent, timeMs);
    if (rdd === null) return null;
    rdds.push(rdd);
  }
  return rdds;
}

function apply(
  node: StreamNode,
  template: LineageTemplate,
  parents: readonly RDD<unknown>[],
): RDD<unknown> {
  const nodes: LineageNode[] = parents.map(nodeOf);
  return rddOver(node.sc, applyTemplate(template, nodes));
}

function unionOf(node: StreamNode, rdds: RDD<unknown>[]): RDD<unknown> {
  const [first] = rdds;
  if (first === undefined) return node.sc.parallelize([], 1);
  return rdds.length === 1 ? first : node.sc.union(rdds);
}

async function computeTransform(
  node: StreamNode,
  spec: SpecOf<'transform'>,
  timeMs: number,
  view: BatchView,
): Promise<RDD<unknown> | null> {
  const parents = await parentRdds(spec.parents, timeMs, view);
  if (parents === null) return null;
  const made: unknown = await spec.fn(new Date(timeMs), parents);
  if (made === null || made === undefined) return null;
  if (made instanceof RDD) return made;
  throw new UsageError(
    'STREAM-106',
    `The function given to ${node.operation} returned ${typeof made} instead of an RDD. ` +
      'Return the RDD it made, without collecting it.',
  );
}

async function computeReducedWindow(
  node: StreamNode,
  spec: SpecOf<'reduced-window'>,
  timeMs: number,
  view: BatchView,
): Promise<RDD<unknown> | null> {
  const { parent, windowMs, steps } = spec;
  const zeroMs = view.zeroOf(node);
  const previousMs = timeMs - node.slideMs;
  // A window that failed is made anew from its batches, so one bad batch does not spoil those after it.
  const previous =
    windowMs >= SLIDES_WORTH_AN_INVERSE * node.slideMs && previousMs > zeroMs
      ? await view.rddAt(node, previousMs).catch(() => null)
      : null;
  if (previous === null) {
    const from = Math.max(timeMs - windowMs, zeroMs) + parent.slideMs;
    const current = await view.slice(parent, from, timeMs);
    return current.length === 0 ? null : apply(node, steps.first, [unionOf(node, current)]);
  }
  const oldFrom = Math.max(previousMs - windowMs, zeroMs) + parent.slideMs;
  const leaving = await view.slice(parent, oldFrom, timeMs - windowMs);
  const entering = await view.slice(parent, previousMs + parent.slideMs, timeMs);
  let rdd = previous;
  if (leaving.length > 0) rdd = apply(node, steps.remove, [rdd, unionOf(node, leaving)]);
  if (entering.length > 0) rdd = apply(node, steps.add, [rdd, unionOf(node, entering)]);
  // Made real at once: otherwise the lineage would grow by one window with every slide.
  return materialize(node.sc, rdd, { action: node.operation, partitioner: spec.partitioner });
}

/**
 * States are made real batch by batch, so the update function runs once per key and batch and the lineage
 * stays short. If it throws, the batch fails and the last good state stays.
 */
async function computeState(
  node: StreamNode,
  spec: SpecOf<'state'>,
  timeMs: number,
  view: BatchView,
): Promise<RDD<unknown> | null> {
  const last = view.stateOf(node);
  let state = last.rdd ?? spec.initial;
  for (let at = last.timeMs + node.slideMs; at <= timeMs; at += node.slideMs) {
    const batch = await view.rddAt(spec.parent, at);
    if (batch === null) continue;
    // Whatever comes of it, this batch is not tried again.
    view.setState(node, { rdd: state, chain: null, timeMs: at });
    const updated =
      state === null ? apply(node, spec.first, [batch]) : apply(node, spec.next, [state, batch]);
    state = await materialize(node.sc, updated, {
      action: node.operation,
      partitioner: spec.partitioner,
    });
    view.setState(node, { rdd: state, chain: null, timeMs: at });
  }
  return state;
}

/** As computeState for states that are kept as a chain of changes. */
async function computeMappedState(
  node: StreamNode,
  spec: SpecOf<'mapped-state'>,
  timeMs: number,
  view: BatchView,
): Promise<RDD<unknown> | null> {
  const last = view.stateOf(node);
  const chain = last.chain ?? (await beginChain(node, spec, last));
  let mapped: RDD<unknown> | null = null;
  for (let at = last.timeMs + node.slideMs; at <= timeMs; at += node.slideMs) {
    const batch = await view.rddAt(spec.parent, at);
    view.setState(node, { rdd: null, chain, timeMs: at });
    mapped = batch === null ? null : await chain.step(apply(node, spec.spread, [batch]), at);
  }
  return mapped;
}

async function beginChain(
  node: StreamNode,
  spec: SpecOf<'mapped-state'>,
  last: OperatorState,
): Promise<StateChain> {
  const { fn, timeoutMs, partitioner } = spec;
  // States from elsewhere come before those to begin with.
  const initial = last.rdd ?? spec.initial;
  const chain = new StateChain({
    sc: node.sc,
    operation: node.operation,
    fn,
    timeoutMs,
    partitioner,
  });
  if (initial !== null) await chain.begin(apply(node, spec.spread, [initial]), last.timeMs);
  return chain;
}
