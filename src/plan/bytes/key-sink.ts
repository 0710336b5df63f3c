// The map side on columns: keys of lines become slots, numbers are merged by slot. Runs in workers.
import type { Arena } from '../../kernels/arena.js';
import { ByteDictionary, type ExpectedKeys } from '../../kernels/dictionary.js';
import { ChunkKeys } from './chunk-keys.js';
import type { KeyedNumbers } from './keyed-numbers.js';
import type { LineColumns } from './line-columns.js';
import type { ByteEnd } from './meaning.js';
import { withRoom } from './merge-columns.js';
import type { MergeLoop } from './merge-loops.js';

type KeyedEnd = Extract<ByteEnd, { kind: 'merge' | 'distinct' }>;

export class KeySink {
  readonly #chunks: LineColumns;
  readonly #arena: Arena;
  readonly #end: KeyedEnd;
  readonly #loop: MergeLoop | null;
  readonly #dictionary: ByteDictionary;
  readonly #keys: ChunkKeys;
  readonly #slots: number;
  readonly #numbers: number;
  #values = new Float64Array(1024);
  #seen = 0;

  constructor(
    chunks: LineColumns,
    end: KeyedEnd,
    options: {
      readonly loop: MergeLoop | null;
      readonly expected: ExpectedKeys;
      readonly maxLines: number;
    },
  ) {
    const { arena } = chunks;
    this.#chunks = chunks;
    this.#arena = arena;
    this.#end = end;
    this.#loop = options.loop;
    this.#keys = new ChunkKeys(chunks, end.key, options.maxLines);
    this.#slots = arena.allocate(options.maxLines * 4);
    this.#numbers = arena.allocate(options.maxLines * 8);
    this.#dictionary = new ByteDictionary(arena, options.expected);
  }

  /** Takes the lines of the chunk whose flag is 1; all lines if there are no flags. */
  take(flags: number | null): void {
    const { n, starts, ends, bytes, rows } = this.#keys.take(flags);
    this.#dictionary.reserve(n, bytes);
    this.#arena.kernels.putColumn(this.#dictionary.header, n, starts, ends, this.#slots);
    if (this.#loop !== null && this.#end.kind === 'merge') {
      this.#values = withRoom(this.#values, this.#dictionary.size);
      this.#merge(this.#loop, n, rows);
    }
  }

  result(): KeyedNumbers {
    const values = this.#loop === null ? null : this.#values;
    const { shape } = this.#keys;
    return { arena: this.#arena, dictionary: this.#dictionary, shape, values };
  }

  #merge(loop: MergeLoop, n: number, kept: number | null): void {
    const { value } = this.#end as Extract<KeyedEnd, { kind: 'merge' }>;
    const rows = { slots: this.#arena.u32, at: this.#slots / 4, n };
    if (value.kind === 'constant') {
      this.#seen = loop.mergeConstant(rows, this.#values, this.#seen, value.value);
      return;
    }
    let from = this.#chunks.number(value);
    if (kept !== null) {
      this.#arena.kernels.gather64(n, kept, from, this.#numbers);
      from = this.#numbers;
    }
    // Asked for again: making columns may have grown the arena.
    const { u32, f64 } = this.#arena;
    const numbered = { ...rows, slots: u32, values: f64, from: from / 8 };
    this.#seen = loop.merge(numbered, this.#values, this.#seen);
  }
}
