// Tables whose combiners are lists of values: the groups of one RDD, and those of several sides. Filled by generated code.
import { type Cell, KeyTable } from './key-table.js';
import { MOST_LISTED, tooManyValues } from './lists.js';

/** Long lists are written in pieces, so that no page of a file is large. */
const PIECE_VALUES = 1024;

/** A table whose combiners are lists, which move to files rather than get too long. */
abstract class ListTable extends KeyTable {
  override get mostOwnBytes(): number {
    return Number.POSITIVE_INFINITY;
  }

  abstract override valuesOf(cell: Cell): number;

  /** A list of the cell has become as long as it may. Called by generated code. Throws where nothing can move. */
  tooLong(cell: Cell): void {
    this.onFull?.();
    if (this.find(cell.k) === cell) throw tooManyValues(cell.k);
  }

  /** The cell of the key with room for so many more values, if there is one. */
  protected cellFor(key: unknown, added: number): Cell | undefined {
    const cell = this.find(key);
    if (cell === undefined || this.valuesOf(cell) + added <= MOST_LISTED) return cell;
    this.tooLong(cell);
    return undefined;
  }
}

/** A table whose combiners are lists of values. */
export class GroupTable extends ListTable {
  /** Puts more values behind those of the key. */
  append(key: unknown, values: readonly unknown[]): void {
    const cell = this.cellFor(key, values.length);
    if (cell === undefined) this.add(key, values);
    else pushAll(cell.c as unknown[], values);
  }

  override valuesOf({ c }: Cell): number {
    return (c as unknown[]).length;
  }

  override *piecesOf({ k, c }: Cell): Iterable<[unknown, unknown]> {
    for (const piece of slices(c as unknown[])) yield [k, piece];
  }
}

/** A table whose combiners are one list per side of a cogroup; `input` is the side being read. */
export class CogroupTable extends ListTable {
  input = 0;
  readonly #sides: number;

  constructor(sides: number) {
    super();
    this.#sides = sides;
  }

  /** The lists for a new key, with its first value on the side being read. */
  fresh(value: unknown): unknown[][] {
    // An array that a value is pushed to takes room for seventeen at once.
    if (this.#sides === 2) return this.input === 0 ? [[value], []] : [[], [value]];
    const lists: unknown[][] = Array.from({ length: this.#sides }, () => []);
    lists[this.input] = [value];
    return lists;
  }

  /** Puts more values behind those of the key, side by side. */
  append(key: unknown, lists: readonly (readonly unknown[])[]): void {
    const cell = this.cellFor(key, sumOfLengths(lists));
    if (cell === undefined) this.add(key, lists);
    else
      for (const [side, values] of lists.entries()) pushAll((cell.c as unknown[][])[side]!, values);
  }

  override valuesOf({ c }: Cell): number {
    return sumOfLengths(c as unknown[][]);
  }

  override *piecesOf({ k, c }: Cell): Iterable<[unknown, unknown]> {
    for (const [side, values] of (c as unknown[][]).entries()) {
      for (const piece of slices(values)) {
        const lists: unknown[][] = Array.from({ length: this.#sides }, () => []);
        lists[side] = piece;
        yield [k, lists];
      }
    }
  }
}

function sumOfLengths(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0);
}

function* slices(values: unknown[]): Iterable<unknown[]> {
  if (values.length <= PIECE_VALUES) {
    if (values.length > 0) yield values;
    return;
  }
  for (let from = 0; from < values.length; from += PIECE_VALUES)
    yield values.slice(from, from + PIECE_VALUES);
}

function pushAll(into: unknown[], values: readonly unknown[]): void {
  for (let i = 0; i < values.length; i++) into.push(values[i]);
}
