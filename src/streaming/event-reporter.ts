// Turns what becomes of batches into the engine's events. Driver only.
import type { TsparkEvent } from '../events.js';
import type { Batch, BatchObserver, OutputReport } from './batches.js';
import { countRecords } from './listener.js';

export class EventReporter implements BatchObserver {
  readonly #emit: (event: TsparkEvent) => void;

  constructor(emit: (event: TsparkEvent) => void) {
    this.#emit = emit;
  }

  submitted(batch: Batch): void {
    this.#batch('batch-submitted', batch);
  }

  started(batch: Batch): void {
    this.#batch('batch-started', batch);
  }

  completed(batch: Batch): void {
    this.#batch('batch-completed', batch);
  }

  outputStarted(batch: Batch, report: OutputReport): void {
    this.#output('output-started', batch, report);
  }

  outputCompleted(batch: Batch, report: OutputReport): void {
    this.#output('output-completed', batch, report);
  }

  #batch(kind: 'batch-submitted' | 'batch-started' | 'batch-completed', batch: Batch): void {
    const { startedMs, endedMs, submittedMs } = batch;
    this.#emit({
      kind,
      batchTimeMs: batch.timeMs,
      inputRecords: countRecords(batch),
      schedulingDelayMs: startedMs === null ? null : startedMs - submittedMs,
      processingTimeMs: startedMs === null || endedMs === null ? null : endedMs - startedMs,
      failure: batch.failure,
    });
  }

  #output(kind: 'output-started' | 'output-completed', batch: Batch, report: OutputReport): void {
    const { output, startedMs, endedMs, failure } = report;
    this.#emit({
      kind,
      batchTimeMs: batch.timeMs,
      outputId: output.id,
      description: output.description,
      durationMs: endedMs === null ? null : endedMs - startedMs,
      failure,
    });
  }
}
