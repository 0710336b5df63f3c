// The map side of grouping numbers by a text: each key goes out once with all its numbers behind it, so that the
// reduce side looks up each key once for every task. Runs in workers.
import type { SegmentedBlock } from '../../blocks/block.js';
import type { Allocate } from '../../blocks/writer.js';
import type { Arena } from '../../kernels/arena.js';
import { ByteDictionary, type ExpectedKeys } from '../../kernels/dictionary.js';
import { ArenaPageWriter, type PageColumn, pageRoom, SegmentPages } from './arena-pages.js';
import { ChunkKeys } from './chunk-keys.js';
import { keyColumns, keyPageColumn, type Keys, slotsByPartition } from './keyed-numbers.js';
import type { LineColumns } from './line-columns.js';
import type { ByteEnd } from './meaning.js';

type GroupEnd = Extract<ByteEnd, { kind: 'group' }>;

/** Values of a page, unless a single key has more. */
const PAGE_VALUES = 16 * 1024;

/** The slots of a chunk's keys and its values; no values where all are one constant. */
interface ChunkRows {
  readonly n: number;
  readonly slots: number;
  readonly values: number | null;
}

export class GroupSink {
  readonly #chunks: LineColumns;
  readonly #arena: Arena;
  readonly #end: GroupEnd;
  readonly #partitions: number;
  readonly dictionary: ByteDictionary;
  readonly #keys: ChunkKeys;
  readonly #chunkRows: ChunkRows[] = [];

  constructor(
    chunks: LineColumns,
    end: GroupEnd,
    options: {
      readonly partitions: number;
      readonly expected: ExpectedKeys;
      readonly maxRows: number;
    },
  ) {
    const { arena } = chunks;
    this.#chunks = chunks;
    this.#arena = arena;
    this.#end = end;
    this.#partitions = options.partitions;
    this.dictionary = new ByteDictionary(arena, options.expected);
    this.#keys = new ChunkKeys(chunks, end.key, options.maxRows);
  }

  /** Takes the lines of the chunk whose flag is 1; all lines if there are no flags. */
  take(flags: number | null): void {
    const arena = this.#arena;
    const { value } = this.#end;
    const { n, starts, ends, bytes, rows } = this.#keys.take(flags);
    const from = value.kind === 'constant' ? null : this.#chunks.number(value);
    this.dictionary.reserve(n, bytes);
    const slots = arena.allocate(n * 4);
    const { kernels } = arena;
    kernels.putColumn(this.dictionary.header, n, starts, ends, slots);
    const values = from === null ? null : arena.allocate(n * 8);
    if (from !== null && values !== null) {
      if (rows === null) arena.bytes.copyWithin(values, from, from + n * 8);
      else kernels.gather64(n, rows, from, values);
    }
    this.#chunkRows.push({ n, slots, values });
  }

  finish(allocate: Allocate): SegmentedBlock {
    const { value } = this.#end;
    const constant = value.kind === 'constant' ? value.value : null;
    const { shape } = this.#keys;
    const keys = { arena: this.#arena, dictionary: this.dictionary, shape };
    const writer = new GroupWriter(keys, this.#partitions);
    return writer.write(this.#chunkRows, constant, allocate);
  }
}

/** Keys by partition: addresses of their slots, of how many each partition has, and how many values each key has. */
interface SortedKeys {
  readonly keys: PageColumn;
  readonly sorted: number;
  readonly counts: number;
  readonly lengths: number;
}

/** Lays the values of each key together and writes them by partition. */
class GroupWriter {
  readonly #arena: Arena;
  readonly #keys: Keys;
  readonly #partitions: number;
  readonly #pages: SegmentPages;
  readonly #writer: ArenaPageWriter;

  constructor(keys: Keys, partitions: number) {
    const { arena } = keys;
    this.#arena = arena;
    this.#keys = keys;
    this.#partitions = partitions;
    this.#pages = new SegmentPages(arena, partitions);
    this.#writer = new ArenaPageWriter(arena);
  }

  write(chunks: readonly ChunkRows[], constant: number | null, allocate: Allocate): SegmentedBlock {
    const arena = this.#arena;
    const { kernels } = arena;
    const { size } = this.#keys.dictionary;
    const columns = keyColumns(this.#keys);
    const { sorted, counts } = slotsByPartition(this.#keys, columns, this.#partitions);
    const lengthOf = arena.allocate(size * 4);
    arena.fill(lengthOf, size * 4, 0);
    for (const { n, slots } of chunks) kernels.countSlots(n, slots, lengthOf);
    const cursors = arena.allocate(size * 4);
    const lengths = arena.allocate(size * 4);
    const { u32 } = arena;
    for (let i = 0, sum = 0; i < size; i++) {
      const slot = u32[sorted / 4 + i]!;
      const length = u32[lengthOf / 4 + slot]!;
      u32[cursors / 4 + slot] = sum;
      u32[lengths / 4 + i] = length;
      sum += length;
    }
    const column: PageColumn =
      constant === null
        ? { kind: 'numbers', at: this.#valuesBySlot(chunks, cursors) }
        : { kind: 'constant', value: constant };
    const keys = keyPageColumn(this.#keys, columns);
    this.#writePages({ keys, sorted, counts, lengths }, column);
    return this.#pages.finish(allocate);
  }

  #valuesBySlot(chunks: readonly ChunkRows[], cursors: number): number {
    const arena = this.#arena;
    const at = arena.allocate(chunks.reduce((sum, { n }) => sum + n, 0) * 8);
    for (const { n, slots, values } of chunks) {
      arena.kernels.scatterBySlot(n, slots, values!, cursors, at);
    }
    return at;
  }

  /** Keys in the order of `sorted`, their values following each other. */
  #writePages({ keys, sorted, counts, lengths }: SortedKeys, values: PageColumn): void {
    const arena = this.#arena;
    const textBytes = this.#keys.dictionary.byteLength;
    const rows = arena.allocate(PAGE_VALUES * 4);
    let key = 0;
    let value = 0;
    for (let part = 0; part < this.#partitions; part++) {
      const end = key + arena.u32[counts / 4 + part]!;
      while (key < end) {
        const first = key;
        let total = 0;
        do total += arena.u32[lengths / 4 + key++]!;
        while (key < end && total + arena.u32[lengths / 4 + key]! <= PAGE_VALUES);
        const identity = this.#following(rows, value, total);
        const keyRun = { column: keys, rows: sorted + first * 4, count: key - first };
        const valueRun = { column: values, rows: identity, count: total };
        const room = pageRoom({ kind: 'tuple', columns: [keys, values] }, total, textBytes);
        const at = arena.allocate(room + keyRun.count * 4 + 64);
        const pageEnd = this.#writer.runsPage(at, keyRun, lengths + first * 4, valueRun);
        this.#pages.add(part, at, pageEnd, total);
        arena.release(Math.ceil(pageEnd / 64) * 64);
        value += total;
      }
    }
  }

  /** `from, from + 1, …`, in memory that holds at least PAGE_VALUES of them. */
  #following(rows: number, from: number, count: number): number {
    const at = count <= PAGE_VALUES ? rows : this.#arena.allocate(count * 4);
    this.#arena.fillFollowing(at, from, count);
    return at;
  }
}
