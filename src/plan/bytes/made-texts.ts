// Texts that functions make of fields and literals, as columns of a chunk. Runs in workers.
import { Composer, type ComposedPart } from './composer.js';
import type { Text } from './meaning.js';
import { meaningKey } from './meaning-kinds.js';
import type { LineTexts, TextColumn } from './text-column.js';

type MadeText = Extract<Text, { kind: 'joined' | 'replaced' }>;
type Joined = Extract<Text, { kind: 'joined' }>;
type Replaced = Extract<Text, { kind: 'replaced' }>;

/** Memory for one such text, and the chunk it was filled for. */
interface Made {
  readonly composer: Composer;
  chunk: number;
  column: TextColumn;
}

interface Literal {
  readonly kind: 'literal';
  readonly at: number;
  readonly length: number;
}

export class MadeTexts {
  readonly #lines: LineTexts;
  readonly #maxLines: number;
  readonly #byKey = new Map<string, Made>();
  readonly #literals = new Map<string, Literal>();
  #chunk = 0;
  #mostBytes = 0;

  constructor(lines: LineTexts, maxLines: number) {
    this.#lines = lines;
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

  column(text: MadeText): TextColumn {
    const key = meaningKey(text);
    let made = this.#byKey.get(key);
    if (made === undefined) {
      const composer = new Composer(this.#lines.arena, this.#maxLines);
      const { starts, ends } = composer;
      made = { composer, column: { starts, ends, mayMiss: false }, chunk: 0 };
      this.#byKey.set(key, made);
    }
    if (made.chunk !== this.#chunk) {
      if (text.kind === 'joined') this.#join(made.composer, text);
      else made.column = this.#replace(made.composer, text);
      made.chunk = this.#chunk;
    }
    return made.column;
  }

  #join(composer: Composer, { parts }: Joined): void {
    const lines = this.#lines;
    const composed = parts.map((part): ComposedPart => {
      if (typeof part === 'string') return this.#literal(part);
      const { starts, ends } = lines.textInLine(part);
      return { kind: 'text', starts, ends };
    });
    const texts = composed.filter(({ kind }) => kind === 'text').length;
    const room = texts * (lines.to - lines.from);
    const rows = { n: lines.lineCount, rows: null, room };
    const bytes = composer.compose(composed, rows, this.#literal('undefined'));
    this.#mostBytes = Math.max(this.#mostBytes, bytes ?? 0);
  }

  #replace(composer: Composer, { of, from, to }: Replaced): TextColumn {
    const lines = this.#lines;
    const column = lines.textInLine(of);
    const [what, by] = [this.#literal(from), this.#literal(to)];
    const growth = Math.max(1, Math.ceil(by.length / what.length));
    const room = (lines.to - lines.from) * growth;
    const bytes = composer.replace(column, { n: lines.lineCount, rows: null, room }, what, by);
    this.#mostBytes = Math.max(this.#mostBytes, bytes);
    return { starts: composer.starts, ends: composer.ends, mayMiss: column.mayMiss };
  }

  #literal(text: string): Literal {
    let literal = this.#literals.get(text);
    if (literal === undefined) {
      const bytes = Buffer.from(text);
      literal = { kind: 'literal', at: this.#lines.arena.copyIn(bytes), length: bytes.length };
      this.#literals.set(text, literal);
    }
    return literal;
  }
}
