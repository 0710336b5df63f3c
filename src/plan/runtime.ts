// What generated loops call: the cancel flag, checks of user results, and the wrapping of user errors.
// One per task, in the worker.
import { inspect } from 'node:util';
import { mapUserFrames } from '../closure/user-frames.js';
import { CancelledError, TaskError, TsparkError } from '../errors.js';
import type { LoopRuntime } from './loop.js';
import { AsyncPages, Pages, type Source } from './source.js';
import type { TaskMemory } from './spill/task-memory.js';

const MAX_SAMPLE_CHARS = 300;
/** The clock of tasks, in milliseconds; a function of the user's may have replaced the language's own. */
export const now = performance.now.bind(performance);

/** Thrown out of a loop when its job was cancelled. */
export class TaskCancelled extends CancelledError {}

/** What a reader of files has done so far. */
export interface TaskReader {
  readonly bytesRead: number;
  /** Records that were read and never came to a loop. */
  readonly unseenRecords?: number;
}

export class TaskRuntime implements LoopRuntime {
  recordsRead = 0;
  readonly now = now;
  /** Finished and open file readers. */
  readonly readers: TaskReader[] = [];
  readonly #partition: number;
  readonly #isCancelled: () => boolean;
  readonly #memory: TaskMemory;

  constructor(partition: number, isCancelled: () => boolean, memory: TaskMemory) {
    this.#partition = partition;
    this.#isCancelled = isCancelled;
    this.#memory = memory;
  }

  bytesRead(): number {
    return this.readers.reduce((sum, reader) => sum + reader.bytesRead, 0);
  }

  /** Those that went through the loops, and those that readers passed over. */
  allRecordsRead(): number {
    return this.readers.reduce(
      (sum, reader) => sum + (reader.unseenRecords ?? 0),
      this.recordsRead,
    );
  }

  check(): void {
    if (this.#isCancelled()) throw new TaskCancelled('JOB-102', 'the job was cancelled');
    this.#memory.look();
  }

  /** Wraps what a user function threw; errors of tspark's own pass through. */
  failure(error: unknown, record: unknown): unknown {
    if (error instanceof TsparkError) return error;
    const thrown = describe(error);
    const sample = record === undefined ? null : sampleOf(record);
    const where = sample === null ? '' : ` Record: ${sample}.`;
    return new TaskError('TASK-101', `${thrown.text} (in partition ${this.#partition}).${where}`, {
      cause: error instanceof Error ? error : undefined,
      details: {
        userError: thrown.text,
        partition: this.#partition,
        record: sample,
        frames: error instanceof Error ? mapUserFrames(String(error.stack ?? '')) : [],
      },
    });
  }

  iterable(value: unknown, operation: string): Iterable<unknown> {
    if (Array.isArray(value) || typeof value === 'string') return value as Iterable<unknown>;
    const found = toIterable(value);
    if (found === null) throw notIterable(value, operation);
    return found;
  }

  /** The result of a mapPartitions function as a source, synchronous or not. */
  anyIterable(value: unknown, operation: string): Source {
    if (value instanceof Pages) return { kind: 'pages', value: value.pages };
    if (value instanceof AsyncPages) return { kind: 'async-pages', value: value.pages };
    const object = Object(value) as Partial<AsyncIterable<unknown>> & { then?: unknown };
    if (typeof object[Symbol.asyncIterator] === 'function') return { kind: 'async-records', value };
    if (typeof object.then === 'function') {
      return { kind: 'async-records', value: this.#awaited(value as Promise<unknown>, operation) };
    }
    return { kind: 'records', value: this.iterable(value, operation) };
  }

  async *#awaited(value: Promise<unknown>, operation: string): AsyncIterable<unknown> {
    const settled = await value;
    const object = Object(settled) as Partial<AsyncIterable<unknown>>;
    if (typeof object[Symbol.asyncIterator] === 'function')
      yield* settled as AsyncIterable<unknown>;
    else yield* this.iterable(settled, operation);
  }

  element(record: unknown, index: number, operation: string): unknown {
    if (Array.isArray(record) && index < record.length) return record[index];
    throw new TaskError(
      'TASK-104',
      `${operation}() needs records that are tuples, such as [key, value], but got ${sampleOf(record)} (in partition ${this.#partition}). Map each record to a pair first.`,
    );
  }

  notAPair(record: unknown): never {
    throw new TaskError(
      'TASK-104',
      `an operation by key needs records that are pairs [key, value], but got ${sampleOf(record)} (in partition ${this.#partition}). Map each record to a pair first, such as .map(x => [x, 1]).`,
    );
  }
}

function toIterable(value: unknown): Iterable<unknown> | null {
  const object = Object(value) as Partial<Iterable<unknown>> & Partial<Iterator<unknown>>;
  if (typeof object[Symbol.iterator] === 'function') return value as Iterable<unknown>;
  if (typeof object.next === 'function')
    return { [Symbol.iterator]: () => value as Iterator<unknown> };
  return null;
}

function notIterable(value: unknown, operation: string): TaskError {
  const got =
    value === undefined ? 'nothing (undefined): is a return missing?' : `${sampleOf(value)}.`;
  return new TaskError(
    'TASK-102',
    `the function given to ${operation}() must return an iterable (an array, a generator, …), but it is not iterable: it returned ${got}`,
  );
}

function describe(error: unknown): { text: string } {
  if (error instanceof Error) return { text: `${error.name}: ${error.message}` };
  return { text: `thrown value ${sampleOf(error)}` };
}

/** A short text of a value, for messages; never throws. */
export function sampleOf(value: unknown): string {
  try {
    const text = inspect(value, {
      depth: 2,
      breakLength: Infinity,
      maxArrayLength: 8,
      maxStringLength: 200,
    });
    return text.length > MAX_SAMPLE_CHARS ? `${text.slice(0, MAX_SAMPLE_CHARS)}…` : text;
  } catch {
    return 'a value that cannot be shown';
  }
}
