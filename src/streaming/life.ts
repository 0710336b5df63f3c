// The life of a streaming context: started, running, stopped, perhaps started again; and what lasts from one run to
// the next. Driver only. What batches are made of is in run.ts.
import type { SparkContext } from '../context.js';
import { UsageError } from '../errors.js';
import type { TsparkEvent } from '../events.js';
import { BatchScope } from './batch-scope.js';
import { CheckpointHome } from './checkpoint-home.js';
import { checkStartable } from './checks.js';
import type { Clock } from './clock.js';
import { StreamEvaluator } from './evaluator.js';
import { EventReporter } from './event-reporter.js';
import { engineOf } from './handles.js';
import { LagReporter } from './lag-reporter.js';
import { ListenerBoard } from './listener.js';
import type { OutputSpec, StreamOutput } from './output.js';
import { RateControl } from './rate-control.js';
import { OutputRegistry } from './registry.js';
import { StreamingRun } from './run.js';
import { checkpointIntervalMs, rateSettings, resetOperators } from './settings.js';
import { SourceBoard } from './source-board.js';
import type { StreamNode } from './stream-node.js';
import { TerminationWaiter } from './waiter.js';

type Phase = 'new' | 'active' | 'stopping' | 'stopped';

/** What a stop that is not graceful gives the batch under way before it is cancelled. */
const GRACE_MS = 2000;

export interface StreamingLifeOptions {
  readonly sc: SparkContext;
  readonly clock: Clock;
  readonly batchMs: number;
  /** The prompt's own: it may be started again, and keeps what arrived when it stops. */
  readonly isPreloaded: boolean;
  /** Told when it has begun, and when it has stopped. */
  onActive(): void;
  onStopped(): void;
}

export class StreamingLife {
  readonly #options: StreamingLifeOptions;
  readonly registry = new OutputRegistry((output) =>
    this.#emit({ kind: 'output-closed', outputId: output.id }),
  );
  readonly evaluator = new StreamEvaluator();
  readonly listeners = new ListenerBoard();
  readonly sources: SourceBoard;
  readonly waiter: TerminationWaiter;
  readonly checkpoints = new CheckpointHome();
  readonly #scope: BatchScope;
  #rates: RateControl | null = null;
  #phase: Phase = 'new';
  #run: StreamingRun | null = null;
  #unlisten = (): void => {};

  constructor(options: StreamingLifeOptions) {
    this.#options = options;
    this.#scope = new BatchScope(options.sc);
    this.waiter = new TerminationWaiter(options.clock);
    this.sources = new SourceBoard({
      batchMs: options.batchMs,
      registry: this.registry,
      rates: () => this.#rates,
    });
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Batches that wait for their turn. */
  get waitingBatches(): number {
    return this.#run?.waitingBatches ?? 0;
  }

  /** Resolves when every batch made so far has been processed. */
  whenIdle(): Promise<void> {
    return this.#run?.whenIdle() ?? Promise.resolve();
  }

  /** Adds an output, which takes part from the next batch on. */
  addOutput(spec: OutputSpec): StreamOutput {
    const output = this.registry.make(spec);
    if (this.#phase === 'active') this.#checkStartable([output]);
    this.registry.add(output);
    return output;
  }

  start(): void {
    if (this.#phase === 'active') return;
    const { sc, clock, isPreloaded, onActive } = this.#options;
    if (this.#phase === 'stopping' || (this.#phase === 'stopped' && !isPreloaded)) {
      throw new UsageError(
        'STREAM-103',
        this.#phase === 'stopping'
          ? 'This StreamingContext is being stopped. Await ssc.stop(), then start it again.'
          : 'This StreamingContext was stopped and cannot be started again. Make a new one.',
      );
    }
    engineOf(sc).assertRunning();
    this.#checkStartable(this.registry.outputs);
    const run = this.#newRun();
    const recovery = this.checkpoints.recover(this.#roots(), {
      batchMs: this.#options.batchMs,
      reset: resetOperators(sc),
      tell: (text) => this.#emit({ kind: 'notice', text }),
    });
    this.#phase = 'active';
    this.waiter.restart();
    onActive();
    this.#run = run;
    this.#unlisten = sc.events.listen((event) => {
      if (event.kind === 'context-stopping') void this.stop(false);
    });
    run.start(recovery);
    this.#emit({ kind: 'streaming-started', timeMs: clock.nowMs() });
  }

  async stop(isGraceful: boolean): Promise<void> {
    const run = this.#run;
    if (run === null || this.#phase !== 'active') return;
    const { clock, isPreloaded, onStopped } = this.#options;
    this.#phase = 'stopping';
    this.#unlisten();
    // Called from inside an output, the batch cannot be waited for: it waits for this.
    const isInBatch = this.#scope.isInside();
    if (isGraceful && !isInBatch) await run.drain();
    run.halt();
    if (!isInBatch) await this.#scope.finish(run.whenIdle(), clock, GRACE_MS);
    if (!isInBatch) await run.finish();
    if (!isPreloaded && !isInBatch) run.release();
    this.#run = null;
    this.#rates = null;
    this.#phase = 'stopped';
    onStopped();
    this.#emit({ kind: 'streaming-stopped', timeMs: clock.nowMs() });
    this.waiter.stopped();
  }

  #newRun(): StreamingRun {
    const { sc, clock, batchMs } = this.#options;
    const emit = (event: TsparkEvent): void => this.#emit(event);
    const failures = {
      completed: (_batch: unknown, error: unknown): void => {
        if (error !== undefined) this.waiter.fail(error);
      },
    };
    const lag = new LagReporter(batchMs, (text) => emit({ kind: 'notice', text, isNews: true }));
    const rates = new RateControl(batchMs, rateSettings(sc));
    this.#rates = rates;
    return new StreamingRun({
      sc,
      clock,
      batchMs,
      evaluator: this.evaluator,
      registry: this.registry,
      rates,
      observers: [new EventReporter(emit), this.listeners, this.sources, failures, lag],
      within: (batch, output, body) => this.#scope.within(batch, output, body),
      emit,
      checkpoint: (zeroMs) =>
        this.checkpoints.checkpointer({
          evaluator: this.evaluator,
          batchMs,
          intervalMs: checkpointIntervalMs(sc),
          zeroMs,
          roots: () => this.#roots(),
          clock,
          tell: (text) => emit({ kind: 'notice', text, isNews: true }),
        }),
    });
  }

  #roots(): StreamNode[] {
    return this.registry.outputs.map((output) => output.spec.node);
  }

  #checkStartable(outputs: readonly StreamOutput[]): void {
    checkStartable(outputs, this.#options.sc, this.checkpoints.isSet);
  }

  #emit(event: TsparkEvent): void {
    const { sc, clock } = this.#options;
    this.sources.hear(event);
    this.listeners.hear(event, clock.nowMs());
    sc.events.emit(event);
  }
}
