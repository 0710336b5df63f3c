// The records of a text split made from columns, chunk by chunk: fields that nobody asks for are never cut out. A chunk
// that does not fit is read plainly, so that records, their order and errors are the same. Runs in workers.
import { decodeLines } from '../../io/text-reader.js';
import { ArenaFull } from '../../kernels/arena.js';
import type { LineColumns } from './line-columns.js';
import type { Meaning, Test } from './meaning.js';
import type { RecordMakers } from './record-makers.js';

const THROWS = 2;

export interface TextRecordsOptions {
  readonly columns: LineColumns;
  readonly makers: RecordMakers;
  readonly record: Meaning;
  /** What lines must pass; null for nothing. */
  readonly test: Test | null;
  readonly maxLines: number;
  /** The records of whole lines, one by one, by the user's own functions. */
  readonly plainly: (lines: string) => Iterable<unknown>;
}

export class TextRecords {
  readonly #options: TextRecordsOptions;
  readonly #rows: number;
  /** Records of lines that did not pass. */
  unseenRecords = 0;

  constructor(options: TextRecordsOptions) {
    this.#options = options;
    this.#rows = options.columns.arena.allocate(options.maxLines * 4);
  }

  *pages(): Generator<unknown[]> {
    const { columns, plainly } = this.#options;
    while (columns.advance()) {
      const page = columns.isFit() ? this.#tryPage() : null;
      if (page !== null) {
        if (page.length > 0) yield page;
        continue;
      }
      // One at a time: a record may throw that nobody is going to ask for.
      for (const record of plainly(decodeLines(columns.chunk))) yield [record];
    }
  }

  close(): void {
    this.#options.columns.close();
  }

  get bytesRead(): number {
    return this.#options.columns.bytesRead;
  }

  /** Null, too, where the arena has no room for the columns. */
  #tryPage(): unknown[] | null {
    try {
      return this.#page();
    } catch (error) {
      if (error instanceof ArenaFull) return null;
      throw error;
    }
  }

  /** The chunk's records; null where a function would throw. */
  #page(): unknown[] | null {
    const { columns, makers, record, test } = this.#options;
    const n = columns.lineCount;
    if (test === null) return makers.make(columns, record, null, n);
    const flags = columns.flags(test);
    const { kernels } = columns.arena;
    if (kernels.countFlags(n, flags, THROWS) > 0) return null;
    const kept = kernels.selectedRows(n, flags, this.#rows);
    this.unseenRecords += n - kept;
    return kept === 0 ? [] : makers.make(columns, record, this.#rows, kept);
  }
}
