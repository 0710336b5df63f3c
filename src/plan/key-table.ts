// The table behind every keyed merge: key → combiner, keys by value, filled by generated code.
import { canonicalKey, isPrimitiveKey } from '../values/keys.js';

/** A key and what has been merged for it so far. */
export interface Cell {
  readonly k: unknown;
  c: unknown;
}

const PAGE_RECORDS = 4096;
/** Entries of a native Map beyond which `set` throws. */
const MOST_ENTRIES = 2 ** 24;

/** Numbers and strings sit in one Map by themselves, everything else in a second by its canonical text. */
export class KeyTable {
  /** Read directly by generated code for keys that are strings or numbers. */
  readonly primitive = new Map<unknown, Cell>();
  readonly #composite = new Map<string, Cell>();
  /** Called where there is no room for another key: it makes some. */
  onFull: (() => void) | null = null;

  get size(): number {
    return this.primitive.size + this.#composite.size;
  }

  /** The cell of a key that is neither string nor number. */
  find(key: unknown): Cell | undefined {
    return isPrimitiveKey(key)
      ? this.primitive.get(key ?? null)
      : this.#composite.get(canonicalKey(key));
  }

  /** Adds a cell for a key that is not there yet. */
  add(key: unknown, combiner: unknown): void {
    if (this.primitive.size === MOST_ENTRIES || this.#composite.size === MOST_ENTRIES)
      this.onFull?.();
    if (isPrimitiveKey(key)) {
      const k = key === undefined ? null : key;
      this.primitive.set(k, { k, c: combiner });
    } else {
      this.#composite.set(canonicalKey(key), { k: key, c: combiner });
    }
  }

  clear(): void {
    this.primitive.clear();
    this.#composite.clear();
  }

  *cells(): Iterable<Cell> {
    yield* this.primitive.values();
    yield* this.#composite.values();
  }

  /** The pairs `[key, combiner]` in arrays of some thousand. */
  *pages(): Iterable<[unknown, unknown][]> {
    let page: [unknown, unknown][] = [];
    for (const cell of this.cells()) {
      page.push([cell.k, cell.c]);
      if (page.length === PAGE_RECORDS) {
        yield page;
        page = [];
      }
    }
    if (page.length > 0) yield page;
  }
}

/** A table whose combiners are lists of values. */
export class GroupTable extends KeyTable {
  /** Puts more values behind those of the key. */
  append(key: unknown, values: readonly unknown[]): void {
    const cell = this.find(key);
    if (cell === undefined) this.add(key, values);
    else pushAll(cell.c as unknown[], values);
  }
}

/** A table whose combiners are one list per side of a cogroup; `input` is the side being read. */
export class CogroupTable extends KeyTable {
  input = 0;
  readonly #sides: number;

  constructor(sides: number) {
    super();
    this.#sides = sides;
  }

  /** The lists for a new key, with its first value on the side being read. */
  fresh(value: unknown): unknown[][] {
    const lists: unknown[][] = Array.from({ length: this.#sides }, () => []);
    lists[this.input]!.push(value);
    return lists;
  }

  /** Puts more values behind those of the key, side by side. */
  append(key: unknown, lists: readonly (readonly unknown[])[]): void {
    const cell = this.find(key);
    if (cell === undefined) this.add(key, lists);
    else
      for (const [side, values] of lists.entries()) pushAll((cell.c as unknown[][])[side]!, values);
  }
}

function pushAll(into: unknown[], values: readonly unknown[]): void {
  for (let i = 0; i < values.length; i++) into.push(values[i]);
}
