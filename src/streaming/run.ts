// A streaming context while it runs: at every batch edge takes in added and closed outputs, asks the sources
// for what arrived, and queues the batch. Main thread only.
import type { SparkContext } from '../context.js';
import type { TsparkEvent } from '../events.js';
import {
  type Batch,
  type BatchInput,
  type BatchObserver,
  BatchQueue,
  type BatchQueueOptions,
} from './batches.js';
import type { Checkpointer } from './checkpointer.js';
import type { Clock } from './clock.js';
import type { StreamEvaluator } from './evaluator.js';
import { BatchGenerator } from './generator.js';
import type { InputSource } from './input.js';
import type { Recovery } from './recovery.js';
import type { RateControl } from './rate-control.js';
import type { OutputRegistry } from './registry.js';
import { reachableNodes } from './stream-node.js';

export interface StreamingRunOptions {
  readonly sc: SparkContext;
  readonly clock: Clock;
  readonly batchMs: number;
  readonly evaluator: StreamEvaluator;
  readonly registry: OutputRegistry;
  readonly observers: readonly Partial<BatchObserver>[];
  /** Bounds what sources bring to a batch; hears of batches as an observer. */
  readonly rates: RateControl;
  readonly within: BatchQueueOptions['within'];
  emit(event: TsparkEvent): void;
  /** What writes checkpoints, for a run whose batches are counted from `zeroMs`; null if none are wanted. */
  checkpoint(zeroMs: number): Checkpointer | null;
}

interface ActiveInput {
  readonly streamId: number;
  readonly source: InputSource;
}

export class StreamingRun {
  readonly #options: StreamingRunOptions;
  readonly #queue: BatchQueue;
  readonly #generator: BatchGenerator;
  #inputs: ActiveInput[] = [];
  #checkpointer: Checkpointer | null = null;
  /** Batches that are noted in the checkpoint folder, one after the other, from their edge on. */
  readonly #noted = new Map<number, Promise<void>>();
  #lastNoted: Promise<void> = Promise.resolve();
  /** Whether the next edge is the first after a crash. */
  #isRecovered = false;
  #seenVersion = -1;
  #isReceiving = true;
  /** Told after the next edge, by a stop that waits for the last batch. */
  #onEdge: (() => void) | null = null;

  constructor(options: StreamingRunOptions) {
    this.#options = options;
    const { clock, evaluator, within, observers } = options;
    const observer = toAll([options.rates, ...observers, this.#accounts()]);
    const prepare = async (batch: Batch): Promise<void> => {
      await this.#noted.get(batch.timeMs);
      this.#noted.delete(batch.timeMs);
      await this.#countLate(batch);
    };
    this.#queue = new BatchQueue({ clock, evaluator, observer, within, prepare });
    this.#generator = new BatchGenerator(clock, options.batchMs, {
      edge: (timeMs, skipped) => this.#edge(timeMs, skipped),
    });
  }

  /** Begins with the next edge, after a crash with the batches that were perhaps not processed. */
  start(recovery: Recovery | null): void {
    const { evaluator, checkpoint } = this.#options;
    const startMs = this.#generator.start();
    const zeroMs = recovery?.zeroMs ?? startMs;
    evaluator.restart(zeroMs);
    this.#takeInChanges(zeroMs);
    if (recovery !== null) {
      evaluator.recover(recovery.states, recovery.timeMs);
      this.#isRecovered = true;
    }
    this.#checkpointer = checkpoint?.(zeroMs) ?? null;
    if (recovery === null) this.#checkpointer?.start();
    for (const timeMs of recovery?.pending ?? []) this.#submit(timeMs, 'none', []);
  }

  /** Writes what a later process needs to go on. */
  async finish(): Promise<void> {
    await this.#checkpointer?.finish();
  }

  /** Lets go of what arrived and was not processed: nothing will be begun again. */
  release(): void {
    for (const input of this.#inputs) this.#drop(input);
  }

  /** Resolves when all batches submitted so far are done. */
  whenIdle(): Promise<void> {
    return this.#queue.whenIdle();
  }

  /** Batches that wait for their turn. */
  get waitingBatches(): number {
    return this.#queue.length;
  }

  /** Begins nothing more; what is being processed goes on. */
  halt(): void {
    this.#generator.stop();
    this.#stopReceiving();
    this.#queue.stop();
    this.#checkpointer?.stop();
  }

  /** Receives no more, makes a last batch of what arrived, and waits for all batches. */
  async drain(): Promise<void> {
    this.#stopReceiving();
    if (this.#inputs.some(({ source }) => source.hasPending())) {
      await new Promise<void>((resolve) => {
        this.#onEdge = resolve;
      });
    }
    this.#generator.stop();
    await this.#queue.whenIdle();
    this.#queue.stop();
  }

  #edge(timeMs: number, skipped: number): void {
    if (skipped > 0) this.#reportGap(skipped);
    const { registry, batchMs } = this.#options;
    if (registry.version !== this.#seenVersion) this.#takeInChanges(timeMs - batchMs);
    const inputs = this.#inputs.map((input) => this.#allocate(input, timeMs));
    const gap = this.#isRecovered ? 'recovered' : skipped > 0 ? 'left-out' : 'none';
    this.#isRecovered = false;
    this.#submit(timeMs, gap, inputs);
    this.#onEdge?.();
    this.#onEdge = null;
  }

  /** Sets aside what a source has for the batch, and begins its next one. */
  #allocate({ streamId, source }: ActiveInput, timeMs: number): BatchInput {
    const { rates } = this.#options;
    const limit = rates.limitOf(streamId).recordsPerBatch;
    const records = source.allocate(timeMs);
    rates.renew(streamId);
    source.nextBatch?.();
    return { streamId, text: source.text, records, limit };
  }

  /** Asks sources that did not know at the edge how many records a batch has. */
  async #countLate(batch: Batch): Promise<void> {
    for (const input of batch.inputs) {
      if (input.records !== null) continue;
      const found = this.#inputs.find(({ streamId }) => streamId === input.streamId);
      input.records = (await found?.source.recordsAt?.(batch.timeMs)) ?? null;
    }
  }

  #submit(timeMs: number, gap: Batch['gap'], inputs: readonly BatchInput[]): void {
    const { evaluator, registry, clock } = this.#options;
    const batch: Batch = {
      timeMs,
      outputs: registry.outputs.filter((output) => evaluator.isDue(output.spec.node, timeMs)),
      inputs,
      submittedMs: clock.nowMs(),
      gap,
      startedMs: null,
      endedMs: null,
      reports: [],
      failure: null,
    };
    // At once, not when its turn comes: what waits in memory is lost in a crash.
    this.#lastNoted = this.#lastNoted.then(() => this.#checkpointer?.prepare(batch));
    this.#noted.set(timeMs, this.#lastNoted);
    this.#queue.submit(batch);
  }

  /** Streams that are new begin at `zeroMs`; sources that nobody reads any more are stopped. */
  #takeInChanges(zeroMs: number): void {
    const { evaluator, registry, rates, sc, clock, emit } = this.#options;
    this.#seenVersion = registry.version;
    const roots = registry.outputs.map((output) => output.spec.node);
    evaluator.setOutputs(roots, zeroMs, registry.rememberMs);
    const wanted: ActiveInput[] = [];
    for (const node of reachableNodes(roots)) {
      if (node.spec.kind !== 'input') continue;
      wanted.push({ streamId: node.id, source: node.spec.source });
    }
    const isIn = (list: readonly ActiveInput[], { source }: ActiveInput): boolean =>
      list.some((other) => other.source === source);
    for (const input of this.#inputs) if (!isIn(wanted, input)) this.#drop(input);
    const added = wanted.filter((input) => !isIn(this.#inputs, input));
    this.#inputs = wanted;
    if (!this.#isReceiving) return;
    for (const { source, streamId } of added) {
      source.start({ sc, clock, streamId, startMs: zeroMs, emit, rate: rates.limitOf(streamId) });
    }
  }

  #drop({ streamId, source }: ActiveInput): void {
    source.stop();
    source.drop?.();
    this.#options.rates.forget(streamId);
  }

  #reportGap(skipped: number): void {
    const seconds = Math.round((skipped * this.#options.batchMs) / 1000);
    const text =
      `No batch could be made for ${seconds} s (the machine slept, or the program was busy): ` +
      `${skipped} batches were left out; what was received meanwhile is in the next one.`;
    this.#options.emit({ kind: 'notice', text });
  }

  #stopReceiving(): void {
    if (!this.#isReceiving) return;
    this.#isReceiving = false;
    for (const { source } of this.#inputs) source.stop();
  }

  /** Tells the sources which of their data has been processed. */
  #accounts(): Pick<BatchObserver, 'completed'> {
    return {
      completed: (batch) => {
        for (const { source } of this.#inputs) source.processed(batch.timeMs);
        this.#checkpointer?.completed(batch);
      },
    };
  }
}

function toAll(observers: readonly Partial<BatchObserver>[]): BatchObserver {
  const each = (tell: (observer: Partial<BatchObserver>) => void): void => {
    for (const observer of observers) tell(observer);
  };
  return {
    submitted: (batch) => each((o) => o.submitted?.(batch)),
    started: (batch) => each((o) => o.started?.(batch)),
    outputStarted: (batch, report) => each((o) => o.outputStarted?.(batch, report)),
    outputCompleted: (batch, report) => each((o) => o.outputCompleted?.(batch, report)),
    completed: (batch, error) => each((o) => o.completed?.(batch, error)),
  };
}
