// From a place in compiled JavaScript to the place in the user's text: a flat array that crosses threads as it is.
// Used on the main thread for stacks; must not load `typescript`.

/** Numbers per segment: line and column in the JavaScript, line and column in the user's text, all from 0. */
const SEGMENT = 4;

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Looks positions up in segments that are sorted by line and column of the JavaScript. */
export class PositionMap {
  readonly #segments: Int32Array;

  constructor(segments: Int32Array) {
    this.#segments = segments;
  }

  /** The place in the user's text of a place in the JavaScript, or null before the first segment. */
  original(line: number, column: number): Position | null {
    const at = this.#lastAtOrBefore(line - 1, column - 1);
    if (at < 0) return null;
    const segments = this.#segments;
    return { line: segments[at + 2]! + 1, column: segments[at + 3]! + 1 };
  }

  #lastAtOrBefore(line: number, column: number): number {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length / SEGMENT - 1;
    let found = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = middle * SEGMENT;
      const isAfter =
        segments[at]! > line || (segments[at]! === line && segments[at + 1]! > column);
      if (isAfter) high = middle - 1;
      else {
        found = at;
        low = middle + 1;
      }
    }
    return found;
  }
}
