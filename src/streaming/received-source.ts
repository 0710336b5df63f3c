// What sources that receive have in common: what arrived becomes blocks, and the blocks of an interval a batch, also
// after a crash. How data arrives is said by the classes that extend it. Main thread only.
import type { StoredBlock } from '../blocks/block.js';
import type { SparkContext } from '../context.js';
import { type LineageNode, makeNode } from '../lineage/node.js';
import type { RDD } from '../rdd/rdd.js';
import type { BlockFile } from './checkpoint-folder.js';
import { rddOver } from './handles.js';
import type { InputRun, InputSource, RecoveredInput } from './input.js';
import type { OpenBlock } from './open-block.js';
import { ReceivedBlocks, type ReceiverSettings } from './received-blocks.js';

export abstract class ReceivedSource<D, T> implements InputSource {
  abstract readonly text: string;
  abstract readonly isPaused: boolean;
  readonly isLogged: boolean;
  protected readonly received: ReceivedBlocks<D>;
  readonly #operation: string;
  #sc: SparkContext | null = null;
  /** Up to here batches hold what was recovered, or nothing. */
  #untilMs = Number.NEGATIVE_INFINITY;

  /** `operation` is the call that made it. */
  constructor(operation: string, open: OpenBlock<D>, settings: ReceiverSettings) {
    this.#operation = operation;
    this.isLogged = settings.isLogged;
    this.received = new ReceivedBlocks(open, settings, () => this.onRoom());
  }

  /** Whoever had to wait may go on. */
  protected abstract onRoom(): void;

  start(run: InputRun): void {
    this.#sc = run.sc;
    this.received.rate = run.rate;
  }

  abstract stop(): void;

  allocate(timeMs: number): number {
    return this.received.allocate(timeMs);
  }

  nextBatch(): void {
    this.received.nextBatch();
  }

  rddAt(timeMs: number): RDD<T> | null {
    const sc = this.#sc;
    if (sc === null) return null;
    if (timeMs <= this.#untilMs && !this.received.hasBatch(timeMs)) return null;
    const partitions = this.received.blocksAt(timeMs);
    // One empty partition rather than none, so that `count` of an empty batch is 0 and not nothing.
    if (partitions.length === 0) return sc.parallelize<T>([], 1);
    const blocks = makeNode(this.#operation, { kind: 'blocks', partitions }, null);
    return rddOver(sc, this.recordsOf(blocks));
  }

  /** The records of blocks, which they hold as they are unless said otherwise. */
  protected recordsOf(blocks: LineageNode): LineageNode {
    return blocks;
  }

  async describe(
    timeMs: number,
    keep: (block: StoredBlock) => Promise<BlockFile>,
  ): Promise<object | undefined> {
    return this.isLogged ? this.received.log(timeMs, keep) : undefined;
  }

  recover(recovered: RecoveredInput): void {
    this.received.recover(recovered);
    this.#untilMs = recovered.untilMs;
  }

  processed(timeMs: number): void {
    this.received.processed(timeMs);
  }

  forget(timeMs: number): void {
    this.received.forget(timeMs);
  }

  hasPending(): boolean {
    return this.received.hasPending();
  }

  drop(): void {
    this.received.drop();
  }
}
