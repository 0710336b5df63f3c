// Makes stream nodes for operations on single batches: templates of RDD operations. Driver only.
import type { SparkContext } from '../context.js';
import type { RDD } from '../rdd/rdd.js';
import { commonSlideMs, makeStreamNode, type StreamNode } from './stream-node.js';
import { captureTemplate } from './template.js';

/** A pair of a stream of pairs. */
export type Pair<K, V> = [K, V];

/** Any value. As a constraint it makes the compiler read `[a, b]` that a function returns as a tuple. */
export type AnyValue = {} | null | undefined | [];

/** A node whose every batch is `build` of its parents' batches. Functions are captured here and now. */
export function operationNode(
  operation: string,
  parents: readonly StreamNode[],
  build: (...rdds: RDD<unknown>[]) => RDD<unknown>,
): StreamNode {
  const slideMs = commonSlideMs(operation, parents);
  const sc = contextOf(parents);
  const template = captureTemplate(sc, parents.length, build);
  const spec = { kind: 'operation', parents, template } as const;
  return makeStreamNode(sc, operation, spec, slideMs, template.result.site);
}

/** A node whose every batch is all of its parents' batches. */
export function unionNode(parents: readonly StreamNode[]): StreamNode {
  const slideMs = commonSlideMs('union', parents);
  return makeStreamNode(contextOf(parents), 'union', { kind: 'union', parents }, slideMs);
}

/** A node whose every batch the user's function makes at the driver. */
export function transformNode(
  operation: string,
  parents: readonly StreamNode[],
  fn: (time: Date, rdds: RDD<unknown>[]) => unknown,
): StreamNode {
  const slideMs = commonSlideMs(operation, parents);
  return makeStreamNode(contextOf(parents), operation, { kind: 'transform', parents, fn }, slideMs);
}

export function contextOf(parents: readonly StreamNode[]): SparkContext {
  const [first] = parents;
  if (first === undefined) throw new RangeError('a stream operation without parents');
  return first.sc;
}

/** One number per batch: how many records it has. */
export function countBatch(rdd: RDD<unknown>): RDD<number> {
  const counts = rdd.mapPartitions(function* (records: Iterable<unknown>) {
    let count = 0;
    for (const _ of records) count++;
    yield count;
  });
  return reduceBatch(counts, (a, b) => a + b);
}

/** At most one record per batch: all of its records combined. */
export function reduceBatch<T>(rdd: RDD<T>, fn: (a: T, b: T) => T): RDD<T> {
  const keyed = rdd.map((record): Pair<null, T> => [null, record]);
  return keyed.reduceByKey(fn, 1).map((pair) => pair[1]);
}
