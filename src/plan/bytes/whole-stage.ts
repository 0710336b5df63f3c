// One task of a stage that runs on bytes from its source to its end: what becomes of the columns of each chunk.
// Runs in workers.
import { decodeBlock, encodeBlock } from '../../blocks/codec.js';
import type { SegmentedBlock } from '../../blocks/block.js';
import type { FileSplit } from '../../io/split.js';
import { type Arena, ArenaFull } from '../../kernels/arena.js';
import type { ExpectedKeys } from '../../kernels/dictionary.js';
import type { Stage, TaskOutput } from '../stage.js';
import type { ByteTask } from './byte-task.js';
import type { Formulas } from './formulas.js';
import { GroupSink } from './group-sink.js';
import { KeySink } from './key-sink.js';
import { writeSegments } from './keyed-numbers.js';
import { LineColumns } from './line-columns.js';
import type { ByteEnd, Test, TextMeaning, WholeMeaning } from './meaning.js';
import type { MergeLoops } from './merge-loops.js';
import { RouteSink } from './route-sink.js';
import { RowPartitions } from './row-partitions.js';
import { Unfit } from './unfit.js';

const CHUNK_BYTES = 256 * 1024;
/** So that a page has a few hundred records even where there are many partitions. */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;
const ROUTED_CHUNK_BYTES = 16 * 1024;
const MAX_KNOWN = 256;

type Result = TaskOutput['result'];
type ShuffleSink = Extract<Stage['sink'], { kind: 'shuffle-write' }>;

/** What one task had, with a little more, is what the next one of the stage should be ready for. */
export class Expectations {
  readonly #byStage = new Map<number, ExpectedKeys>();

  of(stageId: number): ExpectedKeys {
    return this.#byStage.get(stageId) ?? { keys: 0, bytes: 0 };
  }

  remember(
    stageId: number,
    { size, byteLength }: { readonly size: number; readonly byteLength: number },
  ): void {
    if (this.#byStage.size >= MAX_KNOWN) this.#byStage.clear();
    this.#byStage.set(stageId, {
      keys: Math.ceil(size * 1.1) + 8192,
      bytes: Math.ceil(byteLength * 1.1) + CHUNK_BYTES,
    });
  }
}

/** What a worker keeps from task to task. */
export interface WarmParts {
  readonly formulas: Formulas;
  readonly loops: MergeLoops;
  readonly expected: Expectations;
}

export interface WholeTask {
  readonly arena: Arena;
  readonly stage: Stage;
  readonly whole: WholeMeaning;
  readonly split: FileSplit;
  readonly task: ByteTask;
}

/** Takes the columns of chunk after chunk and gives a map output. */
interface ChunkSink {
  take(flags: number | null): void;
  finish(): SegmentedBlock;
}

export class WholeRun {
  readonly #warm: WarmParts;
  readonly #run: WholeTask;
  readonly #chunks: LineColumns;
  readonly #chunkBytes: number;
  #hasChunk = false;
  #lines = 0;

  constructor(warm: WarmParts, run: WholeTask) {
    const { arena, whole, split, stage } = run;
    this.#warm = warm;
    this.#run = run;
    this.#chunkBytes = chunkBytesOf(whole.end, stage);
    const options = { arena, formulas: warm.formulas, chunkBytes: this.#chunkBytes };
    this.#chunks = new LineColumns(split, options);
  }

  result(): Result {
    const { readers } = this.#run.task.runtime;
    readers.push(this);
    try {
      return this.#result();
    } catch (error) {
      if (error instanceof Unfit || error instanceof ArenaFull) readers.pop();
      throw error;
    } finally {
      this.#chunks.close();
    }
  }

  get bytesRead(): number {
    return this.#chunks.bytesRead;
  }

  /** The lines of the chunks that are done. */
  get unseenRecords(): number {
    return this.#lines;
  }

  #advance(): boolean {
    const chunks = this.#chunks;
    // Here, where most ends have counted them for their own purposes.
    if (this.#hasChunk) this.#lines += chunks.lineCount;
    this.#hasChunk = chunks.advance();
    if (!this.#hasChunk) return false;
    this.#run.task.runtime.check();
    chunks.check();
    return true;
  }

  #result(): Result {
    const { end, text } = this.#run.whole;
    if (end.kind === 'count') {
      return { kind: 'count', count: this.#count(text) };
    }
    if (end.kind === 'fold') return this.#fold(end);
    const sink = this.#sink(end);
    while (this.#advance()) {
      sink.take(flagsOf(this.#chunks, text.tests));
    }
    return { kind: 'segments', block: sink.finish() };
  }

  #count({ tests, everyField }: TextMeaning): number {
    const chunks = this.#chunks;
    const single = tests.length === 1 ? lineSearch(tests[0]!) : null;
    let count = 0;
    while (this.#advance()) {
      if (everyField !== null) count += chunks.everyFieldCount(everyField);
      else if (single !== null) {
        const found = chunks.countLinesWith(single.literal);
        count += single.isWanted ? found : chunks.lineCount - found;
      } else {
        const flags = flagsOf(chunks, tests);
        // Asked for behind the flags, which may count the lines on their way.
        const { lineCount, arena } = chunks;
        count += flags === null ? lineCount : arena.kernels.countFlags(lineCount, flags, 1);
      }
    }
    return count;
  }

  #sink(end: Exclude<ByteEnd, { kind: 'count' | 'fold' }>): ChunkSink {
    const { sink } = this.#run.stage;
    if (sink.kind !== 'shuffle-write') throw new Unfit('keys without a shuffle');
    switch (end.kind) {
      case 'merge':
      case 'distinct':
        return this.#keySink(end, sink);
      case 'group':
        return this.#groupSink(end, sink);
      case 'route': {
        const { arena, task } = this.#run;
        const maxRows = this.#chunkBytes;
        const partitions = new RowPartitions(arena, sink.partitioner, maxRows);
        const routes = new RouteSink(this.#chunks, end, partitions, maxRows);
        return {
          take: (flags) => routes.take(flags),
          finish: () => routes.finish(task.services.allocate),
        };
      }
    }
  }

  #keySink(
    end: Extract<ByteEnd, { kind: 'merge' | 'distinct' }>,
    { aggregation, partitioner }: ShuffleSink,
  ): ChunkSink {
    const { stage, task } = this.#run;
    if (aggregation.kind !== 'combine') throw new Unfit('keys without a merge');
    const { resolve, allocate } = task.services;
    const loop =
      end.kind === 'distinct' ? null : this.#warm.loops.get(resolve(aggregation.mergeValue), 'map');
    const expected = this.#warm.expected.of(stage.id);
    const maxLines = this.#chunkBytes;
    const keys = new KeySink(this.#chunks, end, { loop, expected, maxLines });
    return {
      take: (flags) => keys.take(flags),
      finish: () => {
        const keyed = keys.result();
        this.#warm.expected.remember(stage.id, keyed.dictionary);
        return writeSegments(keyed, partitioner.partitions, allocate);
      },
    };
  }

  #groupSink(end: Extract<ByteEnd, { kind: 'group' }>, { partitioner }: ShuffleSink): ChunkSink {
    const { stage, task } = this.#run;
    const groups = new GroupSink(this.#chunks, end, {
      partitions: partitioner.partitions,
      expected: this.#warm.expected.of(stage.id),
      maxRows: this.#chunkBytes,
    });
    return {
      take: (flags) => groups.take(flags),
      finish: () => {
        this.#warm.expected.remember(stage.id, groups.dictionary);
        return groups.finish(task.services.allocate);
      },
    };
  }

  #fold({ value, hasZero }: Extract<ByteEnd, { kind: 'fold' }>): Result {
    const { arena, stage, whole, task } = this.#run;
    const chunks = this.#chunks;
    const { sink } = stage;
    if (sink.kind !== 'aggregate' && sink.kind !== 'reduce') throw new Unfit('no fold');
    const fold = this.#warm.loops.fold(task.services.resolve(sink.fn));
    let folded: number | null =
      hasZero && sink.kind === 'aggregate' ? decodeBlock<number>(sink.zero)[0]! : null;
    const rows = arena.allocate(CHUNK_BYTES * 4);
    const selected = arena.allocate(CHUNK_BYTES * 8);
    while (this.#advance()) {
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
}

function chunkBytesOf(end: ByteEnd, { sink }: Stage): number {
  if (end.kind !== 'route' || sink.kind !== 'shuffle-write') return CHUNK_BYTES;
  const wanted = sink.partitioner.partitions * ROUTED_CHUNK_BYTES;
  return Math.max(CHUNK_BYTES, Math.min(MAX_CHUNK_BYTES, wanted));
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
export function allOf(tests: readonly Test[]): Test | null {
  return tests.length === 0
    ? null
    : tests.reduce((left, right): Test => ({ kind: 'and', left, right }));
}

/** The literal of a test that is nothing but a search of the line. */
function lineSearch(test: Test): { readonly literal: string; readonly isWanted: boolean } | null {
  const isWanted = test.kind !== 'not';
  const match = isWanted ? test : test.test;
  if (match.kind !== 'match' || match.how !== 'includes' || match.text.kind !== 'line') return null;
  return match.literal === '' ? null : { literal: match.literal, isWanted };
}
