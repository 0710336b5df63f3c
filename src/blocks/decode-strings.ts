// A column of strings back from its text. Runs on every thread, inside the loops of stages.
import { isAscii, transcode } from 'node:buffer';
import { DamagedPage } from './damaged-page.js';
import type { NativeBuffer } from './native-buffer.js';
import { WIDE_FLAG } from './page-layout.js';

/**
 * Strings are cut from larger ones, which they keep alive: with a string that survives its page, at
 * most this many characters are kept. Larger pieces would also leave the young generation.
 */
const TEXT_CHUNK_UNITS = 16 * 1024;

/** Where the text of some strings lies, in bytes. */
export interface TextRange {
  readonly at: number;
  readonly size: number;
}

/** The strings of these lengths that lie one after the other, as latin1 or as UTF-16. */
export function cutStrings(
  bytes: NativeBuffer,
  lengths: Uint32Array,
  range: TextRange,
  isWide: boolean,
): string[] {
  const count = lengths.length;
  const strings = new Array<string>(count);
  const end = range.at + range.size;
  let at = range.at;
  for (let first = 0, last = 0; first < count; first = last) {
    let units = 0;
    do units += lengths[last++]!;
    while (last < count && units + lengths[last]! <= TEXT_CHUNK_UNITS);
    const next = at + (isWide ? 2 * units : units);
    if (next > end) throw new DamagedPage('a string ends behind its column');
    const text = isWide ? bytes.ucs2Slice(at, next) : bytes.latin1Slice(at, next);
    for (let i = first, from = 0; i < last; i++) {
      const to = from + lengths[i]!;
      strings[i] = text.substring(from, to);
      from = to;
    }
    at = next;
  }
  if (at !== end) throw new DamagedPage('a column has text that belongs to no string');
  return strings;
}

/** Strings of both kinds: each kind lies together, and the top bit of a length says which it is. */
export function cutMixedStrings(
  bytes: NativeBuffer,
  lengths: Uint32Array,
  narrowRange: TextRange,
  wideRange: TextRange,
): string[] {
  const narrowLengths = lengths.filter((length) => length < WIDE_FLAG);
  const wideLengths = lengths
    .filter((length) => length >= WIDE_FLAG)
    .map((length) => length - WIDE_FLAG);
  const narrow = cutStrings(bytes, narrowLengths, narrowRange, false);
  const wide = cutStrings(bytes, wideLengths, wideRange, true);
  if (narrow.length === 0) return wide;
  const strings = new Array<string>(lengths.length);
  for (let i = 0, n = 0, w = 0; i < lengths.length; i++) {
    strings[i] = lengths[i]! >= WIDE_FLAG ? wide[w++]! : narrow[n++]!;
  }
  return strings;
}

/** The strings of these lengths in bytes that lie one after the other as UTF-8. */
export function cutUtf8(bytes: NativeBuffer, lengths: Uint32Array, range: TextRange): string[] {
  const text = bytes.subarray(range.at, range.at + range.size);
  if (isAscii(text)) return cutStrings(bytes, lengths, range, false);
  let wide: Buffer;
  try {
    // Several times as fast as decoding to a string.
    wide = transcode(text, 'utf8', 'utf16le');
  } catch {
    throw new DamagedPage('a column is not UTF-8');
  }
  const units = new Uint32Array(lengths.length);
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    const end = at + lengths[i]!;
    if (end > text.length) throw new DamagedPage('a string ends behind its column');
    // Bytes that continue a character are no unit of their own; those that begin four are two.
    let count = 0;
    for (; at < end; at++) {
      const byte = text[at]!;
      if ((byte & 0xc0) !== 0x80) count += byte >= 0xf0 ? 2 : 1;
    }
    units[i] = count;
  }
  return cutStrings(wide as NativeBuffer, units, { at: 0, size: wide.length }, true);
}
