// Which partitions of which nodes a partition reads inside a stage. Shared by the driver, which gathers a
// task's inputs, and the worker, which opens them.
import type { StageNode } from './stage.js';

/** Nodes of the same stage that a node reads. */
export function stageParents({ spec }: StageNode): readonly number[] {
  switch (spec.kind) {
    case 'narrow':
    case 'coalesce':
    case 'regrouped':
      return [spec.parent];
    case 'union':
      return spec.parents;
    case 'zip':
    case 'cartesian':
      return [spec.left, spec.right];
    case 'cogroup':
      return spec.inputs.flatMap((input) => (input.kind === 'narrow' ? [input.node] : []));
    default:
      return [];
  }
}

/** For a union whose partitions are its parents' one after the other: the parent and its partition. */
export function unionPart(
  spec: { readonly parents: readonly number[]; readonly counts: readonly number[] },
  partition: number,
): [number, number] {
  let index = 0;
  let at = partition;
  while (at >= spec.counts[index]!) at -= spec.counts[index++]!;
  return [spec.parents[index]!, at];
}

/** The partitions of other nodes of the stage that one partition of a node reads. */
export function nestedOf({ spec }: StageNode, partition: number): [number, number][] {
  switch (spec.kind) {
    case 'narrow':
    case 'regrouped':
      return [[spec.parent, partition]];
    case 'union':
      return spec.isAligned
        ? spec.parents.map((parent) => [parent, partition])
        : [unionPart(spec, partition)];
    case 'coalesce':
      return spec.groups[partition]!.map((at) => [spec.parent, at]);
    case 'zip':
      return [
        [spec.left, partition],
        [spec.right, partition],
      ];
    case 'cartesian':
      return [
        [spec.left, Math.floor(partition / spec.rightPartitions)],
        [spec.right, partition % spec.rightPartitions],
      ];
    case 'cogroup':
      return spec.inputs.flatMap((input): [number, number][] =>
        input.kind === 'narrow' ? [[input.node, partition]] : [],
      );
    default:
      return [];
  }
}
