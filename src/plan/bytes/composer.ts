// Puts texts together of columns, row by row, and keys of dictionaries apart into columns, by the kernels. Runs in workers.
import type { Arena } from '../../kernels/arena.js';
import type { ByteDictionary } from '../../kernels/dictionary.js';
import type { KeyPart, KeyShape } from './key-shape.js';
import type { TextColumn } from './text-column.js';

const NUMBER = 0;
const TEXT = 1;
const LITERAL = 2;
const NEWLINE = 10;
/** Words of a part as the kernels know it (assembly/composed.as). */
const PART_WORDS = 3;

/** A column by its addresses, or the same text in every row. */
export type ComposedPart =
  | { readonly kind: 'number'; readonly at: number }
  | { readonly kind: 'text'; readonly starts: number; readonly ends: number }
  | { readonly kind: 'literal'; readonly at: number; readonly length: number };

/** The rows of which texts are composed: those at the address `rows`, or all from 0 on. */
export interface ComposedRows {
  readonly n: number;
  readonly rows: number | null;
  /** What the text parts take at most, in bytes. */
  readonly room: number;
}

/** Parts in the arena. */
export function partsIn(arena: Arena, parts: readonly ComposedPart[]): number {
  const at = arena.allocate(parts.length * PART_WORDS * 4);
  const { u32 } = arena;
  parts.forEach((part, i) => {
    const word = at / 4 + i * PART_WORDS;
    if (part.kind === 'number') u32.set([NUMBER, part.at, 0], word);
    else if (part.kind === 'text') u32.set([TEXT, part.starts, part.ends], word);
    else u32.set([LITERAL, part.at, part.length], word);
  });
  return at;
}

/** Memory for composed texts, used again and again and larger where it has to be. */
export class Composer {
  readonly starts: number;
  readonly ends: number;
  readonly #arena: Arena;
  readonly #newline: number;
  #bytes = 0;
  #bytesCapacity = 0;

  constructor(arena: Arena, maxRows: number) {
    this.#arena = arena;
    this.starts = arena.allocate(maxRows * 4);
    this.ends = arena.allocate(maxRows * 4);
    this.#newline = arena.allocate(1);
    arena.bytes[this.#newline] = NEWLINE;
  }

  /** Composes keys as dictionaries have them: see key-shape.ts. */
  composeKeys(parts: readonly ComposedPart[], rows: ComposedRows): number | null {
    const newline: ComposedPart = { kind: 'literal', at: this.#newline, length: 1 };
    const isLast = (i: number): boolean => i + 1 === parts.length;
    return this.compose(
      parts.flatMap((part, i) => (part.kind === 'text' && !isLast(i) ? [part, newline] : [part])),
      rows,
    );
  }

  /**
   * Composes the texts of rows; returns how many bytes they take, null where the kernel refuses. `missing` is what missing
   * texts read as, if that is known.
   */
  compose(
    parts: readonly ComposedPart[],
    { n, rows, room }: ComposedRows,
    missing: { readonly at: number; readonly length: number } | null = null,
  ): number | null {
    const arena = this.#arena;
    this.#reserve(n * fixedBytes(parts, missing?.length ?? 0) + room);
    const mark = arena.mark;
    const end = arena.kernels.composeTexts(
      n,
      rows ?? 0,
      partsIn(arena, parts),
      parts.length,
      missing?.at ?? 0,
      missing?.length ?? 0,
      this.#bytes,
      this.starts,
      this.ends,
    );
    arena.release(mark);
    return end === 0 ? null : end - this.#bytes;
  }

  /** Replaces a text in each row's; missing ones stay so. Returns how many bytes all take. */
  replace(
    { starts, ends }: Pick<TextColumn, 'starts' | 'ends'>,
    { n, room }: ComposedRows,
    what: { readonly at: number; readonly length: number },
    by: { readonly at: number; readonly length: number },
  ): number {
    this.#reserve(room);
    const out = this.#bytes;
    const { kernels } = this.#arena;
    const end = kernels.replaceTexts(
      n,
      starts,
      ends,
      what.at,
      what.length,
      by.at,
      by.length,
      out,
      this.starts,
      this.ends,
    );
    return end - out;
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#bytesCapacity) return;
    this.#bytesCapacity = Math.ceil(sizeBytes * 1.25) + 4096;
    this.#bytes = this.#arena.allocate(this.#bytesCapacity);
  }
}

function fixedBytes(parts: readonly ComposedPart[], missingLength: number): number {
  return parts.reduce((sum, part) => {
    if (part.kind === 'text') return sum + missingLength;
    return sum + (part.kind === 'number' ? 8 : part.length);
  }, 0);
}

/** The columns of a dictionary's keys, one for each part, by slot. */
export interface KeyColumns {
  readonly parts: readonly ComposedPart[];
  /** The parts in the arena. */
  readonly at: number;
}

export function takenApart(
  arena: Arena,
  dictionary: ByteDictionary,
  { parts }: KeyShape,
): KeyColumns {
  const { size } = dictionary;
  const columns = parts.map((part): ComposedPart => columnFor(arena, part, size));
  const at = partsIn(arena, columns);
  arena.kernels.takeApart(size, dictionary.offsets, dictionary.bytes, at, parts.length);
  return { parts: columns, at };
}

function columnFor(arena: Arena, part: KeyPart, size: number): ComposedPart {
  if (part === 'number') return { kind: 'number', at: arena.allocate(size * 8) };
  return { kind: 'text', starts: arena.allocate(size * 4), ends: arena.allocate(size * 4) };
}
