// Fields of lines by a separator of one byte.
import { before, matches, MISSING } from './bytes';

const NEWLINE: i8 = 10;

/**
 * The places of all separators and newlines of a chunk; the number of newlines goes to `newlines`.
 * Returns how many places. May write up to 32 places more.
 */
export function marks(p: usize, end: usize, separator: u32, out: usize, newlines: usize): u32 {
  const newline = i8x16.splat(NEWLINE);
  const sep = i8x16.splat(<i8>separator);
  let o = out;
  let lineCount: u32 = 0;
  for (let q = p; q < end; q += 64) {
    const here = before(q, end);
    const breaks = matches(q, newline) & here;
    let m = (matches(q, sep) & here) | breaks;
    lineCount += <u32>popcnt(breaks);
    const count = <u32>popcnt(m);
    const base = <u32>q;
    // Eight at a time without asking whether they are there: one branch instead of eight.
    for (let j = 0; j < 8; j++) {
      store<u32>(o + (j << 2), base + <u32>ctz(m));
      m &= m - 1;
    }
    if (count > 8) {
      for (let j = 8; j < 16; j++) {
        store<u32>(o + (j << 2), base + <u32>ctz(m));
        m &= m - 1;
      }
      for (let j: u32 = 16; m; j++) {
        store<u32>(o + (j << 2), base + <u32>ctz(m));
        m &= m - 1;
      }
    }
    o += <usize>count << 2;
  }
  store<u32>(newlines, lineCount);
  return <u32>((o - out) >> 2);
}

/** Whether every `perLine`-th place is a newline: all lines have the same number of fields. */
export function isRectangular(places: usize, lineCount: u32, perLine: u32): u32 {
  let ok: u32 = 1;
  let q = places + ((perLine - 1) << 2);
  for (let i: u32 = 0; i < lineCount; i++) {
    ok &= load<u8>(<usize>load<u32>(q)) == NEWLINE ? 1 : 0;
    q += <usize>perLine << 2;
  }
  return ok;
}

/** Starts and ends of field `k` where all lines have `perLine` of them. */
export function rectangularField(
  places: usize,
  lineCount: u32,
  perLine: u32,
  k: u32,
  base: u32,
  starts: usize,
  ends: usize,
): void {
  const stride = <usize>perLine << 2;
  let q = places;
  if (k == 0) {
    let start = base;
    for (let i: u32 = 0; i < lineCount; i++) {
      store<u32>(starts + (i << 2), start);
      store<u32>(ends + (i << 2), load<u32>(q));
      start = load<u32>(q + ((perLine - 1) << 2)) + 1;
      q += stride;
    }
    return;
  }
  for (let i: u32 = 0; i < lineCount; i++) {
    store<u32>(starts + (i << 2), load<u32>(q + ((k - 1) << 2)) + 1);
    store<u32>(ends + (i << 2), load<u32>(q + (k << 2)));
    q += stride;
  }
}

/** Starts and ends of the lines where all have `perLine` fields. */
export function rectangularLines(
  places: usize,
  lineCount: u32,
  perLine: u32,
  base: u32,
  starts: usize,
  ends: usize,
): void {
  const stride = <usize>perLine << 2;
  let q = places + ((perLine - 1) << 2);
  let start = base;
  for (let i: u32 = 0; i < lineCount; i++) {
    const end = load<u32>(q);
    store<u32>(starts + (i << 2), start);
    store<u32>(ends + (i << 2), end);
    start = end + 1;
    q += stride;
  }
}

/** Starts and ends of field `k` of lines with different numbers of fields; MISSING where there is none. */
export function raggedField(
  places: usize,
  count: u32,
  k: u32,
  base: u32,
  starts: usize,
  ends: usize,
): void {
  let row: u32 = 0;
  let field: u32 = 0;
  let start = base;
  let found = false;
  for (let i: u32 = 0; i < count; i++) {
    const at = load<u32>(places + (i << 2));
    if (field == k) {
      store<u32>(starts + (row << 2), start);
      store<u32>(ends + (row << 2), at);
      found = true;
    }
    start = at + 1;
    field++;
    if (load<u8>(<usize>at) == NEWLINE) {
      if (!found) {
        store<u32>(starts + (row << 2), MISSING);
        store<u32>(ends + (row << 2), MISSING);
      }
      row++;
      field = 0;
      found = false;
    }
  }
}

/** How many fields each line has. */
export function fieldCounts(places: usize, count: u32, out: usize): void {
  let row: u32 = 0;
  let fields: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    fields++;
    if (load<u8>(<usize>load<u32>(places + (i << 2))) == NEWLINE) {
      store<f64>(out + (row << 3), <f64>fields);
      row++;
      fields = 0;
    }
  }
}

/** Starts and ends of all fields of all lines. */
export function everyField(
  places: usize,
  count: u32,
  base: u32,
  starts: usize,
  ends: usize,
): void {
  let start = base;
  for (let i: u32 = 0; i < count; i++) {
    const at = load<u32>(places + (i << 2));
    store<u32>(starts + (i << 2), start);
    store<u32>(ends + (i << 2), at);
    start = at + 1;
  }
}
