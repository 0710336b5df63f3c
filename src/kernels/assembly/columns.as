// Columns as such: selecting rows, gathering values, laying keys out by partition.
import { copyBytes } from './bytes';

/** The rows whose flag is 1; returns how many. */
export function selectedRows(n: u32, flags: usize, rows: usize): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(rows + (count << 2), i);
    count += load<u8>(flags + i) == 1 ? 1 : 0;
  }
  return count;
}

export function gather32(n: u32, rows: usize, from: usize, to: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(to + (i << 2), load<u32>(from + (load<u32>(rows + (i << 2)) << 2)));
  }
}

export function gather64(n: u32, rows: usize, from: usize, to: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    store<u64>(to + (i << 3), load<u64>(from + (load<u32>(rows + (i << 2)) << 3)));
  }
}

/** Copies the texts one after the other, each with a newline; returns the end. */
export function gatherLines(n: u32, rows: usize, starts: usize, ends: usize, to: usize): usize {
  for (let i: u32 = 0; i < n; i++) {
    const row = load<u32>(rows + (i << 2)) << 2;
    const start = load<u32>(starts + row);
    const length = load<u32>(ends + row) - start + 1;
    copyBytes(to, <usize>start, length);
    to += length;
  }
  return to;
}

/** The partition of an unsigned hash, as values/hash.ts lays strings out. */
// @ts-ignore: decorator
@inline
function fnv(p: usize, length: u32): u32 {
  let h: u32 = 0x811c9dc5;
  for (let i: u32 = 0; i < length; i++) h = (h ^ <u32>load<u8>(p + i)) * 0x01000193;
  h = (h ^ (h >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return h ^ (h >> 16);
}

/**
 * Orders keys `0 … n-1` by partition, in their own order within each: `sorted` gets the keys, `counts` how many
 * each of the partitions has. `partitionOf` is scratch of n u32. Offsets are relative to `bytes`.
 */
export function sortByPartition(
  n: u32,
  offsets: usize,
  bytes: usize,
  partitions: u32,
  partitionOf: usize,
  counts: usize,
  cursors: usize,
  sorted: usize,
): void {
  memory.fill(counts, 0, partitions << 2);
  for (let k: u32 = 0; k < n; k++) {
    const at = load<u32>(offsets + (k << 2));
    const part = fnv(bytes + at, load<u32>(offsets + (k << 2), 4) - at) % partitions;
    store<u32>(partitionOf + (k << 2), part);
    store<u32>(counts + (part << 2), load<u32>(counts + (part << 2)) + 1);
  }
  let sum: u32 = 0;
  for (let part: u32 = 0; part < partitions; part++) {
    store<u32>(cursors + (part << 2), sum);
    sum += load<u32>(counts + (part << 2));
  }
  for (let k: u32 = 0; k < n; k++) {
    const cursor = cursors + (load<u32>(partitionOf + (k << 2)) << 2);
    const at = load<u32>(cursor);
    store<u32>(cursor, at + 1);
    store<u32>(sorted + (at << 2), k);
  }
}

/** Copies keys one after the other to `to`, their lengths to `lengths`; returns the end of the text. */
export function gatherKeys(
  n: u32,
  keys: usize,
  offsets: usize,
  bytes: usize,
  lengths: usize,
  to: usize,
): usize {
  for (let i: u32 = 0; i < n; i++) {
    const key = load<u32>(keys + (i << 2)) << 2;
    const at = load<u32>(offsets + key);
    const length = load<u32>(offsets + key, 4) - at;
    store<u32>(lengths + (i << 2), length);
    copyBytes(to, bytes + at, length);
    to += length;
  }
  return to;
}
