// The states of a mapWithState from batch to batch: per partition a base block and a block of changes for each
// batch since. Driver only; what is in the blocks is known to plan/builtins/keyed-state.ts.
import type { StoredBlock } from '../blocks/block.js';
import { encodeBlock } from '../blocks/codec.js';
import type { SparkContext } from '../context.js';
import { builtin, type FunctionRef } from '../lineage/function-ref.js';
import { type LineageNode, makeNode } from '../lineage/node.js';
import type { Partitioner } from '../lineage/partitioner.js';
import type { StateOrder } from '../plan/builtins/keyed-state.js';
import type { RDD } from '../rdd/rdd.js';
import { nodeOf, rddOver } from './handles.js';
import { blocksOf } from './materialize.js';

/** A block of states and the version it belongs to. */
export interface StatePiece {
  readonly version: number;
  readonly stored: StoredBlock;
}

/** A partition's blocks, newest first; the last is a base. */
export type StateParts = readonly (readonly StatePiece[])[];

/** So many blocks of about one size become one, so that a chain is short and a change is rarely written anew. */
const MERGED = 8;
/** Changes of a partition that are smaller than this are not worth a new base. */
const SMALLEST_CHANGES = 64 * 1024;

let nextOperator = 0;

export interface StateChainOptions {
  readonly sc: SparkContext;
  /** The API call, for jobs. */
  readonly operation: string;
  readonly fn: FunctionRef;
  readonly timeoutMs: number | null;
  readonly partitioner: Partitioner & { readonly partitions: number };
}

export class StateChain {
  readonly #options: StateChainOptions;
  /** The name of the tables that workers keep. */
  readonly #operator = `state-${nextOperator++}`;
  #parts: StateParts;
  #version = 0;
  /** Versions that did not become part of the chain. */
  #failed: readonly number[] = [];

  constructor(options: StateChainOptions, parts?: StateParts) {
    this.#options = options;
    this.#parts = parts ?? Array.from({ length: options.partitioner.partitions }, () => []);
    for (const pieces of this.#parts) {
      for (const { version } of pieces) this.#version = Math.max(this.#version, version);
    }
  }

  /** The blocks of all partitions. They never change, later batches add others. */
  get parts(): StateParts {
    return this.#parts;
  }

  get isEmpty(): boolean {
    return this.#parts.every((pieces) => pieces.length === 0);
  }

  /** Begins with the states of pairs that are spread as wanted. */
  async begin(pairs: RDD<unknown>, timeMs: number): Promise<void> {
    const fn = builtin('stateBase', [timeMs]);
    const bases = await this.#run(this.#perPartition(nodeOf(pairs), fn, false));
    const version = ++this.#version;
    this.#parts = bases.map((stored) => [{ version, stored }]);
  }

  /** Takes in a batch that is spread as wanted; what the function returned. A failure changes nothing. */
  async step(batch: RDD<unknown>, timeMs: number): Promise<RDD<unknown>> {
    const { timeoutMs, fn } = this.#options;
    const building = ++this.#version;
    const compacted = this.#toCompact();
    const merges = this.#parts.map((pieces) => worthMerging(pieces));
    const input = this.#input(nodeOf(batch), { building, timeMs }, { compacted, merges });
    const ref = builtin('mapWithState', [this.#operator, timeoutMs], [fn]);
    const made = await this.#run(this.#perPartition(input, ref, true)).catch((error: unknown) => {
      this.#failed = [...this.#failed, building];
      throw error;
    });
    this.#parts = made.map((stored, partition) => {
      const piece = { version: building, stored };
      const older = this.#parts[partition]!;
      const isBase = partition === compacted || older.length === 0;
      return isBase ? [piece] : [piece, ...older.slice(merges[partition])];
    });
    const oldestBase = Math.min(...this.#parts.map((pieces) => pieces.at(-1)?.version ?? 0));
    this.#failed = this.#failed.filter((version) => version > oldestBase);
    const { sc, operation } = this.#options;
    const blocks = makeNode(operation, { kind: 'blocks', partitions: made }, null);
    return rddOver(sc, this.#perPartition(blocks, builtin('stateResults'), false));
  }

  /** All states as pairs, as they are now. */
  snapshot(): RDD<unknown> {
    const { sc, timeoutMs } = this.#options;
    const input = this.#input(null, { building: 0, timeMs: 0 }, { compacted: null, merges: [] });
    const fn = builtin('stateSnapshot', [this.#operator, timeoutMs]);
    const op = { kind: 'mapPartitions', fn, withIndex: true } as const;
    const spec = { kind: 'narrow', parent: input, op, preservesPartitioning: true } as const;
    return rddOver(sc, makeNode('stateSnapshots', spec, null));
  }

  /** The partition whose changes have outgrown its base, the worst one: one a batch, so that none is slow. */
  #toCompact(): number | null {
    let worst: number | null = null;
    let worstBytes = 0;
    this.#parts.forEach((pieces, partition) => {
      const base = pieces.at(-1);
      if (base === undefined || pieces.length === 1) return;
      const bytes = pieces.slice(0, -1).reduce((sum, piece) => sum + bytesOf(piece), 0);
      if (bytes < rebasedAt(base) || bytes <= worstBytes) return;
      worst = partition;
      worstBytes = bytes;
    });
    return worst;
  }

  /** Order, batch, then the chain from new to old: parts of one aligned union, so that they are read in turn. */
  #input(
    batch: LineageNode | null,
    { building, timeMs }: Pick<StateOrder, 'building' | 'timeMs'>,
    {
      compacted,
      merges,
    }: { readonly compacted: number | null; readonly merges: readonly number[] },
  ): LineageNode {
    const orders = this.#parts.map((pieces, partition): StoredBlock => {
      const isCompact = partition === compacted || pieces.length === 0;
      const chain = pieces.map((piece) => piece.version);
      const mergesNewest = isCompact ? 0 : (merges[partition] ?? 0);
      const order = { building, timeMs, isCompact, mergesNewest, chain, failed: this.#failed };
      return memory(encodeBlock<StateOrder>([order]));
    });
    const layers = [this.#blocks(orders)];
    if (batch !== null) layers.push(batch);
    const depth = Math.max(...this.#parts.map((pieces) => pieces.length));
    for (let layer = 0; layer < depth; layer++) {
      layers.push(this.#blocks(this.#parts.map((pieces) => pieces[layer]?.stored ?? NOTHING)));
    }
    return makeNode(this.#options.operation, { kind: 'union', parents: layers }, null);
  }

  #blocks(partitions: readonly StoredBlock[]): LineageNode {
    const { operation, partitioner } = this.#options;
    return makeNode(operation, { kind: 'blocks', partitions, partitioner }, null);
  }

  #perPartition(parent: LineageNode, fn: FunctionRef, withIndex: boolean): LineageNode {
    const op = { kind: 'mapPartitions', fn, withIndex } as const;
    const spec = { kind: 'narrow', parent, op, preservesPartitioning: false } as const;
    return makeNode(this.#options.operation, spec, null);
  }

  #run(node: LineageNode): Promise<StoredBlock[]> {
    return blocksOf(this.#options.sc, node, this.#options.operation);
  }
}

function bytesOf(piece: StatePiece): number {
  return piece.stored.block.byteLength;
}

/** Changes of so many bytes are worth a new base. */
function rebasedAt(base: StatePiece): number {
  return Math.max(SMALLEST_CHANGES, bytesOf(base));
}

/** How many of a partition's newest blocks to write anew as one: no large ones, which its next base takes in. */
function worthMerging(pieces: readonly StatePiece[]): number {
  const base = pieces.at(-1);
  if (base === undefined) return 0;
  return mergeable(pieces.slice(0, -1).map(bytesOf), rebasedAt(base) / MERGED);
}

/**
 * How many of the newest blocks of changes are worth writing anew as one. Blocks fall into tiers of `MERGED` times
 * the size; a tier that is full is merged, and what comes of it counts as one of the next. Blocks that would be
 * larger than `limit` bytes together stay as they are.
 */
export function mergeable(newestFirst: readonly number[], limit: number): number {
  const tierOf = (bytes: number): number => Math.floor(Math.log(bytes + 1) / Math.log(MERGED));
  let merged = 0;
  let run = 0;
  let bytes = 0;
  for (let tier = tierOf(newestFirst[0] ?? 0); ; tier++) {
    while (run < newestFirst.length && tierOf(newestFirst[run]!) <= tier)
      bytes += newestFirst[run++]!;
    if (run - merged + (merged > 0 ? 1 : 0) < MERGED || bytes > limit) return merged;
    merged = run;
  }
}

function memory(block: Extract<StoredBlock, { kind: 'memory' }>['block']): StoredBlock {
  return { kind: 'memory', block };
}

/** A partition that has fewer blocks than another. */
const NOTHING = memory(encodeBlock([]));
