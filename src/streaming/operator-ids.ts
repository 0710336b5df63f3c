// What the operators of a program are called in a checkpoint, so that changed code finds its data again.
// A pure function of the graph.
import { reachableNodes, type StreamNode } from './stream-node.js';

/** Operators that have data of their own: sources and states. */
export function operatorIds(outputs: Iterable<StreamNode>): Map<string, StreamNode> {
  const ids = new Map<string, StreamNode>();
  const seen = new Map<string, number>();
  for (const node of reachableNodes(outputs)) {
    const { kind } = node.spec;
    if (kind !== 'input' && kind !== 'state' && kind !== 'mapped-state') continue;
    const label = node.name ?? labelOf(node);
    const ordinal = (seen.get(label) ?? 0) + 1;
    seen.set(label, ordinal);
    ids.set(ordinal === 1 ? label : `${label} #${ordinal}`, node);
  }
  return ids;
}

/** The kind of an operator; a source is known by what it reads. */
function labelOf(node: StreamNode): string {
  // A queue is whatever the program fills it with.
  if (node.spec.kind !== 'input' || node.operation === 'queueStream') return node.operation;
  return node.spec.source.text;
}
