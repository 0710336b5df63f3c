// Sliding windows over streams, as nodes. The algorithms are PySpark's (streaming/dstream.py,
// PythonReducedWindowedDStream). Driver only.
import type { RDD } from '../rdd/rdd.js';
import { multipleOfSlideMs } from './duration.js';
import { operationNode, type Pair } from './nodes.js';
import { makeStreamNode, type StreamNode } from './stream-node.js';
import { captureTemplate } from './template.js';

/** Seconds, as users give them. */
export interface WindowDurations {
  readonly window: number;
  /** Undefined: the parent's own slide. */
  readonly slide: number | undefined;
}

interface WindowMs {
  readonly windowMs: number;
  readonly slideMs: number;
}

function checkWindow(parent: StreamNode, durations: WindowDurations): WindowMs {
  const slide = durations.slide ?? parent.slideMs / 1000;
  return {
    windowMs: multipleOfSlideMs(durations.window, 'windowDuration', parent.slideMs),
    slideMs: multipleOfSlideMs(slide, 'slideDuration', parent.slideMs),
  };
}

/** All records of the last `window` seconds. */
export function windowNode(parent: StreamNode, durations: WindowDurations): StreamNode {
  const { windowMs, slideMs } = checkWindow(parent, durations);
  return makeStreamNode(parent.sc, 'window', { kind: 'window', parent, windowMs }, slideMs);
}

export interface ReducedWindow<K, V> {
  readonly durations: WindowDurations;
  readonly numPartitions: number | undefined;
  readonly reduce: (a: V, b: V) => V;
  /** Takes away from a window what leaves it; null: every window is reduced anew. */
  readonly inverse: ((window: V, leaving: V) => V) | null;
  /** Which pairs stay in the window. */
  readonly filter: ((pair: Pair<K, V>) => unknown) | null;
}

/** reduceByKey over a sliding window of pairs. */
export function reducedWindowNode<K, V>(
  pairs: StreamNode,
  options: ReducedWindow<K, V>,
): StreamNode {
  // Checked before anything is captured, so that a wrong duration is the first thing the user hears of.
  const { windowMs, slideMs } = checkWindow(pairs, options.durations);
  const { sc } = pairs;
  const { reduce, inverse, filter } = options;
  const partitions = options.numPartitions ?? sc.defaultParallelism;
  const reducePairs = (rdd: RDD<unknown>): RDD<Pair<K, V>> =>
    (rdd as RDD<Pair<K, V>>).reduceByKey(reduce, partitions);
  const reduced = operationNode('reduceByKeyAndWindow', [pairs], reducePairs);
  if (inverse === null) {
    const windowed = windowNode(reduced, options.durations);
    return operationNode('reduceByKeyAndWindow', [windowed], reducePairs);
  }
  const kept = (rdd: RDD<Pair<K, V>>): RDD<Pair<K, V>> =>
    filter === null ? rdd : rdd.filter(filter);
  const remove = (window: RDD<unknown>, leaving: RDD<unknown>): RDD<unknown> =>
    (window as RDD<Pair<K, V>>)
      .leftOuterJoin(reducePairs(leaving), partitions)
      .mapValues((both: [V, V | null]) => (both[1] === null ? both[0] : inverse(both[0], both[1])));
  const steps = {
    first: captureTemplate(sc, 1, (entering) => kept(reducePairs(entering!))),
    add: captureTemplate(sc, 2, (window, entering) =>
      kept(reducePairs(window!.union(reducePairs(entering!)))),
    ),
    remove: captureTemplate(sc, 2, (window, leaving) => remove(window!, leaving!)),
  };
  const partitioner = { kind: 'hash', partitions } as const;
  const spec = { kind: 'reduced-window', parent: reduced, windowMs, steps, partitioner } as const;
  return makeStreamNode(sc, 'reduceByKeyAndWindow', spec, slideMs, steps.first.result.site);
}
