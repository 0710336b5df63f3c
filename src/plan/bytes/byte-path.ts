// The byte path of one worker: runs the tasks of stages whose meaning is known on columns, and says so where it
// cannot, so that they run on the plain path instead. Keeps nothing of a task but warm loops and expectations.
import { decodeBlock, encodeBlock } from '../../blocks/codec.js';
import type { Allocate } from '../../blocks/writer.js';
import type { FileSplit } from '../../io/split.js';
import { Arena, ArenaFull } from '../../kernels/arena.js';
import type { ExpectedKeys } from '../../kernels/dictionary.js';
import type { FunctionRef } from '../../lineage/function-ref.js';
import type { BoundFunction } from '../functions.js';
import {
  inputKey,
  type ShuffleOutputs,
  type Stage,
  type TaskInputs,
  type TaskOutput,
} from '../stage.js';
import { FilteredText } from './filtered-text.js';
import { Formulas } from './formulas.js';
import { type KeyedNumbers, pairPages, writeSegments } from './key-pages.js';
import { KeySink } from './key-sink.js';
import type { ByteEnd, StageMeaning, Test, TextMeaning } from './meaning.js';
import { mergeOnColumns } from './merge-columns.js';
import { MergeLoops } from './merge-loops.js';
import { LineColumns } from './line-columns.js';
import { RecordMakers } from './record-makers.js';
import { TextRecords } from './text-records.js';
import { Unfit } from './unfit.js';

const CHUNK_BYTES = 256 * 1024;
/** Larger strings would leave V8's young generation. */
const STRING_CHUNK_BYTES = 64 * 1024;
/** An arena that has grown beyond is not kept for the next task. */
const KEPT_ARENA_BYTES = 512 * 1024 * 1024;
/** A stage whose data did not fit so often is not tried again by this worker. */
const MAX_MISFITS = 2;
const MAX_KNOWN = 256;

/** What the byte path needs of a task. */
export interface ByteTask {
  readonly partition: number;
  readonly inputs: TaskInputs;
  readonly runtime: { check(): void; readonly readers: { readonly bytesRead: number }[] };
  readonly services: {
    readonly resolve: (ref: FunctionRef) => BoundFunction;
    readonly allocate: Allocate;
    readonly shuffle: (shuffleId: number) => ShuffleOutputs;
  };
}

/** What a shuffle's partition has become, key by key. */
export interface MergedPartition {
  readonly size: number;
  readonly pages: Iterable<unknown[]>;
}

type Whole = NonNullable<StageMeaning['whole']>;

export class BytePath {
  #arena: Arena | null = null;
  #isAvailable = true;
  readonly #formulas = new Formulas();
  readonly #loops = new MergeLoops();
  readonly #makers = new RecordMakers();
  /** By stage and shuffle: how often data did not fit, how many keys the last task had. */
  readonly #misfits = new Map<string, number>();
  readonly #expected = new Map<string, ExpectedKeys>();

  /** Begins a task: what the last one had in the arena is gone. */
  begin(): void {
    if (this.#arena !== null && this.#arena.sizeBytes > KEPT_ARENA_BYTES) this.#arena = null;
    this.#arena?.reset();
  }

  /** The result of a task whose stage runs on bytes from source to end; null where it has to run plainly. */
  run(stage: Stage, task: ByteTask): TaskOutput['result'] | null {
    const { meaning } = stage;
    if (!meaning) return null;
    const { whole, countsKeysOf } = meaning;
    if (countsKeysOf !== null) {
      const merged = this.merged(stage, countsKeysOf, task);
      return merged && { kind: 'count', count: merged.size };
    }
    if (whole === null) return null;
    const split = task.inputs.splits.get(inputKey(whole.text.source, task.partition));
    if (split === undefined) return null;
    return this.#attempt(`stage ${stage.id}`, (arena) =>
      this.#runWhole({ arena, stage, whole, split, task }),
    );
  }

  /** A shuffle's partition merged on columns; null where it has to be merged plainly. */
  merged(
    stage: Stage,
    nodeId: number,
    task: ByteTask,
    partition = task.partition,
  ): MergedPartition | null {
    const merge = stage.meaning?.merges.find((candidate) => candidate.node === nodeId);
    const spec = stage.nodes.find((node) => node.id === nodeId)?.spec;
    if (merge === undefined || spec?.kind !== 'shuffled') return null;
    const { aggregation, shuffleId } = spec;
    const { resolve, shuffle } = task.services;
    const loop =
      merge.kind === 'keys' || aggregation.kind !== 'combine'
        ? null
        : this.#loops.get(resolve(aggregation.mergeCombiners), 'reduce');
    const keyed = this.#attempt(`merge ${stage.id}:${nodeId}`, (arena) =>
      mergeOnColumns(arena, shuffle(shuffleId).outputs, partition, loop),
    );
    return keyed && { size: keyed.dictionary.size, pages: pairPages(keyed) };
  }

  /** The lines of a text split that a stage's filters may keep; null where all have to be read. */
  filteredLines(stage: Stage, nodeId: number, split: FileSplit): FilteredText | null {
    const filter = stage.meaning?.filter;
    if (!filter || filter.source !== nodeId) return null;
    return this.#attempt(`lines ${stage.id}`, (arena) => {
      const chunkBytes = STRING_CHUNK_BYTES;
      const columns = new LineColumns(split, { arena, formulas: this.#formulas, chunkBytes });
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
      const columns = new LineColumns(split, { arena, formulas: this.#formulas, chunkBytes });
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
      this.#arena = Arena.create();
      this.#isAvailable = this.#arena !== null;
    }
    return this.#arena;
  }

  #runWhole(run: WholeRun): TaskOutput['result'] {
    const { arena, whole, split, task } = run;
    const options = { arena, formulas: this.#formulas, chunkBytes: CHUNK_BYTES };
    const chunks = new LineColumns(split, options);
    task.runtime.readers.push(chunks);
    try {
      if (whole.end.kind === 'count') {
        return { kind: 'count', count: countRecords(chunks, whole.text, task) };
      }
      if (whole.end.kind === 'fold') return this.#fold(run, chunks, whole.end);
      return this.#keys(run, chunks, whole.end);
    } catch (error) {
      if (error instanceof Unfit || error instanceof ArenaFull) task.runtime.readers.pop();
      throw error;
    } finally {
      chunks.close();
    }
  }

  #fold(
    { arena, stage, whole, task }: WholeRun,
    chunks: LineColumns,
    { value, hasZero }: Extract<ByteEnd, { kind: 'fold' }>,
  ): TaskOutput['result'] {
    const { sink } = stage;
    if (sink.kind !== 'aggregate' && sink.kind !== 'reduce') throw new Unfit('no fold');
    const fold = this.#loops.fold(task.services.resolve(sink.fn));
    let folded: number | null =
      hasZero && sink.kind === 'aggregate' ? decodeBlock<number>(sink.zero)[0]! : null;
    const rows = arena.allocate(CHUNK_BYTES * 4);
    const selected = arena.allocate(CHUNK_BYTES * 8);
    while (chunks.advance()) {
      task.runtime.check();
      chunks.check();
      const flags = flagsOf(chunks, whole.text.tests);
      let n = chunks.lineCount;
      let from = chunks.number(value);
      if (flags !== null) {
        n = arena.kernels.selectedRows(n, flags, rows);
        arena.kernels.gather64(n, rows, from, selected);
        from = selected;
      }
      if (n > 0) folded = fold(arena.f64, from / 8, n, folded);
    }
    const records = folded === null ? [] : [folded];
    return { kind: 'block', block: encodeBlock(records, task.services.allocate) };
  }

  #keys(
    { stage, whole, task }: WholeRun,
    chunks: LineColumns,
    end: Extract<ByteEnd, { kind: 'merge' | 'distinct' }>,
  ): TaskOutput['result'] {
    const { sink } = stage;
    if (sink.kind !== 'shuffle-write' || sink.aggregation.kind !== 'combine') {
      throw new Unfit('keys without a shuffle');
    }
    const loop =
      end.kind === 'distinct'
        ? null
        : this.#loops.get(task.services.resolve(sink.aggregation.mergeValue), 'map');
    const expected = this.#expected.get(`${stage.id}`) ?? { keys: 0, bytes: 0 };
    const keySink = new KeySink(chunks, end, { loop, expected, maxLines: CHUNK_BYTES });
    while (chunks.advance()) {
      task.runtime.check();
      chunks.check();
      keySink.take(flagsOf(chunks, whole.text.tests));
    }
    const keyed = keySink.result();
    this.#remember(stage.id, keyed);
    const { partitions } = sink.partitioner;
    return { kind: 'segments', block: writeSegments(keyed, partitions, task.services.allocate) };
  }

  /** What one task had, with a little more, is what the next one of the stage should be ready for. */
  #remember(stageId: number, { dictionary }: KeyedNumbers): void {
    if (this.#expected.size >= MAX_KNOWN) this.#expected.clear();
    this.#expected.set(`${stageId}`, {
      keys: Math.ceil(dictionary.size * 1.1) + 8192,
      bytes: Math.ceil(dictionary.byteLength * 1.1) + CHUNK_BYTES,
    });
  }
}

interface WholeRun {
  readonly arena: Arena;
  readonly stage: Stage;
  readonly whole: Whole;
  readonly split: FileSplit;
  readonly task: ByteTask;
}

/** Flags of the lines that pass all tests; null where there are none. Throws Unfit where a line would throw. */
function flagsOf(chunks: LineColumns, tests: readonly Test[]): number | null {
  const all = allOf(tests);
  if (all === null) return null;
  const flags = chunks.flags(all);
  if (chunks.arena.kernels.countFlags(chunks.lineCount, flags, 2) > 0) {
    throw new Unfit('a function throws');
  }
  return flags;
}

/** One test that holds where all do; null for none. */
function allOf(tests: readonly Test[]): Test | null {
  return tests.length === 0
    ? null
    : tests.reduce((left, right): Test => ({ kind: 'and', left, right }));
}

function countRecords(
  chunks: LineColumns,
  { tests, everyField }: TextMeaning,
  task: ByteTask,
): number {
  const single = tests.length === 1 ? lineSearch(tests[0]!) : null;
  let count = 0;
  while (chunks.advance()) {
    task.runtime.check();
    chunks.check();
    if (everyField !== null) {
      count += chunks.everyFieldCount(everyField);
      continue;
    }
    if (single !== null) {
      const found = chunks.countLinesWith(single.literal);
      count += single.isWanted ? found : chunks.lineCount - found;
      continue;
    }
    const flags = flagsOf(chunks, tests);
    count +=
      flags === null
        ? chunks.lineCount
        : chunks.arena.kernels.countFlags(chunks.lineCount, flags, 1);
  }
  return count;
}

/** The literal of a test that is nothing but a search of the line. */
function lineSearch(test: Test): { readonly literal: string; readonly isWanted: boolean } | null {
  const isWanted = test.kind !== 'not';
  const match = isWanted ? test : test.test;
  if (match.kind !== 'match' || match.how !== 'includes' || match.text.kind !== 'line') return null;
  return match.literal === '' ? null : { literal: match.literal, isWanted };
}
