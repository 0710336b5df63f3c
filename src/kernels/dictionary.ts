// A dictionary of byte strings in an arena: key → slot, numbered in the order of first appearance.
import type { Arena } from './arena.js';

/** Words of the header; the kernels know the same (assembly/dictionary.as). */
const ENTRIES = 0;
const MASK = 1;
const COUNT = 2;
const OFFSETS = 3;
const HASHES = 4;
const BYTES = 5;
const HEADER_BYTES = 64;
const ENTRY_BYTES = 16;
/** Longer probes cost more than emptier tables. */
const MAX_LOAD = 0.7;
const FEWEST_ENTRIES = 1024;

export interface ExpectedKeys {
  readonly keys: number;
  readonly bytes: number;
}

/** Make room with `reserve`, then put keys by the kernels `putColumn` and `putKeys`, with `header`. */
export class ByteDictionary {
  readonly header: number;
  readonly #arena: Arena;
  readonly #word: number;
  #capacity: number;
  #entryCount: number;
  #bytesCapacity: number;

  constructor(arena: Arena, expected: ExpectedKeys = { keys: 0, bytes: 0 }) {
    this.#arena = arena;
    this.#entryCount = entriesFor(expected.keys);
    this.#capacity = Math.floor(this.#entryCount * MAX_LOAD);
    this.#bytesCapacity = Math.max(expected.bytes, FEWEST_ENTRIES * 8);
    this.header = arena.allocate(HEADER_BYTES);
    this.#word = this.header / 4;
    const entries = this.#emptyEntries();
    const offsets = arena.allocate((this.#capacity + 1) * 4);
    const hashes = arena.allocate(this.#capacity * 4);
    const bytes = arena.allocate(this.#bytesCapacity);
    const { u32 } = arena;
    u32[this.#word + ENTRIES] = entries;
    u32[this.#word + MASK] = this.#entryCount - 1;
    u32[this.#word + COUNT] = 0;
    u32[this.#word + OFFSETS] = offsets;
    u32[this.#word + HASHES] = hashes;
    u32[this.#word + BYTES] = bytes;
    u32[offsets / 4] = 0;
  }

  /** Number of keys. */
  get size(): number {
    return this.#arena.u32[this.#word + COUNT]!;
  }

  /** Address of the keys' offsets within the bytes, one more than keys. */
  get offsets(): number {
    return this.#arena.u32[this.#word + OFFSETS]!;
  }

  /** Address of the keys, one after the other. */
  get bytes(): number {
    return this.#arena.u32[this.#word + BYTES]!;
  }

  /** Bytes of all keys together. */
  get byteLength(): number {
    return this.#arena.u32[this.offsets / 4 + this.size]!;
  }

  /** Makes room for so many more keys of so many bytes together. Throws ArenaFull. */
  reserve(keys: number, bytes: number): void {
    if (this.size + keys > this.#capacity) this.#growEntries(this.size + keys);
    if (this.byteLength + bytes > this.#bytesCapacity) this.#growBytes(this.byteLength + bytes);
  }

  #growEntries(keys: number): void {
    const arena = this.#arena;
    this.#entryCount = entriesFor(keys);
    this.#capacity = Math.floor(this.#entryCount * MAX_LOAD);
    const { size } = this;
    const offsets = arena.allocate((this.#capacity + 1) * 4);
    const hashes = arena.allocate(this.#capacity * 4);
    const entries = this.#emptyEntries();
    const { u32, bytes } = arena;
    const oldHashes = u32[this.#word + HASHES]!;
    bytes.copyWithin(offsets, this.offsets, this.offsets + (size + 1) * 4);
    bytes.copyWithin(hashes, oldHashes, oldHashes + size * 4);
    u32[this.#word + OFFSETS] = offsets;
    u32[this.#word + HASHES] = hashes;
    arena.kernels.rehash(this.header, entries, this.#entryCount - 1);
  }

  #growBytes(wanted: number): void {
    const used = this.byteLength;
    while (this.#bytesCapacity < wanted) this.#bytesCapacity *= 2;
    const bytes = this.#arena.allocate(this.#bytesCapacity);
    this.#arena.bytes.copyWithin(bytes, this.bytes, this.bytes + used);
    this.#arena.u32[this.#word + BYTES] = bytes;
  }

  #emptyEntries(): number {
    const sizeBytes = this.#entryCount * ENTRY_BYTES;
    const entries = this.#arena.allocate(sizeBytes);
    this.#arena.fill(entries, sizeBytes, 0);
    return entries;
  }
}

/** A power of two: the kernels find their way by a mask. */
function entriesFor(keys: number): number {
  let entries = FEWEST_ENTRIES;
  while (entries * MAX_LOAD < keys) entries *= 2;
  return entries;
}
