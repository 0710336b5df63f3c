// How the pairs of a key are merged in a table: the end of a loop for an aggregation. Runs in the worker.
import type { FunctionRef } from '../lineage/function-ref.js';
import type { Aggregation } from '../lineage/node.js';
import type { End } from './codegen.js';

export interface MergeEnd {
  readonly end: End;
  readonly functions: readonly FunctionRef[];
}

/** How values (or combiners, where the map side combined already) are merged; null if records pass through. */
export function mergeEnd(aggregation: Aggregation, areCombiners: boolean): MergeEnd | null {
  switch (aggregation.kind) {
    case 'none':
      return null;
    case 'group':
      return { end: { kind: 'group' }, functions: [] };
    case 'combine': {
      const { create, mergeValue, mergeCombiners } = aggregation;
      const keepsFirst = keepsFirstOnly(aggregation);
      if (areCombiners) {
        const end: End = { kind: 'combine', create: null, merge: 0, keepsFirst };
        return { end, functions: [mergeCombiners] };
      }
      if (create === null) {
        const end: End = { kind: 'combine', create: null, merge: 0, keepsFirst };
        return { end, functions: [mergeValue] };
      }
      return { end: { kind: 'combine', create: 1, merge: 0 }, functions: [mergeValue, create] };
    }
  }
}

/** Whether all that is wanted are the keys (distinct): the first value of each stays what it is. */
export function keepsFirstOnly(aggregation: Extract<Aggregation, { kind: 'combine' }>): boolean {
  const { create, mergeValue, mergeCombiners } = aggregation;
  const isFirst = (ref: FunctionRef): boolean => ref.kind === 'builtin' && ref.name === 'firstOf';
  return create === null && isFirst(mergeValue) && isFirst(mergeCombiners);
}
