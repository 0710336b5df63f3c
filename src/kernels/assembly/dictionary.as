// A dictionary of byte strings: key → slot, slots numbered in the order of first appearance. Open addressing,
// a power of two of entries. Keys are kept one after the other; `offsets` has one more entry than keys.
//
// Header, u32 each: 0 entries, 4 mask, 8 count, 12 offsets, 16 hashes, 20 bytes.
// Entry, 16 bytes: tag (hash, its low 4 bits the length up to 15) | slot + 1 | the first 8 bytes, so that keys
// of up to 8 bytes are compared without another look at memory.
import { copyBytes, equalBytes, hashBytes, hashShort, lowBytes, prefixOf } from './bytes';

/**
 * Keys hashed and looked for ahead, each in a loop of its own: in one so short many entries are on the way from memory at
 * once, in a longer one few.
 */
const AHEAD: u32 = 256;
/** The entries of so many keys stay in the nearest caches: looking ahead would only cost. */
const NEAR_KEYS: u32 = 8192;

// @ts-ignore: decorator
@inline
function tagOf(hash: u32, length: u32): u32 {
  return (hash & 0xfffffff0) | (length < 15 ? length : 15);
}

// @ts-ignore: decorator
@inline
function entryOf(entries: usize, mask: u32, hash: u32): usize {
  return entries + ((<usize>((hash >> 4) & mask)) << 4);
}

/**
 * The slot of a key: of a short one nearly always at the first entry, where nothing but the entry has to be read. An empty
 * entry is no text's: only the empty text has a tag of length 0, and its hash is not 0.
 */
// @ts-ignore: decorator
@inline
function slotOf(header: usize, entries: usize, mask: u32, p: usize, length: u32, hash: u32): u32 {
  if (length <= 8) {
    const entry = entryOf(entries, mask, hash);
    if (load<u32>(entry) == tagOf(hash, length) && load<u64>(entry, 8) == prefixOf(p, length)) {
      return load<u32>(entry, 4) - 1;
    }
  }
  return put(header, p, length, hash);
}

function put(header: usize, p: usize, length: u32, hash: u32): u32 {
  const entries = <usize>load<u32>(header);
  const mask = load<u32>(header, 4);
  const offsets = <usize>load<u32>(header, 12);
  const bytes = <usize>load<u32>(header, 20);
  const prefix = prefixOf(p, length);
  const tag = tagOf(hash, length);
  let i = (hash >> 4) & mask;
  for (;;) {
    const entry = entries + ((<usize>i) << 4);
    const taken = load<u32>(entry, 4);
    if (taken == 0) break;
    if (load<u32>(entry) == tag && load<u64>(entry, 8) == prefix) {
      if (length <= 8) return taken - 1;
      const at = offsets + ((taken - 1) << 2);
      const key = load<u32>(at);
      const isLong = length >= 15;
      if ((!isLong || load<u32>(at, 4) - key == length) && equalBytes(bytes + key + 8, p + 8, length - 8)) {
        return taken - 1;
      }
    }
    i = (i + 1) & mask;
  }
  const slot = load<u32>(header, 8);
  store<u32>(header, slot + 1, 8);
  const entry = entries + ((<usize>i) << 4);
  store<u32>(entry, tag);
  store<u32>(entry, slot + 1, 4);
  store<u64>(entry, prefix, 8);
  const at = offsets + (slot << 2);
  const key = load<u32>(at);
  copyBytes(bytes + key, p, length);
  store<u32>(at, key + length, 4);
  store<u32>(<usize>load<u32>(header, 16) + (slot << 2), hash);
  return slot;
}

/** The same as hashBytes; asking first spares short texts, which most are, a tenth of the time of their look-up. */
// @ts-ignore: decorator
@inline
function hashOf(p: usize, length: u32): u32 {
  return length <= 8 ? hashShort(prefixOf(p, length), length) : hashBytes(p, length);
}

// Keeps the look ahead from being optimised away.
let touched: u32 = 0;

/** Brings the entries of the hashes `from … to - 1` near. */
// @ts-ignore: decorator
@inline
function fetchEntries(entries: usize, mask: u32, hashes: usize, from: u32, to: u32): void {
  let t: u32 = 0;
  for (let i = from; i < to; i++) t += load<u32>(entryOf(entries, mask, load<u32>(hashes + (i << 2))));
  touched = t;
}

/** The slots of `n` keys given by starts and ends. */
export function putColumn(header: usize, n: u32, starts: usize, ends: usize, slots: usize): void {
  const entries = <usize>load<u32>(header);
  const mask = load<u32>(header, 4);
  if (load<u32>(header, 8) < NEAR_KEYS) {
    for (let i: u32 = 0; i < n; i++) {
      const p = <usize>load<u32>(starts + (i << 2));
      const length = load<u32>(ends + (i << 2)) - <u32>p;
      store<u32>(slots + (i << 2), slotOf(header, entries, mask, p, length, hashOf(p, length)));
    }
    return;
  }
  for (let from: u32 = 0; from < n; from += AHEAD) {
    const to = min(from + AHEAD, n);
    for (let i = from; i < to; i++) {
      const p = load<u32>(starts + (i << 2));
      store<u32>(slots + (i << 2), hashOf(<usize>p, load<u32>(ends + (i << 2)) - p));
    }
    fetchEntries(entries, mask, slots, from, to);
    for (let i = from; i < to; i++) {
      const p = <usize>load<u32>(starts + (i << 2));
      const length = load<u32>(ends + (i << 2)) - <u32>p;
      store<u32>(slots + (i << 2), slotOf(header, entries, mask, p, length, load<u32>(slots + (i << 2))));
    }
  }
}

/** The slots of `n` keys that stand one after the other from `p`, given by their lengths. */
export function putKeys(header: usize, n: u32, lengths: usize, p: usize, slots: usize): void {
  const entries = <usize>load<u32>(header);
  const mask = load<u32>(header, 4);
  let ahead = p;
  for (let from: u32 = 0; from < n; from += AHEAD) {
    const to = min(from + AHEAD, n);
    for (let i = from; i < to; i++) {
      const length = load<u32>(lengths + (i << 2));
      store<u32>(slots + (i << 2), hashOf(ahead, length));
      ahead += length;
    }
    fetchEntries(entries, mask, slots, from, to);
    for (let i = from; i < to; i++) {
      const length = load<u32>(lengths + (i << 2));
      store<u32>(slots + (i << 2), slotOf(header, entries, mask, p, length, load<u32>(slots + (i << 2))));
      p += length;
    }
  }
}

/** Enters all keys into larger, empty entries. */
export function rehash(header: usize, entries: usize, mask: u32): void {
  const n = load<u32>(header, 8);
  const offsets = <usize>load<u32>(header, 12);
  const hashes = <usize>load<u32>(header, 16);
  const bytes = <usize>load<u32>(header, 20);
  for (let slot: u32 = 0; slot < n; slot++) {
    const hash = load<u32>(hashes + (slot << 2));
    const key = load<u32>(offsets + (slot << 2));
    const length = load<u32>(offsets + (slot << 2), 4) - key;
    let i = (hash >> 4) & mask;
    while (load<u32>(entries + ((<usize>i) << 4), 4) != 0) i = (i + 1) & mask;
    const entry = entries + ((<usize>i) << 4);
    store<u32>(entry, tagOf(hash, length));
    store<u32>(entry, slot + 1, 4);
    store<u64>(entry, load<u64>(bytes + key) & lowBytes(length), 8);
  }
  store<u32>(header, <u32>entries);
  store<u32>(header, mask, 4);
}
