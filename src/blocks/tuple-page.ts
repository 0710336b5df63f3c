// A page of tuples or of plain objects as the columns it is made of: whoever reads it makes the records it needs. Knows no
// other kind of page.

/** What the records of a page have: so many places, or fields of these names, in this order. */
export type RowShape = number | readonly string[];

/** How many columns rows of the shape make. */
export function widthOf(shape: RowShape): number {
  return typeof shape === 'number' ? shape : shape.length;
}

export class TuplePage {
  /** One for each place or field; numbers are views of the page and valid as long as that is. */
  readonly columns: readonly ArrayLike<unknown>[];
  readonly length: number;

  constructor(columns: readonly ArrayLike<unknown>[], length: number) {
    this.columns = columns;
    this.length = length;
  }
}
