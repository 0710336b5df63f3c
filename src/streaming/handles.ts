// From handles to what they stand for and back: the only place of this room that looks behind them. Driver only.
import { SparkContext } from '../context.js';
import type { LineageNode } from '../lineage/node.js';
import type { Engine } from '../rdd/engine.js';
import { RDD } from '../rdd/rdd.js';

/** The runtime that all handles of a context share. */
export function engineOf(sc: SparkContext): Engine {
  return SparkContext.engineOf(sc);
}

/** A handle over a lineage node. */
export function rddOver<T>(sc: SparkContext, node: LineageNode): RDD<T> {
  return new RDD<T>(engineOf(sc), node);
}

export function nodeOf(rdd: RDD<unknown>): LineageNode {
  return RDD.nodeOf(rdd);
}
