// A page of pairs of numbers as the columns it is made of: no tuple is made of them. Knows no other kind of page.

export class NumberPairs {
  readonly keys: Float64Array | Int32Array;
  /** Null where the second of each pair is null. */
  readonly values: Float64Array | Int32Array | null;

  constructor(keys: Float64Array | Int32Array, values: Float64Array | Int32Array | null) {
    this.keys = keys;
    this.values = values;
  }

  get length(): number {
    return this.keys.length;
  }
}
