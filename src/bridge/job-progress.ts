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
  failed: number;
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
  readonly #stages = new Map<number, KnownStage>();
  readonly #end = new AbortController();
  #polling: Promise<void> = Promise.resolve();

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  start(): void {
    this.#polling = this.#poll().catch(() => {});
  }

  /** Tells the end of everything that was begun; of a job too short to be seen, all of it. */
  async end(outcome: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    this.#end.abort();
    await this.#polling;
    if (this.#stages.size === 0) this.#see(this.#unseenStage(), this.#options.taskCount);
    for (const [stageId, stage] of this.#stages) {
      if (outcome === 'succeeded') this.#complete(stageId, stage, stage.tasks);
      const { jobId, events } = this.#options;
      events.emit({ kind: 'stage-end', jobId, stageId, outcome, timeMs: Date.now() });
    }
  }

  /** Stages of jobs that end before the first look have numbers of their own. */
  #unseenStage(): number {
    return this.#options.jobId;
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
    const jobs = await this.#numbers(await tracker.call('getJobIdsForGroup', group));
    for (const job of jobs) {
      const info = await tracker.call('getJobInfo', job);
      if (!(info instanceof JavaObject)) continue;
      const stageIds = await this.#numbers(await info.call('stageIds'));
      for (const stageId of stageIds.sort((a, b) => a - b)) {
        const stage = await tracker.call('getStageInfo', stageId);
        if (stage instanceof JavaObject) await this.#update(stageId, stage);
      }
    }
  }

  async #update(stageId: number, info: JavaObject): Promise<void> {
    const completed = await info.number('numCompletedTasks');
    const active = await info.number('numActiveTasks');
    if (completed + active === 0 && !this.#stages.has(stageId)) return;
    const stage = this.#stages.get(stageId) ?? this.#see(stageId, await info.number('numTasks'));
    this.#complete(stageId, stage, completed);
  }

  #see(stageId: number, tasks: number): KnownStage {
    const stage = { tasks, completed: 0, failed: 0 };
    this.#stages.set(stageId, stage);
    const { events, jobId, action } = this.#options;
    const all = [...this.#stages.values()];
    events.emit({
      kind: 'job-stages',
      jobId,
      stageIds: [...this.#stages.keys()],
      skippedStageIds: [],
      taskCount: all.reduce((sum, each) => sum + each.tasks, 0),
    });
    const common = { jobId, stageId, taskCount: tasks, timeMs: Date.now() };
    events.emit({ kind: 'stage-start', ...common, name: action });
    return stage;
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
