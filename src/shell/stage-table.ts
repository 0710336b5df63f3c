// The stages the shell knows of, learnt from events: for `.stages` and `.job`.
import type { TsparkEvent } from '../events.js';

export interface StageRow {
  readonly id: number;
  readonly jobId: number;
  readonly name: string;
  readonly taskCount: number;
  readonly startedMs: number;
  state: 'running' | 'succeeded' | 'failed' | 'cancelled';
  tasksDone: number;
  /** Attempts that failed or were lost. */
  failures: number;
  records: number;
  bytes: number;
  durationMs: number | null;
}

const KEPT = 500;

export class StageTable {
  readonly #rows = new Map<number, StageRow>();

  /** Oldest first. */
  get rows(): readonly StageRow[] {
    return [...this.#rows.values()];
  }

  ofJob(jobId: number): readonly StageRow[] {
    return this.rows.filter((row) => row.jobId === jobId);
  }

  readonly onEvent = (event: TsparkEvent): void => {
    if (event.kind === 'stage-start') {
      const { stageId: id, jobId, name, taskCount, timeMs: startedMs } = event;
      this.#rows.set(id, {
        ...{ id, jobId, name, taskCount, startedMs, state: 'running', durationMs: null },
        ...{ tasksDone: 0, failures: 0, records: 0, bytes: 0 },
      });
      if (this.#rows.size > KEPT) this.#rows.delete(this.#rows.keys().next().value!);
      return;
    }
    if (event.kind !== 'task-end' && event.kind !== 'stage-end') return;
    const row = this.#rows.get(event.stageId);
    if (row === undefined) return;
    if (event.kind === 'stage-end') {
      row.state = event.outcome;
      row.durationMs = event.timeMs - row.startedMs;
    } else if (event.outcome === 'succeeded') {
      row.tasksDone++;
      row.records += event.recordsRead;
      row.bytes += event.bytesRead;
    } else row.failures++;
  };
}
