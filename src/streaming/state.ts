// updateStateByKey as a node: a state per key, made anew from each batch. Driver only.
import type { RDD } from '../rdd/rdd.js';
import type { Pair } from './nodes.js';
import { makeStreamNode, type StreamNode } from './stream-node.js';
import { captureTemplate } from './template.js';

/** The new state of a key from its new values and its state so far; null or undefined ends the state. */
export type UpdateFunction<V, S> = (values: V[], state: S | null) => S | null | undefined;

export function stateNode<K, V, S>(
  pairs: StreamNode,
  update: UpdateFunction<V, S>,
  options: {
    readonly numPartitions: number | undefined;
    readonly initial: RDD<Pair<K, S>> | null;
  },
): StreamNode {
  const { sc } = pairs;
  const partitions = options.numPartitions ?? sc.defaultParallelism;
  const hasState = (state: S | null | undefined): boolean => state !== null && state !== undefined;
  const first = captureTemplate(sc, 1, (batch) =>
    (batch as RDD<Pair<K, V>>)
      .groupByKey(partitions)
      .mapValues((values: Iterable<V>) => update([...values], null))
      .filter((pair: Pair<K, S | null | undefined>) => hasState(pair[1])),
  );
  const next = captureTemplate(sc, 2, (state, batch) =>
    (state as RDD<Pair<K, S>>)
      .cogroup(batch as RDD<Pair<K, V>>, partitions)
      .mapValues(([states, values]: [Iterable<S>, Iterable<V>]) => {
        const [known = null] = states;
        return update([...values], known);
      })
      .filter((pair: Pair<K, S | null | undefined>) => hasState(pair[1])),
  );
  const spec = {
    kind: 'state',
    parent: pairs,
    initial: options.initial as RDD<unknown> | null,
    partitioner: { kind: 'hash', partitions },
    first,
    next,
  } as const;
  return makeStreamNode(sc, 'updateStateByKey', spec, pairs.slideMs, first.result.site);
}
