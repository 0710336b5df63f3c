// The jobs the shell knows of, learnt from events: for `.jobs`, and to know which ones Ctrl-C is for.
import type { TsparkEvent } from '../events.js';

export interface JobRow {
  readonly id: number;
  readonly action: string;
  readonly description: string | null;
  /** Null for a job that was started at the prompt or by a script. */
  readonly batchTimeMs: number | null;
  readonly startedMs: number;
  /** True while the cell that started it runs. */
  isForeground: boolean;
  state: 'running' | 'succeeded' | 'failed' | 'cancelled';
  tasksDone: number;
  taskCount: number;
  durationMs: number | null;
}

const KEPT = 200;

export class JobTable {
  readonly #rows = new Map<number, JobRow>();
  #isCellRunning = false;

  /** Every job known, oldest first. */
  get rows(): readonly JobRow[] {
    return [...this.#rows.values()];
  }

  get(id: number): JobRow | null {
    return this.#rows.get(id) ?? null;
  }

  /** Jobs of the running cell that are not done. */
  get foreground(): readonly JobRow[] {
    return this.rows.filter((row) => row.isForeground && row.state === 'running');
  }

  /** Jobs that start from now on belong to a cell. */
  beginCell(): void {
    this.#isCellRunning = true;
  }

  /** What still runs goes on in the background. */
  endCell(): void {
    this.#isCellRunning = false;
    for (const row of this.#rows.values()) row.isForeground = false;
  }

  readonly onEvent = (event: TsparkEvent): void => {
    switch (event.kind) {
      case 'job-start':
        this.#add({
          id: event.jobId,
          action: event.action,
          description: event.description,
          batchTimeMs: event.batchTimeMs,
          startedMs: event.timeMs,
          isForeground: this.#isCellRunning && event.batchTimeMs === null,
          state: 'running',
          tasksDone: 0,
          taskCount: 0,
          durationMs: null,
        });
        return;
      case 'stage-start':
        this.#change(event.jobId, (row) => {
          row.taskCount += event.taskCount;
        });
        return;
      case 'task-end':
        if (event.outcome !== 'succeeded') return;
        this.#change(event.jobId, (row) => {
          row.tasksDone++;
        });
        return;
      case 'job-end':
        this.#change(event.jobId, (row) => {
          row.state = event.outcome;
          row.durationMs = event.durationMs;
        });
        return;
      default:
    }
  };

  #add(row: JobRow): void {
    this.#rows.set(row.id, row);
    if (this.#rows.size <= KEPT) return;
    for (const [id, old] of this.#rows) {
      if (old.state === 'running') continue;
      this.#rows.delete(id);
      return;
    }
  }

  #change(id: number, change: (row: JobRow) => void): void {
    const row = this.#rows.get(id);
    if (row !== undefined) change(row);
  }
}
