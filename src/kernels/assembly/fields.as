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

/**
 * Starts and ends of the fields `wanted[0] < wanted[1] < …` (`count` of them, at least one) of all lines, in one pass over
 * a chunk that ends with a newline; MISSING where a line has no such field. `columns` holds for each field the addresses
 * of its starts and its ends, and after them those of the lines' own starts and ends, or zeros. `missing` gets
 * how many fields are missing. Returns how many lines there are.
 */
export function fieldColumns(
  p: usize,
  end: usize,
  separator: u32,
  count: u32,
  wanted: usize,
  columns: usize,
  missing: usize,
): u32 {
  const lineStarts = <usize>load<u32>(columns + (count << 3));
  if (count == 1 && lineStarts == 0) {
    const starts = <usize>load<u32>(columns);
    const ends = <usize>load<u32>(columns, 4);
    return oneField(p, end, separator, wanted, columns, load<u32>(wanted), starts, ends, missing);
  }
  const lineEnds = <usize>load<u32>(columns + (count << 3), 4);
  const newline = i8x16.splat(NEWLINE);
  const sep = i8x16.splat(<i8>separator);
  let row: usize = 0;
  let lacking: u32 = 0;
  for (let at = p; at < end; row += 4) {
    const breaks = matches(at, newline);
    let next = at + <usize>ctz(breaks);
    if (breaks) {
      let m = marksOfLine(at, sep, breaks);
      let start = at;
      let field: u32 = 0;
      for (let j: u32 = 0; j < count; j++) {
        const k = load<u32>(wanted + (j << 2));
        if (field < k) {
          for (field++; field < k; field++) m &= m - 1;
          start = at + <usize>ctz(m) + 1;
          m &= m - 1;
        }
        if (m) {
          storeField(columns, j, row, <u32>start, <u32>at + <u32>ctz(m));
        } else {
          storeField(columns, j, row, MISSING, MISSING);
          lacking++;
        }
      }
    } else {
      next = longLine(at, newline, sep, count, wanted, columns, row);
      lacking += lacked;
    }
    if (lineStarts) {
      store<u32>(lineStarts + row, <u32>at);
      store<u32>(lineEnds + row, <u32>next);
    }
    at = next + 1;
  }
  store<u32>(missing, lacking);
  return <u32>(row >> 2);
}

/** The same for field `k` alone, which most functions ask for: nothing but the text is read in the loop. */
function oneField(
  p: usize,
  end: usize,
  separator: u32,
  wanted: usize,
  columns: usize,
  k: u32,
  starts: usize,
  ends: usize,
  missing: usize,
): u32 {
  const newline = i8x16.splat(NEWLINE);
  const sep = i8x16.splat(<i8>separator);
  let row: usize = 0;
  let lacking: u32 = 0;
  for (let at = p; at < end; row += 4) {
    const breaks = matches(at, newline);
    if (breaks == 0) {
      at = longLine(at, newline, sep, 1, wanted, columns, row) + 1;
      lacking += lacked;
      continue;
    }
    let m = marksOfLine(at, sep, breaks);
    let start = <u32>at;
    if (k) {
      for (let field: u32 = 1; field < k; field++) m &= m - 1;
      start = <u32>at + <u32>ctz(m) + 1;
      m &= m - 1;
    }
    let stop = <u32>at + <u32>ctz(m);
    if (m == 0) {
      start = stop = MISSING;
      lacking++;
    }
    store<u32>(starts + row, start);
    store<u32>(ends + row, stop);
    at += <usize>ctz(breaks) + 1;
  }
  store<u32>(missing, lacking);
  return <u32>(row >> 2);
}

/** Of the 64 bytes from a line's start, its separators and the newline behind its last field. */
// @ts-ignore: decorator
@inline
function marksOfLine(at: usize, separator: v128, breaks: u64): u64 {
  return (matches(at, separator) | breaks) & (breaks ^ (breaks - 1));
}

// @ts-ignore: decorator
@inline
function storeField(columns: usize, j: u32, row: usize, start: u32, end: u32): void {
  store<u32>(<usize>load<u32>(columns + (j << 3)) + row, start);
  store<u32>(<usize>load<u32>(columns + (j << 3), 4) + row, end);
}

/** How many of the wanted fields the line lacked that was looked at last. */
let lacked: u32 = 0;

/** The same for one line that does not end within 64 bytes. Returns where its newline is. */
function longLine(
  at: usize,
  newline: v128,
  sep: v128,
  count: u32,
  wanted: usize,
  columns: usize,
  row: usize,
): usize {
  let start = <u32>at;
  let field: u32 = 0;
  let j: u32 = 0;
  let breaks: u64 = 0;
  let q = at;
  for (; ; q += 64) {
    breaks = matches(q, newline);
    if (j < count) {
      let m = breaks ? marksOfLine(q, sep, breaks) : matches(q, sep);
      const n = <u32>popcnt(m);
      if (field + n <= load<u32>(wanted + (j << 2))) {
        if (m) start = <u32>q + 64 - <u32>clz(m);
        field += n;
      } else {
        for (; m && j < count; m &= m - 1) {
          const mark = <u32>q + <u32>ctz(m);
          if (field == load<u32>(wanted + (j << 2))) {
            storeField(columns, j, row, start, mark);
            j++;
          }
          start = mark + 1;
          field++;
        }
      }
    }
    if (breaks) break;
  }
  lacked = count - j;
  for (; j < count; j++) storeField(columns, j, row, MISSING, MISSING);
  return q + <usize>ctz(breaks);
}
