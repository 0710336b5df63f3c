// What pprint prints: PySpark's frame, records as the prompt shows them on one line. Pure functions.
import { inspect } from 'node:util';
import { batchTimeText } from './duration.js';

/** A batch as pprint shows it. */
export interface BatchPrint {
  /** The whole frame; printed with one newline after it, it ends in an empty line as PySpark's does. */
  readonly text: string;
  readonly isEmpty: boolean;
  readonly batchTimeMs: number;
  readonly outputId: number;
  /** Whether it takes the place of the output's last frame, where that can be done. */
  readonly isInPlace?: boolean;
}

/** How pprint shows batches. */
export interface PrintOptions {
  /** Whether each batch takes the place of the one before it at a terminal. */
  readonly inPlace?: boolean;
}

/** Where pprint's frames go. */
export type PrintFunction = (batch: BatchPrint) => void;

/** Prints to standard output. */
export function printToConsole(batch: BatchPrint): void {
  console.log(batch.text);
}

const RULE = '-------------------------------------------';

/** The frame around at most `limit` records; `records` holds one more if there are more. */
export function frameText(timeMs: number, records: readonly unknown[], limit: number): string {
  const lines = [RULE, `Time: ${batchTimeText(timeMs)}`, RULE];
  for (const record of records.slice(0, limit)) lines.push(recordText(record));
  if (records.length > limit) lines.push('...');
  return lines.join('\n') + '\n';
}

/** A record on one line; strings bare. */
export function recordText(record: unknown): string {
  if (typeof record === 'string') return record;
  return inspect(record, { breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 6 });
}
