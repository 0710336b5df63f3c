// The map side of shuffles that move whole records: the columns of each chunk go to the partitions of their rows as
// pages. Runs in workers.
import type { SegmentedBlock } from '../../blocks/block.js';
import type { Allocate } from '../../blocks/writer.js';
import type { Arena } from '../../kernels/arena.js';
import { ArenaPageWriter, type PageColumn, pageRoom, SegmentPages } from './arena-pages.js';
import type { LineColumns } from './line-columns.js';
import type { ByteEnd, Meaning } from './meaning.js';
import { asNumberMeaning, isTextMeaning } from './meaning-kinds.js';
import type { RowPartitions } from './row-partitions.js';
import { Unfit } from './unfit.js';

type RouteEnd = Extract<ByteEnd, { kind: 'route' }>;

const MISSING = 0xffffffff;

export class RouteSink {
  readonly #chunks: LineColumns;
  readonly #arena: Arena;
  readonly #end: RouteEnd;
  readonly #partitioner: RowPartitions;
  readonly #writer: ArenaPageWriter;
  readonly #pages: SegmentPages;
  readonly #partitionOf: number;
  readonly #sorted: number;
  readonly #counts: number;
  readonly #cursors: number;

  constructor(chunks: LineColumns, end: RouteEnd, partitioner: RowPartitions, maxRows: number) {
    const { arena } = chunks;
    this.#chunks = chunks;
    this.#arena = arena;
    this.#end = end;
    this.#partitioner = partitioner;
    this.#writer = new ArenaPageWriter(arena);
    this.#pages = new SegmentPages(arena, partitioner.partitions);
    this.#partitionOf = arena.allocate(maxRows * 4);
    this.#sorted = arena.allocate(maxRows * 4);
    // One more for the rows that no partition gets.
    this.#counts = arena.allocate((partitioner.partitions + 1) * 4);
    this.#cursors = arena.allocate((partitioner.partitions + 1) * 4);
  }

  /** Takes the lines of the chunk whose flag is 1; all lines if there are no flags. */
  take(flags: number | null): void {
    const chunks = this.#chunks;
    const { key, value } = this.#end;
    const n = rowCount(chunks, key);
    if (n === 0) return;
    const columns = [key, value].map((meaning) => pageColumn(chunks, meaning, n, flags));
    const record: PageColumn = { kind: 'tuple', columns };
    this.#partitioner.fill(chunks, key, n, this.#partitionOf);
    const { partitions } = this.#partitioner;
    const { kernels } = this.#arena;
    if (flags !== null) kernels.dropRows(n, flags, partitions, this.#partitionOf);
    kernels.sortRows(
      n,
      this.#partitionOf,
      partitions + 1,
      this.#counts,
      this.#cursors,
      this.#sorted,
    );
    this.#writePages(record, n);
  }

  finish(allocate: Allocate): SegmentedBlock {
    return this.#pages.finish(allocate);
  }

  #writePages(record: PageColumn, n: number): void {
    const arena = this.#arena;
    const { partitions } = this.#partitioner;
    const textBytes = this.#chunks.textRoom;
    const room = pageRoom(record, n, textBytes) + partitions * pageRoom(record, 0, 0);
    let at = arena.allocate(room);
    let rows = this.#sorted;
    for (let part = 0; part < partitions; part++) {
      const count = arena.u32[this.#counts / 4 + part]!;
      if (count === 0) continue;
      const end = this.#writer.page(at, record, rows, count);
      this.#pages.add(part, at, end, count);
      at = end;
      rows += count * 4;
    }
    arena.release(Math.ceil(at / 64) * 64);
  }
}

/** Rows that records with this key make of the chunk. */
function rowCount(chunks: LineColumns, key: Meaning): number {
  if (key.kind === 'every-field') return chunks.everyFieldCount(key.separator);
  // Looking for fields counts the lines as well.
  if (isTextMeaning(key)) chunks.text(key);
  const number = asNumberMeaning(key);
  if (number !== null) chunks.number(number);
  return chunks.lineCount;
}

/** The column of a meaning; throws Unfit where a row that is wanted has no such text. */
function pageColumn(
  chunks: LineColumns,
  meaning: Meaning,
  n: number,
  flags: number | null,
): PageColumn {
  if (meaning.kind === 'tuple') {
    const columns = meaning.items.map((item) => pageColumn(chunks, item, n, flags));
    return { kind: 'tuple', columns };
  }
  if (meaning.kind === 'value') {
    if (meaning.value !== null) throw new Unfit('a constant text');
    return { kind: 'null' };
  }
  if (meaning.kind === 'constant') return meaning;
  const number = asNumberMeaning(meaning);
  if (number !== null) return { kind: 'numbers', at: chunks.number(number) };
  if (!isTextMeaning(meaning) && meaning.kind !== 'every-field') throw new Unfit(meaning.kind);
  const column =
    meaning.kind === 'every-field' ? chunks.everyField(meaning.separator) : chunks.text(meaning);
  if (column.mayMiss) refuseMissing(chunks.arena, column.starts, n, flags);
  const { starts, ends } = column;
  const longest = chunks.arena.kernels.longestText(n, starts, ends);
  return { kind: 'text', starts, ends, longest, isAscii: chunks.isAscii };
}

function refuseMissing(
  { u32, bytes }: Arena,
  starts: number,
  n: number,
  flags: number | null,
): void {
  for (let i = 0; i < n; i++) {
    if (u32[starts / 4 + i] === MISSING && (flags === null || bytes[flags + i] === 1)) {
      throw new Unfit('a field that is undefined');
    }
  }
}
