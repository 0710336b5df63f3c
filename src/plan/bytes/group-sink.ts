// The map side of grouping numbers by a text: each key goes out once with all its numbers behind it, so that the
// reduce side looks up each key once for every task. Runs in workers.
import type { SegmentedBlock } from '../../blocks/block.js';
import type { Allocate } from '../../blocks/writer.js';
import type { Arena } from '../../kernels/arena.js';
import { ByteDictionary, type ExpectedKeys } from '../../kernels/dictionary.js';
import { ArenaPageWriter, type PageColumn, pageRoom, SegmentPages } from './arena-pages.js';
import type { LineColumns } from './line-columns.js';
import type { ByteEnd } from './meaning.js';
import { pageColumn, rowCount } from './route-sink.js';

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
  readonly #rows: number;
  readonly #starts: number;
  readonly #ends: number;
  readonly #numbers: number;
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
    this.#rows = arena.allocate(options.maxRows * 4);
    this.#starts = arena.allocate(options.maxRows * 4);
    this.#ends = arena.allocate(options.maxRows * 4);
    this.#numbers = arena.allocate(options.maxRows * 8);
  }

  /** Takes the lines of the chunk whose flag is 1; all lines if there are no flags. */
  take(flags: number | null): void {
    const chunks = this.#chunks;
    const { key, value } = this.#end;
    const n = rowCount(chunks, key);
    const column = pageColumn(chunks, key, n, flags);
    const values = value.kind === 'constant' ? null : chunks.number(value);
    if (column.kind !== 'text') return;
    if (flags === null) {
      this.#put(column.starts, column.ends, values, n);
      return;
    }
    const { kernels } = this.#arena;
    const kept = kernels.selectedRows(n, flags, this.#rows);
    kernels.gather32(kept, this.#rows, column.starts, this.#starts);
    kernels.gather32(kept, this.#rows, column.ends, this.#ends);
    if (values !== null) kernels.gather64(kept, this.#rows, values, this.#numbers);
    this.#put(this.#starts, this.#ends, values === null ? null : this.#numbers, kept);
  }

  #put(starts: number, ends: number, values: number | null, n: number): void {
    const arena = this.#arena;
    this.dictionary.reserve(n, this.#chunks.to - this.#chunks.from);
    const slots = arena.allocate(n * 4);
    arena.kernels.putColumn(this.dictionary.header, n, starts, ends, slots);
    let kept: number | null = null;
    if (values !== null) {
      kept = arena.allocate(n * 8);
      arena.bytes.copyWithin(kept, values, values + n * 8);
    }
    this.#chunkRows.push({ n, slots, values: kept });
  }

  finish(allocate: Allocate): SegmentedBlock {
    const { value } = this.#end;
    const constant = value.kind === 'constant' ? value.value : null;
    const writer = new GroupWriter(this.#arena, this.dictionary, this.#partitions);
    return writer.write(this.#chunkRows, constant, allocate);
  }
}

/** Lays the values of each key together and writes them by partition. */
class GroupWriter {
  readonly #arena: Arena;
  readonly #dictionary: ByteDictionary;
  readonly #partitions: number;
  readonly #pages: SegmentPages;
  readonly #writer: ArenaPageWriter;

  constructor(arena: Arena, dictionary: ByteDictionary, partitions: number) {
    this.#arena = arena;
    this.#dictionary = dictionary;
    this.#partitions = partitions;
    this.#pages = new SegmentPages(arena, partitions);
    this.#writer = new ArenaPageWriter(arena);
  }

  write(chunks: readonly ChunkRows[], constant: number | null, allocate: Allocate): SegmentedBlock {
    const arena = this.#arena;
    const { kernels } = arena;
    const size = this.#dictionary.size;
    const { sorted, counts } = this.#byPartition(size);
    const lengthOf = arena.allocate(size * 4);
    arena.bytes.fill(0, lengthOf, lengthOf + size * 4);
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
    this.#writePages(sorted, counts, lengths, column);
    return this.#pages.finish(allocate);
  }

  #byPartition(size: number): { readonly sorted: number; readonly counts: number } {
    const arena = this.#arena;
    const { offsets, bytes } = this.#dictionary;
    const partitions = this.#partitions;
    const [partitionOf, counts, cursors, sorted] = [size, partitions, partitions, size].map((n) =>
      arena.allocate(n * 4),
    ) as [number, number, number, number];
    arena.kernels.sortByPartition(
      size,
      offsets,
      bytes,
      partitions,
      partitionOf,
      counts,
      cursors,
      sorted,
    );
    return { sorted, counts };
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
  #writePages(sorted: number, counts: number, lengths: number, values: PageColumn): void {
    const arena = this.#arena;
    const { keys, textBytes } = this.#keyColumn();
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

  /** Addresses of the keys as texts. */
  #keyColumn(): { readonly keys: PageColumn; readonly textBytes: number } {
    const arena = this.#arena;
    const { size, offsets, bytes, byteLength } = this.#dictionary;
    const starts = arena.allocate((size + 1) * 4);
    const { u32 } = arena;
    for (let i = 0; i <= size; i++) u32[starts / 4 + i] = bytes + u32[offsets / 4 + i]!;
    const ends = starts + 4;
    const longest = arena.kernels.longestText(size, starts, ends);
    const isAscii = (arena.kernels.probe(bytes, bytes + byteLength) & 1) === 0;
    return { keys: { kind: 'text', starts, ends, longest, isAscii }, textBytes: byteLength };
  }

  /** `from, from + 1, …`, in memory that holds at least PAGE_VALUES of them. */
  #following(rows: number, from: number, count: number): number {
    const at = count <= PAGE_VALUES ? rows : this.#arena.allocate(count * 4);
    const { u32 } = this.#arena;
    for (let i = 0; i < count; i++) u32[at / 4 + i] = from + i;
    return at;
  }
}
