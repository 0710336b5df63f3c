// What the records of a block will take in V8's heap, told from the heads of its columns without making one of them.
// Runs on every thread.
import type { Block } from './block.js';
import { COLUMN_HEAD_BYTES, ColumnKind, PAGE_HEAD_BYTES, padded } from './page-layout.js';

/** What V8 takes for a place in an array, and for an object before its content. */
const SLOT = 8;
const BOXED_NUMBER = 16;
const STRING = 24;
const OBJECT = 24;
/** An array is an object, and its elements are another. */
const ARRAY = 32 + 16;
/** Serialised values are of any kind: so many bytes of heap for one of text at most, as seen for small objects. */
const SERIALISED_FACTOR = 6;

/** About how many bytes of heap the records take when they are decoded, their places in the array included. */
export function decodedHeapBytes({ buffer, byteLength }: Block): number {
  const words = new Uint32Array(buffer, 0, byteLength >> 2);
  let bytes = 0;
  for (let offset = 0; offset < byteLength; ) {
    const size = words[offset / 4 + 1]!;
    // A page that is damaged is found out where it is read.
    if (size < PAGE_HEAD_BYTES || offset + size > byteLength) break;
    const count = words[offset / 4 + 2]!;
    const columns = new ColumnSizes(words, offset + PAGE_HEAD_BYTES, offset + size);
    bytes += SLOT * count + columns.next(count, false);
    offset += size;
  }
  return bytes;
}

class ColumnSizes {
  readonly #words: Uint32Array;
  readonly #end: number;
  #at: number;

  constructor(words: Uint32Array, at: number, end: number) {
    this.#words = words;
    this.#at = at;
    this.#end = end;
  }

  /** What the values of the next column take beside their places. Numbers in arrays of all kinds have a box each. */
  next(count: number, isBoxed: boolean): number {
    if (this.#at >= this.#end) return 0;
    const at = this.#at / 4;
    const [kind, arg, size, size2] = this.#words.subarray(at, at + 4) as unknown as number[];
    this.#at += COLUMN_HEAD_BYTES;
    switch (kind) {
      case ColumnKind.f64:
        this.#pass(count * 8);
        return isBoxed ? count * BOXED_NUMBER : 0;
      case ColumnKind.i32:
        this.#pass(count * 4);
        return 0;
      case ColumnKind.boolean:
        this.#pass(count);
        return 0;
      case ColumnKind.string:
        this.#pass(count * arg!);
        this.#pass(size!);
        this.#pass(size2!);
        return count * STRING + size! + size2!;
      case ColumnKind.utf8:
        this.#pass(count * arg!);
        this.#pass(size!);
        return count * STRING + 2 * size!;
      case ColumnKind.tuple:
        return count * (ARRAY + SLOT * arg!) + this.#several(arg!, count);
      case ColumnKind.object: {
        const names = this.next(arg!, true);
        return names + count * (OBJECT + SLOT * arg!) + this.#several(arg!, count);
      }
      case ColumnKind.list:
        this.#pass(count * 4);
        return count * ARRAY + SLOT * size! + this.next(size!, false);
      case ColumnKind.nullable:
        this.#pass(count);
        return this.next(size!, true);
      case ColumnKind.runs: {
        const keys = this.next(size!, true);
        this.#pass(size! * 4);
        return count * (ARRAY + 2 * SLOT) + keys + this.next(count, true);
      }
      case ColumnKind.serialised:
        this.#pass(size!);
        return SERIALISED_FACTOR * size!;
      default:
        return 0;
    }
  }

  #several(columns: number, count: number): number {
    let bytes = 0;
    for (let i = 0; i < columns; i++) bytes += this.next(count, true);
    return bytes;
  }

  #pass(sizeBytes: number): void {
    this.#at += padded(sizeBytes);
  }
}
