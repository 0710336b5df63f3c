// Which partition each row of a chunk goes to, by the hash of its key or by sampled bounds. Runs in workers.
import { decodeBlock } from '../../blocks/codec.js';
import type { Arena } from '../../kernels/arena.js';
import type { ShufflePartitioner } from '../stage.js';
import { keyPartColumns } from './chunk-keys.js';
import { partsIn } from './composer.js';
import type { LineColumns } from './line-columns.js';
import type { KeyMeaning } from './meaning.js';
import { asNumberMeaning, isTextMeaning } from './meaning-kinds.js';
import { Unfit } from './unfit.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Bounds in the arena: as keys that order as they do and, of texts, where they are. */
interface Bounds {
  readonly keys: number;
  readonly starts: number;
  readonly ends: number;
  readonly count: number;
  readonly areNumbers: boolean;
}

export class RowPartitions {
  readonly partitions: number;
  readonly #isDescending: boolean;
  /** Null where keys go by hash. */
  readonly #bounds: Bounds | null;
  readonly #keys: number;

  constructor(arena: Arena, partitioner: ShufflePartitioner, maxRows: number) {
    this.partitions = partitioner.partitions;
    const isRange = partitioner.kind === 'range';
    this.#isDescending = isRange && !partitioner.ascending;
    const bounds = isRange && partitioner.bounds !== null ? decodeBlock(partitioner.bounds) : [];
    this.#bounds = isRange ? boundsIn(arena, bounds) : null;
    this.#keys = isRange ? arena.allocate(maxRows * 8) : 0;
  }

  /** Writes the partition of each of the chunk's `n` rows to `partitionOf`. */
  fill(chunks: LineColumns, key: KeyMeaning, n: number, partitionOf: number): void {
    if (this.partitions === 1) {
      chunks.arena.u32.fill(0, partitionOf / 4, partitionOf / 4 + n);
      return;
    }
    if (this.#bounds === null) this.#byHash(chunks, key, n, partitionOf);
    else this.#byBounds(this.#bounds, chunks, key, { n, partitionOf });
    if (!this.#isDescending) return;
    const { u32 } = chunks.arena;
    const last = this.partitions - 1;
    for (let i = partitionOf / 4; i < partitionOf / 4 + n; i++) u32[i] = last - u32[i]!;
  }

  #byHash(chunks: LineColumns, key: KeyMeaning, n: number, partitionOf: number): void {
    const { arena } = chunks;
    if (key.kind === 'every-field' || isTextMeaning(key)) {
      const { starts, ends } = textOf(chunks, key);
      arena.kernels.hashPartitions(n, starts, ends, this.partitions, partitionOf);
      return;
    }
    const parts = keyPartColumns(chunks, key);
    const isTuple = key.kind === 'tuple' ? 1 : 0;
    const mark = arena.mark;
    const at = partsIn(arena, parts);
    arena.kernels.hashComposed(n, at, parts.length, isTuple, this.partitions, partitionOf);
    arena.release(mark);
  }

  #byBounds(
    { keys, starts, ends, count, areNumbers }: Bounds,
    chunks: LineColumns,
    key: KeyMeaning,
    { n, partitionOf }: { readonly n: number; readonly partitionOf: number },
  ): void {
    const { kernels } = chunks.arena;
    const number = asNumberMeaning(key);
    if (count > 0 && (number !== null) !== areNumbers) throw new Unfit('bounds of another kind');
    if (number !== null) {
      kernels.numberKeys(n, chunks.number(number), this.#keys);
      kernels.rangePartitions(n, this.#keys, keys, count, partitionOf);
      return;
    }
    const text = textOf(chunks, key);
    kernels.prefixKeys(n, text.starts, text.ends, 0, this.#keys);
    kernels.rangeTextPartitions(
      n,
      this.#keys,
      text.starts,
      text.ends,
      keys,
      starts,
      ends,
      count,
      partitionOf,
    );
  }
}

function textOf(chunks: LineColumns, key: KeyMeaning) {
  if (key.kind === 'every-field') return chunks.everyField(key.separator);
  if (!isTextMeaning(key)) throw new Unfit('a key of another kind');
  return chunks.text(key);
}

function boundsIn(arena: Arena, bounds: readonly unknown[]): Bounds {
  const count = bounds.length;
  const keys = arena.allocate(count * 8);
  if (bounds.every((bound) => typeof bound === 'number')) {
    const values = arena.allocate(count * 8);
    arena.f64.set(bounds, values / 8);
    arena.kernels.numberKeys(count, values, keys);
    return { keys, starts: 0, ends: 0, count, areNumbers: true };
  }
  const starts = arena.allocate(count * 4);
  const ends = arena.allocate(count * 4);
  bounds.forEach((bound, i) => {
    if (typeof bound !== 'string' || LONE_SURROGATE.test(bound)) throw new Unfit('mixed bounds');
    const bytes = Buffer.from(bound);
    const at = arena.copyIn(bytes);
    arena.u32[starts / 4 + i] = at;
    arena.u32[ends / 4 + i] = at + bytes.length;
  });
  arena.kernels.prefixKeys(count, starts, ends, 0, keys);
  return { keys, starts, ends, count, areNumbers: false };
}
