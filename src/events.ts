// The engine's events, typed and complete: the only thing the shell, the listeners and a UI learn from.
import type { ErrorData } from './errors.js';

export type ConsoleLevel = 'log' | 'info' | 'warn' | 'error' | 'debug';

/** Times are milliseconds since the epoch, durations milliseconds. */
export type TsparkEvent =
  | {
      readonly kind: 'job-start';
      readonly jobId: number;
      readonly action: string;
      readonly description: string | null;
      readonly group: string | null;
      readonly tags: readonly string[];
      readonly batchTimeMs: number | null;
      readonly timeMs: number;
    }
  | {
      readonly kind: 'job-stages';
      readonly jobId: number;
      readonly stageIds: readonly number[];
      readonly skippedStageIds: readonly number[];
      readonly taskCount: number;
    }
  | {
      readonly kind: 'job-end';
      readonly jobId: number;
      readonly outcome: 'succeeded' | 'failed' | 'cancelled';
      readonly error: ErrorData | null;
      readonly durationMs: number;
      readonly timeMs: number;
    }
  | {
      readonly kind: 'stage-start';
      readonly jobId: number;
      readonly stageId: number;
      readonly name: string;
      readonly taskCount: number;
      readonly timeMs: number;
    }
  | {
      readonly kind: 'stage-end';
      readonly jobId: number;
      readonly stageId: number;
      readonly outcome: 'succeeded' | 'failed' | 'cancelled';
      readonly timeMs: number;
    }
  | {
      readonly kind: 'task-start';
      readonly jobId: number;
      readonly stageId: number;
      readonly partition: number;
      readonly attempt: number;
      readonly workerId: number;
    }
  | {
      readonly kind: 'task-end';
      readonly jobId: number;
      readonly stageId: number;
      readonly partition: number;
      readonly attempt: number;
      readonly outcome: 'succeeded' | 'failed' | 'lost' | 'cancelled';
      readonly durationMs: number;
      /** Records read from the stage's source, bytes read from files; 0 where not known. */
      readonly recordsRead: number;
      readonly bytesRead: number;
    }
  | { readonly kind: 'worker-start'; readonly workerId: number }
  | { readonly kind: 'worker-lost'; readonly workerId: number; readonly reason: string }
  /** `tspark.chaos` broke something on purpose. */
  | { readonly kind: 'fault-injected'; readonly fault: string }
  | {
      readonly kind: 'console';
      readonly level: ConsoleLevel;
      readonly stageId: number;
      readonly partition: number;
      readonly text: string;
    }
  /** Something the user should know once, in one sentence. */
  | {
      readonly kind: 'notice';
      readonly text: string;
      /** Told as often as it happens. */
      readonly isNews?: true;
    }
  | {
      readonly kind: 'batch-submitted' | 'batch-started' | 'batch-completed';
      readonly batchTimeMs: number;
      readonly inputRecords: number;
      readonly schedulingDelayMs: number | null;
      readonly processingTimeMs: number | null;
      readonly failure: ErrorData | null;
    }
  | {
      readonly kind: 'output-started' | 'output-completed';
      readonly batchTimeMs: number;
      readonly outputId: number;
      readonly description: string;
      readonly durationMs: number | null;
      readonly failure: ErrorData | null;
    }
  /** An output was closed; it shows nothing any more. */
  | { readonly kind: 'output-closed'; readonly outputId: number }
  | {
      readonly kind: 'receiver-started' | 'receiver-error' | 'receiver-stopped';
      readonly streamId: number;
      readonly name: string;
      readonly message: string | null;
    }
  /** The SparkContext is being stopped: what runs on it comes to its end. */
  | { readonly kind: 'context-stopping' }
  | { readonly kind: 'streaming-started' | 'streaming-stopped'; readonly timeMs: number };

export type EventOf<K extends TsparkEvent['kind']> = Extract<TsparkEvent, { kind: K }>;

/** Delivers events to listeners in the order they were added; a listener that throws harms no one else. */
export class EventBus {
  readonly #listeners = new Set<(event: TsparkEvent) => void>();

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Adds a listener; the function returned removes it. */
  listen(listener: (event: TsparkEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: TsparkEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}
