// Records → one page of columns. The kind of each column is inferred from the values of the page.
// Runs on every thread, inside the loops of shuffles and caches; knows nothing of blocks or buffers.
import { serialize } from 'node:v8';
import { encodeStrings } from './encode-strings.js';
import { ColumnKind, MAX_FIELDS, MAX_NESTING, MAX_TUPLE, NullTag } from './page-layout.js';
import { PageTooLarge, PageWriter } from './page-writer.js';

// Which kinds of values a column holds, as a set of bits.
const STRING = 1;
const NUMBER = 2;
const BOOLEAN = 4;
const NULL = 8;
const UNDEFINED = 16;
const ARRAY = 32;
const PLAIN_OBJECT = 64;
const OTHER = 128;

/** More list elements than this are not gathered in one page if it has several records. */
const MAX_GATHERED = 4_000_000;
/** Every how manieth array is searched for named properties, which takes as long as storing ten. */
const NAME_CHECK_STRIDE = 64;

/** Encodes one page at a time. One encoder serves all writers of a thread. */
export class PageEncoder {
  readonly #page = new PageWriter();

  /**
   * The page of `records[0 … count-1]`; the bytes are valid until the next call.
   *
   * **Throws** PageTooLarge where fewer records would do, whatever v8.serialize throws otherwise.
   */
  encode(records: readonly unknown[], count: number): Uint8Array {
    this.#page.begin();
    this.#column(records, count, 0);
    return this.#page.finish(count);
  }

  /** The page of the pairs `from … to - 1`; with `values` null, of the keys and null. Valid until the next call. */
  encodeNumberPairs(
    keys: Float64Array,
    values: Float64Array | null,
    from: number,
    to: number,
  ): Uint8Array {
    const count = to - from;
    const page = this.#page;
    page.begin();
    page.head(ColumnKind.tuple, 2);
    this.#numberColumn(keys, from, count);
    if (values !== null) this.#numberColumn(values, from, count);
    else {
      page.head(ColumnKind.nullable, 0, 0);
      page.u8(count).fill(NullTag.null);
      page.head(ColumnKind.empty);
    }
    return page.finish(count);
  }

  #numberColumn(numbers: Float64Array, from: number, count: number): void {
    const mark = this.#page.position;
    this.#page.head(ColumnKind.i32);
    if (narrowInto(this.#page.i32(count), numbers, from)) return;
    this.#page.rewind(mark);
    this.#page.head(ColumnKind.f64);
    this.#page.f64(count).set(numbers.subarray(from, from + count));
  }

  #column(values: readonly unknown[], count: number, depth: number): void {
    const kinds = kindsOf(values, count);
    const present = kinds & ~(NULL | UNDEFINED);
    if (kinds === 0) this.#page.head(ColumnKind.empty);
    else if (kinds !== present && isUniform(present)) this.#nullable(values, count, depth);
    else if (kinds === STRING) encodeStrings(this.#page, values as readonly string[], count);
    else if (kinds === NUMBER) this.#numbers(values as readonly number[], count);
    else if (kinds === BOOLEAN) this.#booleans(values, count);
    else if (kinds === ARRAY) this.#arrays(values as readonly unknown[][], count, depth);
    else if (kinds === PLAIN_OBJECT) this.#objects(values as readonly Fields[], count, depth);
    else this.#serialised(values, count);
  }

  #numbers(numbers: readonly number[], count: number): void {
    const mark = this.#page.position;
    this.#page.head(ColumnKind.i32);
    if (copyInt32(numbers, count, this.#page.i32(count))) return;
    this.#page.rewind(mark);
    this.#page.head(ColumnKind.f64);
    const column = this.#page.f64(count);
    for (let i = 0; i < count; i++) column[i] = numbers[i]!;
  }

  #booleans(values: readonly unknown[], count: number): void {
    this.#page.head(ColumnKind.boolean);
    const column = this.#page.u8(count);
    for (let i = 0; i < count; i++) column[i] = values[i] === true ? 1 : 0;
  }

  #nullable(values: readonly unknown[], count: number, depth: number): void {
    const present: unknown[] = [];
    for (let i = 0; i < count; i++) if (values[i] != null) present.push(values[i]);
    this.#page.head(ColumnKind.nullable, 0, present.length);
    const tags = this.#page.u8(count);
    for (let i = 0; i < count; i++) {
      const value = values[i];
      tags[i] =
        value === null ? NullTag.null : value === undefined ? NullTag.undefined : NullTag.present;
    }
    this.#column(present, present.length, depth);
  }

  #arrays(arrays: readonly unknown[][], count: number, depth: number): void {
    if (depth >= MAX_NESTING || !areBareArrays(arrays, count)) {
      this.#serialised(arrays, count);
      return;
    }
    const places = arrays[0]!.length;
    if (places > MAX_TUPLE || !areAllOfLength(arrays, count, places)) {
      this.#lists(arrays, count, depth);
      return;
    }
    const columns = columnsOf(arrays, count, places);
    if (columns === null) {
      this.#serialised(arrays, count);
      return;
    }
    this.#page.head(ColumnKind.tuple, places);
    for (const column of columns) this.#column(column, count, depth + 1);
  }

  #lists(lists: readonly unknown[][], count: number, depth: number): void {
    let total = 0;
    for (let i = 0; i < count; i++) total += lists[i]!.length;
    if (total > MAX_GATHERED && count > 1) throw new PageTooLarge();
    const elements = count === 1 ? lists[0]! : gather(lists, count, total);
    if (elements.includes(undefined) && haveHoles(lists, count)) {
      this.#serialised(lists, count);
      return;
    }
    this.#page.head(ColumnKind.list, 0, total);
    const lengths = this.#page.u32(count);
    for (let i = 0; i < count; i++) lengths[i] = lists[i]!.length;
    this.#column(elements, total, depth + 1);
  }

  #objects(objects: readonly Fields[], count: number, depth: number): void {
    const names = Object.keys(objects[0]!);
    if (depth >= MAX_NESTING || !haveFields(objects, count, names)) {
      this.#serialised(objects, count);
      return;
    }
    this.#page.head(ColumnKind.object, names.length);
    encodeStrings(this.#page, names, names.length);
    for (const name of names) this.#column(fieldOf(objects, count, name), count, depth + 1);
  }

  #serialised(values: readonly unknown[], count: number): void {
    const bytes = serialize(count === values.length ? values : values.slice(0, count));
    this.#page.head(ColumnKind.serialised, 0, bytes.length);
    this.#page.u8(bytes.length).set(bytes);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function kindsOf(values: readonly unknown[], count: number): number {
  let kinds = 0;
  let i = 0;
  // Nearly all columns are of one type; asking for that alone is twice as fast.
  if (typeof values[0] === 'string') {
    while (i < count && typeof values[i] === 'string') i++;
    kinds = STRING;
  } else if (typeof values[0] === 'number') {
    while (i < count && typeof values[i] === 'number') i++;
    kinds = NUMBER;
  }
  for (; i < count; i++) {
    const value = values[i];
    switch (typeof value) {
      case 'string':
        kinds |= STRING;
        break;
      case 'number':
        kinds |= NUMBER;
        break;
      case 'boolean':
        kinds |= BOOLEAN;
        break;
      case 'undefined':
        kinds |= UNDEFINED;
        break;
      case 'object':
        kinds |= value === null ? NULL : objectKind(value);
        break;
      default:
        kinds |= OTHER;
    }
  }
  return kinds;
}

function objectKind(value: object): number {
  if (Array.isArray(value)) return ARRAY;
  return Object.getPrototypeOf(value) === Object.prototype ? PLAIN_OBJECT : OTHER;
}

/** Whether the kinds are one at most, and one that has a column of its own. */
function isUniform(kinds: number): boolean {
  return (kinds & (kinds - 1)) === 0 && kinds !== OTHER;
}

/** Copies the numbers if all are 32-bit integers; minus zero is none, for its sign must come back. */
function copyInt32(numbers: readonly number[], count: number, column: Int32Array): boolean {
  for (let i = 0; i < count; i++) {
    const value = numbers[i]!;
    const int = value | 0;
    if (int !== value || (int === 0 && 1 / value < 0)) return false;
    column[i] = int;
  }
  return true;
}

/** The same of a typed array; a function of its own, so that each sees one kind of array. */
function narrowInto(column: Int32Array, numbers: Float64Array, from: number): boolean {
  for (let i = 0; i < column.length; i++) {
    const value = numbers[from + i]!;
    const int = value | 0;
    if (int !== value || (int === 0 && 1 / value < 0)) return false;
    column[i] = int;
  }
  return true;
}

/**
 * Whether the arrays have no properties but their elements. The results of `String.match` do, so
 * their `index` is looked for in each; others are only searched for here and there.
 */
function areBareArrays(arrays: readonly unknown[][], count: number): boolean {
  for (let i = 0; i < count; i++) {
    const array = arrays[i]!;
    if ((array as unknown as { index?: unknown }).index !== undefined) return false;
    if (i % NAME_CHECK_STRIDE === 0 && array.length <= MAX_TUPLE) {
      if (Object.keys(array).length !== array.length) return false;
    }
  }
  return true;
}

function areAllOfLength(arrays: readonly unknown[][], count: number, length: number): boolean {
  for (let i = 0; i < count; i++) if (arrays[i]!.length !== length) return false;
  return true;
}

/** The tuples' places as columns, or null if an array has a hole. */
function columnsOf(
  arrays: readonly unknown[][],
  count: number,
  places: number,
): unknown[][] | null {
  const columns = Array.from({ length: places }, () => new Array<unknown>(count));
  // Pairs are what shuffles are made of: both places are read while the array is at hand.
  const isPair = places === 2;
  let hasUndefined = false;
  if (isPair) {
    const first = columns[0]!;
    const second = columns[1]!;
    for (let i = 0; i < count; i++) {
      const pair = arrays[i]!;
      const a = pair[0];
      const b = pair[1];
      first[i] = a;
      second[i] = b;
      if (a === undefined || b === undefined) hasUndefined = true;
    }
  }
  for (let place = 0; place < places && !isPair; place++) {
    const column = columns[place]!;
    for (let i = 0; i < count; i++) {
      const value = arrays[i]![place];
      column[i] = value;
      if (value === undefined) hasUndefined = true;
    }
  }
  return hasUndefined && haveHoles(arrays, count) ? null : columns;
}

function gather(lists: readonly unknown[][], count: number, total: number): unknown[] {
  const elements = new Array<unknown>(total);
  let next = 0;
  for (let i = 0; i < count; i++) {
    const list = lists[i]!;
    for (let j = 0; j < list.length; j++) elements[next++] = list[j];
  }
  return elements;
}

// A hole reads as undefined, so this is only asked where there is one.
function haveHoles(arrays: readonly unknown[][], count: number): boolean {
  for (let i = 0; i < count; i++) {
    const array = arrays[i]!;
    for (let j = 0; j < array.length; j++) if (!(j in array)) return true;
  }
  return false;
}

/** Whether all objects have exactly these enumerable fields, in this order. */
function haveFields(objects: readonly Fields[], count: number, names: readonly string[]): boolean {
  if (names.length === 0 || names.length > MAX_FIELDS || names.includes('__proto__')) return false;
  for (let i = 1; i < count; i++) {
    const own = Object.keys(objects[i]!);
    if (own.length !== names.length) return false;
    for (let j = 0; j < own.length; j++) if (own[j] !== names[j]) return false;
  }
  return true;
}

function fieldOf(objects: readonly Fields[], count: number, name: string): unknown[] {
  const column = new Array<unknown>(count);
  for (let i = 0; i < count; i++) column[i] = objects[i]![name];
  return column;
}
