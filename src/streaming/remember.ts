// How long each stream's RDDs are kept, from what its readers look back on. A pure function of the graph.
import { reachableNodes, type StreamNode, streamParents } from './stream-node.js';

/**
 * Milliseconds for which each stream needed by `outputs` keeps its RDDs. `minimumMs` is what
 * `ssc.remember` asks for (0 if it was not called).
 */
export function planRemember(
  outputs: Iterable<StreamNode>,
  minimumMs: number,
): Map<StreamNode, number> {
  const nodes = reachableNodes(outputs);
  const keepMs = new Map(nodes.map((node) => [node, Math.max(node.slideMs, minimumMs)]));
  // Children come before their parents in this order, so a node's own need is settled when it is read.
  for (const node of nodes.reverse()) {
    const needed = (keepMs.get(node) ?? 0) + lookBackMs(node);
    for (const parent of streamParents(node)) {
      keepMs.set(parent, Math.max(keepMs.get(parent) ?? 0, needed));
    }
  }
  return keepMs;
}

/** How far behind its own batch a node reads its parents. */
function lookBackMs(node: StreamNode): number {
  switch (node.spec.kind) {
    case 'window':
      return node.spec.windowMs;
    case 'reduced-window':
      // What leaves the window is older than the window itself by one slide.
      return node.spec.windowMs + node.slideMs;
    default:
      return 0;
  }
}

/** Streams that several batches of a window read: worth keeping instead of computing again each time. */
export function windowParents(outputs: Iterable<StreamNode>): Set<StreamNode> {
  const found = new Set<StreamNode>();
  for (const node of reachableNodes(outputs)) {
    const { spec } = node;
    if (spec.kind !== 'window' && spec.kind !== 'reduced-window') continue;
    if (spec.parent.spec.kind !== 'input') found.add(spec.parent);
  }
  return found;
}
