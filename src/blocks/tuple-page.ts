// A page of tuples as the columns it is made of: whoever reads it makes the tuples it needs. Knows no other kind of page.

export class TuplePage {
  /** One for each place; numbers are views of the page and valid as long as that is. */
  readonly columns: readonly ArrayLike<unknown>[];
  readonly length: number;

  constructor(columns: readonly ArrayLike<unknown>[], length: number) {
    this.columns = columns;
    this.length = length;
  }
}
