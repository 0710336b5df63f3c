// A stream operation as data: the lineage that an RDD operation made of placeholders, captured once when
// the operation is declared (so that functions are captured and refused at the user's line) and laid over
// each batch's RDDs later. Pure functions over lineage nodes; knows nothing of time.
import type { SparkContext } from '../context.js';
import { type LineageNode, makeNode, type NodeSpec } from '../lineage/node.js';
import type { RDD } from '../rdd/rdd.js';
import { nodeOf, rddOver } from './handles.js';

/** What an operation makes of its inputs' lineage. */
export interface LineageTemplate {
  readonly inputs: readonly LineageNode[];
  readonly result: LineageNode;
}

/** Runs `build` on empty placeholder RDDs and keeps the lineage it makes. */
export function captureTemplate(
  sc: SparkContext,
  inputCount: number,
  build: (...inputs: RDD<unknown>[]) => RDD<unknown>,
): LineageTemplate {
  const inputs = Array.from({ length: inputCount }, () =>
    makeNode('batch', { kind: 'blocks', partitions: [] }, null),
  );
  const result = build(...inputs.map((node) => rddOver<unknown>(sc, node)));
  return { inputs, result: nodeOf(result) };
}

/** The template's lineage over `parents` in place of its placeholders. Shared nodes stay shared. */
export function applyTemplate(
  template: LineageTemplate,
  parents: readonly LineageNode[],
): LineageNode {
  const copies = new Map<LineageNode, LineageNode>();
  template.inputs.forEach((input, index) => {
    const parent = parents[index];
    if (parent !== undefined) copies.set(input, parent);
  });
  const copy = (node: LineageNode): LineageNode => {
    const known = copies.get(node);
    if (known !== undefined) return known;
    const spec = withParents(node.spec, copy);
    // A node that no placeholder reaches (an RDD from outside the stream) is used as it is.
    const made = spec === node.spec ? node : renew(node, spec);
    copies.set(node, made);
    return made;
  };
  return copy(template.result);
}

function renew(node: LineageNode, spec: NodeSpec): LineageNode {
  const made = makeNode(node.operation, spec, node.site);
  made.name = node.name;
  made.storage = node.storage;
  return made;
}

/** The spec with its parents replaced; the same object if none of them changed. */
function withParents(spec: NodeSpec, copy: (node: LineageNode) => LineageNode): NodeSpec {
  switch (spec.kind) {
    case 'blocks':
    case 'range':
    case 'files':
      return spec;
    case 'narrow':
    case 'coalesce':
    case 'shuffle': {
      const parent = copy(spec.parent);
      return parent === spec.parent ? spec : { ...spec, parent };
    }
    case 'union':
    case 'cogroup': {
      const parents = spec.parents.map(copy);
      return parents.every((parent, i) => parent === spec.parents[i]) ? spec : { ...spec, parents };
    }
    case 'zip':
    case 'cartesian': {
      const [left, right] = [copy(spec.left), copy(spec.right)];
      return left === spec.left && right === spec.right ? spec : { ...spec, left, right };
    }
  }
}
