// StreamingListener: PySpark's callbacks, and what they are given. Driver only.
import type { TsparkEvent } from '../events.js';
import type { Batch, BatchObserver, OutputReport } from './batches.js';

/** One output of one batch. Times are milliseconds since the epoch, null while not known. */
export interface OutputOperationInfo {
  readonly batchTime: Date;
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly duration: number | null;
  readonly failureReason: string | null;
}

/** What one source contributed to a batch. */
export interface StreamInputInfo {
  readonly inputStreamId: number;
  readonly numRecords: number;
  readonly metadataDescription: string;
}

/** One batch. Times are milliseconds since the epoch, delays milliseconds, null while not known. */
export interface BatchInfo {
  readonly batchTime: Date;
  readonly submissionTime: number;
  readonly processingStartTime: number | null;
  readonly processingEndTime: number | null;
  readonly schedulingDelay: number | null;
  readonly processingDelay: number | null;
  readonly totalDelay: number | null;
  readonly numRecords: number;
  readonly streamIdToInputInfo: ReadonlyMap<number, StreamInputInfo>;
  readonly outputOperationInfos: ReadonlyMap<number, OutputOperationInfo>;
}

export interface ReceiverInfo {
  readonly streamId: number;
  readonly name: string;
  readonly active: boolean;
  readonly location: string;
  readonly lastErrorMessage: string;
  readonly lastErrorTime: number;
}

/**
 * What happens to a stream, told to a class that extends this. Override what is of interest.
 *
 * **Source** `pyspark.streaming.StreamingListener` 4.3; the info objects have properties where PySpark's
 * have Java getters.
 *
 * **Example**
 * ```ts
 * class Delays extends StreamingListener {
 *   override onBatchCompleted({ batchInfo }: { batchInfo: BatchInfo }) {
 *     console.log(batchInfo.numRecords, batchInfo.totalDelay);
 *   }
 * }
 * ```
 */
export class StreamingListener {
  /** The context has been started. */
  onStreamingStarted(_event: { readonly time: number }): void {}
  /** A receiver has been connected, or connected again. */
  onReceiverStarted(_event: { readonly receiverInfo: ReceiverInfo }): void {}
  /** A receiver has lost its source. */
  onReceiverError(_event: { readonly receiverInfo: ReceiverInfo }): void {}
  /** A receiver has been stopped. */
  onReceiverStopped(_event: { readonly receiverInfo: ReceiverInfo }): void {}
  /** A batch is queued for processing. */
  onBatchSubmitted(_event: { readonly batchInfo: BatchInfo }): void {}
  /** A batch begins to be processed. */
  onBatchStarted(_event: { readonly batchInfo: BatchInfo }): void {}
  /** A batch has been processed. */
  onBatchCompleted(_event: { readonly batchInfo: BatchInfo }): void {}
  /** An output of a batch begins. */
  onOutputOperationStarted(_event: { readonly outputOperationInfo: OutputOperationInfo }): void {}
  /** An output of a batch has ended. */
  onOutputOperationCompleted(_event: { readonly outputOperationInfo: OutputOperationInfo }): void {}
}

/** Tells listeners, in the order they were added; one that throws harms no other and no batch. */
export class ListenerBoard implements BatchObserver {
  readonly #listeners = new Set<StreamingListener>();

  add(listener: StreamingListener): void {
    this.#listeners.add(listener);
  }

  submitted(batch: Batch): void {
    this.#tell((listener) => listener.onBatchSubmitted({ batchInfo: batchInfo(batch) }));
  }

  started(batch: Batch): void {
    this.#tell((listener) => listener.onBatchStarted({ batchInfo: batchInfo(batch) }));
  }

  outputStarted(batch: Batch, report: OutputReport): void {
    const outputOperationInfo = outputInfo(batch, report);
    this.#tell((listener) => listener.onOutputOperationStarted({ outputOperationInfo }));
  }

  outputCompleted(batch: Batch, report: OutputReport): void {
    const outputOperationInfo = outputInfo(batch, report);
    this.#tell((listener) => listener.onOutputOperationCompleted({ outputOperationInfo }));
  }

  completed(batch: Batch): void {
    this.#tell((listener) => listener.onBatchCompleted({ batchInfo: batchInfo(batch) }));
  }

  /** Passes on what the engine's events say of the context and its receivers. */
  hear(event: TsparkEvent, nowMs: number): void {
    switch (event.kind) {
      case 'streaming-started':
        this.#tell((listener) => listener.onStreamingStarted({ time: event.timeMs }));
        break;
      case 'receiver-started':
        this.#tell((listener) =>
          listener.onReceiverStarted({ receiverInfo: receiver(event, nowMs) }),
        );
        break;
      case 'receiver-error':
        this.#tell((listener) =>
          listener.onReceiverError({ receiverInfo: receiver(event, nowMs) }),
        );
        break;
      case 'receiver-stopped':
        this.#tell((listener) =>
          listener.onReceiverStopped({ receiverInfo: receiver(event, nowMs) }),
        );
        break;
      default:
    }
  }

  #tell(call: (listener: StreamingListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        call(listener);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}

type ReceiverEvent = Extract<TsparkEvent, { kind: `receiver-${string}` }>;

function receiver(event: ReceiverEvent, nowMs: number): ReceiverInfo {
  const failed = event.kind === 'receiver-error';
  return {
    streamId: event.streamId,
    name: event.name,
    active: event.kind === 'receiver-started',
    location: 'driver',
    lastErrorMessage: failed ? (event.message ?? '') : '',
    lastErrorTime: failed ? nowMs : -1,
  };
}

function difference(later: number | null, earlier: number | null): number | null {
  return later === null || earlier === null ? null : later - earlier;
}

/** Records of all sources of a batch, as far as they are known before they are read. */
export function countRecords(batch: Batch): number {
  return batch.inputs.reduce((sum, input) => sum + (input.records ?? 0), 0);
}

function batchInfo(batch: Batch): BatchInfo {
  return {
    batchTime: new Date(batch.timeMs),
    submissionTime: batch.submittedMs,
    processingStartTime: batch.startedMs,
    processingEndTime: batch.endedMs,
    schedulingDelay: difference(batch.startedMs, batch.submittedMs),
    processingDelay: difference(batch.endedMs, batch.startedMs),
    totalDelay: difference(batch.endedMs, batch.submittedMs),
    numRecords: countRecords(batch),
    streamIdToInputInfo: new Map(
      batch.inputs.map(({ streamId, text, records }) => [
        streamId,
        { inputStreamId: streamId, numRecords: records ?? 0, metadataDescription: text },
      ]),
    ),
    outputOperationInfos: new Map(
      batch.reports.map((report) => [report.output.id, outputInfo(batch, report)]),
    ),
  };
}

function outputInfo(batch: Batch, report: OutputReport): OutputOperationInfo {
  return {
    batchTime: new Date(batch.timeMs),
    id: report.output.id,
    name: report.output.spec.operation,
    description: report.output.description,
    startTime: report.startedMs,
    endTime: report.endedMs,
    duration: difference(report.endedMs, report.startedMs),
    failureReason: report.failure?.message ?? null,
  };
}
