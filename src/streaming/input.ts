// What every source of a stream is to the engine: something that is asked for each batch's data.
// Main thread only. A source takes no worker and never drops data: it makes its sender wait.
import type { StoredBlock } from '../blocks/block.js';
import type { SparkContext } from '../context.js';
import type { TsparkEvent } from '../events.js';
import type { RDD } from '../rdd/rdd.js';
import type { BlockFile } from './checkpoint-folder.js';
import type { Clock } from './clock.js';
import type { RateLimit } from './rate-limit.js';

/** What a source may use while it runs. */
export interface InputRun {
  readonly sc: SparkContext;
  readonly clock: Clock;
  readonly streamId: number;
  /** The time from which the first batch is counted. */
  readonly startMs: number;
  /** How much it may bring to each batch. */
  readonly rate: RateLimit;
  emit(event: TsparkEvent): void;
}

/** What is known of a source from before a crash. */
export interface RecoveredInput {
  /** What `position` gave when the checkpoint was written. */
  readonly position: unknown;
  /** What `describe` gave, by time of batch. */
  readonly ranges: ReadonlyMap<number, unknown>;
  readonly checkpointMs: number;
  /** Up to here batches hold what `ranges` says, or nothing. */
  readonly untilMs: number;
  /** Throws what reading throws. */
  readBlock(file: BlockFile): StoredBlock;
  tell(text: string): void;
}

export interface InputSource {
  /** The call that made it, such as `socketTextStream('localhost', 9999)`. */
  readonly text: string;
  /** Begins to receive. Called again after `stop` when the stream is used again. */
  start(run: InputRun): void;
  /** At the edge of a batch: sets aside what has arrived, and says how many records; null if that is not known yet. */
  allocate(timeMs: number): number | null;
  /** After `allocate`: the next batch begins, with a new bound in `rate`. */
  nextBatch?(): void;
  /** How many records a batch has, from sources that learn it later than `allocate`; null if it is not known. */
  recordsAt?(timeMs: number): Promise<number | null>;
  /** The data of one batch. */
  rddAt(timeMs: number): RDD<unknown> | null | Promise<RDD<unknown> | null>;
  /** The batch has been processed: its data no longer counts against the bound on what waits. */
  processed(timeMs: number): void;
  /**
   * What a batch holds, as plain data from which it can be made again after a crash; undefined if it cannot.
   * `keep` puts a block into the checkpoint folder.
   */
  describe?(timeMs: number, keep: (block: StoredBlock) => Promise<BlockFile>): unknown;
  /** What `describe` gave of the batch is in the checkpoint folder. */
  logged?(timeMs: number): void;
  /** Where the source goes on after the batch of `timeMs`, as plain data; undefined if it has no such place. */
  position?(timeMs: number): unknown;
  /** Called before `start` after a crash. */
  recover?(recovered: RecoveredInput): void;
  /** Data of batches up to and including `timeMs` is not needed any more. */
  forget(timeMs: number): void;
  /** Whether data has arrived that belongs to no batch yet. */
  hasPending(): boolean;
  /** Receives no more; what arrived stays. */
  stop(): void;
  /** Nobody reads the source any more: what arrived is let go. Called after `stop`. */
  drop?(): void;
  /** Whether batches are in the write-ahead log before they are processed. */
  readonly isLogged?: boolean;
  /** Whether senders are made to wait now. */
  readonly isPaused?: boolean;
}
