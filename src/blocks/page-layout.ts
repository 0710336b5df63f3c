// How the bytes of a page are laid out; shared by the encoder and the decoder. Runs on every thread.
//
// A block is a sequence of pages. Page: magic, length, count and checksum (4 × u32), then one column.
// A column begins with a 16-byte head (kind, arg, and two sizes), its parts are padded to 8 bytes, so
// that every numeric column can be viewed where it lies.

/** First word of a page: "TSB1". */
export const PAGE_MAGIC = 0x31425354;
export const PAGE_HEAD_BYTES = 16;
export const COLUMN_HEAD_BYTES = 16;

/** Longest array that is stored as a tuple, a column for each place. */
export const MAX_TUPLE = 8;
/** Most fields of plain objects that are stored a column for each field. */
export const MAX_FIELDS = 32;
/** Arrays and objects nested deeper than this are serialised whole. */
export const MAX_NESTING = 4;

export const ColumnKind = {
  /** No values. */
  empty: 0,
  /** Float64 each. */
  f64: 1,
  /** Int32 each. */
  i32: 2,
  /** A byte each. */
  boolean: 3,
  /**
   * arg: bytes of each length (1, 2 or 4); sizes: latin1 bytes, UTF-16 bytes. Lengths, then all
   * latin1 text, then all UTF-16 text; where there is any, the top bit of a length marks it.
   */
  string: 4,
  /** arg: places. A column for each. */
  tuple: 5,
  /** first size: all elements. Uint32 length each, then one column of the elements of all. */
  list: 6,
  /** first size: values present. A byte each (NullTag), then a column of the values present. */
  nullable: 7,
  /** first size: bytes of the values as v8.serialize writes their array. */
  serialised: 8,
  /** arg: fields. A string column of their names, then a column for each. */
  object: 9,
  /** arg: bytes of each length (1, 2 or 4); size: bytes. Lengths in bytes, then all text as valid UTF-8. */
  utf8: 10,
  /**
   * Pairs in which each key stands before a run of values; size: runs. A column of the runs' keys, Uint32 length each,
   * then a column of all values.
   */
  runs: 11,
} as const;

export const NullTag = { present: 0, null: 1, undefined: 2 } as const;

/** Marks a string of UTF-16 units among latin1 ones. */
export const WIDE_FLAG = 0x80000000;

/** `size` rounded up to a multiple of eight. */
export function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/**
 * Checksum of the words `[from, to)`. Every step is a bijection of its lane, so a change within one
 * word never goes unseen; four lanes, because one would wait for its own multiplication.
 */
export function checksum(words: Int32Array, from: number, to: number): number {
  let a = 0x9e3779b1 | 0; // int32, or the loop would run on doubles
  let b = 0x85ebca77 | 0;
  let c = 0xc2b2ae3d | 0;
  let d = 0x27d4eb2f;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    a = Math.imul(a ^ words[i]!, 0x01000193);
    b = Math.imul(b ^ words[i + 1]!, 0x01000193);
    c = Math.imul(c ^ words[i + 2]!, 0x01000193);
    d = Math.imul(d ^ words[i + 3]!, 0x01000193);
  }
  for (; i < to; i++) a = Math.imul(((a << 5) | (a >>> 27)) ^ words[i]!, 0x01000193);
  a = Math.imul(a ^ (a >>> 15) ^ b, 0x2c1b3c6d);
  a = Math.imul(a ^ (a >>> 13) ^ c, 0x297a2d39);
  a = Math.imul(a ^ (a >>> 15) ^ d, 0x2c1b3c6d);
  return (a ^ (a >>> 16)) >>> 0;
}
