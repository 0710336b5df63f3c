// What a checkpoint says, as plain data. No code is in it: it is loaded into whatever program runs next.
import type { BlockFile } from './checkpoint-folder.js';

/** Grows when what is written can no longer be read by what was released before. */
export const CHECKPOINT_SCHEMA = 1;

export interface OperatorData {
  readonly id: string;
  readonly kind: 'state' | 'mapped-state';
  readonly operation: string;
  /** The batch after which the state was this. */
  readonly timeMs: number;
  /** Blocks of each partition, newest first, with their versions; one each for `state`. */
  readonly partitions: readonly (readonly {
    readonly version: number;
    readonly file: BlockFile;
  }[])[];
}

export interface SourceData {
  readonly id: string;
  readonly position: unknown;
}

/** Everything as it was when the batch of `timeMs` was done. */
export interface CheckpointData {
  readonly schema: number;
  readonly timeMs: number;
  /** Batches are counted from here. */
  readonly zeroMs: number;
  readonly batchMs: number;
  readonly operators: readonly OperatorData[];
  readonly sources: readonly SourceData[];
}

/** What each source put into a batch, written before the batch is processed. */
export interface BatchData {
  readonly timeMs: number;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const TIME_DIGITS = 15;

function timeText(timeMs: number): string {
  return String(timeMs).padStart(TIME_DIGITS, '0');
}

export function checkpointName(timeMs: number): string {
  return `checkpoint-${timeText(timeMs)}.json`;
}

export function batchName(timeMs: number): string {
  return `batch-${timeText(timeMs)}.json`;
}

/** The time in a name, null for names of another kind. */
export function timeOfName(name: string, kind: 'checkpoint' | 'batch'): number | null {
  const digits = name.match(/^(checkpoint|batch)-(\d+)\.json$/);
  return digits?.[1] === kind ? Number(digits[2]) : null;
}
