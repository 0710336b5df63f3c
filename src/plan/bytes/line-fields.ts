// Fields of a chunk's lines by one separator. What has been asked for once is found together in one pass over the bytes of
// every later chunk. Runs in workers.
import type { Arena } from '../../kernels/arena.js';
import type { TextColumn } from './text-column.js';

/** A column's memory, used for chunk after chunk. */
export interface TextRoom {
  readonly starts: number;
  readonly ends: number;
}

/** Where the chunk lies. */
export interface ChunkRange {
  readonly from: number;
  readonly to: number;
}

export class LineFields {
  readonly #arena: Arena;
  readonly #separator: number;
  readonly #maxLines: number;
  /** In order of the fields. */
  #wanted: { readonly index: number; readonly room: TextRoom }[] = [];
  #lines: TextRoom | null = null;
  /** Addresses of what the kernel is told: which fields, and where they go. */
  #asked = { wanted: 0, columns: 0 };
  readonly #missing: number;
  #mayMiss = false;
  #isFilled = false;
  #lineCount = 0;

  constructor(arena: Arena, separator: number, maxLines: number) {
    this.#arena = arena;
    this.#separator = separator;
    this.#maxLines = maxLines;
    this.#missing = arena.allocate(4);
  }

  nextChunk(): void {
    this.#isFilled = false;
  }

  /** How many lines the chunk has; known as soon as a field of it is. */
  get lineCount(): number {
    return this.#lineCount;
  }

  field(index: number, chunk: ChunkRange): TextColumn {
    let field = this.#wanted.find((wanted) => wanted.index === index);
    if (field === undefined) {
      field = { index, room: this.#room() };
      this.#wanted = [...this.#wanted, field].sort((a, b) => a.index - b.index);
      this.#ask();
    }
    this.#fill(chunk);
    return { ...field.room, mayMiss: this.#mayMiss };
  }

  /** The lines themselves, found on the way. */
  lines(chunk: ChunkRange): TextColumn {
    if (this.#lines === null) {
      this.#lines = this.#room();
      this.#ask();
    }
    this.#fill(chunk);
    return { ...this.#lines, mayMiss: false };
  }

  #room(): TextRoom {
    const sizeBytes = this.#maxLines * 4;
    return { starts: this.#arena.allocate(sizeBytes), ends: this.#arena.allocate(sizeBytes) };
  }

  #ask(): void {
    const fields = this.#wanted;
    const arena = this.#arena;
    const wanted = arena.allocate(fields.length * 4);
    const columns = arena.allocate((fields.length + 1) * 8);
    const { u32 } = arena;
    u32.set(
      fields.map(({ index }) => index),
      wanted / 4,
    );
    const rooms = [...fields.map(({ room }) => room), this.#lines ?? { starts: 0, ends: 0 }];
    u32.set(
      rooms.flatMap(({ starts, ends }) => [starts, ends]),
      columns / 4,
    );
    this.#asked = { wanted, columns };
    this.#isFilled = false;
  }

  #fill({ from, to }: ChunkRange): void {
    if (this.#isFilled) return;
    const { wanted, columns } = this.#asked;
    const count = this.#wanted.length;
    const { kernels } = this.#arena;
    this.#lineCount = kernels.fieldColumns(
      from,
      to,
      this.#separator,
      count,
      wanted,
      columns,
      this.#missing,
    );
    this.#mayMiss = this.#arena.u32[this.#missing / 4]! > 0;
    this.#isFilled = true;
  }
}
