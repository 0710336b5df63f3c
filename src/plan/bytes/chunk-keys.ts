// The keys of a chunk's lines as bytes for a dictionary: a text where it lies, everything else put together of its parts.
// Runs in workers.
import type { Arena } from '../../kernels/arena.js';
import { Composer, type ComposedPart } from './composer.js';
import { isSingleText, type KeyPart, type KeyShape, NUMBER_KEYS, TEXT_KEYS } from './key-shape.js';
import type { LineColumns } from './line-columns.js';
import type { KeyMeaning, NumberMeaning, Text } from './meaning.js';
import { isTextMeaning } from './meaning-kinds.js';
import type { TextColumn } from './text-column.js';
import { Unfit } from './unfit.js';

const MISSING = 0xffffffff;

/** The keys of the rows that are wanted. */
export interface KeyRows {
  readonly n: number;
  /** Addresses, one for each key. */
  readonly starts: number;
  readonly ends: number;
  /** Bytes of all keys together at most. */
  readonly bytes: number;
  /** Address of which lines they are of; null for all. */
  readonly rows: number | null;
}

export class ChunkKeys {
  readonly shape: KeyShape;
  readonly #chunks: LineColumns;
  readonly #arena: Arena;
  readonly #key: KeyMeaning;
  readonly #rows: number;
  readonly #starts: number;
  readonly #ends: number;
  readonly #composer: Composer | null;

  constructor(chunks: LineColumns, key: KeyMeaning, maxRows: number) {
    const { arena } = chunks;
    this.shape = shapeOf(key);
    this.#chunks = chunks;
    this.#arena = arena;
    this.#key = key;
    this.#rows = arena.allocate(maxRows * 4);
    this.#starts = arena.allocate(maxRows * 4);
    this.#ends = arena.allocate(maxRows * 4);
    this.#composer = isSingleText(this.shape) ? null : new Composer(arena, maxRows);
  }

  /** The keys of the lines whose flag is 1, of all if there are no flags. Throws Unfit where one is undefined. */
  take(flags: number | null): KeyRows {
    const composer = this.#composer;
    return composer === null ? this.#texts(flags) : this.#composed(composer, flags);
  }

  #texts(flags: number | null): KeyRows {
    const chunks = this.#chunks;
    const key = this.#key as TextKey;
    const isEvery = key.kind === 'every-field';
    // Looking for fields counts the lines as well.
    const all = isEvery ? chunks.everyField(key.separator) : chunks.text(key);
    let n = isEvery ? chunks.everyFieldCount(key.separator) : chunks.lineCount;
    let rows: number | null = null;
    let { starts, ends }: Pick<TextColumn, 'starts' | 'ends'> = all;
    if (flags !== null) {
      const { kernels } = this.#arena;
      n = kernels.selectedRows(n, flags, this.#rows);
      kernels.gather32(n, this.#rows, starts, this.#starts);
      kernels.gather32(n, this.#rows, ends, this.#ends);
      ({ starts, ends, rows } = { starts: this.#starts, ends: this.#ends, rows: this.#rows });
    }
    if (all.mayMiss && this.#arena.u32.subarray(starts / 4, starts / 4 + n).includes(MISSING)) {
      throw new Unfit('a key is undefined');
    }
    return { n, starts, ends, bytes: chunks.textRoom, rows };
  }

  #composed(composer: Composer, flags: number | null): KeyRows {
    const chunks = this.#chunks;
    const arena = this.#arena;
    const parts = keyPartColumns(chunks, this.#key);
    const rows = flags === null ? null : this.#rows;
    const n =
      flags === null
        ? chunks.lineCount
        : arena.kernels.selectedRows(chunks.lineCount, flags, this.#rows);
    const room = (chunks.textRoom + n) * parts.length;
    const bytes = composer.composeKeys(parts, { n, rows, room });
    if (bytes === null) throw new Unfit('a key that is undefined or minus zero');
    return { n, starts: composer.starts, ends: composer.ends, bytes, rows };
  }
}

type TextKey = Exclude<KeyMeaning, NumberMeaning | { readonly kind: 'tuple' }>;
type PartMeaning = Text | NumberMeaning;

/** The columns of a key that is a number or a tuple, one for each part. */
export function keyPartColumns(chunks: LineColumns, key: KeyMeaning): ComposedPart[] {
  const parts = key.kind === 'tuple' ? key.items : [key as PartMeaning];
  return parts.map((part) => columnOf(chunks, part));
}

function shapeOf(key: KeyMeaning): KeyShape {
  if (key.kind === 'every-field' || isTextMeaning(key)) return TEXT_KEYS;
  if (key.kind !== 'tuple') return NUMBER_KEYS;
  const parts = key.items.map((item): KeyPart => (isTextMeaning(item) ? 'text' : 'number'));
  return { isTuple: true, parts };
}

function columnOf(chunks: LineColumns, part: PartMeaning): ComposedPart {
  if (!isTextMeaning(part)) return { kind: 'number', at: chunks.number(part) };
  const { starts, ends } = chunks.text(part);
  return { kind: 'text', starts, ends };
}
