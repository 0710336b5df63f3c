// The jobs the shell knows of, learnt from events: for `.jobs`, and to know which ones Ctrl-C is for.
import type { TsparkEvent } from '../events.js';

/** What started a job: a cell in the background, which may be brought to the foreground. */
export interface JobOwner {
  readonly number: number | null;
  readonly isForeground: boolean;
}

export interface JobRow {
  readonly id: number;
  readonly action: string;
  readonly description: string | null;
  /** Null for a job that was started at the prompt or by a script. */
  readonly batchTimeMs: number | null;
  readonly startedMs: number;
  /** The first line of the cell that started it, null where none did. */
  readonly cell: string | null;
  /** Why it failed. */
  error: string | null;
  /** Null for what the prompt itself started, and for batches. */
  readonly owner: JobOwner | null;
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
  readonly #owner: () => JobOwner | null;
  #cell: string | null = null;

  /** `owner` tells which background cell the code belongs to that starts a job now. */
  constructor(owner: () => JobOwner | null = () => null) {
    this.#owner = owner;
  }

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

  runningOf(owner: JobOwner): readonly JobRow[] {
    return this.rows.filter((row) => row.owner === owner && row.state === 'running');
  }

  firstOf(owner: JobOwner): JobRow | null {
    return this.rows.find((row) => row.owner === owner) ?? null;
  }

  /** Jobs that start from now on belong to a cell. */
  beginCell(text: string): void {
    this.#cell = text.trim().split('\n')[0]!;
  }

  /** What still runs goes on in the background. */
  endCell(): void {
    this.#cell = null;
    for (const row of this.#rows.values()) row.isForeground = false;
  }

  readonly onEvent = (event: TsparkEvent): void => {
    switch (event.kind) {
      case 'job-start': {
        const owner = event.batchTimeMs === null ? this.#owner() : null;
        this.#add({
          id: event.jobId,
          action: event.action,
          description: event.description,
          batchTimeMs: event.batchTimeMs,
          startedMs: event.timeMs,
          owner,
          cell: event.batchTimeMs === null && owner === null ? this.#cell : null,
          error: null,
          isForeground: this.#cell !== null && event.batchTimeMs === null && owner === null,
          state: 'running',
          tasksDone: 0,
          taskCount: 0,
          durationMs: null,
        });
        return;
      }
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
          row.error = event.error?.message.split('\n')[0] ?? null;
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
