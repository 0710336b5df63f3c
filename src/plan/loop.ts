// What generated loops are to those who write, compile and run them.

/**
 * How records come in: arrays of records (`counted-pages`: that a loop below has counted), tuples or objects as columns
 * with arrays of records between them, chunks of whole lines, a range of numbers, one by one, or as columns of pairs,
 * which only an end that merges by key takes, without a step before it.
 */
export type SourceKind =
  | 'pages'
  | 'counted-pages'
  | 'tuples'
  | 'lines'
  | 'range'
  | 'records'
  | 'columns'
  | 'async-records'
  | 'async-pages';

/** Whether records come later. */
export function isAsyncKind(kind: SourceKind): boolean {
  return kind === 'async-records' || kind === 'async-pages';
}

/** How many numbers of a range are done between two looks at the cancel flag and at memory. */
export const RANGE_BLOCK = 2048;

/** Most records of a page that a loop gives to another. */
export const PASSED_AT_ONCE = 64;
/** A page that takes longer to fill, in milliseconds, is followed by smaller ones: its records are large, or hard to make. */
export const PASSED_WITHIN_MS = 1;

/** What generated code needs from the task. */
export interface LoopRuntime {
  /** Milliseconds, of a clock of its own. */
  now(): number;
  recordsRead: number;
  check(): void;
  failure(error: unknown, record: unknown): unknown;
  iterable(value: unknown, operation: string): Iterable<unknown>;
  element(record: unknown, index: number, operation: string): unknown;
  notAPair(record: unknown): never;
}

/** A generated loop over the records of a page. */
export interface PageLoop {
  /** What goes from page to page. */
  first(end: unknown): unknown;
  /** True where no more are wanted. Records `from … to - 1`; of lines, characters. */
  page(
    page: unknown,
    from: number,
    to: number,
    carried: unknown,
    end: unknown,
    rt: LoopRuntime,
    params: readonly unknown[],
  ): boolean;
  /** What the loop comes to. */
  last(carried: unknown, end: unknown, rt: LoopRuntime): unknown;
}

/** A generated function over all records, or a PageLoop on its way through its pages. */
export type Run = (
  source: unknown,
  end: unknown,
  rt: LoopRuntime,
  params: readonly unknown[],
) => unknown;
