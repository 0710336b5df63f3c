// Received data → blocks, cut into batches, under bounds on what waits and on what comes to a batch.
// Main thread only. Knows nothing of sockets: whoever receives adds data and asks whether it must wait.
import type { Block, StoredBlock } from '../blocks/block.js';
import type { HeldBlock } from '../scheduler/backend.js';
import type { BlockFile } from './checkpoint-folder.js';
import type { RecoveredInput } from './input.js';
import type { OpenBlock } from './open-block.js';
import { type RateLimit, UNLIMITED } from './rate-limit.js';
import type { BudgetShare, ReceivedBudget } from './received-budget.js';

/** A block is closed at this size: large enough to be worth a task, small enough for all workers to share a batch. */
const BLOCK_BYTES = 512 * 1024;

/** A block with the number of records that come of it, which need not be those it is made of. */
interface ReceivedBlock {
  readonly held: HeldBlock;
  readonly records: number;
}

/** A batch in the write-ahead log. */
interface LoggedBatch {
  readonly blocks: readonly { readonly file: BlockFile; readonly records: number }[];
}

/** How a receiver keeps what it received. */
export interface ReceiverSettings {
  /** Most bytes that are not processed yet. */
  readonly maxBytes: number;
  /** What all receivers together may hold that is not processed yet. */
  readonly budget: ReceivedBudget;
  /** Whether batches are written to the checkpoint folder before they are processed. */
  readonly isLogged: boolean;
  /** Keeps a block at the storage level of the stream. */
  hold(block: Block): HeldBlock;
}

export class ReceivedBlocks<D> {
  readonly #settings: ReceiverSettings;
  readonly #share: BudgetShare;
  readonly #open: OpenBlock<D>;
  readonly #onRoom: () => void;
  #openBytes = 0;
  /** Closed blocks that belong to no batch yet. */
  #closed: ReceivedBlock[] = [];
  #closedBytes = 0;
  readonly #batches = new Map<number, readonly ReceivedBlock[]>();
  /** Received bytes of batches that are not processed yet. */
  readonly #waitingBytes = new Map<number, number>();
  #rate: RateLimit = UNLIMITED;
  /** Records that came to the batch that is being received. */
  #taken = 0;

  /** `onRoom` is called when a source that had to wait may go on. */
  constructor(open: OpenBlock<D>, settings: ReceiverSettings, onRoom: () => void) {
    this.#open = open;
    this.#settings = settings;
    this.#onRoom = onRoom;
    this.#share = settings.budget.share(settings.maxBytes, () => {
      if (!this.mustWait) onRoom();
    });
  }

  /** Sets the bound on each batch. */
  set rate(rate: RateLimit) {
    this.#rate = rate;
  }

  /** Takes data in as far as it may come to this batch; what is left over is to be added later, null if nothing. */
  add(data: D): D | null {
    return this.#add(data, this.#rate.recordsPerBatch - this.#taken);
  }

  /** Takes all of it in. */
  addAll(data: D): void {
    this.#add(data, Number.POSITIVE_INFINITY);
  }

  /** Whether the sender must be made to wait until `onRoom`. */
  get mustWait(): boolean {
    return this.#share.mustWait || this.#taken >= this.#rate.recordsPerBatch;
  }

  /** Bytes received and not processed. */
  get unprocessedBytes(): number {
    return this.#share.usedBytes;
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

  /** The next batch begins. */
  nextBatch(): void {
    const hadToWait = this.#taken > 0;
    this.#taken = 0;
    if (hadToWait && !this.mustWait) this.#onRoom();
  }

  blocksAt(timeMs: number): readonly StoredBlock[] {
    return (this.#batches.get(timeMs) ?? []).map(({ held }) => held.stored);
  }

  /** Writes a batch to the log; what it says of it. */
  async log(
    timeMs: number,
    keep: (block: StoredBlock) => Promise<BlockFile>,
  ): Promise<LoggedBatch | undefined> {
    const received = this.#batches.get(timeMs);
    if (received === undefined) return undefined;
    const blocks: { file: BlockFile; records: number }[] = [];
    for (const { held, records } of received) {
      blocks.push({ file: await keep(held.stored), records });
    }
    return { blocks };
  }

  /** Takes in again what was logged; a block that cannot be read is told and left out. */
  recover({ ranges, readBlock, tell }: RecoveredInput): void {
    for (const [timeMs, range] of ranges) {
      const received: ReceivedBlock[] = [];
      for (const { file, records } of (range as LoggedBatch).blocks) {
        try {
          const stored = readBlock(file);
          if (stored.kind !== 'memory') continue;
          received.push({ held: this.#settings.hold(stored.block), records });
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          tell(
            `${records} records of the write-ahead log cannot be read and are left out: ${why}.`,
          );
        }
      }
      this.#batches.set(timeMs, received);
    }
  }

  hasBatch(timeMs: number): boolean {
    return this.#batches.has(timeMs);
  }

  processed(timeMs: number): void {
    const bytes = this.#waitingBytes.get(timeMs) ?? 0;
    this.#waitingBytes.delete(timeMs);
    this.#share.giveBack(bytes);
  }

  forget(timeMs: number): void {
    for (const [time, blocks] of [...this.#batches]) {
      if (time > timeMs) continue;
      this.#batches.delete(time);
      for (const { held } of blocks) held.release();
      this.processed(time);
    }
  }

  /** Lets everything go that arrived. */
  drop(): void {
    this.#close();
    for (const { held } of this.#closed) held.release();
    this.#share.giveBack(this.#closedBytes);
    this.#closed = [];
    this.#closedBytes = 0;
    this.forget(Number.POSITIVE_INFINITY);
  }

  #add(data: D, mostRecords: number): D | null {
    const { bytes, records, rest } = this.#open.add(data, mostRecords);
    this.#taken += records;
    this.#openBytes += bytes;
    this.#share.take(bytes);
    if (this.#openBytes >= BLOCK_BYTES) this.#close();
    return rest;
  }

  #close(): void {
    if (this.#open.isEmpty) return;
    const { block, records } = this.#open.close();
    this.#closed.push({ held: this.#settings.hold(block), records });
    this.#closedBytes += this.#openBytes;
    this.#openBytes = 0;
  }
}
