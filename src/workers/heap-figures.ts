// How large this thread's own heap is. Buffers count; shared ones, which V8 leaves out, do not.
import { getHeapStatistics } from 'node:v8';

/** Node's types do not know the memory of buffers yet. */
type HeapFigures = ReturnType<typeof getHeapStatistics> & { readonly external_memory: number };

/** Bytes in use, garbage included. */
export function usedHeapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics() as HeapFigures;
  return used_heap_size + external_memory;
}

/** Bytes taken from the system. */
export function heldHeapBytes(): number {
  const { total_heap_size, external_memory } = getHeapStatistics() as HeapFigures;
  return total_heap_size + external_memory;
}
