// A column of strings: latin1 text in bytes, other text in UTF-16, each string as narrow as it can be.
// Runs on every thread, inside the loops of shuffles and caches.
import { ColumnKind, WIDE_FLAG } from './page-layout.js';
import type { PageWriter } from './page-writer.js';

/** Beyond this mean length strings are written one by one: joined they might not fit in a string. */
const JOIN_LENGTH = 4096;

// Compiled for strings of one-byte characters this finds at once that it cannot match.
const WIDE = /[^\0-\xff]/;

export function encodeStrings(page: PageWriter, strings: readonly string[], count: number): void {
  let total = 0;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const length = strings[i]!.length;
    total += length;
    if (length > longest) longest = length;
  }
  // Joining and copying once is faster than copying each, from a few characters on.
  if (total <= count * JOIN_LENGTH) {
    const joined = (count === strings.length ? strings : strings.slice(0, count)).join('');
    if (!WIDE.test(joined)) {
      writeLengths(page, strings, count, total, longest);
      page.text(total).latin1Write(joined, 0);
      return;
    }
  }
  writeMixed(page, strings, count, longest);
}

function writeLengths(
  page: PageWriter,
  strings: readonly string[],
  count: number,
  total: number,
  longest: number,
): void {
  const width = longest < 0x100 ? 1 : longest < 0x10000 ? 2 : 4;
  page.head(ColumnKind.string, width, total);
  const lengths = width === 1 ? page.u8(count) : width === 2 ? page.u16(count) : page.u32(count);
  for (let i = 0; i < count; i++) lengths[i] = strings[i]!.length;
}

function writeMixed(
  page: PageWriter,
  strings: readonly string[],
  count: number,
  longest: number,
): void {
  const narrow: string[] = [];
  const wide: string[] = [];
  let narrowBytes = 0;
  let wideBytes = 0;
  for (let i = 0; i < count; i++) {
    const string = strings[i]!;
    if (WIDE.test(string)) {
      wide.push(string);
      wideBytes += 2 * string.length;
    } else {
      narrow.push(string);
      narrowBytes += string.length;
    }
  }
  if (wideBytes === 0) {
    writeLengths(page, strings, count, narrowBytes, longest);
  } else {
    page.head(ColumnKind.string, 4, narrowBytes, wideBytes);
    const lengths = page.u32(count);
    for (let i = 0, next = 0; i < count; i++) {
      const isWide = strings[i] === wide[next];
      if (isWide) next++;
      lengths[i] = strings[i]!.length | (isWide ? WIDE_FLAG : 0);
    }
  }
  const narrowText = page.text(narrowBytes);
  writeAll(narrow, narrowBytes, (text, at) => narrowText.latin1Write(text, at));
  const wideText = page.text(wideBytes);
  writeAll(wide, wideBytes, (text, at) => wideText.ucs2Write(text, at));
}

function writeAll(
  strings: readonly string[],
  bytes: number,
  write: (text: string, at: number) => number,
): void {
  if (bytes <= strings.length * JOIN_LENGTH) {
    write(strings.join(''), 0);
    return;
  }
  let at = 0;
  for (const string of strings) at += write(string, at);
}
