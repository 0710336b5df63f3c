// What jobs and stages are doing, learnt from events alone. Driver only.
import type { EventBus, TsparkEvent } from '../events.js';

/** Older jobs and stages are forgotten. */
const MAX_KEPT = 1000;

/** **Source** `pyspark.SparkJobInfo` 4.3. */
export interface SparkJobInfo {
  readonly jobId: number;
  /** All stages the job needs, those it could skip included. */
  readonly stageIds: readonly number[];
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
}

/** **Source** `pyspark.SparkStageInfo` 4.3. */
export interface SparkStageInfo {
  readonly stageId: number;
  readonly currentAttemptId: number;
  readonly name: string;
  readonly numTasks: number;
  readonly numActiveTasks: number;
  readonly numCompletedTasks: number;
  readonly numFailedTasks: number;
}

interface JobRecord {
  readonly group: string | null;
  stageIds: readonly number[];
  status: SparkJobInfo['status'];
}

interface StageRecord {
  readonly name: string;
  readonly numTasks: number;
  isActive: boolean;
  active: number;
  completed: number;
  failed: number;
}

/**
 * Low-level progress of jobs and stages. Made by `sc.statusTracker()`.
 *
 * **Source** `pyspark.StatusTracker` 4.3.
 */
export class StatusTracker {
  readonly #jobs = new Map<number, JobRecord>();
  readonly #stages = new Map<number, StageRecord>();

  constructor(events: EventBus) {
    events.listen((event) => this.#note(event));
  }

  /** Ids of the known jobs of a group; null for those without a group. **Source** `StatusTracker.getJobIdsForGroup`. */
  getJobIdsForGroup(jobGroup: string | null = null): number[] {
    return [...this.#jobs].filter(([, job]) => job.group === jobGroup).map(([id]) => id);
  }

  /** Ids of the jobs that run. **Source** `StatusTracker.getActiveJobsIds`. */
  getActiveJobsIds(): number[] {
    return [...this.#jobs].filter(([, job]) => job.status === 'RUNNING').map(([id]) => id);
  }

  /** Ids of the stages that run. **Source** `StatusTracker.getActiveStageIds`. */
  getActiveStageIds(): number[] {
    return [...this.#stages].filter(([, stage]) => stage.isActive).map(([id]) => id);
  }

  /** What is known of a job, or null. **Source** `StatusTracker.getJobInfo`. */
  getJobInfo(jobId: number): SparkJobInfo | null {
    const job = this.#jobs.get(jobId);
    return job === undefined ? null : { jobId, stageIds: [...job.stageIds], status: job.status };
  }

  /** What is known of a stage, or null. **Source** `StatusTracker.getStageInfo`. */
  getStageInfo(stageId: number): SparkStageInfo | null {
    const stage = this.#stages.get(stageId);
    if (stage === undefined) return null;
    const { name, numTasks, active, completed, failed } = stage;
    return {
      stageId,
      currentAttemptId: 0,
      name,
      numTasks,
      numActiveTasks: active,
      numCompletedTasks: completed,
      numFailedTasks: failed,
    };
  }

  #note(event: TsparkEvent): void {
    switch (event.kind) {
      case 'job-start':
        keep(this.#jobs, event.jobId, { group: event.group, stageIds: [], status: 'RUNNING' });
        return;
      case 'job-stages':
        this.#noteStages(event.jobId, event.stageIds);
        return;
      case 'job-end':
        this.#noteEnd(event.jobId, event.outcome === 'succeeded');
        return;
      case 'stage-start':
        keep(this.#stages, event.stageId, {
          name: event.name,
          numTasks: event.taskCount,
          isActive: true,
          active: 0,
          completed: 0,
          failed: 0,
        });
        return;
      case 'task-start':
      case 'task-end':
      case 'stage-end':
        this.#noteTask(event);
    }
  }

  #noteStages(jobId: number, stageIds: readonly number[]): void {
    const job = this.#jobs.get(jobId);
    if (job !== undefined) job.stageIds = [...stageIds].sort((a, b) => a - b);
  }

  #noteEnd(jobId: number, hasSucceeded: boolean): void {
    const job = this.#jobs.get(jobId);
    if (job !== undefined) job.status = hasSucceeded ? 'SUCCEEDED' : 'FAILED';
  }

  #noteTask(event: Extract<TsparkEvent, { kind: 'task-start' | 'task-end' | 'stage-end' }>): void {
    const stage = this.#stages.get(event.stageId);
    if (stage === undefined) return;
    if (event.kind === 'stage-end') {
      stage.isActive = false;
    } else if (event.kind === 'task-start') {
      stage.active++;
    } else {
      stage.active--;
      if (event.outcome === 'succeeded') stage.completed++;
      else stage.failed++;
    }
  }
}

function keep<T>(map: Map<number, T>, id: number, record: T): void {
  map.set(id, record);
  if (map.size > MAX_KEPT) map.delete(map.keys().next().value!);
}
