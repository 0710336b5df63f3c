// One page of columns → records. Checks what it reads: damage becomes a DamagedPage, never nonsense.
// Runs on every thread, inside the loops of stages; knows nothing of blocks or files.
import { DamagedPage } from './damaged-page.js';
import { cutMixedStrings, cutStrings, cutUtf8 } from './decode-strings.js';
import { ExactDeserializer } from './exact-deserializer.js';
import { type NativeBuffer, nativeView } from './native-buffer.js';
import { NumberPairs } from './number-pairs.js';
import {
  COLUMN_HEAD_BYTES,
  ColumnKind,
  checksum,
  MAX_FIELDS,
  MAX_TUPLE,
  NullTag,
  PAGE_HEAD_BYTES,
  PAGE_MAGIC,
  padded,
} from './page-layout.js';
import { assembleObjects, assembleTuples } from './rows.js';
import { type RowShape, TuplePage, widthOf } from './tuple-page.js';

/** A column: its values by position. Numbers may be a view of the page itself. */
export type ColumnValues = ArrayLike<unknown>;

export interface PageHead {
  readonly byteLength: number;
  readonly count: number;
}

/** Reads the pages of one stretch of memory. `start` is a multiple of eight within `buffer`. */
export class PageDecoder {
  readonly #words: Uint32Array;
  readonly #bytes: NativeBuffer;
  readonly #start: number;
  #next = 0;
  #end = 0;

  constructor(buffer: ArrayBufferLike, start: number, byteLength: number) {
    this.#start = start;
    this.#bytes = nativeView(buffer, start, byteLength);
    this.#words = new Uint32Array(buffer, start, Math.floor(byteLength / 4));
  }

  /** What the page at `offset` says of itself, checked as far as it can be before all of it is there. */
  head(offset: number): PageHead {
    if (offset + PAGE_HEAD_BYTES > this.#bytes.length)
      throw new DamagedPage('it ends within a page');
    const at = offset / 4;
    if (this.#words[at] !== PAGE_MAGIC) throw new DamagedPage('a page does not begin as one');
    const byteLength = this.#words[at + 1]!;
    if (byteLength < PAGE_HEAD_BYTES || byteLength % 8 !== 0) {
      throw new DamagedPage('a page has an impossible length');
    }
    return { byteLength, count: this.#words[at + 2]! };
  }

  /** The records of the page at `offset`, as a fresh array. */
  records(offset: number): unknown[] {
    const values = this.column(offset);
    return toArray(values, values.length);
  }

  /** The records of the page at `offset`; numbers as a view of the page, valid as long as that is. */
  column(offset: number): ColumnValues {
    const { count } = this.#open(offset);
    const values = this.#column(count);
    this.#close();
    return values;
  }

  /** The page at `offset` as columns where it is of pairs of numbers, or of numbers and null; else its records. */
  numberPairs(offset: number): NumberPairs | unknown[] {
    const { count } = this.#open(offset);
    const at = this.#next;
    const pairs = this.#numberPairs(count);
    if (pairs === null) this.#next = at;
    const page = pairs ?? toArray(this.#column(count), count);
    this.#close();
    return page;
  }

  #numberPairs(count: number): NumberPairs | null {
    const at = this.#take(COLUMN_HEAD_BYTES) / 4;
    if (this.#words[at] !== ColumnKind.tuple || this.#words[at + 1] !== 2) return null;
    if (!this.#isNumeric()) return null;
    const keys = this.#column(count) as Float64Array | Int32Array;
    if (this.#isNumeric()) return new NumberPairs(keys, this.#column(count) as typeof keys);
    return this.#areNulls(count) ? new NumberPairs(keys, null) : null;
  }

  #isNumeric(): boolean {
    const kind = this.#words[this.#next / 4];
    return kind === ColumnKind.f64 || kind === ColumnKind.i32;
  }

  #areNulls(count: number): boolean {
    const at = this.#take(COLUMN_HEAD_BYTES) / 4;
    if (this.#words[at] !== ColumnKind.nullable || this.#words[at + 2] !== 0) return false;
    const tags = new Uint8Array(this.#bytes.buffer, this.#view(count), count);
    this.#skip(0);
    return tags.every((tag) => tag === NullTag.null);
  }

  /** What the tuples or objects of the page at `offset` have; 0 where it is of something else. Looks at nothing further. */
  shape(offset: number): RowShape {
    this.head(offset);
    const at = (offset + PAGE_HEAD_BYTES) / 4;
    if (this.#words[at] === ColumnKind.tuple) return this.#words[at + 1]!;
    if (this.#words[at] !== ColumnKind.object) return 0;
    this.#open(offset);
    return this.#fieldNames();
  }

  /** The page at `offset` as columns where it is of tuples or objects of the shape; else its records. */
  rows(offset: number, shape: RowShape): TuplePage | unknown[] {
    const width = widthOf(shape);
    const kind = typeof shape === 'number' ? ColumnKind.tuple : ColumnKind.object;
    this.head(offset);
    const at = (offset + PAGE_HEAD_BYTES) / 4;
    if (this.#words[at] !== kind || this.#words[at + 1] !== width) return this.records(offset);
    const { count } = this.#open(offset);
    if (typeof shape === 'number') this.#take(COLUMN_HEAD_BYTES);
    else if (this.#fieldNames().some((name, i) => name !== shape[i])) return this.records(offset);
    const columns: ColumnValues[] = [];
    for (let place = 0; place < width; place++) columns.push(this.#column(count));
    this.#close();
    return new TuplePage(columns, count);
  }

  /** Moves to the columns of a page of objects. */
  #fieldNames(): string[] {
    const at = this.#take(COLUMN_HEAD_BYTES) / 4;
    return this.#names(this.#words[at + 1]!);
  }

  #names(fields: number): string[] {
    if (fields > MAX_FIELDS) throw new DamagedPage('an object column has too many fields');
    return toArray(this.#column(fields), fields) as string[];
  }

  /** The second places of the page's pairs at `offset`, without the first. */
  values(offset: number): ColumnValues {
    const { count } = this.#open(offset);
    const at = this.#take(COLUMN_HEAD_BYTES) / 4;
    const size = this.#words[at + 2]!;
    if (this.#words[at] === ColumnKind.runs) {
      this.#skip(size);
      this.#take(size * 4);
    } else {
      if (this.#words[at] !== ColumnKind.tuple || this.#words[at + 1] !== 2) {
        throw new DamagedPage('a page that is not of pairs');
      }
      this.#skip(count);
    }
    return toArray(this.#column(count), count);
  }

  /**
   * The numbers of the page at `offset` where they lie, without decoding anything else: the records
   * themselves, or one place of tuples. Null where these are not numbers only.
   */
  numbers(offset: number, place: number | null): Float64Array | Int32Array | null {
    const { count } = this.#open(offset);
    if (place !== null) {
      const at = this.#take(COLUMN_HEAD_BYTES) / 4;
      if (this.#words[at] !== ColumnKind.tuple || place >= this.#words[at + 1]!) return null;
      for (let skipped = 0; skipped < place; skipped++) this.#skip(count);
    }
    const kind = this.#words[this.#next / 4];
    if (kind !== ColumnKind.f64 && kind !== ColumnKind.i32) return null;
    return this.#column(count) as Float64Array | Int32Array;
  }

  #open(offset: number): PageHead {
    const head = this.head(offset);
    if (offset + head.byteLength > this.#bytes.length)
      throw new DamagedPage('it ends within a page');
    const words = new Int32Array(this.#bytes.buffer, this.#start + offset, head.byteLength / 4);
    const sum = (checksum(words, PAGE_HEAD_BYTES / 4, words.length) ^ head.count) >>> 0;
    if (sum !== this.#words[offset / 4 + 3])
      throw new DamagedPage('the checksum of a page is wrong');
    this.#next = offset + PAGE_HEAD_BYTES;
    this.#end = offset + head.byteLength;
    return head;
  }

  /** What was opened has been read to its end. */
  #close(): void {
    if (this.#next !== this.#end) throw new DamagedPage('a page is longer than its columns');
  }

  #column(count: number): ColumnValues {
    const at = this.#take(COLUMN_HEAD_BYTES) / 4;
    const arg = this.#words[at + 1]!;
    const size = this.#words[at + 2]!;
    switch (this.#words[at]) {
      case ColumnKind.empty:
        if (count !== 0) throw new DamagedPage('a column has lost its values');
        return [];
      case ColumnKind.f64:
        return new Float64Array(this.#bytes.buffer, this.#view(count * 8), count);
      case ColumnKind.i32:
        return new Int32Array(this.#bytes.buffer, this.#view(count * 4), count);
      case ColumnKind.boolean:
        return this.#booleans(count);
      case ColumnKind.string:
        return this.#strings(count, arg, size, this.#words[at + 3]!);
      case ColumnKind.tuple:
        return this.#tuples(count, arg);
      case ColumnKind.list:
        return this.#lists(count, size);
      case ColumnKind.nullable:
        return this.#nullable(count, size);
      case ColumnKind.serialised:
        return this.#serialised(count, size);
      case ColumnKind.object:
        return this.#objects(count, arg);
      case ColumnKind.utf8:
        return this.#utf8(count, arg, size);
      case ColumnKind.runs:
        return this.#runs(count, size);
      default:
        throw new DamagedPage('a column is of no known kind');
    }
  }

  /** Moves past a column. */
  #skip(count: number): void {
    const at = this.#take(COLUMN_HEAD_BYTES) / 4;
    const arg = this.#words[at + 1]!;
    const size = this.#words[at + 2]!;
    switch (this.#words[at]) {
      case ColumnKind.f64:
        this.#take(count * 8);
        break;
      case ColumnKind.i32:
        this.#take(count * 4);
        break;
      case ColumnKind.boolean:
        this.#take(count);
        break;
      case ColumnKind.string:
        this.#take(count * arg);
        this.#take(size);
        this.#take(this.#words[at + 3]!);
        break;
      case ColumnKind.utf8:
        this.#take(count * arg);
        this.#take(size);
        break;
      case ColumnKind.runs:
        this.#skip(size);
        this.#take(size * 4);
        this.#skip(count);
        break;
      case ColumnKind.list:
        this.#take(count * 4);
        this.#skip(size);
        break;
      case ColumnKind.nullable:
        this.#take(count);
        this.#skip(size);
        break;
      case ColumnKind.serialised:
        this.#take(size);
        break;
      case ColumnKind.object:
        this.#skip(arg);
        for (let field = 0; field < arg; field++) this.#skip(count);
        break;
      case ColumnKind.tuple:
        for (let place = 0; place < arg; place++) this.#skip(count);
        break;
    }
  }

  /** Moves past `size` bytes and their padding; the offset of the first. */
  #take(size: number): number {
    const at = this.#next;
    this.#next += padded(size);
    if (this.#next > this.#end) throw new DamagedPage('a column ends behind its page');
    return at;
  }

  /** Like `#take`, as an offset within the buffer. */
  #view(size: number): number {
    return this.#start + this.#take(size);
  }

  #booleans(count: number): unknown[] {
    const bytes = new Uint8Array(this.#bytes.buffer, this.#view(count), count);
    const values = new Array<unknown>(count);
    for (let i = 0; i < count; i++) values[i] = bytes[i] === 1;
    return values;
  }

  #strings(count: number, width: number, narrowBytes: number, wideBytes: number): string[] {
    const lengths = this.#lengths(count, width);
    const narrowAt = this.#take(narrowBytes);
    const wideAt = this.#take(wideBytes);
    const narrow = { at: narrowAt, size: narrowBytes };
    if (wideBytes === 0) return cutStrings(this.#bytes, lengths, narrow, false);
    return cutMixedStrings(this.#bytes, lengths, narrow, { at: wideAt, size: wideBytes });
  }

  #utf8(count: number, width: number, size: number): string[] {
    const lengths = this.#lengths(count, width);
    return cutUtf8(this.#bytes, lengths, { at: this.#take(size), size });
  }

  #runs(count: number, runs: number): unknown[] {
    const keys = toArray(this.#column(runs), runs);
    const lengths = new Uint32Array(this.#bytes.buffer, this.#view(runs * 4), runs);
    const values = toArray(this.#column(count), count);
    const pairs = new Array<unknown>(count);
    let next = 0;
    for (let run = 0; run < runs; run++) {
      const key = keys[run];
      for (let left = lengths[run]!; left > 0; left--) {
        if (next === count) throw new DamagedPage('the runs of a column do not add up');
        pairs[next] = [key, values[next]];
        next++;
      }
    }
    if (next !== count) throw new DamagedPage('the runs of a column do not add up');
    return pairs;
  }

  #lengths(count: number, width: number): Uint32Array {
    const at = this.#view(count * width);
    const buffer = this.#bytes.buffer;
    if (width === 4) return new Uint32Array(buffer, at, count);
    // A copy, so that the loops over lengths see one type of array only.
    if (width === 2) return Uint32Array.from(new Uint16Array(buffer, at, count));
    if (width === 1) return Uint32Array.from(new Uint8Array(buffer, at, count));
    throw new DamagedPage('a string column has lengths of no known width');
  }

  #tuples(count: number, places: number): unknown[] {
    if (places > MAX_TUPLE) throw new DamagedPage('a tuple column has too many places');
    const columns: unknown[][] = [];
    for (let place = 0; place < places; place++) columns.push(toArray(this.#column(count), count));
    return assembleTuples(columns, count);
  }

  #objects(count: number, fields: number): unknown[] {
    const names = this.#names(fields);
    const columns: unknown[][] = [];
    for (let field = 0; field < fields; field++) columns.push(toArray(this.#column(count), count));
    return assembleObjects(names, columns, count);
  }

  #lists(count: number, total: number): unknown[] {
    const lengths = new Uint32Array(this.#bytes.buffer, this.#view(count * 4), count);
    const elements = toArray(this.#column(total), total);
    const lists = new Array<unknown>(count);
    let from = 0;
    for (let i = 0; i < count; i++) {
      lists[i] = elements.slice(from, from + lengths[i]!);
      from += lengths[i]!;
    }
    if (from !== total) throw new DamagedPage('the lists of a column do not add up');
    return lists;
  }

  #nullable(count: number, present: number): unknown[] {
    const tags = new Uint8Array(this.#bytes.buffer, this.#view(count), count);
    const column = this.#column(present);
    const values = new Array<unknown>(count);
    let next = 0;
    for (let i = 0; i < count; i++) {
      const tag = tags[i];
      if (tag === NullTag.present) values[i] = column[next++];
      else values[i] = tag === NullTag.null ? null : undefined;
    }
    if (next !== present) throw new DamagedPage('a column has lost some of its values');
    return values;
  }

  #serialised(count: number, size: number): unknown[] {
    const at = this.#take(size);
    const values: unknown = ExactDeserializer.read(this.#bytes.subarray(at, at + size));
    if (!Array.isArray(values) || values.length !== count) {
      throw new DamagedPage('a column has lost some of its values');
    }
    return values;
  }
}

/** Plain arrays, so that what reads rows sees one type of array, and no view outlives its buffer. */
function toArray(values: ColumnValues, count: number): unknown[] {
  if (Array.isArray(values)) return values;
  const array = new Array<unknown>(count);
  for (let i = 0; i < count; i++) array[i] = values[i];
  return array;
}
