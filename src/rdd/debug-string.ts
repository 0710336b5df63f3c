// The lineage as text, in the layout of Spark's toDebugString: a line a node, indented at each shuffle. Driver only.
import type { CallSite } from '../errors.js';
import { currentSpec, type LineageNode, type NodeSpec, parentsOf } from '../lineage/node.js';

/** Names of the RDD classes that Spark has for each kind of node. */
const CLASS_OF: Record<NodeSpec['kind'], string> = {
  blocks: 'ParallelCollectionRDD',
  range: 'ParallelCollectionRDD',
  files: 'HadoopRDD',
  narrow: 'MapPartitionsRDD',
  union: 'UnionRDD',
  coalesce: 'CoalescedRDD',
  zip: 'ZippedPartitionsRDD',
  cartesian: 'CartesianRDD',
  shuffle: 'ShuffledRDD',
  cogroup: 'CoGroupedRDD',
};

/** What a node is, on one line: `name MapPartitionsRDD[3] at map at app.ts:5`. */
export function describeNode(node: LineageNode): string {
  const name = node.name === null ? '' : `${node.name} `;
  const where = node.site === null ? '' : ` at ${siteText(node.site)}`;
  return `${name}${CLASS_OF[currentSpec(node).kind]}[${node.id}] at ${node.operation}${where}`;
}

function siteText({ file, line }: CallSite): string {
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}

/** `countPartitions` is asked once for the node and for each shuffled parent. */
export async function debugString(
  node: LineageNode,
  countPartitions: (node: LineageNode) => Promise<number>,
): Promise<string> {
  const lines: string[] = [];

  const own = (at: LineageNode): string =>
    at.storage.isStored ? `${describeNode(at)} [${at.storage}]` : `${describeNode(at)} []`;

  const children = async (at: LineageNode, prefix: string): Promise<void> => {
    const spec = currentSpec(at);
    const parents = parentsOf(spec);
    const isShuffle = spec.kind === 'shuffle' || spec.kind === 'cogroup';
    for (const [index, parent] of parents.entries()) {
      if (isShuffle) {
        await shuffled(parent, prefix, index === parents.length - 1);
      } else {
        lines.push(`${prefix}${own(parent)}`);
        await children(parent, prefix);
      }
    }
  };

  const shuffled = async (at: LineageNode, prefix: string, isLast: boolean): Promise<void> => {
    const count = `(${await countPartitions(at)})`;
    const left = Math.floor((count.length - 1) / 2);
    const base = prefix.replace(/\|\s+$/, '');
    lines.push(`${base}+-${count} ${own(at)}`);
    const rule = `${' '.repeat(left)}|${' '.repeat(count.length - left)}`;
    await children(at, `${base}${isLast ? '  ' : '| '}${rule}`);
  };

  const count = `(${await countPartitions(node)})`;
  const left = Math.floor((count.length - 1) / 2);
  lines.push(`${count} ${own(node)}`);
  await children(node, `${' '.repeat(left)}|${' '.repeat(count.length - left)}`);
  return lines.join('\n');
}
