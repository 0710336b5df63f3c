// updateStateByKey and mapWithState as nodes: a state per key from batch to batch. Driver only.
import { RDD } from '../rdd/rdd.js';
import { engineOf } from './handles.js';
import type { Pair } from './nodes.js';
import type { StateSpec } from './state-spec.js';
import { makeStreamNode, type StreamNode } from './stream-node.js';
import { captureTemplate } from './template.js';

/** The new state of a key from its new values and its state so far; null or undefined ends the state. */
export type UpdateFunction<V, S> = (values: V[], state: S | null) => S | null | undefined;

export function stateNode<K, V, S>(
  pairs: StreamNode,
  update: UpdateFunction<V, S>,
  options: {
    readonly numPartitions: number | undefined;
    readonly initial: RDD<Pair<K, S>> | Iterable<Pair<K, S>> | null;
  },
): StreamNode {
  const { sc } = pairs;
  const { initial } = options;
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
    initial: initial === null || initial instanceof RDD ? initial : sc.parallelize([...initial]),
    partitioner: { kind: 'hash', partitions },
    first,
    next,
  } as const;
  return makeStreamNode(sc, 'updateStateByKey', spec, pairs.slideMs, first.result.site);
}

/** A stream of what the function of `spec` returns for each pair. */
export function mappedStateNode<K, V, S, M>(
  pairs: StreamNode,
  spec: StateSpec<K, V, S, M>,
): StreamNode {
  const { sc } = pairs;
  const partitions = spec.partitions ?? sc.defaultParallelism;
  const fn = engineOf(sc).function(spec.mapping, 'mapWithState');
  const initial = Array.isArray(spec.initial) ? sc.parallelize(spec.initial) : spec.initial;
  const spread = captureTemplate(sc, 1, (batch) =>
    (batch as RDD<Pair<K, V>>).partitionBy(partitions),
  );
  const node = {
    kind: 'mapped-state',
    parent: pairs,
    fn,
    timeoutMs: spec.timeoutMs,
    initial: initial as RDD<unknown> | null,
    partitioner: { kind: 'hash', partitions },
    spread,
  } as const;
  return makeStreamNode(sc, 'mapWithState', node, pairs.slideMs, spread.result.site);
}

/** The states of a mapped-state stream after each batch. */
export function stateSnapshotsNode(mapped: StreamNode): StreamNode {
  const spec = { kind: 'state-snapshots', parent: mapped } as const;
  return makeStreamNode(mapped.sc, 'stateSnapshots', spec, mapped.slideMs);
}
