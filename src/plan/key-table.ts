// The table behind every keyed merge: key → combiner, keys by value, filled by generated code.
import { canonicalKey, isPrimitiveKey } from '../values/keys.js';
import { MOST_NUMBERS, NumberTable } from '../values/number-table.js';

/** A key and what has been merged for it so far. */
export interface Cell {
  readonly k: unknown;
  c: unknown;
}

const PAGE_RECORDS = 4096;
/** A native Map throws beyond 2^24 entries, and takes twice its memory at once where it grows: it moves before. */
const MOST_ENTRIES = 2 ** 22;
/** What the user's own functions made for a key is theirs beyond so much. */
const COMBINER_BYTES = 4096;
/** A table of numbers that is larger goes to files rather than to become one of cells. */
const MOST_TURNED = 2 ** 20;
/** Arrays are twice as long while they grow. */
const GROWTH = 2;

/**
 * Numbers and strings sit in one Map by themselves, everything else in a second by its canonical text. As long as all
 * keys and combiners are numbers they may sit in columns instead, `numbers`; the first that is none turns these into cells.
 */
export class KeyTable {
  /** Read directly by generated code for keys that are strings or numbers. */
  readonly primitive = new Map<unknown, Cell>();
  readonly numbers: NumberTable;
  readonly #composite = new Map<string, Cell>();
  /** Called where there is no room for another key: it makes some. */
  onFull: (() => void) | null = null;
  /** Called where the columns are about to become so large that looking up keys gets slower: it may empty them. */
  onCrowded: (() => void) | null = null;

  constructor(numbers = new NumberTable({ isOpen: false, hasValues: false })) {
    this.numbers = numbers;
  }

  get size(): number {
    return this.numbers.size + this.primitive.size + this.#composite.size;
  }

  /** The columns have reached their mark. Called by generated code. */
  crowded(): void {
    const { numbers } = this;
    if (numbers.size >= MOST_NUMBERS) this.onFull?.();
    else this.onCrowded?.();
    numbers.raiseMark();
  }

  /** A key is no number: from now on there are cells only. */
  closeNumbers(): void {
    if (this.numbers.size > MOST_TURNED) this.onFull?.();
    this.#turnNumbers(-1, null);
  }

  /** The combiner of an entry has become something else than a number: from now on there are cells only. */
  leaveNumbers(entry: number, combiner: unknown): void {
    const { numbers } = this;
    if (numbers.size <= MOST_TURNED) {
      this.#turnNumbers(entry, combiner);
      return;
    }
    const key = numbers.keys[entry]!;
    numbers.dropWithoutIndex(entry);
    this.closeNumbers();
    this.add(key, combiner);
  }

  #turnNumbers(changed: number, combiner: unknown): void {
    const { keys, values, size, hasValues } = this.numbers;
    this.numbers.isOpen = false;
    this.numbers.clear();
    for (let entry = 0; entry < size; entry++) {
      const own = hasValues ? values[entry] : null;
      this.add(keys[entry], entry === changed ? combiner : own);
    }
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
    this.numbers.clear();
    this.primitive.clear();
    this.#composite.clear();
  }

  /** What of the memory it takes is the engine's own at most. */
  get mostOwnBytes(): number {
    const cells = this.primitive.size + this.#composite.size;
    return GROWTH * this.numbers.byteLength + cells * COMBINER_BYTES;
  }

  /** The cell as pairs `[key, combiner]` that merge into what it is. */
  piecesOf({ k, c }: Cell): Iterable<[unknown, unknown]> {
    return [[k, c]];
  }

  /** How many values a cell holds, where that is known. */
  valuesOf(_cell: Cell): number | null {
    return null;
  }

  *cells(): Iterable<Cell> {
    const { keys, values, size, hasValues } = this.numbers;
    for (let entry = 0; entry < size; entry++)
      yield { k: keys[entry], c: hasValues ? values[entry] : null };
    yield* this.otherCells();
  }

  /** Those that do not sit in columns. */
  *otherCells(): Iterable<Cell> {
    yield* this.primitive.values();
    yield* this.#composite.values();
  }

  /** The pairs `[key, combiner]` in arrays of some thousand. */
  *pages(): Iterable<[unknown, unknown][]> {
    yield* numberPages(this.numbers);
    yield* this.otherPages();
  }

  /** Those of the cells that do not sit in columns. */
  *otherPages(): Iterable<[unknown, unknown][]> {
    let page: [unknown, unknown][] = [];
    for (const cell of this.otherCells()) {
      page.push([cell.k, cell.c]);
      if (page.length === PAGE_RECORDS) {
        yield page;
        page = [];
      }
    }
    if (page.length > 0) yield page;
  }
}

function* numberPages(numbers: NumberTable): Iterable<[unknown, unknown][]> {
  const { keys, values, size, hasValues } = numbers;
  for (let from = 0; from < size; from += PAGE_RECORDS) {
    const page: [unknown, unknown][] = [];
    const to = Math.min(from + PAGE_RECORDS, size);
    for (let i = from; i < to; i++) page.push([keys[i], hasValues ? values[i] : null]);
    yield page;
  }
}
