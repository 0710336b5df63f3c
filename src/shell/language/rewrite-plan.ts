// What is to be changed in a cell before it runs, as data: found by the checker or by syntax alone, applied by one
// transformer. Offsets are those of the cell's source text.

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** `async`: the function just becomes async. `job`: it returns a Job of what its body gives. */
export interface AsyncFunction extends Range {
  readonly how: 'async' | 'job';
}

export interface RewritePlan {
  /** Expressions that are Jobs by type: they are awaited. */
  readonly awaits: readonly Range[];
  /** Expressions that may be Jobs: they are awaited if they are Jobs when they run. */
  readonly settles: readonly Range[];
  readonly asyncFunctions: readonly AsyncFunction[];
}

export const EMPTY_PLAN: RewritePlan = { awaits: [], settles: [], asyncFunctions: [] };

export function rangeKey(range: Range): string {
  return `${range.start}:${range.end}`;
}
