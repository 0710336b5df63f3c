// How many partitions each node has, how they are laid out, and which operations need no shuffle because
// their parent is partitioned as wanted already. Runs on the driver; lists files, never reads them.
import type { SparkConf } from '../conf.js';
import { UsageError } from '../errors.js';
import { listInputFiles } from '../io/listing.js';
import type { FileSplit } from '../io/split.js';
import { computeSplits, samplePieces } from '../io/splits.js';
import { currentSpec, type LineageNode, type NodeSpec, parentsOf } from '../lineage/node.js';
import { type Partitioner, samePartitioner } from '../lineage/partitioner.js';

export interface Layout {
  readonly partitions: number;
  readonly partitioner: Partitioner | null;
  /** Files only: the split of each partition. */
  readonly splits: readonly FileSplit[] | null;
  /** Shuffle and cogroup: for each parent, whether its records have to move. */
  readonly moves: readonly boolean[];
  /** Union: whether all parents share a partitioner. */
  readonly isAligned: boolean;
}

export class PartitionTable {
  readonly #layouts = new WeakMap<NodeSpec, Layout>();
  readonly #conf: SparkConf;
  /** Tasks at a time, which some listings pack files by. */
  readonly #parallelism: number;

  constructor(conf: SparkConf, parallelism: number) {
    this.#conf = conf;
    this.#parallelism = parallelism;
  }

  /** The layout of a node. Deep lineages are walked without recursion. */
  layout(node: LineageNode): Layout {
    const pending = [node];
    while (pending.length > 0) {
      const next = pending.at(-1)!;
      const spec = currentSpec(next);
      const unknown = parentsOf(spec).filter((parent) => !this.#layouts.has(currentSpec(parent)));
      if (unknown.length === 0) {
        if (!this.#layouts.has(spec)) this.#layouts.set(spec, this.#find(spec));
        pending.pop();
      } else {
        for (const each of unknown) pending.push(each);
      }
    }
    return this.#layouts.get(currentSpec(node))!;
  }

  isKnown(spec: NodeSpec): boolean {
    return this.#layouts.has(spec);
  }

  /** Takes over a number of partitions that was found elsewhere. */
  know(spec: NodeSpec, partitions: number): void {
    this.#layouts.set(spec, plain(partitions));
  }

  #of(node: LineageNode): Layout {
    return this.#layouts.get(currentSpec(node))!;
  }

  #find(spec: NodeSpec): Layout {
    switch (spec.kind) {
      case 'blocks':
        return { ...plain(spec.partitions.length), partitioner: spec.partitioner ?? null };
      case 'range':
        return plain(spec.bounds.length - 1);
      case 'files': {
        const files = listInputFiles(spec.paths, spec.format);
        const splits = computeSplits(files, spec.format, spec.minPartitions, this.#parallelism);
        const read = spec.isSample === true ? samplePieces(splits) : splits;
        return { ...plain(read.length), splits: read };
      }
      case 'narrow': {
        const parent = this.#of(spec.parent);
        return {
          ...plain(parent.partitions),
          partitioner: spec.preservesPartitioning ? parent.partitioner : null,
        };
      }
      case 'union':
        return this.#union(spec.parents, spec.isPlain ?? false);
      case 'coalesce':
        return plain(Math.min(spec.partitions, this.#of(spec.parent).partitions));
      case 'zip':
        return plain(
          equalPartitions(this.#of(spec.left).partitions, this.#of(spec.right).partitions),
        );
      case 'cartesian':
        return plain(this.#of(spec.left).partitions * this.#of(spec.right).partitions);
      case 'shuffle':
        return this.#shuffle(spec.parent, spec.partitioner);
      case 'cogroup':
        return this.#cogroup(spec.parents, spec.partitioner);
    }
  }

  #union(parents: readonly LineageNode[], isPlain: boolean): Layout {
    const layouts = parents.map((parent) => this.#of(parent));
    const first = layouts[0];
    if (
      !isPlain &&
      first !== undefined &&
      first.partitioner !== null &&
      layouts.every((other) => alike(first, other))
    ) {
      return { ...plain(first.partitions), partitioner: first.partitioner, isAligned: true };
    }
    return plain(layouts.reduce((sum, layout) => sum + layout.partitions, 0));
  }

  #shuffle(parent: LineageNode, wanted: Partitioner): Layout {
    const from = this.#of(parent);
    const partitions = wanted.partitions ?? this.#defaultParallelism() ?? from.partitions;
    const moves = !samePartitioner(from.partitioner, from.partitions, wanted, partitions);
    const partitioner = wanted.kind === 'round-robin' ? null : wanted;
    return { partitions, partitioner, splits: null, moves: [moves], isAligned: false };
  }

  #cogroup(parents: readonly LineageNode[], wanted: Partitioner): Layout {
    const layouts = parents.map((parent) => this.#of(parent));
    const partitions =
      wanted.partitions ?? this.#defaultParallelism() ?? partitionsOfUnion(layouts);
    const moves = layouts.map(
      (from) => !samePartitioner(from.partitioner, from.partitions, wanted, partitions),
    );
    return { partitions, partitioner: wanted, splits: null, moves, isAligned: false };
  }

  #defaultParallelism(): number | null {
    const set = this.#conf.get('spark.default.parallelism');
    return set === null || set === undefined ? null : Number(set);
  }
}

function equalPartitions(left: number, right: number): number {
  if (left === right) return left;
  throw new UsageError(
    'JOB-101',
    `Can only zip with an RDD which has the same number of partitions, but one has ${left} and the other ${right}. Use zipWithIndex() on both and join().`,
  );
}

function plain(partitions: number): Layout {
  return { partitions, partitioner: null, splits: null, moves: [], isAligned: false };
}

/** As many as PySpark's union of them has, made two by two: those that are partitioned alike count once. */
function partitionsOfUnion(layouts: readonly Layout[]): number {
  return layouts.reduce((union, next) =>
    union.partitioner !== null && alike(union, next)
      ? union
      : plain(union.partitions + next.partitions),
  ).partitions;
}

function alike(a: Layout, b: Layout): boolean {
  return samePartitioner(a.partitioner, a.partitions, b.partitioner, b.partitions);
}
