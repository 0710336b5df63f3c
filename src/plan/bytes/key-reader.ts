// Reads the keys of shuffle segments into a dictionary, page by page, whichever path has written them. Runs in workers.
import { PageDecoder } from '../../blocks/page-decoder.js';
import type { StoredSegments } from '../../blocks/stored.js';
import type { Arena } from '../../kernels/arena.js';
import type { ByteDictionary } from '../../kernels/dictionary.js';
import { type KeyPage, readKeyPage } from './key-pages.js';
import { Unfit } from './unfit.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A page whose keys are in the dictionary. */
export interface SlottedPage {
  /** Address of the slots of the keys, valid while the page is looked at. */
  readonly slots: number;
  readonly keys: number;
  /** How many values follow each key; null for one each. */
  readonly runs: Uint32Array | null;
  /** The values as columns: numbers, or null for nulls; undefined where they are something else. */
  readonly numbers: KeyPage['values'] | undefined;
  /** All values as they are. */
  values(): ArrayLike<unknown>;
}

/** Which of a shuffle's map outputs, and which partition of them. */
export interface SegmentRange {
  readonly outputs: readonly StoredSegments[];
  readonly partition: number;
}

/** Most keys are in most segments: the largest tells more than all together. Throws Unfit. */
export function expectedKeys({ outputs, partition }: SegmentRange) {
  let keys = 0;
  let bytes = 0;
  for (const output of outputs) {
    if (output.kind === 'parts') throw new Unfit('a segment on disk');
    const { block } = output;
    keys = Math.max(keys, block.counts[partition]!);
    bytes = Math.max(bytes, block.offsets[partition + 1]! - block.offsets[partition]!);
  }
  return { keys: Math.ceil(keys * 1.5), bytes };
}

/** Where the values of keys have not been merged, their number says nothing of how many keys there are. */
export const UNKNOWN_KEYS = { keys: 1024, bytes: 8192 };

/** Calls `visit` for every page. Throws Unfit where a key is no text, or a segment not in memory. */
export function readKeys(
  arena: Arena,
  dictionary: ByteDictionary,
  { outputs, partition }: SegmentRange,
  visit: (page: SlottedPage) => void,
): void {
  const reader = new KeyReader(arena, dictionary, visit);
  for (const output of outputs) {
    if (output.kind !== 'memory') throw new Unfit('a segment on disk');
    const { buffer, offsets } = output.block;
    reader.segment(buffer, offsets[partition]!, offsets[partition + 1]!);
  }
}

class KeyReader {
  readonly #arena: Arena;
  readonly #dictionary: ByteDictionary;
  readonly #visit: (page: SlottedPage) => void;

  constructor(arena: Arena, dictionary: ByteDictionary, visit: (page: SlottedPage) => void) {
    this.#arena = arena;
    this.#dictionary = dictionary;
    this.#visit = visit;
  }

  segment(buffer: SharedArrayBuffer, start: number, end: number): void {
    if (start === end) return;
    const pages = new PageDecoder(buffer, start, end - start);
    for (let offset = 0; offset < end - start; ) {
      const { byteLength, count } = pages.head(offset);
      const page = readKeyPage(buffer, start + offset, byteLength, count);
      const at = offset;
      if (page === null || !this.#columns(page, () => pages.values(at))) {
        this.#records(pages.records(offset));
      }
      offset += byteLength;
    }
  }

  /** False where the text is not what the dictionary takes: latin1 is not UTF-8. */
  #columns(page: KeyPage, values: () => ArrayLike<unknown>): boolean {
    const arena = this.#arena;
    const { lengths, text, runs } = page;
    const keys = lengths.length;
    this.#dictionary.reserve(keys, text.length);
    const mark = arena.mark;
    const at = arena.copyIn(text);
    const isFit = page.isUtf8 || (arena.kernels.probe(at, at + text.length) & 1) === 0;
    if (isFit) {
      const lengthsAt = arena.allocate(keys * 4);
      arena.u32.set(lengths, lengthsAt / 4);
      const slots = this.#put(lengthsAt, at, keys);
      this.#visit({ slots, keys, runs, numbers: page.values, values });
    }
    arena.release(mark);
    return isFit;
  }

  #records(records: readonly unknown[]): void {
    const keys: Buffer[] = [];
    for (const record of records) {
      const key = (record as readonly unknown[])[0];
      // A text that is not well formed has no UTF-8.
      if (typeof key !== 'string' || LONE_SURROGATE.test(key)) throw new Unfit('a key is no text');
      keys.push(Buffer.from(key));
    }
    const arena = this.#arena;
    const text = Buffer.concat(keys);
    this.#dictionary.reserve(keys.length, text.length);
    const mark = arena.mark;
    const at = arena.copyIn(text);
    const lengthsAt = arena.allocate(keys.length * 4);
    keys.forEach((key, i) => {
      arena.u32[lengthsAt / 4 + i] = key.length;
    });
    const slots = this.#put(lengthsAt, at, keys.length);
    const values = () => records.map((record) => (record as readonly unknown[])[1]);
    this.#visit({ slots, keys: keys.length, runs: null, numbers: undefined, values });
    arena.release(mark);
  }

  #put(lengths: number, text: number, count: number): number {
    const arena = this.#arena;
    const slots = arena.allocate(count * 4);
    arena.kernels.putKeys(this.#dictionary.header, count, lengths, text, slots);
    return slots;
  }
}
