// Reads the keys of shuffle segments into a dictionary, page by page, whichever path has written them. Runs in workers.
import { PageDecoder } from '../../blocks/page-decoder.js';
import type { StoredSegments } from '../../blocks/stored.js';
import type { Arena } from '../../kernels/arena.js';
import { ByteDictionary, type ExpectedKeys } from '../../kernels/dictionary.js';
import { Composer, type ComposedPart } from './composer.js';
import { type KeyColumn, type KeyPage, readKeyPage } from './key-pages.js';
import {
  bytesOfKey,
  isSameShape,
  isSingleText,
  type KeyPart,
  type KeyShape,
  shapeOfKey,
  TEXT_KEYS,
} from './key-shape.js';
import type { Keys } from './keyed-numbers.js';
import { Unfit } from './unfit.js';

const NEWLINE = 10;

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

/** The keys read so far. All are of one shape: throws Unfit for another, and for keys that are none. */
export class ReadKeys implements Keys {
  readonly arena: Arena;
  readonly dictionary: ByteDictionary;
  #shape: KeyShape | null = null;

  constructor(arena: Arena, expected: ExpectedKeys) {
    this.arena = arena;
    this.dictionary = new ByteDictionary(arena, expected);
  }

  get shape(): KeyShape {
    return this.#shape ?? TEXT_KEYS;
  }

  /** Calls `visit` for every page. Throws Unfit, too, where a segment is not in memory. */
  read({ outputs, partition }: SegmentRange, visit: (page: SlottedPage) => void): void {
    for (const output of outputs) {
      if (output.kind !== 'memory') throw new Unfit('a segment on disk');
      const { buffer, offsets } = output.block;
      this.#segment(buffer, offsets[partition]!, offsets[partition + 1]!, visit);
    }
  }

  #segment(
    buffer: SharedArrayBuffer,
    start: number,
    end: number,
    visit: (page: SlottedPage) => void,
  ): void {
    if (start === end) return;
    const pages = new PageDecoder(buffer, start, end - start);
    for (let offset = 0; offset < end - start; ) {
      const { byteLength, count } = pages.head(offset);
      const page = readKeyPage(buffer, start + offset, byteLength, count);
      const at = offset;
      if (page === null || !this.#page(page, () => pages.values(at), visit)) {
        this.#records(pages.records(offset), visit);
      }
      offset += byteLength;
    }
  }

  /** False where a text is not what the dictionary takes: latin1 is not UTF-8. */
  #page(page: KeyPage, values: SlottedPage['values'], visit: (page: SlottedPage) => void): boolean {
    const { arena } = this;
    const { column, keys, runs, values: numbers } = page;
    const shape = shapeOfColumn(column);
    this.#adopt(shape);
    // Before the mark: the dictionary keeps what it gets.
    this.dictionary.reserve(keys, bytesOf(column, keys));
    const mark = arena.mark;
    const slots = isSingleText(shape)
      ? this.#textSlots(column as TextColumn, keys)
      : this.#composedSlots(column.kind === 'tuple' ? column.columns : [column], keys);
    if (slots !== null) visit({ slots, keys, runs, numbers, values });
    arena.release(mark);
    return slots !== null;
  }

  #composedSlots(columns: readonly KeyColumn[], keys: number): number | null {
    const { arena } = this;
    const parts = columns.map((part) => this.#part(part, keys, columns.length > 1));
    if (parts.some((part) => part === null)) return null;
    const composer = new Composer(arena, keys);
    const room = columns.reduce((sum, part) => sum + textBytes(part), 0);
    const rows = { n: keys, rows: null, room };
    if (composer.composeKeys(parts as ComposedPart[], rows) === null) {
      throw new Unfit('minus zero');
    }
    const slots = arena.allocate(keys * 4);
    const { header } = this.dictionary;
    arena.kernels.putColumn(header, keys, composer.starts, composer.ends, slots);
    return slots;
  }

  #textSlots({ lengths, text, isUtf8 }: TextColumn, keys: number): number | null {
    const { arena } = this;
    const at = this.#textAt(text, isUtf8);
    if (at === null) return null;
    const lengthsAt = arena.allocate(keys * 4);
    arena.u32.set(lengths, lengthsAt / 4);
    return this.#put(lengthsAt, at, keys);
  }

  #textAt(text: Uint8Array, isUtf8: boolean): number | null {
    const { arena } = this;
    const at = arena.copyIn(text);
    return isUtf8 || (arena.kernels.probe(at, at + text.length) & 1) === 0 ? at : null;
  }

  #part(column: KeyColumn, keys: number, isOneOfSeveral: boolean): ComposedPart | null {
    const { arena } = this;
    if (column.kind === 'numbers') {
      const at = arena.allocate(keys * 8);
      arena.f64.set(column.values, at / 8);
      return { kind: 'number', at };
    }
    if (column.kind !== 'text') throw new Unfit('a tuple within a tuple');
    const { lengths, text, isUtf8 } = column;
    let at = this.#textAt(text, isUtf8);
    if (at === null) return null;
    if (isOneOfSeveral && arena.kernels.countByte(at, at + text.length, NEWLINE) > 0) {
      throw new Unfit('a newline within a key');
    }
    const [starts, ends] = [arena.allocate(keys * 4), arena.allocate(keys * 4)];
    const { u32 } = arena;
    for (let i = 0; i < keys; i++) {
      u32[starts / 4 + i] = at;
      at += lengths[i]!;
      u32[ends / 4 + i] = at;
    }
    return { kind: 'text', starts, ends };
  }

  #records(records: readonly unknown[], visit: (page: SlottedPage) => void): void {
    const { arena } = this;
    const keys = records.map((record) => {
      const key = (record as readonly unknown[])[0];
      const shape = shapeOfKey(key);
      if (shape === null) throw new Unfit('a key of another kind');
      this.#adopt(shape);
      return bytesOfKey(key, shape);
    });
    const text = Buffer.concat(keys);
    this.dictionary.reserve(keys.length, text.length);
    const mark = arena.mark;
    const at = arena.copyIn(text);
    const lengths = arena.allocate(keys.length * 4);
    keys.forEach((key, i) => {
      arena.u32[lengths / 4 + i] = key.length;
    });
    const slots = this.#put(lengths, at, keys.length);
    const values = () => records.map((record) => (record as readonly unknown[])[1]);
    visit({ slots, keys: keys.length, runs: null, numbers: undefined, values });
    arena.release(mark);
  }

  #put(lengths: number, text: number, count: number): number {
    const { arena } = this;
    const slots = arena.allocate(count * 4);
    arena.kernels.putKeys(this.dictionary.header, count, lengths, text, slots);
    return slots;
  }

  #adopt(shape: KeyShape): void {
    if (this.#shape === null) this.#shape = shape;
    else if (!isSameShape(this.#shape, shape)) throw new Unfit('keys of several kinds');
  }
}

type TextColumn = Extract<KeyColumn, { kind: 'text' }>;

function textBytes(column: KeyColumn): number {
  return column.kind === 'text' ? column.text.length : 0;
}

/** Bytes that the keys take at most. */
function bytesOf(column: KeyColumn, keys: number): number {
  if (column.kind === 'tuple') {
    return column.columns.reduce((sum, part) => sum + bytesOf(part, keys) + keys, 0);
  }
  return column.kind === 'text' ? column.text.length : keys * 8;
}

function shapeOfColumn(column: KeyColumn): KeyShape {
  const partOf = ({ kind }: KeyColumn): KeyPart => (kind === 'numbers' ? 'number' : 'text');
  return column.kind === 'tuple'
    ? { isTuple: true, parts: column.columns.map(partOf) }
    : { isTuple: false, parts: [partOf(column)] };
}
