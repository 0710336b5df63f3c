// Texts that functions put together of fields and literals, as columns of a chunk. Runs in workers.
import { Composer, type ComposedPart } from './composer.js';
import type { TextInLine } from './meaning.js';
import type { LineTexts, TextColumn } from './text-column.js';

type Parts = readonly (TextInLine | string)[];

/** Memory for one such text, and the chunk it was filled for. */
interface Joined {
  readonly composer: Composer;
  readonly column: TextColumn;
  chunk: number;
}

interface Literal {
  readonly kind: 'literal';
  readonly at: number;
  readonly length: number;
}

export class JoinedTexts {
  readonly #columns: LineTexts;
  readonly #maxLines: number;
  readonly #byKey = new Map<string, Joined>();
  readonly #literals = new Map<string, Literal>();
  #chunk = 0;
  #mostBytes = 0;

  constructor(columns: LineTexts, maxLines: number) {
    this.#columns = columns;
    this.#maxLines = maxLines;
  }

  nextChunk(): void {
    this.#chunk++;
    this.#mostBytes = 0;
  }

  /** What the largest column of the chunk takes. */
  get mostBytes(): number {
    return this.#mostBytes;
  }

  column(parts: Parts): TextColumn {
    const key = JSON.stringify(parts);
    let joined = this.#byKey.get(key);
    if (joined === undefined) {
      const composer = new Composer(this.#columns.arena, this.#maxLines);
      const { starts, ends } = composer;
      joined = { composer, column: { starts, ends, mayMiss: false }, chunk: 0 };
      this.#byKey.set(key, joined);
    }
    if (joined.chunk !== this.#chunk) {
      this.#fill(joined.composer, parts);
      joined.chunk = this.#chunk;
    }
    return joined.column;
  }

  #fill(composer: Composer, parts: Parts): void {
    const columns = this.#columns;
    const composed = parts.map((part): ComposedPart => {
      if (typeof part === 'string') return this.#literal(part);
      const { starts, ends } = columns.textInLine(part);
      return { kind: 'text', starts, ends };
    });
    const texts = composed.filter(({ kind }) => kind === 'text').length;
    const room = texts * (columns.to - columns.from);
    const rows = { n: columns.lineCount, rows: null, room };
    const bytes = composer.compose(composed, rows, this.#literal('undefined'));
    this.#mostBytes = Math.max(this.#mostBytes, bytes ?? 0);
  }

  #literal(text: string): Literal {
    let literal = this.#literals.get(text);
    if (literal === undefined) {
      const bytes = Buffer.from(text);
      literal = { kind: 'literal', at: this.#columns.arena.copyIn(bytes), length: bytes.length };
      this.#literals.set(text, literal);
    }
    return literal;
  }
}
