// Batches of a running stream: a queue, processed one at a time in order of time, the outputs of each in the
// order they were declared. Main thread only. Waits for nothing but the outputs; knows no clock edges.
import { type ErrorData, toErrorData } from '../errors.js';
import type { Clock } from './clock.js';
import type { StreamEvaluator } from './evaluator.js';
import type { StreamOutput } from './output.js';
import { reachableNodes } from './stream-node.js';

/** What one source contributed to a batch; null records where that is not known before it is read. */
export interface BatchInput {
  readonly streamId: number;
  readonly text: string;
  records: number | null;
  /** How many it was let. */
  readonly limit: number;
}

/** How one output of a batch went. */
export interface OutputReport {
  readonly output: StreamOutput;
  startedMs: number;
  endedMs: number | null;
  failure: ErrorData | null;
}

export interface Batch {
  readonly timeMs: number;
  readonly outputs: readonly StreamOutput[];
  readonly inputs: readonly BatchInput[];
  readonly submittedMs: number;
  /** What came before it: nothing unusual, batches that were left out, or the end of another process. */
  readonly gap: 'none' | 'left-out' | 'recovered';
  startedMs: number | null;
  endedMs: number | null;
  readonly reports: OutputReport[];
  /** The first failure among its outputs. */
  failure: ErrorData | null;
}

/** Hears what becomes of each batch. */
export interface BatchObserver {
  submitted(batch: Batch): void;
  started(batch: Batch): void;
  outputStarted(batch: Batch, report: OutputReport): void;
  outputCompleted(batch: Batch, report: OutputReport): void;
  /** `error` is what the first failing output threw, undefined if none did. */
  completed(batch: Batch, error: unknown): void;
}

export interface BatchQueueOptions {
  readonly clock: Clock;
  readonly evaluator: StreamEvaluator;
  readonly observer: BatchObserver;
  /** Called before the outputs of a batch, which wait for it. */
  prepare?(batch: Batch): Promise<void>;
  /** Runs `body` so that the jobs it starts carry the batch and the output. */
  within<R>(batch: Batch, output: StreamOutput, body: () => Promise<R>): Promise<R>;
}

export class BatchQueue {
  readonly #options: BatchQueueOptions;
  #waiting: Batch[] = [];
  #working: Promise<void> | null = null;
  #isStopped = false;

  constructor(options: BatchQueueOptions) {
    this.#options = options;
  }

  submit(batch: Batch): void {
    if (this.#isStopped) return;
    this.#waiting.push(batch);
    this.#options.observer.submitted(batch);
    this.#working ??= this.#work();
  }

  /** Batches submitted and not begun. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Resolves when every batch submitted so far is done. */
  async whenIdle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  /** Begins no further batch and no further output. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  async #work(): Promise<void> {
    // A turn later, so that whoever submitted is done before the first output runs.
    await Promise.resolve();
    for (let batch = this.#waiting.shift(); batch; batch = this.#waiting.shift()) {
      await this.#process(batch);
    }
    this.#working = null;
  }

  async #process(batch: Batch): Promise<void> {
    const { clock, observer, evaluator } = this.#options;
    batch.startedMs = clock.nowMs();
    if (batch.gap !== 'none') evaluator.skipTo(batch.timeMs, batch.gap === 'recovered');
    observer.started(batch);
    await this.#options.prepare?.(batch);
    let firstError: unknown;
    for (const output of batch.outputs) {
      if (this.#isStopped) break;
      if (output.isClosed) continue;
      const error = await this.#runOutput(batch, output);
      firstError ??= error;
    }
    batch.endedMs = clock.nowMs();
    evaluator.forget(batch.timeMs);
    observer.completed(batch, firstError);
  }

  /** Runs one output; what it throws fails this output of this batch and nothing else. */
  async #runOutput(batch: Batch, output: StreamOutput): Promise<unknown> {
    const { clock, evaluator, observer } = this.#options;
    const startedMs = clock.nowMs();
    const report: OutputReport = { output, startedMs, endedMs: null, failure: null };
    batch.reports.push(report);
    observer.outputStarted(batch, report);
    let thrown: unknown;
    try {
      await this.#options.within(batch, output, async () => {
        const rdd = await evaluator.rddAt(output.spec.node, batch.timeMs);
        if (rdd !== null) await output.spec.run(new Date(batch.timeMs), rdd, output);
      });
    } catch (error) {
      thrown = error ?? new Error('thrown value: ' + String(error));
      report.failure = toErrorData(thrown);
      batch.failure ??= report.failure;
    }
    report.endedMs = clock.nowMs();
    output.record({
      timeMs: batch.timeMs,
      durationMs: report.endedMs - startedMs,
      delayMs: report.endedMs - batch.submittedMs,
      failure: report.failure,
    });
    observer.outputCompleted(batch, report);
    return thrown;
  }
}

/** What the sources that an output reads contributed to a batch; null where one does not know. */
export function recordsFor(batch: Batch, output: StreamOutput): number | null {
  const read = new Set(reachableNodes([output.spec.node]).map((node) => node.id));
  let sum = 0;
  for (const { streamId, records } of batch.inputs) {
    if (!read.has(streamId)) continue;
    if (records === null) return null;
    sum += records;
  }
  return sum;
}
