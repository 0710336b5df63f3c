// What must be known of the data before a stage can run: bounds of range partitioners (sampled) and the
// offsets of zipWithIndex (counted). Found once per node, by small jobs. Driver only.
import { decodeBlock, encodeBlock } from '../blocks/codec.js';
import type { Block } from '../blocks/block.js';
import { builtin } from '../lineage/function-ref.js';
import {
  currentSpec,
  type LineageNode,
  makeNode,
  type NarrowOp,
  type NodeSpec,
} from '../lineage/node.js';
import type { Partitioner } from '../lineage/partitioner.js';
import { sortStable } from '../values/order.js';
import type { JobRequest } from './backend.js';
import type { PartitionTable } from './partition-table.js';

/** Keys sampled per partition of the result, as PySpark does. */
const SAMPLES_PER_PARTITION = 20;

/** Text of fewer bytes is heard whole, so that its partitions are as even as can be. */
const LOOKED_AT_BYTES = 8 * 1024 * 1024;
const RECORD_WISE: ReadonlySet<NarrowOp['kind']> = new Set([
  'map',
  'filter',
  'flatMap',
  'mapValues',
  'flatMapValues',
  'keyBy',
  'keys',
  'values',
]);

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
    const looked = this.#pieces(parent);
    if (looked !== null) {
      const samples = await this.#samplesOf(partitioner, partitions, looked, run);
      // A filter may have left next to nothing of the pieces.
      if (countOf(samples) >= partitions * SAMPLES_PER_PARTITION) {
        return encodeBlock(boundsOf(samples, partitions));
      }
    }
    const samples = await this.#samplesOf(partitioner, partitions, parent, run);
    return encodeBlock(boundsOf(samples, partitions));
  }

  /** The same operations over small pieces of the text; null where all of it has to be read. */
  #pieces(parent: LineageNode): LineageNode | null {
    const above: LineageNode[] = [];
    let node = parent;
    for (;;) {
      const spec = currentSpec(node);
      if (spec.kind === 'files') {
        const splits = this.#table.layout(node).splits ?? [];
        const isCut = splits.every(({ codec, packed }) => codec === 'none' && packed === undefined);
        const sizeBytes = splits.reduce((sum, split) => sum + split.length, 0);
        if (spec.format.kind !== 'text' || !isCut || sizeBytes < LOOKED_AT_BYTES) return null;
        node = makeNode(node.operation, { ...spec, isSample: true }, node.site);
        break;
      }
      if (spec.kind !== 'narrow' || !isRecordWise(spec.op) || node.storage.isStored) return null;
      above.push(node);
      node = spec.parent;
    }
    return above.reduceRight((below, { operation, spec, site }) => {
      const { op, preservesPartitioning } = spec as Extract<NodeSpec, { kind: 'narrow' }>;
      return makeNode(
        operation,
        { kind: 'narrow', parent: below, op, preservesPartitioning },
        site,
      );
    }, node);
  }

  async #samplesOf(
    partitioner: Partitioner & { kind: 'range' },
    partitions: number,
    parent: LineageNode,
    run: RunInner,
  ): Promise<KeySample[]> {
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
    return samples;
  }
}

/** Whether the records of a piece of the data are what they would be within all of it. */
function isRecordWise({ kind }: NarrowOp): boolean {
  return RECORD_WISE.has(kind);
}

function countOf(samples: readonly KeySample[]): number {
  return samples.reduce((sum, [count]) => sum + count, 0);
}

/** Every partition is heard in proportion to its size; small data is heard whole. */
function boundsOf(samples: readonly KeySample[], partitions: number): unknown[] {
  const wanted = partitions * SAMPLES_PER_PARTITION;
  const total = countOf(samples);
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
