// How far one job is, learnt from events: the tasks of the stages that run, what they have read, how long it may take.
import type { EventOf } from '../events.js';
import { bytesText, shortCount } from './print/bytes-text.js';

interface StageProgress {
  readonly name: string;
  readonly startedMs: number;
  readonly total: number;
  done: number;
}

export class JobProgress {
  readonly #action: string;
  readonly #jobId: number;
  readonly startedMs: number;
  /** The stages that run, by id. */
  readonly #running = new Map<number, StageProgress>();
  #stageCount = 0;
  #records = 0;
  #bytes = 0;

  constructor({ action, jobId }: EventOf<'job-start'>, nowMs: number) {
    this.#action = action;
    this.#jobId = jobId;
    this.startedMs = nowMs;
  }

  stageStarted({ stageId, name, taskCount }: EventOf<'stage-start'>, nowMs: number): void {
    this.#stageCount++;
    this.#running.set(stageId, { name, startedMs: nowMs, total: taskCount, done: 0 });
  }

  stageEnded({ stageId }: EventOf<'stage-end'>): void {
    this.#running.delete(stageId);
  }

  taskEnded({ stageId, outcome, recordsRead, bytesRead }: EventOf<'task-end'>): void {
    const stage = this.#running.get(stageId);
    if (stage === undefined || outcome !== 'succeeded') return;
    stage.done++;
    this.#records += recordsRead;
    this.#bytes += bytesRead;
  }

  /** All there is to say, what matters most first: a narrow terminal cuts the end. */
  line(nowMs: number): string {
    const { done, total } = this.#tasks();
    const parts = [
      `${this.#action}, job ${this.#jobId}`,
      `${bar(done, total)} ${done}/${total} tasks`,
    ];
    const leftMs = this.#leftMs(nowMs);
    if (leftMs !== null) parts.push(`~${Math.ceil(leftMs / 1000)} s left`);
    parts.push(`${Math.floor((nowMs - this.startedMs) / 1000)} s`);
    if (this.#records > 0) parts.push(`${shortCount(this.#records)} records`);
    if (this.#bytes > 0) parts.push(bytesText(this.#bytes));
    const names = [...this.#running.values()].map(({ name }) => name);
    const name = names.filter((each) => each !== this.#action).join(', ');
    if (this.#stageCount > 1 || name !== '')
      parts.push(`stage ${this.#stageCount}${name === '' ? '' : ` (${name})`}`);
    return parts.join(' · ');
  }

  /** For a job that is not the first on the line. */
  short(): string {
    const { done, total } = this.#tasks();
    return `job ${this.#jobId} ${done}/${total}`;
  }

  #tasks(): { done: number; total: number } {
    let [done, total] = [0, 0];
    for (const stage of this.#running.values()) {
      done += stage.done;
      total += stage.total;
    }
    return { done, total };
  }

  /** What the stages that run may still take, if their other tasks take as long as those that are done. */
  #leftMs(nowMs: number): number | null {
    const { done, total } = this.#tasks();
    if (done === 0 || done === total) return null;
    const sinceMs = Math.min(...[...this.#running.values()].map(({ startedMs }) => startedMs));
    return ((nowMs - sinceMs) / done) * (total - done);
  }
}

const BAR_WIDTH = 20;

function bar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.floor((done / total) * BAR_WIDTH);
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}
