// How keyed records are spread over partitions, as data. Two RDDs with equal partitioners join without a shuffle.
import { type FunctionRef, functionKey } from './function-ref.js';

/**
 * - `hash`: by the value of the key, laid out as PySpark's `portable_hash`.
 * - `custom`: by the user's function of the key, modulo the number of partitions.
 * - `range`: by order of `key(k)`, with bounds sampled before the first job that needs them.
 * - `round-robin`: spreads whole records evenly; what `repartition` uses.
 */
export type PartitionerKind =
  | { readonly kind: 'hash' }
  | { readonly kind: 'custom'; readonly fn: FunctionRef }
  | { readonly kind: 'range'; readonly key: FunctionRef | null; readonly ascending: boolean }
  | { readonly kind: 'round-robin' };

/** `partitions` is null where the number follows from the parents and is found when a job is planned. */
export type Partitioner = PartitionerKind & { readonly partitions: number | null };

/** Whether both send every key to the same partition, given their resolved numbers of partitions. */
export function samePartitioner(
  a: Partitioner | null,
  aPartitions: number,
  b: Partitioner | null,
  bPartitions: number,
): boolean {
  if (a === null || b === null || aPartitions !== bPartitions) return false;
  if (a === b) return true;
  if (a.kind === 'hash') return b.kind === 'hash';
  if (a.kind === 'custom') return b.kind === 'custom' && functionKey(a.fn) === functionKey(b.fn);
  return false;
}
