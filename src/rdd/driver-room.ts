// Whether the records of a result have room in the driver's heap: columns are much smaller than the objects made of
// them, and V8 ends the process where its heap or an array gets too large. Driver only.
import { getHeapStatistics } from 'node:v8';
import type { Block } from '../blocks/block.js';
import { decodedHeapBytes } from '../blocks/heap-size.js';
import { UsageError } from '../errors.js';
import { formatBytes } from '../sizes.js';

/** V8 ends the process where an array has to grow far beyond. */
const MOST_RECORDS = 112_000_000;
/** Part of V8's limit that may be filled: what is made of the records has to fit beside them. */
const HEAP_SHARE = 0.8;

export class DriverRoom {
  #records = 0;
  #heapBytes = 0;

  /** Books the records of one more block. **Throws** UsageError RDD-110 where they have no room. */
  take(action: string, block: Block): void {
    this.#records += block.count;
    this.#heapBytes += decodedHeapBytes(block);
    const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
    const isFit = used + this.#heapBytes <= HEAP_SHARE * limit;
    if (isFit && this.#records <= MOST_RECORDS) return;
    const why = isFit
      ? `more than the ${MOST_RECORDS} that one array can hold`
      : `which would take ${formatBytes(this.#heapBytes)} or more of its heap of ${formatBytes(limit)}`;
    throw new UsageError(
      'RDD-110',
      `${action}() brings ${this.#records} records or more to the driver, ${why}. ` +
        'Use take(20) for a look, toLocalIterator() to go through all, saveAsTextFile(path) to keep all' +
        `${isFit ? '' : ', or give the driver more with NODE_OPTIONS=--max-old-space-size=8192'}.`,
    );
  }
}
