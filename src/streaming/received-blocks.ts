// Received records → blocks, cut into batches, under one bound on what waits. Main thread only.
// Knows nothing of sockets: whoever receives adds records and asks whether there is room for more.
import type { Block } from '../blocks/block.js';
import { allocateFresh } from '../blocks/codec.js';
import { BlockWriter } from '../blocks/writer.js';

/** A block is closed at this size: large enough to be worth a task, small enough for all workers to share a batch. */
const BLOCK_BYTES = 512 * 1024;

export class ReceivedBlocks {
  readonly #maxBytes: number;
  readonly #onRoom: () => void;
  /** The open block: records are encoded page by page as they come. */
  readonly #open = new BlockWriter<unknown>();
  #openBytes = 0;
  /** Closed blocks that belong to no batch yet. */
  #closed: Block[] = [];
  #closedBytes = 0;
  readonly #batches = new Map<number, { readonly blocks: readonly Block[] }>();
  /** Received bytes of batches that are not processed yet. */
  readonly #waitingBytes = new Map<number, number>();
  #isFull = false;

  /** `maxBytes` bounds what was received and not yet processed; `onRoom` is called when there is room again. */
  constructor(maxBytes: number, onRoom: () => void) {
    this.#maxBytes = maxBytes;
    this.#onRoom = onRoom;
  }

  /** Takes records in. Returns false when the sender must be made to wait until `onRoom`. */
  add(records: readonly unknown[], byteLength: number): boolean {
    this.#open.pushAll(records);
    this.#openBytes += byteLength;
    if (this.#openBytes >= BLOCK_BYTES) this.#close();
    this.#isFull = this.#isFull || this.unprocessedBytes >= this.#maxBytes;
    return !this.#isFull;
  }

  /** Bytes received and not processed. */
  get unprocessedBytes(): number {
    let bytes = this.#openBytes + this.#closedBytes;
    for (const waiting of this.#waitingBytes.values()) bytes += waiting;
    return bytes;
  }

  hasPending(): boolean {
    return this.#open.count > 0 || this.#closed.length > 0;
  }

  /** Makes a batch of what has arrived; the number of its records. */
  allocate(timeMs: number): number {
    this.#close();
    const blocks = this.#closed;
    this.#batches.set(timeMs, { blocks });
    this.#waitingBytes.set(timeMs, this.#closedBytes);
    this.#closed = [];
    this.#closedBytes = 0;
    return blocks.reduce((sum, block) => sum + block.count, 0);
  }

  blocksAt(timeMs: number): readonly Block[] {
    return this.#batches.get(timeMs)?.blocks ?? [];
  }

  processed(timeMs: number): void {
    this.#waitingBytes.delete(timeMs);
    // Half empty before the sender goes on, so that it is not stopped and started for every chunk.
    if (!this.#isFull || this.unprocessedBytes > this.#maxBytes / 2) return;
    this.#isFull = false;
    this.#onRoom();
  }

  forget(timeMs: number): void {
    for (const time of [...this.#batches.keys()]) {
      if (time > timeMs) continue;
      this.#batches.delete(time);
      this.#waitingBytes.delete(time);
    }
  }

  #close(): void {
    if (this.#open.count === 0) return;
    this.#closed.push(this.#open.finish(allocateFresh));
    this.#closedBytes += this.#openBytes;
    this.#openBytes = 0;
  }
}
