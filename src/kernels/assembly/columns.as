// Columns as such: selecting rows, gathering values.
import { copyBytes } from './bytes';

export function fill(at: usize, sizeBytes: usize, value: u32): void {
  memory.fill(at, <u8>value, sizeBytes);
}

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
