// A line that shows how far long jobs are, at a terminal only and without a trace afterwards.
// Learns everything from the engine's events.
import type { EventOf, TsparkEvent } from '../events.js';

export interface ProgressOptions {
  /** Shows the line, or takes it away. */
  show(line: string | null): void;
  nowMs?(): number;
}

/** Jobs shorter than this are never shown. */
const DELAY_MS = 500;
const REFRESH_MS = 100;

interface JobProgress {
  readonly action: string;
  readonly startedMs: number;
  stageName: string;
  stageCount: number;
  stagesDone: number;
  taskCount: number;
  tasksDone: number;
  /** Tasks of stages that began, where the job did not say how many it has in all. */
  knownTasks: number;
}

export class Progress {
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
      case 'job-stages':
        this.#update(event.jobId, (job) => {
          job.stageCount = event.stageIds.length;
          job.taskCount = event.taskCount;
        });
        return;
      case 'stage-start':
        this.#update(event.jobId, (job) => {
          job.stageName = event.name;
          job.knownTasks += event.taskCount;
        });
        return;
      case 'stage-end':
        this.#update(event.jobId, (job) => job.stagesDone++);
        return;
      case 'task-end':
        this.#update(event.jobId, (job) => {
          if (event.outcome === 'succeeded') job.tasksDone++;
        });
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
    const nowMs = this.#nowMs();
    const long = [...this.#jobs].filter(([, job]) => nowMs - job.startedMs >= DELAY_MS);
    const [first] = long;
    if (first === undefined) return null;
    const [jobId, job] = first;
    const total = Math.max(job.taskCount, job.knownTasks);
    const parts = [`${job.action}, job ${jobId}`];
    if (job.stageCount > 1)
      parts.push(`stage ${Math.min(job.stagesDone + 1, job.stageCount)} of ${job.stageCount}`);
    if (job.stageName !== '' && job.stageName !== job.action) parts.push(job.stageName);
    parts.push(`${bar(job.tasksDone, total)} ${job.tasksDone}/${total} tasks`);
    if (this.#jobs.size > 1) parts.push(`${this.#jobs.size} jobs running`);
    parts.push(`${Math.floor((nowMs - job.startedMs) / 1000)} s`);
    return parts.join(' · ');
  }

  #start(event: EventOf<'job-start'>): void {
    // A batch's jobs are not waited for at the prompt.
    if (event.batchTimeMs !== null) return;
    this.#jobs.set(event.jobId, {
      action: event.action,
      startedMs: this.#nowMs(),
      stageName: '',
      stageCount: 0,
      stagesDone: 0,
      taskCount: 0,
      tasksDone: 0,
      knownTasks: 0,
    });
    this.#timer ??= setInterval(() => this.#options.show(this.line()), REFRESH_MS).unref();
  }

  #update(jobId: number, change: (job: JobProgress) => void): void {
    const job = this.#jobs.get(jobId);
    if (job !== undefined) change(job);
  }

  #nowMs(): number {
    return this.#options.nowMs?.() ?? performance.now();
  }
}

const BAR_WIDTH = 20;

function bar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.floor((done / total) * BAR_WIDTH);
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}
