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
      if (areCombiners) {
        return { end: { kind: 'combine', create: null, merge: 0 }, functions: [mergeCombiners] };
      }
      if (create === null) {
        return { end: { kind: 'combine', create: null, merge: 0 }, functions: [mergeValue] };
      }
      return { end: { kind: 'combine', create: 1, merge: 0 }, functions: [mergeValue, create] };
    }
  }
}
