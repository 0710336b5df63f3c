// The byte path of one worker: runs the tasks of stages whose meaning is known on columns, and says so where it
// cannot, so that they run on the plain path instead. Keeps nothing of a task but warm loops and expectations.
import { NumberPairs } from '../../blocks/number-pairs.js';
import { PageDecoder } from '../../blocks/page-decoder.js';
import type { FileSplit } from '../../io/split.js';
import { Arena, ArenaFull } from '../../kernels/arena.js';
import { isWorthDividing } from '../number-parts.js';
import { inputKey, type Stage, type StageSpec, type TaskOutput } from '../stage.js';
import { unionPart } from '../stage-paths.js';
import type { ByteTask } from './byte-task.js';
import { FilteredText } from './filtered-text.js';
import { Formulas } from './formulas.js';
import { countJoined, lengthsOnColumns, listsOnColumns } from './group-columns.js';
import { readFirstColumn } from './key-pages.js';
import type { SegmentRange } from './key-reader.js';
import { type KeyedNumbers, pagesWith, pairPages } from './keyed-numbers.js';
import { LineColumns } from './line-columns.js';
import type { ColumnMerge, CountMeaning, StageMeaning } from './meaning.js';
import { mergeOnColumns } from './merge-columns.js';
import { MergeLoops } from './merge-loops.js';
import { RecordMakers } from './record-makers.js';
import { sortOnColumns } from './sort-columns.js';
import { TextRecords } from './text-records.js';
import { Unfit } from './unfit.js';
import { allOf, Expectations, type WarmParts, WholeRun } from './whole-stage.js';

/** Larger strings would leave V8's young generation. */
const STRING_CHUNK_BYTES = 64 * 1024;
/** An arena that has grown beyond is not kept for the next task. */
const KEPT_ARENA_BYTES = 512 * 1024 * 1024;
/** A stage whose data did not fit so often is not tried again by this worker. */
const MAX_MISFITS = 2;
const MAX_KNOWN = 256;
/** A partition of more bytes is not held as records at once: the plain path may write part of it to disk. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;

/** An arena has room for the columns of one chunk at least, and is not worth more than so much. */
const MIN_ARENA_BYTES = 32 * 1024 * 1024;
const MOST_ARENA_BYTES = 1024 * 1024 * 1024;

export interface BytePathOptions {
  /** Kernels' memory beyond which a task takes the plain path, which can move its tables to files. */
  readonly limitBytes?: number;
  /** Told how large the kernels' memory is whenever that changes. */
  readonly onArena?: (sizeBytes: number) => void;
}

export class BytePath {
  #arena: Arena | null = null;
  #isAvailable = true;
  readonly #warm: WarmParts = {
    formulas: new Formulas(),
    loops: new MergeLoops(),
    expected: new Expectations(),
  };
  readonly #makers = new RecordMakers();
  readonly #options: BytePathOptions;
  /** By stage and shuffle: how often data did not fit. */
  readonly #misfits = new Map<string, number>();

  constructor(options: BytePathOptions = {}) {
    this.#options = options;
  }

  /** Begins a task: what the last one had in the arena is gone. */
  begin(): void {
    if (this.#arena !== null && this.#arena.sizeBytes > KEPT_ARENA_BYTES) this.#arena = null;
    this.#arena?.reset();
  }

  /** The result of a task whose stage runs on bytes from source to end; null where it has to run plainly. */
  run(stage: Stage, task: ByteTask): TaskOutput['result'] | null {
    const { meaning } = stage;
    if (!meaning) return null;
    if (meaning.counts !== null) {
      const count = this.#count(stage, meaning.counts, task);
      return count === null ? null : { kind: 'count', count };
    }
    const [node, partition] = branchOf(stage, task.partition);
    const whole = meaning.wholes.find((candidate) => candidate.node === node);
    const split = whole && task.inputs.splits.get(inputKey(whole.text.source, partition));
    if (split === undefined) return null;
    return this.#attempt(`stage ${stage.id}:${node}`, (arena) =>
      new WholeRun(this.#warm, { arena, stage, whole: whole!, split, task }).result(),
    );
  }

  /** The records of a shuffle's partition, brought together on columns; null where that is done plainly. */
  shuffled(
    stage: Stage,
    nodeId: number,
    task: ByteTask,
    partition: number,
  ): Iterable<unknown[]> | null {
    const merge = stage.meaning?.merges.find((candidate) => candidate.node === nodeId);
    if (merge === undefined) return null;
    const { spec, range } = shuffleOf(stage, nodeId, task, partition);
    if (mergesAsNumbers(merge.kind, range)) return null;
    const isHeld = merge.kind === 'lists' || merge.kind === 'order';
    if (isHeld && bytesOf(range) > MAX_HELD_BYTES) return null;
    return this.#attempt(`merge ${stage.id}:${nodeId}`, (arena) => {
      if (merge.kind === 'order') return sortOnColumns(arena, range, spec.sort!.ascending);
      if (merge.kind !== 'lists')
        return pairPages(this.#merged(arena, merge.kind, spec, task, range));
      const { keys, lists } = listsOnColumns(arena, range);
      return pagesWith(keys, (slot) => lists[slot]);
    });
  }

  /** The records of a node that are a grouped key with a number; null where the lists have to be made. */
  lengths(
    stage: Stage,
    nodeId: number,
    task: ByteTask,
    partition: number,
  ): Iterable<unknown[]> | null {
    const meaning = stage.meaning?.lengths.find((candidate) => candidate.node === nodeId);
    if (meaning === undefined) return null;
    const { range } = shuffleOf(stage, meaning.grouped, task, partition);
    return this.#attempt(`lengths ${stage.id}:${nodeId}`, (arena) => {
      const keyed = lengthsOnColumns(arena, range);
      const { fill } = this.#warm.formulas.number(meaning.value);
      const values = keyed.values!;
      fill(values, [0], keyed.dictionary.size, 0);
      return pairPages(keyed);
    });
  }

  #count(stage: Stage, counts: CountMeaning, task: ByteTask): number | null {
    if (counts.kind === 'keys') {
      const { kind } = stage.meaning!.merges.find(({ node }) => node === counts.node)!;
      const { range } = shuffleOf(stage, counts.node, task, task.partition);
      if (mergesAsNumbers(kind, range)) return null;
    }
    return this.#attempt(`count ${stage.id}`, (arena) => {
      if (counts.kind === 'pairs') return countPairs(arena, stage, counts, task);
      const { range, spec } = shuffleOf(stage, counts.node, task, task.partition);
      const { kind } = stage.meaning!.merges.find(({ node }) => node === counts.node)!;
      const keyed =
        kind === 'lists'
          ? lengthsOnColumns(arena, range)
          : this.#merged(arena, kind, spec, task, range);
      return keyed.dictionary.size;
    });
  }

  #merged(
    arena: Arena,
    kind: ColumnMerge,
    { aggregation }: ShuffledSpec,
    task: ByteTask,
    range: SegmentRange,
  ): KeyedNumbers {
    const loop =
      kind === 'keys' || aggregation.kind !== 'combine'
        ? null
        : this.#warm.loops.get(task.services.resolve(aggregation.mergeCombiners), 'reduce');
    return mergeOnColumns(arena, range, loop);
  }

  /** The lines of a text split that a stage's filters may keep; null where all have to be read. */
  filteredLines(stage: Stage, nodeId: number, split: FileSplit): FilteredText | null {
    const filter = stage.meaning?.filter;
    if (!filter || filter.source !== nodeId) return null;
    return this.#attempt(`lines ${stage.id}`, (arena) => {
      const chunkBytes = STRING_CHUNK_BYTES;
      const columns = new LineColumns(split, { arena, formulas: this.#warm.formulas, chunkBytes });
      return new FilteredText(columns, allOf(filter.tests)!, chunkBytes);
    });
  }

  /** The records of a node made from columns of its text source; null where they are made plainly. */
  records(
    stage: Stage,
    { text }: StageMeaning['records'][number],
    split: FileSplit,
    plainly: (lines: string) => Iterable<unknown>,
  ): TextRecords | null {
    return this.#attempt(`records ${stage.id}:${text.source}`, (arena) => {
      const chunkBytes = STRING_CHUNK_BYTES;
      const columns = new LineColumns(split, { arena, formulas: this.#warm.formulas, chunkBytes });
      const test = allOf(text.tests);
      const { record } = text;
      const makers = this.#makers;
      return new TextRecords({ columns, makers, record, test, maxLines: chunkBytes + 1, plainly });
    });
  }

  #attempt<R>(key: string, work: (arena: Arena) => R): R | null {
    const misfits = this.#misfits.get(key) ?? 0;
    const arena = misfits >= MAX_MISFITS ? null : this.#open();
    if (arena === null) return null;
    const mark = arena.mark;
    try {
      return work(arena);
    } catch (error) {
      if (!(error instanceof Unfit || error instanceof ArenaFull)) throw error;
      arena.release(mark);
      if (this.#misfits.size >= MAX_KNOWN) this.#misfits.clear();
      this.#misfits.set(key, misfits + 1);
      return null;
    }
  }

  #open(): Arena | null {
    if (this.#arena === null && this.#isAvailable) {
      const { limitBytes = MOST_ARENA_BYTES, onArena } = this.#options;
      this.#arena = Arena.create({
        limitBytes: Math.max(MIN_ARENA_BYTES, Math.min(limitBytes, MOST_ARENA_BYTES)),
        onResize: onArena,
      });
      this.#isAvailable = this.#arena !== null;
    }
    return this.#arena;
  }
}

type ShuffledSpec = Extract<StageSpec, { kind: 'shuffled' }>;

/** A node that reads a shuffle, and the segments of one of its partitions. */
function shuffleOf(
  { nodes }: Stage,
  nodeId: number,
  { services }: ByteTask,
  partition: number,
): { readonly spec: ShuffledSpec; readonly range: SegmentRange } {
  const spec = nodes.find((node) => node.id === nodeId)?.spec;
  if (spec?.kind !== 'shuffled') throw new Unfit('no shuffle');
  return { spec, range: { outputs: services.shuffle(spec.shuffle).outputs, partition } };
}

/** Single numbers as keys have a table of their own, quicker than their bytes in a dictionary; lists where they are many. */
function mergesAsNumbers(kind: ColumnMerge, range: SegmentRange): boolean {
  const { outputs, partition } = range;
  if (kind === 'order') return false;
  if (kind === 'lists' && !isWorthDividing(range, Number.POSITIVE_INFINITY)) return false;
  const first = outputs.find(
    (output) => output.kind === 'parts' || output.block.counts[partition]! > 0,
  );
  if (first?.kind !== 'memory') return false;
  const { buffer, offsets } = first.block;
  const start = offsets[partition]!;
  const pages = new PageDecoder(buffer, start, offsets[partition + 1]! - start);
  if (kind === 'lists') return pages.numberPairs(0) instanceof NumberPairs;
  const { byteLength, count } = pages.head(0);
  return readFirstColumn(buffer, start, byteLength, count)?.kind === 'numbers';
}

/** What went to files in several pieces was more than fits in memory. */
function bytesOf({ outputs, partition }: SegmentRange): number {
  return outputs.reduce((sum, output) => {
    if (output.kind === 'parts') return Number.POSITIVE_INFINITY;
    const { offsets } = output.block;
    return sum + offsets[partition + 1]! - offsets[partition]!;
  }, 0);
}

function countPairs(
  arena: Arena,
  { nodes }: Stage,
  { node, keepsLeft, keepsRight }: Extract<CountMeaning, { kind: 'pairs' }>,
  { services, partition }: ByteTask,
): number {
  const spec = nodes.find(({ id }) => id === node)?.spec;
  if (spec?.kind !== 'cogroup') throw new Unfit('no sides');
  const [left, right] = spec.inputs.map((input): SegmentRange => {
    if (input.kind !== 'shuffle') throw new Unfit('a side that does not move');
    const { outputs } = services.shuffle(input.shuffle);
    return { outputs: outputs.slice(input.from, input.to), partition };
  });
  return countJoined(arena, [left!, right!], { left: keepsLeft, right: keepsRight });
}

/** The node behind unions whose records are a partition of the stage's output, and which partition of it. */
function branchOf({ nodes, output }: Stage, partition: number): readonly [number, number] {
  let node = output;
  let at = partition;
  for (;;) {
    const found = nodes.find(({ id }) => id === node)!;
    if (found.isCached || found.spec.kind !== 'union' || found.spec.isAligned) return [node, at];
    [node, at] = unionPart(found.spec, at);
  }
}
