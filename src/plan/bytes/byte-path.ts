// The byte path of one worker: runs the tasks of stages whose meaning is known on columns, and says so where it
// cannot, so that they run on the plain path instead. Keeps nothing of a task but warm loops and expectations.
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
import { Formulas } from './formulas.js';
import { type KeyedNumbers, pairPages, writeSegments } from './key-pages.js';
import { KeySink } from './key-sink.js';
import type { ByteEnd, StageMeaning, Test } from './meaning.js';
import { mergeOnColumns } from './merge-columns.js';
import { MergeLoops } from './merge-loops.js';
import { TextChunks } from './text-chunks.js';
import { Unfit } from './unfit.js';

const CHUNK_BYTES = 256 * 1024;
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
    const { tests } = whole.text;
    const options = { arena, formulas: this.#formulas, chunkBytes: CHUNK_BYTES };
    const chunks = new TextChunks(split, options);
    task.runtime.readers.push(chunks);
    try {
      if (whole.end.kind === 'count') {
        return { kind: 'count', count: countLines(chunks, tests, task) };
      }
      return this.#keys(run, chunks, whole.end);
    } catch (error) {
      if (error instanceof Unfit) task.runtime.readers.pop();
      throw error;
    } finally {
      chunks.close();
    }
  }

  #keys(
    { stage, whole, task }: WholeRun,
    chunks: TextChunks,
    end: Exclude<ByteEnd, { kind: 'count' }>,
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
function flagsOf(chunks: TextChunks, tests: readonly Test[]): number | null {
  const [first, ...others] = tests;
  if (first === undefined) return null;
  const all = others.reduce<Test>((left, right) => ({ kind: 'and', left, right }), first);
  const flags = chunks.flags(all);
  if (chunks.arena.kernels.countFlags(chunks.lineCount, flags, 2) > 0) {
    throw new Unfit('a function throws');
  }
  return flags;
}

function countLines(chunks: TextChunks, tests: readonly Test[], task: ByteTask): number {
  const single = tests.length === 1 ? lineSearch(tests[0]!) : null;
  let count = 0;
  while (chunks.advance()) {
    task.runtime.check();
    chunks.check();
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
