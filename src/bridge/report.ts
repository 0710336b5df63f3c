// What a worker tells the driver beside its output: the terms of accumulators and what user functions printed (as an
// update of Spark's accumulator, once a task), and an error with all its data (inside the text Spark passes on).
import { deserialize, serialize } from 'node:v8';
import { blockOf, bytesOf } from './frames.js';
import type { ErrorData } from '../errors.js';
import type { ConsoleLevel } from '../events.js';
import type { AccumulatorUpdate } from '../plan/accumulation.js';

export interface PrintedLine {
  readonly level: ConsoleLevel;
  readonly text: string;
}

/** What one finished task reports. */
export interface TaskReport {
  /** The job of tspark that the task ran for. */
  readonly jobId: number;
  /** What the task computed, the same for all its tries: the stage's id in tspark and the partition. */
  readonly computed: string;
  readonly stageId: number;
  readonly partition: number;
  readonly updates: readonly AccumulatorUpdate[];
  readonly printed: readonly PrintedLine[];
  readonly recordsRead: number;
  readonly bytesRead: number;
}

interface FlatReport extends Omit<TaskReport, 'updates'> {
  readonly updates: readonly { id: number; count: number; bytes: Uint8Array }[];
}

export function encodeReport(report: TaskReport): Buffer {
  const updates = report.updates.map(({ id, value }) => ({
    id,
    count: value.count,
    // Shared memory cannot be serialised.
    bytes: new Uint8Array(bytesOf(value)),
  }));
  return serialize({ ...report, updates } satisfies FlatReport);
}

export function decodeReport(bytes: Uint8Array): TaskReport {
  const flat = deserialize(bytes) as FlatReport;
  const updates = flat.updates.map(({ id, count, bytes: value }) => ({
    id,
    value: blockOf(value, count),
  }));
  return { ...flat, updates };
}

const MARK = '#tspark-error:';
const MARKED = /#tspark-error:([A-Za-z0-9+/=]+)#/;
/** A longer text is not worth its way through Spark's logs. */
const MAX_STACK_CHARS = 20_000;

/** The text of an error as people read it in Spark's logs, followed by its data. */
export function errorText(data: ErrorData): string {
  const stack = data.stack.slice(0, MAX_STACK_CHARS);
  const packed = Buffer.from(JSON.stringify(data)).toString('base64');
  return `${stack}\n${MARK}${packed}#`;
}

/** The data of a worker's error in whatever the JVM made of its text, or null where there is none. */
export function errorIn(text: string): ErrorData | null {
  const packed = MARKED.exec(text)?.[1];
  if (packed === undefined) return null;
  try {
    return JSON.parse(Buffer.from(packed, 'base64').toString('utf8')) as ErrorData;
  } catch {
    return null;
  }
}
