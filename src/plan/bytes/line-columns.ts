// The chunks of a text split in an arena, and the columns of one chunk: lines, fields, numbers, flags. Columns are
// made when they are asked for and live until the next chunk. Runs in workers.
import { isUtf8 } from 'node:buffer';
import { LineChunks } from '../../io/line-chunks.js';
import { openByteSource } from '../../io/open-byte-source.js';
import type { FileSplit } from '../../io/split.js';
import type { Arena } from '../../kernels/arena.js';
import { LineFields } from './line-fields.js';
import { MadeTexts } from './made-texts.js';
import type { NumberMeaning, NumberParser, Test, Text, TextInLine } from './meaning.js';
import { meaningKey } from './meaning-kinds.js';
import type { LineTexts, TextColumn } from './text-column.js';
import type { Formulas } from './formulas.js';
import { Unfit } from './unfit.js';

const LF = 10;
const HAS_WIDE = 1;
const HAS_RETURN = 2;

/** Where one separator and the newlines stand, all of them. */
interface Places {
  readonly places: number;
  count: number;
  chunk: number;
}

/** A column's memory, used for chunk after chunk; `chunk` is the one it was filled for. */
interface Filled {
  readonly at: number;
  chunk: number;
}

interface FilledText extends TextColumn {
  chunk: number;
}

export interface LineColumnsOptions {
  readonly arena: Arena;
  readonly formulas: Formulas;
  readonly chunkBytes: number;
}

export class LineColumns implements LineTexts {
  /** The chunk's bytes: whole lines, each ending in one newline. */
  from = 0;
  to = 0;
  isAscii = true;
  readonly arena: Arena;
  readonly #formulas: Formulas;
  readonly #chunkBytes: number;
  readonly #source;
  readonly #chunks: LineChunks;
  readonly #bufferAt: number;
  readonly #arenaBuffer: Buffer;
  #chunk = 0;
  #lineCount = -1;
  #lines: FilledText | null = null;
  #every: FilledText | null = null;
  readonly #places = new Map<number, Places>();
  readonly #fields = new Map<number, LineFields>();
  readonly #numbers = new Map<string, Filled>();
  readonly #literals = new Map<string, { readonly at: number; readonly length: number }>();
  readonly #made: MadeTexts;
  /** Flags of nested tests, by depth. */
  readonly #flags: number[] = [];
  readonly #scratch: number;
  #odd = 0;

  constructor(split: FileSplit, { arena, formulas, chunkBytes }: LineColumnsOptions) {
    this.arena = arena;
    this.#formulas = formulas;
    this.#chunkBytes = chunkBytes;
    this.#made = new MadeTexts(this, chunkBytes);
    this.#scratch = arena.allocate(64);
    this.#bufferAt = arena.allocate(chunkBytes + 1);
    this.#source = openByteSource(split);
    this.#arenaBuffer = arena.bytes.subarray(
      this.#bufferAt,
      this.#bufferAt + chunkBytes + 1,
    ) as Buffer;
    this.#chunks = new LineChunks(this.#source, {
      path: split.path,
      isFileStart: split.start === 0,
      chunkBytes,
      // A larger one is asked for where a line is longer than a chunk.
      allocate: (sizeBytes) =>
        sizeBytes === chunkBytes + 1 ? this.#arenaBuffer : Buffer.allocUnsafe(sizeBytes),
    });
  }

  get bytesRead(): number {
    return this.#source.storedBytes(this.#chunks.position);
  }

  close(): void {
    this.#source.close();
  }

  /** Moves on; false at the end of the split. The chunk may be one that does not fit: see `check`. */
  advance(): boolean {
    if (!this.#chunks.advance()) return false;
    this.from = this.#bufferAt + this.#chunks.from;
    this.to = this.#bufferAt + this.#chunks.to;
    this.#chunk++;
    this.#lineCount = -1;
    this.#made.nextChunk();
    for (const fields of this.#fields.values()) fields.nextChunk();
    return true;
  }

  /** The bytes of the chunk, wherever they are. */
  get chunk(): Buffer {
    return this.#chunks.buffer.subarray(this.#chunks.from, this.#chunks.to);
  }

  /** Whether the chunk is of lines in valid UTF-8 that end in newlines only, none longer than a chunk. */
  isFit(): boolean {
    if (this.#chunks.buffer !== this.#arenaBuffer) return false;
    const found = this.arena.kernels.probe(this.from, this.to);
    this.isAscii = (found & HAS_WIDE) === 0;
    if ((found & HAS_RETURN) !== 0) return false;
    return this.isAscii || isUtf8(this.arena.bytes.subarray(this.from, this.to));
  }

  /** Throws Unfit for a chunk that the kernels would not read as the plain path does. */
  check(): void {
    if (!this.isFit())
      throw new Unfit('a carriage return, bytes that are not UTF-8, or a long line');
  }

  get lineCount(): number {
    if (this.#lineCount < 0) this.#lineCount = this.arena.kernels.countByte(this.from, this.to, LF);
    return this.#lineCount;
  }

  /** How many lines contain the literal, found without looking at lines one by one. */
  countLinesWith(literal: string): number {
    const { at, length } = this.#literal(literal);
    return this.arena.kernels.countLinesWith(this.from, this.to, at, length);
  }

  /** How many fields all lines have together. */
  everyFieldCount(separator: number): number {
    return this.#placesOf(separator).count;
  }

  /** All fields of all lines, one after the other. */
  everyField(separator: number): TextColumn {
    const { places, count } = this.#placesOf(separator);
    this.#every ??= this.#textColumn();
    const { starts, ends } = this.#every;
    this.arena.kernels.everyField(places, count, this.from, starts, ends);
    return this.#every;
  }

  text(text: Text): TextColumn {
    return text.kind === 'line' || text.kind === 'field'
      ? this.textInLine(text)
      : this.#made.column(text);
  }

  textInLine(text: TextInLine): TextColumn {
    return text.kind === 'line' ? this.lines() : this.#field(text.separator, text.index);
  }

  /** Bytes that a text of every line takes at most, all lines together. */
  get textRoom(): number {
    return Math.max(this.to - this.from, this.#made.mostBytes);
  }

  lines(): TextColumn {
    const [fields] = this.#fields.values();
    if (fields !== undefined) {
      const lines = fields.lines(this);
      this.#lineCount = fields.lineCount;
      return lines;
    }
    this.#lines ??= this.#textColumn();
    if (this.#lines.chunk !== this.#chunk) {
      const { starts, ends } = this.#lines;
      this.#lineCount = this.arena.kernels.lines(this.from, this.to, starts, ends);
      this.#lines.chunk = this.#chunk;
    }
    return this.#lines;
  }

  #field(separator: number, index: number): TextColumn {
    let fields = this.#fields.get(separator);
    if (fields === undefined) {
      fields = new LineFields(this.arena, separator, this.#chunkBytes);
      this.#fields.set(separator, fields);
    }
    const column = fields.field(index, this);
    this.#lineCount = fields.lineCount;
    return column;
  }

  #placesOf(separator: number): Places {
    let found = this.#places.get(separator);
    if (found === undefined) {
      found = { places: this.arena.allocate(this.#chunkBytes * 4), count: 0, chunk: 0 };
      this.#places.set(separator, found);
    }
    if (found.chunk !== this.#chunk) {
      const { kernels, u32 } = this.arena;
      found.count = kernels.marks(this.from, this.to, separator, found.places, this.#scratch);
      this.#lineCount = u32[this.#scratch / 4]!;
      found.chunk = this.#chunk;
    }
    return found;
  }

  /** The address of a column of f64, one for each line. */
  number(meaning: NumberMeaning): number {
    const key = meaningKey(meaning);
    let column = this.#numbers.get(key);
    if (column === undefined) {
      column = { at: this.arena.allocate(this.#chunkBytes * 8), chunk: 0 };
      this.#numbers.set(key, column);
    }
    if (column.chunk !== this.#chunk) {
      this.#fillNumbers(meaning, column.at);
      column.chunk = this.#chunk;
    }
    return column.at;
  }

  #fillNumbers(meaning: NumberMeaning, out: number): void {
    const { kernels } = this.arena;
    switch (meaning.kind) {
      case 'parsed': {
        this.#parse(meaning.parser, this.text(meaning.text), out);
        return;
      }
      case 'length': {
        const { starts, ends } = this.text(meaning.text);
        kernels.textLengths(this.lineCount, starts, ends, this.isAscii ? 1 : 0, out);
        return;
      }
      case 'field-count': {
        const { places, count } = this.#placesOf(meaning.separator);
        kernels.fieldCounts(places, count, out);
        return;
      }
      default: {
        const { leaves, fill } = this.#formulas.number(meaning);
        const inputs = leaves.map((leaf) => this.number(leaf) / 8);
        fill(this.arena.f64, inputs, this.lineCount, out / 8);
      }
    }
  }

  /** Numbers of texts. What is not plainly a number goes through the language's own function. */
  #parse(parser: NumberParser, { starts, ends }: TextColumn, out: number): void {
    const { arena } = this;
    this.#odd ||= arena.allocate(this.#chunkBytes * 4);
    const isInteger = parser === 'parseInt' || parser === 'parseInt10' ? 1 : 0;
    const count = arena.kernels.parseNumbers(
      this.lineCount,
      starts,
      ends,
      isInteger,
      out,
      this.#odd,
    );
    if (count === 0) return;
    const call = PARSERS[parser];
    const { u32, f64, bytes } = arena;
    for (let i = 0; i < count; i++) {
      const row = u32[this.#odd / 4 + i]!;
      f64[out / 8 + row] = call(bytes.toString('utf8', u32[starts / 4 + row], u32[ends / 4 + row]));
    }
  }

  /**
   * The address of a flag for each line: 1 where the test holds, 0 where it does not, 2 where it
   * would have thrown. Valid until the next test.
   */
  flags(test: Test): number {
    return this.#flagsAt(test, 0);
  }

  #flagsAt(test: Test, depth: number): number {
    this.#flags[depth] ??= this.arena.allocate(this.#chunkBytes);
    const flags = this.#flags[depth];
    // Asked for now: allocating may have grown the arena.
    const { kernels } = this.arena;
    const n = this.lineCount;
    switch (test.kind) {
      case 'always':
        this.arena.fill(flags, n, test.value ? 1 : 0);
        break;
      case 'not-empty': {
        const { starts, ends } = this.text(test.text);
        kernels.flagNotEmpty(n, starts, ends, flags);
        break;
      }
      case 'present':
        kernels.flagPresent(n, this.text(test.text).starts, 2, flags);
        break;
      case 'match':
        this.#flagMatches(test, flags);
        break;
      case 'compare': {
        const { leaves, fill } = this.#formulas.test(test);
        const inputs = leaves.map((leaf) => this.number(leaf) / 8);
        fill(this.arena.f64, inputs, this.lineCount, this.arena.bytes, flags);
        break;
      }
      case 'not':
        this.#flagsAt(test.test, depth);
        kernels.flagsNot(n, flags);
        break;
      case 'and':
      case 'or': {
        this.#flagsAt(test.left, depth);
        const right = this.#flagsAt(test.right, depth + 1);
        if (test.kind === 'and') kernels.flagsAnd(n, flags, right);
        else kernels.flagsOr(n, flags, right);
      }
    }
    return flags;
  }

  #flagMatches(test: Extract<Test, { kind: 'match' }>, flags: number): void {
    const { kernels } = this.arena;
    const { at, length } = this.#literal(test.literal);
    const { starts, ends } = this.text(test.text);
    const n = this.lineCount;
    if (test.how === 'equal') kernels.flagEqual(n, starts, ends, at, length, flags);
    else if (test.how === 'startsWith') kernels.flagStartsWith(n, starts, ends, at, length, flags);
    else if (test.how === 'endsWith') kernels.flagEndsWith(n, starts, ends, at, length, flags);
    else if (test.text.kind !== 'line') kernels.flagIncludes(n, starts, ends, at, length, flags);
    else kernels.flagLinesWith(this.from, this.to, at, length, ends, n, flags);
  }

  #literal(text: string): { readonly at: number; readonly length: number } {
    let found = this.#literals.get(text);
    if (found === undefined) {
      const bytes = Buffer.from(text);
      found = { at: this.arena.copyIn(bytes), length: bytes.length };
      this.#literals.set(text, found);
    }
    return found;
  }

  #textColumn(): FilledText {
    const sizeBytes = this.#chunkBytes * 4;
    const starts = this.arena.allocate(sizeBytes);
    return { starts, ends: this.arena.allocate(sizeBytes), mayMiss: false, chunk: 0 };
  }
}

const PARSERS: Readonly<Record<NumberParser, (text: string) => number>> = {
  // biome-ignore lint/correctness/useParseIntRadix: without one, 0x1F is 31, as the user wrote it
  parseInt: (text) => Number.parseInt(text),
  parseInt10: (text) => Number.parseInt(text, 10),
  parseFloat: Number.parseFloat,
  Number,
};
