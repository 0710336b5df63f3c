// A line that shows how far long jobs are, at a terminal only and without a trace afterwards.
// Learns everything from the engine's events.
import type { EventOf, TsparkEvent } from '../events.js';
import { JobProgress } from './job-progress.js';

export interface ProgressOptions {
  /** Shows the line, or takes it away. */
  show(line: string | null): void;
  nowMs?(): number;
}

/** Jobs shorter than this are never shown. */
const DELAY_MS = 500;
const REFRESH_MS = 100;
/** Jobs that are named on the line beside the first. */
const MAX_OTHERS = 3;

export class Progress {
  /** Whether the line is shown at all. */
  isOn = true;
  readonly #options: ProgressOptions;
  readonly #jobs = new Map<number, JobProgress>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  readonly onEvent = (event: TsparkEvent): void => {
    switch (event.kind) {
      case 'job-start':
        this.#start(event);
        return;
      case 'job-end':
        this.#jobs.delete(event.jobId);
        if (this.#jobs.size === 0) this.stop();
        return;
      case 'stage-start':
        this.#jobs.get(event.jobId)?.stageStarted(event, this.#nowMs());
        return;
      case 'stage-end':
        this.#jobs.get(event.jobId)?.stageEnded(event);
        return;
      case 'task-end':
        this.#jobs.get(event.jobId)?.taskEnded(event);
        return;
      default:
    }
  };

  /** Takes the line away. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#options.show(null);
  }

  /** The line at this moment, or null where no job has run long enough. */
  line(): string | null {
    if (!this.isOn) return null;
    const nowMs = this.#nowMs();
    const long = [...this.#jobs.values()].filter((job) => nowMs - job.startedMs >= DELAY_MS);
    // The last one that was started is the one that is waited for, if any is.
    const [first, ...others] = long.reverse();
    if (first === undefined) return null;
    const named = others.slice(0, MAX_OTHERS).map((job) => job.short());
    const left = others.length - named.length;
    return [...named, ...(left > 0 ? [`${left} more`] : []), first.line(nowMs)].join(' │ ');
  }

  #start(event: EventOf<'job-start'>): void {
    // A batch's jobs are not waited for at the prompt.
    if (event.batchTimeMs !== null) return;
    this.#jobs.set(event.jobId, new JobProgress(event, this.#nowMs()));
    this.#timer ??= setInterval(() => this.#options.show(this.line()), REFRESH_MS).unref();
  }

  #nowMs(): number {
    return this.#options.nowMs?.() ?? performance.now();
  }
}
