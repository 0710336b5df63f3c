// Tests of columns. A flag is 0 (no), 1 (yes) or 2: the value is missing and asking it would have thrown.
import { equalBytes, MISSING } from './bytes';

/** Whether each value equals the literal; a missing one does not. */
export function flagEqual(
  n: u32,
  starts: usize,
  ends: usize,
  literal: usize,
  length: u32,
  flags: usize,
): void {
  for (let i: u32 = 0; i < n; i++) {
    const p = load<u32>(starts + (i << 2));
    const isSame =
      p != MISSING &&
      load<u32>(ends + (i << 2)) - p == length &&
      equalBytes(<usize>p, literal, length);
    store<u8>(flags + i, isSame ? 1 : 0);
  }
}

export function flagStartsWith(
  n: u32,
  starts: usize,
  ends: usize,
  literal: usize,
  length: u32,
  flags: usize,
): void {
  for (let i: u32 = 0; i < n; i++) {
    const p = load<u32>(starts + (i << 2));
    if (p == MISSING) {
      store<u8>(flags + i, 2);
      continue;
    }
    const fits = load<u32>(ends + (i << 2)) - p >= length;
    store<u8>(flags + i, fits && equalBytes(<usize>p, literal, length) ? 1 : 0);
  }
}

export function flagEndsWith(
  n: u32,
  starts: usize,
  ends: usize,
  literal: usize,
  length: u32,
  flags: usize,
): void {
  for (let i: u32 = 0; i < n; i++) {
    const p = load<u32>(starts + (i << 2));
    if (p == MISSING) {
      store<u8>(flags + i, 2);
      continue;
    }
    const end = load<u32>(ends + (i << 2));
    const fits = end - p >= length;
    store<u8>(flags + i, fits && equalBytes(<usize>(end - length), literal, length) ? 1 : 0);
  }
}

/** Whether each value contains the literal of at least one byte. */
export function flagIncludes(
  n: u32,
  starts: usize,
  ends: usize,
  literal: usize,
  length: u32,
  flags: usize,
): void {
  const first = load<u8>(literal);
  for (let i: u32 = 0; i < n; i++) {
    let p = load<u32>(starts + (i << 2));
    if (p == MISSING) {
      store<u8>(flags + i, 2);
      continue;
    }
    const end = load<u32>(ends + (i << 2));
    let found: u8 = 0;
    for (; p + length <= end; p++) {
      if (load<u8>(<usize>p) == first && equalBytes(<usize>p, literal, length)) {
        found = 1;
        break;
      }
    }
    store<u8>(flags + i, found);
  }
}

/** Whether each value is there: 1, else `otherwise`. */
export function flagPresent(n: u32, starts: usize, otherwise: u32, flags: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    store<u8>(flags + i, load<u32>(starts + (i << 2)) == MISSING ? <u8>otherwise : 1);
  }
}

/** Whether each value is a text of at least one character; a missing one is not. */
export function flagNotEmpty(n: u32, starts: usize, ends: usize, flags: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const p = load<u32>(starts + (i << 2));
    store<u8>(flags + i, p != MISSING && load<u32>(ends + (i << 2)) != p ? 1 : 0);
  }
}

// Three-valued logic as the language evaluates it: the right side counts only where the left does not decide.

export function flagsNot(n: u32, flags: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const a = load<u8>(flags + i);
    store<u8>(flags + i, a == 2 ? 2 : 1 - a);
  }
}

export function flagsAnd(n: u32, left: usize, right: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(left + i) == 1) store<u8>(left + i, load<u8>(right + i));
  }
}

export function flagsOr(n: u32, left: usize, right: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(left + i) == 0) store<u8>(left + i, load<u8>(right + i));
  }
}

/** How many flags equal `value`. */
export function countFlags(n: u32, flags: usize, value: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < n; i++) count += load<u8>(flags + i) == value ? 1 : 0;
  return count;
}
