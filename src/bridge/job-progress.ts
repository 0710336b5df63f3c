// How far a job of Spark is, told as the engine's events: asks Spark's status tracker from time to time. Driver only.
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBus } from '../events.js';
import { JavaObject } from './py4j/gateway.js';
import type { SparkSession } from './session.js';

const FIRST_POLL_MS = 300;
const POLL_MS = 250;

interface KnownStage {
  readonly tasks: number;
  completed: number;
}

export interface ProgressOptions {
  readonly session: SparkSession;
  readonly events: EventBus;
  readonly jobId: number;
  readonly action: string;
  /** The group that holds the job in Spark. */
  readonly group: string;
  /** Tasks of the job's last stage. */
  readonly taskCount: number;
}

export class JobProgress {
  readonly #options: ProgressOptions;
  /** Stages whose tasks have begun. */
  readonly #stages = new Map<number, KnownStage>();
  /** All stages of the job, those too that are skipped. */
  readonly #all = new Set<number>();
  #told = '';
  readonly #end = new AbortController();
  #polling: Promise<void> = Promise.resolve();

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  start(): void {
    this.#polling = this.#poll().catch(() => {});
  }

  /** Tells the end of everything that was begun; Spark is asked once more which stages there were. */
  async end(outcome: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    this.#end.abort();
    await this.#polling;
    if (outcome !== 'cancelled') await this.#look().catch(() => {});
    if (this.#stages.size === 0) this.#begin(this.#options.jobId, this.#options.taskCount);
    for (const [stageId, stage] of this.#stages) {
      if (outcome === 'succeeded') this.#complete(stageId, stage, stage.tasks);
      const { jobId, events } = this.#options;
      events.emit({ kind: 'stage-end', jobId, stageId, outcome, timeMs: Date.now() });
    }
  }

  async #poll(): Promise<void> {
    const { signal } = this.#end;
    for (let waitMs = FIRST_POLL_MS; ; waitMs = POLL_MS) {
      try {
        await sleep(waitMs, undefined, { signal, ref: false });
      } catch {
        return;
      }
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { session, group } = this.#options;
    const tracker = await session.context.object('statusTracker');
    for (const job of await this.#numbers(await tracker.call('getJobIdsForGroup', group))) {
      const info = await tracker.call('getJobInfo', job);
      if (!(info instanceof JavaObject)) continue;
      for (const stageId of await this.#numbers(await info.call('stageIds')))
        this.#all.add(stageId);
    }
    for (const stageId of [...this.#all].sort((a, b) => a - b)) {
      const stage = await tracker.call('getStageInfo', stageId);
      if (stage instanceof JavaObject) await this.#update(stageId, stage);
    }
    this.#tellStages();
  }

  async #update(stageId: number, info: JavaObject): Promise<void> {
    const completed = await info.number('numCompletedTasks');
    const active = await info.number('numActiveTasks');
    // One that is skipped stays so: its tasks never begin.
    if (completed + active === 0 && !this.#stages.has(stageId)) return;
    const stage = this.#stages.get(stageId) ?? this.#begin(stageId, await info.number('numTasks'));
    this.#complete(stageId, stage, completed);
  }

  #begin(stageId: number, tasks: number): KnownStage {
    const stage = { tasks, completed: 0 };
    this.#stages.set(stageId, stage);
    this.#all.add(stageId);
    this.#tellStages();
    const { events, jobId, action } = this.#options;
    const common = { jobId, stageId, taskCount: tasks, timeMs: Date.now() };
    events.emit({ kind: 'stage-start', ...common, name: action });
    return stage;
  }

  #tellStages(): void {
    const stageIds = [...this.#all];
    const skippedStageIds = stageIds.filter((id) => !this.#stages.has(id));
    const text = `${stageIds} ${skippedStageIds}`;
    if (text === this.#told || this.#stages.size === 0) return;
    this.#told = text;
    const tasks = [...this.#stages.values()].reduce((sum, each) => sum + each.tasks, 0);
    const { events, jobId } = this.#options;
    events.emit({ kind: 'job-stages', jobId, stageIds, skippedStageIds, taskCount: tasks });
  }

  #complete(stageId: number, stage: KnownStage, completed: number): void {
    const { events, jobId } = this.#options;
    for (; stage.completed < Math.min(completed, stage.tasks); stage.completed++) {
      events.emit({
        kind: 'task-end',
        jobId,
        stageId,
        partition: stage.completed,
        attempt: 0,
        outcome: 'succeeded',
        durationMs: 0,
        recordsRead: 0,
        bytesRead: 0,
      });
    }
  }

  async #numbers(array: unknown): Promise<number[]> {
    if (!(array instanceof JavaObject)) return [];
    return this.#options.session.gateway.pooled(async (thread) => {
      const length = Number(await thread.arrayLength(array));
      const items: number[] = [];
      for (let i = 0; i < length; i++) items.push(Number(await thread.arrayItem(array, i)));
      return items;
    });
  }
}
