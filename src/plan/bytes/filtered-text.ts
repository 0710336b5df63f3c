// A text split without the lines that filters will drop: these are never made into strings. The filters themselves
// still run over what is left, so a chunk that does not fit is simply handed on whole. Runs in workers.
import { decodeLines, type TextChunks } from '../../io/text-reader.js';
import { ArenaFull } from '../../kernels/arena.js';
import type { LineColumns } from './line-columns.js';
import type { Test } from './meaning.js';

/** Where more than this part of the lines stays, looking for the others costs more than it saves. */
const WORTHWHILE = 0.5;
/** Chunks after which it is decided. */
const TRIAL_CHUNKS = 8;
const THROWS = 2;

export class FilteredText implements TextChunks {
  readonly #columns: LineColumns;
  readonly #test: Test;
  readonly #rows: number;
  readonly #text: number;
  #chunks = 0;
  #lines = 0;
  #kept = 0;

  constructor(columns: LineColumns, test: Test, chunkBytes: number) {
    this.#columns = columns;
    this.#test = test;
    this.#rows = columns.arena.allocate((chunkBytes + 1) * 4);
    this.#text = columns.arena.allocate(chunkBytes + 1);
  }

  get bytesRead(): number {
    return this.#columns.bytesRead;
  }

  /** The lines that were dropped. */
  get unseenRecords(): number {
    return this.#lines - this.#kept;
  }

  next(): string | null {
    const columns = this.#columns;
    while (columns.advance()) {
      const kept = this.#isWorthwhile() && columns.isFit() ? this.#select() : null;
      if (kept === null) return decodeLines(columns.chunk);
      if (kept.length > 0) return decodeLines(kept);
    }
    return null;
  }

  close(): void {
    this.#columns.close();
  }

  #isWorthwhile(): boolean {
    return this.#chunks < TRIAL_CHUNKS || this.#kept <= this.#lines * WORTHWHILE;
  }

  /** The bytes of the lines that pass; null where the chunk is to be read whole. */
  #select(): Buffer | null {
    const columns = this.#columns;
    try {
      const { starts, ends } = columns.lines();
      const n = columns.lineCount;
      const flags = columns.flags(this.#test);
      const { kernels, bytes } = columns.arena;
      if (kernels.countFlags(n, flags, THROWS) > 0) return null;
      const kept = kernels.selectedRows(n, flags, this.#rows);
      this.#chunks++;
      this.#lines += n;
      this.#kept += kept;
      const end = kernels.gatherLines(kept, this.#rows, starts, ends, this.#text);
      return bytes.subarray(this.#text, end) as Buffer;
    } catch (error) {
      if (error instanceof ArenaFull) return null;
      throw error;
    }
  }
}
