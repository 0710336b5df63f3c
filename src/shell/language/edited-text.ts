// A text with insertions, made in several passes, that still knows where each character came from.
// The checker sees the edited text; everything told to the user is in the original's positions.

interface Piece {
  readonly text: string;
  /** Offset in the original, or -1 for text that was inserted. */
  readonly origin: number;
}

/** Text put around a stretch of the edited text; `close` may be empty. */
export interface Wrap {
  readonly start: number;
  readonly end: number;
  readonly open: string;
  readonly close: string;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Closings come before openings at one place, inner closings first, outer openings first. */
  readonly rank: number;
}

export class EditedText {
  readonly original: string;
  #pieces: Piece[];

  constructor(original: string) {
    this.original = original;
    this.#pieces = [{ text: original, origin: 0 }];
  }

  get text(): string {
    return this.#pieces.map((piece) => piece.text).join('');
  }

  /** Applies wraps whose offsets are those of the present `text`; they nest or are apart. */
  wrap(wraps: readonly Wrap[]): void {
    const insertions: Insertion[] = [];
    for (const { start, end, open, close } of wraps) {
      if (open !== '') insertions.push({ at: start, text: open, rank: 1 - (end - start) / 1e9 });
      if (close !== '') insertions.push({ at: end, text: close, rank: -1 + (end - start) / 1e9 });
    }
    insertions.sort((a, b) => a.at - b.at || a.rank - b.rank);
    this.#insert(insertions);
  }

  insert(at: number, text: string): void {
    this.#insert([{ at, text, rank: 0 }]);
  }

  /** The original offset of an offset of `text`; inserted text counts as the original that follows it. */
  toOriginal(offset: number): number {
    let end = 0;
    for (const piece of this.#pieces) {
      const start = end;
      end += piece.text.length;
      if (offset < end && piece.origin >= 0) return piece.origin + Math.max(0, offset - start);
    }
    return this.original.length;
  }

  /** The offset in `text` of an original offset: behind what was inserted there. */
  fromOriginal(offset: number): number {
    let at = 0;
    let found = 0;
    for (const piece of this.#pieces) {
      if (piece.origin >= 0 && offset >= piece.origin) {
        found = at + Math.min(offset - piece.origin, piece.text.length);
      }
      at += piece.text.length;
    }
    return found;
  }

  #insert(insertions: readonly Insertion[]): void {
    const pieces: Piece[] = [];
    let next = 0;
    let start = 0;
    for (const piece of this.#pieces) {
      const end = start + piece.text.length;
      let cut = 0;
      // An insertion at the very end of a piece belongs before the next one.
      while (next < insertions.length && insertions[next]!.at < end) {
        const insertion = insertions[next++]!;
        const at = insertion.at - start;
        pushPiece(pieces, piece, cut, at);
        pieces.push({ text: insertion.text, origin: -1 });
        cut = at;
      }
      pushPiece(pieces, piece, cut, piece.text.length);
      start = end;
    }
    for (; next < insertions.length; next++)
      pieces.push({ text: insertions[next]!.text, origin: -1 });
    this.#pieces = pieces;
  }
}

function pushPiece(pieces: Piece[], piece: Piece, from: number, to: number): void {
  if (to <= from) return;
  const origin = piece.origin < 0 ? -1 : piece.origin + from;
  pieces.push({ text: piece.text.slice(from, to), origin });
}
