// How a shuffle write finds the partition of a record: by hash, by the user's function, or by sampled bounds.
import { decodeBlock } from '../blocks/codec.js';
import { partitionOfKey } from '../values/hash.js';
import { compareValues } from '../values/order.js';
import type { BoundFunction } from './functions.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import type { ShufflePartitioner } from './stage.js';
import { TaskError } from '../errors.js';

/** The function from a key to the index of its partition. */
export function partitionFunction(
  partitioner: ShufflePartitioner,
  resolve: (ref: FunctionRef) => BoundFunction,
): (key: unknown) => number {
  const { partitions } = partitioner;
  switch (partitioner.kind) {
    case 'hash':
    case 'round-robin':
      return partitions === 1 ? () => 0 : (key) => partitionOfKey(key, partitions);
    case 'custom':
      return customPartition(resolve(partitioner.fn).call, partitions);
    case 'range': {
      const key = partitioner.key === null ? null : resolve(partitioner.key).call;
      const bounds = partitioner.bounds === null ? [] : decodeBlock<unknown>(partitioner.bounds);
      return rangePartition(bounds, key, partitioner.ascending, partitions);
    }
  }
}

function customPartition(fn: Function, partitions: number): (key: unknown) => number {
  return (key) => {
    const value: unknown = fn(key);
    const whole =
      typeof value === 'bigint' ? Number(value % BigInt(partitions)) : Math.trunc(Number(value));
    if (Number.isNaN(whole)) {
      throw new TaskError(
        'TASK-103',
        `the partition function returned ${String(value)}, which is no number. Return an integer; it is taken modulo ${partitions}.`,
      );
    }
    return ((whole % partitions) + partitions) % partitions;
  };
}

/** Keys equal to a bound go before it (bisect_left), so equal keys meet in one partition. */
function rangePartition(
  bounds: readonly unknown[],
  key: Function | null,
  ascending: boolean,
  partitions: number,
): (key: unknown) => number {
  return (raw) => {
    const value: unknown = key === null ? raw : key(raw);
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareValues(bounds[middle], value) < 0) low = middle + 1;
      else high = middle;
    }
    return ascending ? low : partitions - 1 - low;
  };
}
