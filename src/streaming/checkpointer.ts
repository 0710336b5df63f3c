// Writes checkpoints while streams run: before each batch what its sources put into it, and every some seconds
// the states and positions. Main thread only. Never holds a batch up but for the note of its sources.
import type { StoredBlock } from '../blocks/block.js';
import { Backoff } from './backoff.js';
import type { Batch } from './batches.js';
import {
  batchName,
  CHECKPOINT_SCHEMA,
  type CheckpointData,
  checkpointName,
  type OperatorData,
  timeOfName,
} from './checkpoint-data.js';
import type { BlockFile, CheckpointFolder } from './checkpoint-folder.js';
import type { Clock } from './clock.js';
import type { OperatorState } from './compute.js';
import type { StreamEvaluator } from './evaluator.js';
import { nodeOf } from './handles.js';
import type { InputSource } from './input.js';
import { operatorIds } from './operator-ids.js';
import type { StreamNode } from './stream-node.js';

/** So many checkpoints are kept: the newest may turn out to be unreadable. */
const KEPT = 2;

export interface CheckpointerOptions {
  readonly folder: CheckpointFolder;
  readonly evaluator: StreamEvaluator;
  readonly batchMs: number;
  /** Least time from one checkpoint to the next. */
  readonly intervalMs: number;
  /** Batches are counted from here. */
  readonly zeroMs: number;
  readonly clock: Clock;
  roots(): readonly StreamNode[];
  tell(text: string): void;
}

/** What the sources put into a batch. */
interface BatchNote {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly blocks: readonly BlockFile[];
}

interface PlannedOperator {
  readonly data: Omit<OperatorData, 'partitions'>;
  readonly partitions: readonly (readonly {
    readonly version: number;
    readonly stored: StoredBlock;
  }[])[];
}

export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #lastMs = Number.NEGATIVE_INFINITY;
  #lastBatchMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | null = null;
  /** What could not be written the last time. */
  readonly #failing = new Set<'note' | 'checkpoint'>();
  #isLogBroken = false;
  #isStopped = false;
  #stop = (): void => {};
  readonly #stopped = new Promise<void>((resolve) => {
    this.#stop = resolve;
  });
  /** Names that are removed with the next checkpoint. */
  #stale: readonly string[] = [];
  /**
   * Notes that are not written yet, by time. None is written before an older one: with a later note in the folder a
   * recovery would go on behind the batch whose own is missing.
   */
  readonly #unwritten = new Map<number, BatchNote>();

  constructor(options: CheckpointerOptions) {
    this.#options = options;
  }

  /** Writes down where everything begins; what the folder held of other streams is of no use any more. */
  start(): void {
    const { folder, zeroMs } = this.#options;
    this.#stale = folder.names.filter((name) => name !== checkpointName(zeroMs));
    this.#lastBatchMs = zeroMs;
    this.#begin();
  }

  /**
   * Notes what the sources put into a batch; after that the batch can be made again. While a write-ahead log
   * cannot be written the batch waits: what is not logged is neither processed nor acknowledged.
   */
  async prepare(batch: Batch): Promise<void> {
    if (this.#lastMs === this.#options.zeroMs) await this.#writing;
    const sources = this.#sources();
    if (!sources.some(([, source]) => source.isLogged)) {
      await this.#guard('note', this.#note(batch.timeMs, sources));
      return;
    }
    const backoff = new Backoff(this.#options.clock);
    while (!(await this.#log(batch.timeMs, sources))) {
      await Promise.race([new Promise<void>((resolve) => backoff.retry(resolve)), this.#stopped]);
      if (this.#isStopped) break;
    }
    backoff.stop();
  }

  /** Waits for nothing any more. */
  stop(): void {
    this.#isStopped = true;
    this.#stop();
  }

  async #note(timeMs: number, sources: readonly (readonly [string, InputSource])[]): Promise<void> {
    const inputs: Record<string, unknown> = {};
    const blocks: BlockFile[] = [];
    for (const [id, source] of sources) {
      const range = await source.describe?.(timeMs, async (block) => {
        const file = await this.#options.folder.writeBlock(block);
        blocks.push(file);
        return file;
      });
      if (range !== undefined) inputs[id] = range;
    }
    if (Object.keys(inputs).length > 0) this.#unwritten.set(timeMs, { inputs, blocks });
    await this.#writeNotes();
  }

  async #writeNotes(): Promise<void> {
    for (const [timeMs, { inputs, blocks }] of this.#unwritten) {
      await this.#options.folder.write(batchName(timeMs), { timeMs, inputs }, blocks);
      this.#unwritten.delete(timeMs);
    }
  }

  /** Whether the batch is in the log. That it is not is told once until it is. */
  async #log(timeMs: number, sources: readonly (readonly [string, InputSource])[]) {
    const { tell } = this.#options;
    try {
      await this.#note(timeMs, sources);
    } catch (error) {
      if (!this.#isLogBroken) {
        const why = error instanceof Error ? error.message : String(error);
        tell(
          `The write-ahead log cannot be written: ${why}. Batches wait until it can, and senders with them; ` +
            'nothing is lost.',
        );
      }
      this.#isLogBroken = true;
      return false;
    }
    if (this.#isLogBroken) tell('The write-ahead log is written again.');
    this.#isLogBroken = false;
    for (const [, source] of sources) source.logged?.(timeMs);
    return true;
  }

  #sources(): (readonly [string, InputSource])[] {
    const sources: (readonly [string, InputSource])[] = [];
    for (const [id, { spec }] of this.#ids()) {
      if (spec.kind === 'input') sources.push([id, spec.source]);
    }
    return sources;
  }

  /** A batch is done: writes a checkpoint if it is time, in the background. */
  completed(batch: Batch): void {
    this.#lastBatchMs = batch.timeMs;
    if (this.#writing !== null || batch.timeMs - this.#lastMs < this.#options.intervalMs) return;
    this.#begin();
  }

  /** Writes what is not written yet; called when nothing runs any more. */
  async finish(): Promise<void> {
    await this.#writing;
    if (this.#lastBatchMs > this.#lastMs) this.#begin();
    await this.#writing;
  }

  #begin(): void {
    const timeMs = this.#lastBatchMs;
    this.#lastMs = timeMs;
    // States and positions are read now, before the next batch changes them; the blocks never change.
    const planned = this.#plan();
    const sources = this.#positions(timeMs);
    this.#writing = this.#guard('checkpoint', this.#write(timeMs, planned, sources)).finally(() => {
      this.#writing = null;
    });
  }

  async #write(
    timeMs: number,
    planned: readonly PlannedOperator[],
    sources: CheckpointData['sources'],
  ): Promise<void> {
    const { folder, batchMs, zeroMs } = this.#options;
    const blocks: BlockFile[] = [];
    const operators: OperatorData[] = [];
    for (const { data, partitions } of planned) {
      const files: { version: number; file: BlockFile }[][] = [];
      for (const pieces of partitions) {
        const row: { version: number; file: BlockFile }[] = [];
        for (const { version, stored } of pieces) {
          const file = await folder.writeBlock(stored);
          blocks.push(file);
          row.push({ version, file });
        }
        files.push(row);
      }
      operators.push({ ...data, partitions: files });
    }
    const data: CheckpointData = {
      schema: CHECKPOINT_SCHEMA,
      timeMs,
      zeroMs,
      batchMs,
      operators,
      sources,
    };
    await folder.write(checkpointName(timeMs), data, blocks);
    await this.#removeOld();
  }

  #plan(): PlannedOperator[] {
    const planned: PlannedOperator[] = [];
    for (const [id, node] of this.#ids()) {
      const { kind } = node.spec;
      if (kind !== 'state' && kind !== 'mapped-state') continue;
      const state = this.#options.evaluator.stateOf(node);
      const partitions = partsOf(state);
      if (partitions === null) continue;
      const data = { id, kind, operation: node.operation, timeMs: state.timeMs };
      planned.push({ data, partitions });
    }
    return planned;
  }

  #positions(timeMs: number): CheckpointData['sources'] {
    const sources: { id: string; position: unknown }[] = [];
    for (const [id, node] of this.#ids()) {
      if (node.spec.kind !== 'input') continue;
      const position = node.spec.source.position?.(timeMs);
      if (position !== undefined) sources.push({ id, position });
    }
    return sources;
  }

  /** Older checkpoints, and notes of batches that neither a kept checkpoint nor a window can ask for. */
  async #removeOld(): Promise<void> {
    const { folder, evaluator } = this.#options;
    await folder.remove(this.#stale);
    this.#stale = [];
    const times = folder.names
      .map((name) => timeOfName(name, 'checkpoint'))
      .filter((time) => time !== null);
    const oldest = times.at(-KEPT);
    if (oldest === undefined) return;
    const old = folder.names.filter((name) => {
      const checkpoint = timeOfName(name, 'checkpoint');
      if (checkpoint !== null) return checkpoint < oldest;
      const batch = timeOfName(name, 'batch');
      return batch !== null && batch <= oldest - evaluator.longestMemoryMs;
    });
    await folder.remove(old);
  }

  #ids(): Map<string, StreamNode> {
    return operatorIds(this.#options.roots());
  }

  /** A full disk must not end the streams; it is told, once until all works again. */
  async #guard(what: 'note' | 'checkpoint', work: Promise<void>): Promise<void> {
    try {
      await work;
      if (this.#failing.delete(what) && this.#failing.size === 0)
        this.#options.tell('The checkpoint is written again.');
    } catch (error) {
      const isKnown = this.#failing.size > 0;
      this.#failing.add(what);
      if (isKnown) return;
      const why = error instanceof Error ? error.message : String(error);
      this.#options.tell(
        `The checkpoint could not be written: ${why}. The streams go on; after a crash they would begin ` +
          'with the last checkpoint that was written.',
      );
    }
  }
}

/** The blocks of a state, null if it has none of its own yet. */
function partsOf(state: OperatorState): PlannedOperator['partitions'] | null {
  if (state.chain !== null) return state.chain.isEmpty ? null : state.chain.parts;
  if (state.rdd === null) return null;
  const { spec } = nodeOf(state.rdd);
  if (spec.kind !== 'blocks') return null;
  return spec.partitions.map((stored) => [{ version: 0, stored }]);
}
