// The graph of streams as data: a node says WHAT each batch of a stream is. No time, no run, no handles.
import type { SparkContext } from '../context.js';
import { type CallSite, UsageError } from '../errors.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import type { Partitioner } from '../lineage/partitioner.js';
import type { RDD } from '../rdd/rdd.js';
import { StorageLevel } from '../storage-level.js';
import type { InputSource } from './input.js';
import type { LineageTemplate } from './template.js';

export type StreamSpec =
  | { readonly kind: 'input'; readonly source: InputSource }
  /** The same RDD operation for every batch, captured when it was declared. */
  | {
      readonly kind: 'operation';
      readonly parents: readonly StreamNode[];
      readonly template: LineageTemplate;
    }
  | { readonly kind: 'union'; readonly parents: readonly StreamNode[] }
  /** A function of the user's, called at the driver for every batch. */
  | {
      readonly kind: 'transform';
      readonly parents: readonly StreamNode[];
      /** Returns an RDD or the promise of one; what it returns is checked when it is called. */
      readonly fn: (time: Date, rdds: RDD<unknown>[]) => unknown;
    }
  | { readonly kind: 'window'; readonly parent: StreamNode; readonly windowMs: number }
  /** A window kept up by adding what enters and taking away what leaves. */
  | {
      readonly kind: 'reduced-window';
      readonly parent: StreamNode;
      readonly windowMs: number;
      readonly steps: ReducedWindowSteps;
      /** How every window is spread. */
      readonly partitioner: Partitioner;
    }
  | {
      readonly kind: 'state';
      readonly parent: StreamNode;
      readonly initial: RDD<unknown> | null;
      /** How every state is spread. */
      readonly partitioner: Partitioner;
      /** (batch) → state. */
      readonly first: LineageTemplate;
      /** (state, batch) → state. */
      readonly next: LineageTemplate;
    }
  /** A state per key that only the keys of a batch change; its records are what the function returns. */
  | {
      readonly kind: 'mapped-state';
      readonly parent: StreamNode;
      readonly fn: FunctionRef;
      readonly timeoutMs: number | null;
      readonly initial: RDD<unknown> | null;
      readonly partitioner: Partitioner & { readonly partitions: number };
      /** (pairs) → pairs, spread as the states are. */
      readonly spread: LineageTemplate;
    }
  /** The states that a mapped-state stream has after each batch. */
  | { readonly kind: 'state-snapshots'; readonly parent: StreamNode };

export interface ReducedWindowSteps {
  /** (entering) → window. */
  readonly first: LineageTemplate;
  /** (window, entering) → window. */
  readonly add: LineageTemplate;
  /** (window, leaving) → window. */
  readonly remove: LineageTemplate;
}

export interface StreamNode {
  readonly id: number;
  readonly sc: SparkContext;
  /** The API call that made it. */
  readonly operation: string;
  readonly spec: StreamSpec;
  /** Where the user called that operation. */
  readonly site: CallSite | null;
  /** Time from one of its RDDs to the next. */
  readonly slideMs: number;
  name: string | null;
  /** How each of its RDDs is kept. */
  storage: StorageLevel;
  checkpointMs: number | null;
}

let nextId = 0;

/** Makes a node with a fresh id. */
export function makeStreamNode(
  sc: SparkContext,
  operation: string,
  spec: StreamSpec,
  slideMs: number,
  site: CallSite | null = null,
): StreamNode {
  return {
    id: nextId++,
    sc,
    operation,
    spec,
    site,
    slideMs,
    name: null,
    storage: StorageLevel.NONE,
    checkpointMs: null,
  };
}

/** The streams a node reads, in order. */
export function streamParents(node: StreamNode): readonly StreamNode[] {
  const spec = node.spec;
  switch (spec.kind) {
    case 'input':
      return [];
    case 'operation':
    case 'union':
    case 'transform':
      return spec.parents;
    case 'window':
    case 'reduced-window':
    case 'state':
    case 'mapped-state':
    case 'state-snapshots':
      return [spec.parent];
  }
}

/** All nodes that `nodes` need, parents before children. */
export function reachableNodes(nodes: Iterable<StreamNode>): StreamNode[] {
  const seen = new Set<StreamNode>();
  const visit = (node: StreamNode): void => {
    if (seen.has(node)) return;
    for (const parent of streamParents(node)) visit(parent);
    seen.add(node);
  };
  for (const node of nodes) visit(node);
  return [...seen];
}

/** The slide that streams have in common; they can be combined only if there is one. */
export function commonSlideMs(operation: string, nodes: readonly StreamNode[]): number {
  const [first, ...others] = nodes;
  if (first === undefined) {
    throw new UsageError('STREAM-104', `${operation} needs at least one stream.`);
  }
  for (const other of others) {
    if (other.sc !== first.sc) {
      throw new UsageError(
        'STREAM-104',
        `${operation} combines streams of two SparkContexts; make both streams from one.`,
      );
    }
    if (other.slideMs !== first.slideMs) {
      throw new UsageError(
        'STREAM-104',
        `${operation} combines streams with different slide durations, ${first.slideMs / 1000} s and ` +
          `${other.slideMs / 1000} s. Give both the same slide, for instance by window(duration, slide).`,
      );
    }
  }
  return first.slideMs;
}

/** `reduceByKey ← map ← socketTextStream('localhost', 9999)`: how a stream is made, newest step first. */
export function lineOfDescent(node: StreamNode): string {
  const own = node.name ?? (node.spec.kind === 'input' ? node.spec.source.text : node.operation);
  const parents = streamParents(node).map(lineOfDescent);
  if (parents.length === 0) return own;
  return `${own} ← ${parents.length === 1 ? parents[0] : parents.map((p) => `(${p})`).join(' ')}`;
}
