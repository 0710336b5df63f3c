// What a running task can ask about itself, and where it finds the files added for it. Runs in workers and at the
// driver; imports nothing of the engine. The worker calls setCurrentTaskContext around each task; at the driver
// there is no current task.
import { join } from 'node:path';
import { registerOwnValue } from './closure/own-values.js';
import { UsageError } from './errors.js';

/** What the worker knows about the task it runs, as plain data. */
export interface TaskContextData {
  readonly stageId: number;
  readonly partitionId: number;
  /** 0 for the first attempt. */
  readonly attemptNumber: number;
  /** Unique among all attempts of all tasks of the application. */
  readonly taskAttemptId: number;
  readonly localProperties: Readonly<Record<string, string>>;
}

let current: TaskContext | null = null;

/**
 * Information about the task that calls it.
 *
 * **Source** `pyspark.TaskContext` 4.3; resources are always empty.
 */
export class TaskContext {
  readonly #data: TaskContextData;

  constructor(data: TaskContextData) {
    this.#data = data;
  }

  /** The context of the task that runs, or null at the driver. **Source** `TaskContext.get`. */
  static get(): TaskContext | null {
    return current;
  }

  /** The id of the stage that the task belongs to. **Source** `TaskContext.stageId`. */
  stageId(): number {
    return this.#data.stageId;
  }

  /** The partition that the task computes, from 0. **Source** `TaskContext.partitionId`. */
  partitionId(): number {
    return this.#data.partitionId;
  }

  /** How often the task was tried before: 0 for the first attempt. **Source** `TaskContext.attemptNumber`. */
  attemptNumber(): number {
    return this.#data.attemptNumber;
  }

  /** A number that no other attempt of the application has. **Source** `TaskContext.taskAttemptId`. */
  taskAttemptId(): number {
    return this.#data.taskAttemptId;
  }

  /** A local property that was set with `sc.setLocalProperty` when the job began, or null. **Source** `TaskContext.getLocalProperty`. */
  getLocalProperty(key: string): string | null {
    return this.#data.localProperties[key] ?? null;
  }

  /** CPUs of the task: always 1. **Source** `TaskContext.cpus`. */
  cpus(): number {
    return 1;
  }

  /** Resources of the task: always empty. **Source** `TaskContext.resources`. */
  resources(): Map<string, unknown> {
    return new Map();
  }
}

/** For the worker: names the task that runs from now on, or none. */
export function setCurrentTaskContext(context: TaskContext | null): void {
  current = context;
}

/** How the tasks of a barrier stage meet; given by the worker. */
export interface BarrierMeeting {
  /** Number of tasks of the stage. */
  readonly tasks: number;
  /** Waits until all tasks have come; gives what each said, by partition. */
  wait(says: string): Promise<readonly string[]>;
}

/** Where a task of a barrier stage runs. */
export interface BarrierTaskInfo {
  readonly address: string;
}

/**
 * A task context whose tasks start together and may wait for each other.
 *
 * **Source** `pyspark.BarrierTaskContext` 4.3; waiting is asynchronous, so a function that waits is an async generator.
 */
export class BarrierTaskContext extends TaskContext {
  readonly #meeting: BarrierMeeting;

  constructor(data: TaskContextData, meeting: BarrierMeeting) {
    super(data);
    this.#meeting = meeting;
  }

  /** The context of the running barrier task. **Throws** UsageError RDD-107 elsewhere. **Source** `BarrierTaskContext.get`. */
  static override get(): BarrierTaskContext {
    if (current instanceof BarrierTaskContext) return current;
    throw new UsageError(
      'RDD-107',
      'BarrierTaskContext.get() was called outside of a barrier stage. Use rdd.barrier().mapPartitions(…).',
    );
  }

  /** Waits until all tasks of the stage have come here. **Source** `BarrierTaskContext.barrier`. */
  async barrier(): Promise<void> {
    await this.#meeting.wait('');
  }

  /** Waits for all tasks and gives what each said, in the order of their partitions. **Source** `BarrierTaskContext.allGather`. */
  async allGather(message = ''): Promise<string[]> {
    return [...(await this.#meeting.wait(message))];
  }

  /** One entry for each task of the stage; all run in this process. **Source** `BarrierTaskContext.getTaskInfos`. */
  getTaskInfos(): BarrierTaskInfo[] {
    return Array.from({ length: this.#meeting.tasks }, () => ({ address: 'localhost' }));
  }
}

/** Local property that tells tasks where the added files are. */
export const FILES_ROOT_PROPERTY = 'tspark.files.root';

let driverFilesRoot: (() => string) | null = null;

/** For the context: how the driver finds (and makes) the folder of added files; null when it stops. */
export function setDriverFilesRoot(root: (() => string) | null): void {
  driverFilesRoot = root;
}

/**
 * Resolves the paths of files added with `sc.addFile`, at the driver and in tasks.
 *
 * **Source** `pyspark.SparkFiles` 4.3.
 */
export class SparkFiles {
  /** The absolute path of an added file. **Source** `SparkFiles.get`. */
  static get(filename: string): string {
    return join(SparkFiles.getRootDirectory(), filename);
  }

  /** The folder that holds the added files. **Throws** UsageError CONTEXT-104 without an active context. **Source** `SparkFiles.getRootDirectory`. */
  static getRootDirectory(): string {
    const root = TaskContext.get()?.getLocalProperty(FILES_ROOT_PROPERTY) ?? driverFilesRoot?.();
    if (root === undefined) {
      throw new UsageError(
        'CONTEXT-104',
        'SparkFiles has no folder here: no SparkContext is active, or no file was added before the job. Call sc.addFile(path) first.',
      );
    }
    return root;
  }
}

registerOwnValue('TaskContext', TaskContext);
registerOwnValue('BarrierTaskContext', BarrierTaskContext);
registerOwnValue('SparkFiles', SparkFiles);
