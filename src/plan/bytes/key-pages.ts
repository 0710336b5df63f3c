// The columns of shuffle pages where they lie, whichever path has written them. Runs in workers. Knows how pages are laid
// out, not what becomes of them.
import {
  COLUMN_HEAD_BYTES,
  ColumnKind,
  checksum,
  NullTag,
  PAGE_HEAD_BYTES,
  padded,
} from '../../blocks/page-layout.js';

type Lengths = Uint8Array | Uint16Array | Uint32Array;

/** A column of numbers or of texts, or of tuples of these. */
export type KeyColumn =
  | { readonly kind: 'numbers'; readonly values: Float64Array | Int32Array }
  | {
      readonly kind: 'text';
      readonly lengths: Lengths;
      readonly text: Uint8Array;
      readonly isUtf8: boolean;
    }
  | { readonly kind: 'tuple'; readonly columns: readonly KeyColumn[] };

/** A page of pairs where it lies. */
export interface KeyPage {
  readonly column: KeyColumn;
  readonly keys: number;
  /** How many values follow each key; null for one each. */
  readonly runs: Uint32Array | null;
  /** Numbers, null for nulls, undefined for anything else. */
  readonly values: Float64Array | Int32Array | null | undefined;
}

/** The page as columns; null where it is of another kind, or damaged, which its usual reader will tell. */
export function readKeyPage(
  buffer: SharedArrayBuffer,
  start: number,
  byteLength: number,
  count: number,
): KeyPage | null {
  if (!isWhole(buffer, start, byteLength, count)) return null;
  const page = new PageCursor(buffer, start + PAGE_HEAD_BYTES);
  const { kind, arg, size } = page.head();
  const isRuns = kind === ColumnKind.runs;
  if (!isRuns && !(kind === ColumnKind.tuple && arg === 2)) return null;
  const keys = isRuns ? size : count;
  const column = page.column(keys);
  if (column === null) return null;
  const runs = isRuns ? page.u32(size) : null;
  return { column, keys, runs, values: page.numbers(count) };
}

/** The first column of the page's tuples; null where that is of another kind. */
export function readFirstColumn(
  buffer: SharedArrayBuffer,
  start: number,
  byteLength: number,
  count: number,
): KeyColumn | null {
  if (!isWhole(buffer, start, byteLength, count)) return null;
  const page = new PageCursor(buffer, start + PAGE_HEAD_BYTES);
  return page.head().kind === ColumnKind.tuple ? page.column(count) : null;
}

function isWhole(
  buffer: SharedArrayBuffer,
  start: number,
  byteLength: number,
  count: number,
): boolean {
  const words = new Int32Array(buffer, start, byteLength / 4);
  const sum = checksum(words, PAGE_HEAD_BYTES / 4, words.length) ^ count;
  return sum >>> 0 === words[3]! >>> 0;
}

/** Walks over the columns of a page where they lie. */
class PageCursor {
  readonly #buffer: SharedArrayBuffer;
  #at: number;

  constructor(buffer: SharedArrayBuffer, at: number) {
    this.#buffer = buffer;
    this.#at = at;
  }

  head() {
    const [kind, arg, size, wide] = new Uint32Array(this.#buffer, this.#at, 4);
    this.#at += COLUMN_HEAD_BYTES;
    return { kind: kind!, arg: arg!, size: size!, wide: wide! };
  }

  u32(count: number): Uint32Array {
    return new Uint32Array(this.#buffer, this.#take(count * 4), count);
  }

  /** Null for a column of another kind. */
  column(count: number): KeyColumn | null {
    const { kind, arg, size, wide } = this.head();
    if (kind === ColumnKind.tuple) return this.#tuple(count, arg);
    if (kind === ColumnKind.i32) {
      return {
        kind: 'numbers',
        values: new Int32Array(this.#buffer, this.#take(count * 4), count),
      };
    }
    if (kind === ColumnKind.f64) {
      return {
        kind: 'numbers',
        values: new Float64Array(this.#buffer, this.#take(count * 8), count),
      };
    }
    if ((kind !== ColumnKind.string || wide !== 0) && kind !== ColumnKind.utf8) return null;
    const lengths = this.#lengths(count, arg);
    const text = new Uint8Array(this.#buffer, this.#take(size), size);
    return { kind: 'text', lengths, text, isUtf8: kind === ColumnKind.utf8 };
  }

  #tuple(count: number, items: number): KeyColumn | null {
    const columns: KeyColumn[] = [];
    for (let i = 0; i < items; i++) {
      const column = this.column(count);
      if (column === null || column.kind === 'tuple') return null;
      columns.push(column);
    }
    return items === 0 ? null : { kind: 'tuple', columns };
  }

  numbers(count: number): KeyPage['values'] {
    const before = this.#at;
    const { kind, size } = this.head();
    if (kind === ColumnKind.nullable) {
      const tags = new Uint8Array(this.#buffer, this.#take(count), count);
      return size === 0 && !tags.includes(NullTag.undefined) ? null : undefined;
    }
    if (kind !== ColumnKind.i32 && kind !== ColumnKind.f64) return undefined;
    this.#at = before;
    const column = this.column(count);
    return column?.kind === 'numbers' ? column.values : undefined;
  }

  #lengths(count: number, width: number): Lengths {
    const at = this.#take(count * width);
    if (width === 1) return new Uint8Array(this.#buffer, at, count);
    return width === 2
      ? new Uint16Array(this.#buffer, at, count)
      : new Uint32Array(this.#buffer, at, count);
  }

  #take(sizeBytes: number): number {
    const at = this.#at;
    this.#at += padded(sizeBytes);
    return at;
  }
}
