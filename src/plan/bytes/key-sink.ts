// The map side on columns: keys of lines become slots, numbers are merged by slot. Runs in workers.
import type { Arena } from '../../kernels/arena.js';
import { ByteDictionary, type ExpectedKeys } from '../../kernels/dictionary.js';
import type { KeyedNumbers } from './key-pages.js';
import type { ByteEnd } from './meaning.js';
import { withRoom } from './merge-columns.js';
import type { MergeLoop } from './merge-loops.js';
import type { LineColumns, TextColumn } from './line-columns.js';
import { Unfit } from './unfit.js';

type KeyedEnd = Extract<ByteEnd, { kind: 'merge' | 'distinct' }>;

const MISSING = 0xffffffff;

export class KeySink {
  readonly #chunks: LineColumns;
  readonly #arena: Arena;
  readonly #end: KeyedEnd;
  readonly #loop: MergeLoop | null;
  readonly #dictionary: ByteDictionary;
  readonly #slots: number;
  readonly #rows: number;
  readonly #starts: number;
  readonly #ends: number;
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
    this.#slots = arena.allocate(options.maxLines * 4);
    this.#rows = arena.allocate(options.maxLines * 4);
    this.#starts = arena.allocate(options.maxLines * 4);
    this.#ends = arena.allocate(options.maxLines * 4);
    this.#numbers = arena.allocate(options.maxLines * 8);
    this.#dictionary = new ByteDictionary(arena, options.expected);
  }

  /** Takes the lines of the chunk whose flag is 1; all lines if there are no flags. */
  take(flags: number | null): void {
    const chunks = this.#chunks;
    const { kernels } = this.#arena;
    const { key } = this.#end;
    const isEvery = key.kind === 'every-field';
    let keys = isEvery ? chunks.everyField(key.separator) : chunks.text(key);
    let n = isEvery ? chunks.everyFieldCount(key.separator) : chunks.lineCount;
    if (flags !== null) {
      n = kernels.selectedRows(n, flags, this.#rows);
      keys = this.#selected(n, keys);
    }
    if (keys.mayMiss && this.#hasMissing(n, keys)) throw new Unfit('a key is undefined');
    this.#dictionary.reserve(n, chunks.to - chunks.from);
    kernels.putColumn(this.#dictionary.header, n, keys.starts, keys.ends, this.#slots);
    if (this.#loop !== null && this.#end.kind === 'merge') {
      this.#values = withRoom(this.#values, this.#dictionary.size);
      this.#merge(this.#loop, n, flags !== null);
    }
  }

  result(): KeyedNumbers {
    const values = this.#loop === null ? null : this.#values;
    return { arena: this.#arena, dictionary: this.#dictionary, values };
  }

  #merge(loop: MergeLoop, n: number, isSelected: boolean): void {
    const { value } = this.#end as Extract<KeyedEnd, { kind: 'merge' }>;
    const rows = { slots: this.#arena.u32, at: this.#slots / 4, n };
    if (value.kind === 'constant') {
      this.#seen = loop.mergeConstant(rows, this.#values, this.#seen, value.value);
      return;
    }
    let from = this.#chunks.number(value);
    if (isSelected) {
      this.#arena.kernels.gather64(n, this.#rows, from, this.#numbers);
      from = this.#numbers;
    }
    // Asked for again: making columns may have grown the arena.
    const { u32, f64 } = this.#arena;
    const numbered = { ...rows, slots: u32, values: f64, from: from / 8 };
    this.#seen = loop.merge(numbered, this.#values, this.#seen);
  }

  #selected(n: number, { starts, ends, mayMiss }: TextColumn): TextColumn {
    const { kernels } = this.#arena;
    kernels.gather32(n, this.#rows, starts, this.#starts);
    kernels.gather32(n, this.#rows, ends, this.#ends);
    return { starts: this.#starts, ends: this.#ends, mayMiss };
  }

  #hasMissing(n: number, { starts }: TextColumn): boolean {
    return this.#arena.u32.subarray(starts / 4, starts / 4 + n).includes(MISSING);
  }
}
