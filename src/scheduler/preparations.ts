// What must be known of the data before a stage can run: bounds of range partitioners (sampled) and the
// offsets of zipWithIndex (counted). Found once per node, by small jobs. Driver only.
import { decodeBlock, encodeBlock } from '../blocks/codec.js';
import type { Block } from '../blocks/block.js';
import { builtin } from '../lineage/function-ref.js';
import { type LineageNode, makeNode } from '../lineage/node.js';
import type { Partitioner } from '../lineage/partitioner.js';
import { sortStable } from '../values/order.js';
import type { JobRequest } from './backend.js';
import type { PartitionTable } from './partition-table.js';

/** Keys sampled per partition of the result, as PySpark does. */
const SAMPLES_PER_PARTITION = 20;

export type RunInner = (
  request: Pick<JobRequest, 'node' | 'partitions' | 'sink' | 'onResult'>,
) => Promise<void>;

/** What one partition gives to the sample: its number of records and some of its keys. */
type KeySample = readonly [count: number, keys: readonly unknown[]];

export class Preparations {
  readonly #bounds = new WeakMap<Partitioner, Promise<Block>>();
  readonly #offsets = new WeakMap<LineageNode, readonly number[]>();
  readonly #table: PartitionTable;

  constructor(table: PartitionTable) {
    this.#table = table;
  }

  /** Sorted bounds between the partitions, one fewer than `partitions`, or none where there is no data. */
  bounds(
    partitioner: Partitioner & { kind: 'range' },
    partitions: number,
    parent: LineageNode,
    run: RunInner,
  ): Promise<Block> {
    let found = this.#bounds.get(partitioner);
    if (found === undefined) {
      found = this.#sample(partitioner, partitions, parent, run);
      this.#bounds.set(partitioner, found);
      found.catch(() => this.#bounds.delete(partitioner));
    }
    return found;
  }

  offsetsOf(node: LineageNode): readonly number[] | null {
    return this.#offsets.get(node) ?? null;
  }

  /** Counts every partition of the parent but the last. */
  async ensureOffsets(node: LineageNode, run: RunInner): Promise<void> {
    if (this.#offsets.has(node) || node.spec.kind !== 'narrow') return;
    const { parent } = node.spec;
    const counted = Math.max(0, this.#table.layout(parent).partitions - 1);
    const counts = new Array<number>(counted).fill(0);
    await run({
      node: parent,
      partitions: counts.map((_, partition) => partition),
      sink: { kind: 'count' },
      onResult: (index, result) => {
        if (result.kind === 'count') counts[index] = result.count;
      },
    });
    let total = 0;
    this.#offsets.set(node, [0, ...counts.map((count) => (total += count))]);
  }

  async #sample(
    partitioner: Partitioner & { kind: 'range' },
    partitions: number,
    parent: LineageNode,
    run: RunInner,
  ): Promise<Block> {
    const wanted = partitions * SAMPLES_PER_PARTITION;
    const functions = partitioner.key === null ? [] : [partitioner.key];
    const op = {
      kind: 'mapPartitions',
      fn: builtin('sampleKeys', [wanted], functions),
      withIndex: true,
    } as const;
    const sampler = makeNode(
      'sample',
      { kind: 'narrow', parent, op, preservesPartitioning: false },
      parent.site,
    );
    const samples: KeySample[] = [];
    await run({
      node: sampler,
      partitions: null,
      sink: { kind: 'collect' },
      onResult: (index, result) => {
        if (result.kind === 'block') samples[index] = decodeBlock<KeySample>(result.block)[0]!;
      },
    });
    return encodeBlock(boundsOf(samples, wanted, partitions));
  }
}

/** Every partition is heard in proportion to its size; small data is heard whole. */
function boundsOf(samples: readonly KeySample[], wanted: number, partitions: number): unknown[] {
  const total = samples.reduce((sum, [count]) => sum + count, 0);
  const share = total <= wanted ? 1 : wanted / total;
  const keys = samples.flatMap(([count, some]) =>
    share === 1 ? some : some.slice(0, Math.ceil(count * share)),
  );
  const sorted = sortStable(keys, (key) => key, true);
  if (sorted.length === 0) return [];
  return Array.from(
    { length: partitions - 1 },
    (_, i) => sorted[Math.floor((sorted.length * (i + 1)) / partitions)],
  );
}
