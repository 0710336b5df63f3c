// Received data → blocks, cut into batches, under one bound on what waits. Main thread only.
// Knows nothing of sockets: whoever receives adds data and asks whether there is room for more.
import type { StoredBlock } from '../blocks/block.js';
import type { BlockFile } from './checkpoint-folder.js';
import type { RecoveredInput } from './input.js';
import type { OpenBlock, ReceivedBlock } from './open-block.js';

/** A block is closed at this size: large enough to be worth a task, small enough for all workers to share a batch. */
const BLOCK_BYTES = 512 * 1024;

/** A batch in the write-ahead log. */
interface LoggedBatch {
  readonly blocks: readonly { readonly file: BlockFile; readonly records: number }[];
}

export class ReceivedBlocks<D> {
  readonly #maxBytes: number;
  readonly #onRoom: () => void;
  readonly #open: OpenBlock<D>;
  #openBytes = 0;
  /** Closed blocks that belong to no batch yet. */
  #closed: ReceivedBlock[] = [];
  #closedBytes = 0;
  readonly #batches = new Map<number, readonly ReceivedBlock[]>();
  /** Received bytes of batches that are not processed yet. */
  readonly #waitingBytes = new Map<number, number>();
  #isFull = false;

  /** `maxBytes` bounds what was received and not yet processed; `onRoom` is called when there is room again. */
  constructor(open: OpenBlock<D>, maxBytes: number, onRoom: () => void) {
    this.#open = open;
    this.#maxBytes = maxBytes;
    this.#onRoom = onRoom;
  }

  /** Takes data in. Returns false when the sender must be made to wait until `onRoom`. */
  add(data: D): boolean {
    this.#openBytes += this.#open.add(data);
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
    return !this.#open.isEmpty || this.#closed.length > 0;
  }

  /** Makes a batch of what has arrived; the number of its records. */
  allocate(timeMs: number): number {
    this.#close();
    const blocks = this.#closed;
    this.#batches.set(timeMs, blocks);
    this.#waitingBytes.set(timeMs, this.#closedBytes);
    this.#closed = [];
    this.#closedBytes = 0;
    return blocks.reduce((sum, block) => sum + block.records, 0);
  }

  blocksAt(timeMs: number): readonly StoredBlock[] {
    const received = this.#batches.get(timeMs) ?? [];
    return received.map(({ block }) => ({ kind: 'memory', block }));
  }

  /** Writes a batch to the log; what it says of it. */
  async log(
    timeMs: number,
    keep: (block: StoredBlock) => Promise<BlockFile>,
  ): Promise<LoggedBatch | undefined> {
    const received = this.#batches.get(timeMs);
    if (received === undefined) return undefined;
    const blocks: { file: BlockFile; records: number }[] = [];
    for (const { block, records } of received) {
      blocks.push({ file: await keep({ kind: 'memory', block }), records });
    }
    return { blocks };
  }

  /** Takes in again what was logged. */
  recover({ ranges, readBlock }: RecoveredInput): void {
    for (const [timeMs, range] of ranges) {
      const received: ReceivedBlock[] = [];
      for (const { file, records } of (range as LoggedBatch).blocks) {
        const stored = readBlock(file);
        if (stored.kind === 'memory') received.push({ block: stored.block, records });
      }
      this.#batches.set(timeMs, received);
    }
  }

  hasBatch(timeMs: number): boolean {
    return this.#batches.has(timeMs);
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
    if (this.#open.isEmpty) return;
    this.#closed.push(this.#open.close());
    this.#closedBytes += this.#openBytes;
    this.#openBytes = 0;
  }
}
