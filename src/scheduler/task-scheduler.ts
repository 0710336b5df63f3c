// Hands tasks to workers: fair between stages, retried when a worker dies, cancelled on request.
// Driver only. Knows tasks and workers, not jobs or lineage.
import {
  CancelledError,
  type ErrorData,
  fromErrorData,
  InternalError,
  LostDataError,
  UsageError,
} from '../errors.js';
import type { EventBus } from '../events.js';
import type { TaskOutput } from '../plan/stage.js';
import type { Link } from '../workers/link.js';
import { type PoolWorker, WorkerPool } from '../workers/pool.js';
import type { FailureKind, FromWorker, WorkerLimits } from '../workers/protocol.js';
import type { WorkerDeath } from '../workers/supervisor-protocol.js';
import { outOfMemory } from './out-of-memory.js';
import { TaskPacks } from './task-packs.js';
import {
  BlockLostSignal,
  isUntouched,
  type LiveSet,
  type LiveTask,
  liveSet,
  type PackPart,
  type RunningTasks,
  take,
  type TaskSet,
} from './task-set.js';

/** How long a cancelled task may go on before its worker is terminated. */
const CANCEL_GRACE_MS = 1000;
/** Workers that are started before a task wants them. */
const MOST_AHEAD = 4;

export interface TaskSchedulerOptions {
  readonly threads: number;
  readonly maxFailures: number;
  readonly limits: WorkerLimits;
  /** Told of a task whose files nobody takes over. */
  readonly onWasted: (taskId: number) => void;
  /** What user functions may hold, all workers together. */
  readonly heapBytes: number;
  readonly blockBytes: number;
  readonly events: EventBus;
  /** What stands between the driver and its workers, if anything. */
  readonly link: Link | null;
}

export class TaskScheduler {
  readonly #pool: WorkerPool;
  readonly #events: EventBus;
  readonly #maxFailures: number;
  readonly #heapBytes: number;
  readonly #onWasted: (taskId: number) => void;
  readonly #packs = new TaskPacks();
  readonly #sets: LiveSet[] = [];
  readonly #tasks = new Map<number, LiveTask>();
  /** Tasks that held too much memory together with others: each is tried again with no other beside it. */
  readonly #alone: { readonly live: LiveSet; readonly partition: number }[] = [];
  #nextTaskId = 1;

  #isStopped = false;

  constructor(options: TaskSchedulerOptions) {
    this.#events = options.events;
    this.#maxFailures = options.maxFailures;
    this.#heapBytes = options.heapBytes;
    this.#onWasted = options.onWasted;
    this.#pool = new WorkerPool({
      size: options.threads,
      limits: options.limits,
      heapBytes: options.heapBytes,
      blockBytes: options.blockBytes,
      link: options.link,
      listener: {
        onMessage: (worker, message) => this.#onMessage(worker, message),
        onExit: (worker, death) => this.#onExit(worker, death),
      },
    });
  }

  get workers(): Iterable<PoolWorker> {
    return this.#pool.workers;
  }

  get running(): number {
    return this.#tasks.size;
  }

  /** Starts the workers of the first job before it comes: a few, as each takes processor time and memory. */
  startAhead(): void {
    this.#pool.startAhead(MOST_AHEAD);
  }

  /** Runs every task of the set; rejects with the first failure, after which no task of it is started. */
  run(set: TaskSet): RunningTasks {
    const live = liveSet(set);
    if (set.stage.barrierTasks > this.#pool.size) {
      live.settle(tooManyBarrierTasks(set.stage.barrierTasks, this.#pool.size));
      return { done: live.done, cancel: () => {} };
    }
    this.#sets.push(live);
    if (live.left === 0) this.#end(live, null);
    else this.#dispatch();
    return this.#running(live);
  }

  /**
   * Runs a set and, behind it, one whose tasks read the shuffle that all of its tasks write: a worker is sent both at once.
   * Should a task of the first have to be tried again, the second waits until the first is done. It fails where the first does.
   */
  runInTurn(first: TaskSet, second: TaskSet): readonly [RunningTasks, RunningTasks] {
    const live = liveSet(first);
    const follower = liveSet(second);
    live.follower = follower;
    follower.isFollowing = true;
    this.#sets.push(live, follower);
    this.#dispatch();
    return [this.#running(live), this.#running(follower)];
  }

  /** Whether all tasks of these sets may go to a worker together, by what their like have taken. */
  fit(sets: readonly Pick<TaskSet, 'kind' | 'partitions'>[]): boolean {
    const parts = sets.map(({ kind, partitions }) => ({ kind, tasks: partitions.length }));
    return parts.every(mayPack) && this.#packs.fit(parts);
  }

  #running(live: LiveSet): RunningTasks {
    return { done: live.done, cancel: (reason) => this.#cancel(live, reason) };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const live of [...this.#sets])
      this.#end(live, new CancelledError('JOB-102', 'the context was stopped'));
    await this.#pool.stop();
  }

  #dispatch(): void {
    if (this.#dispatchAlone()) return;
    for (;;) {
      const live = this.#next();
      if (live === null) return;
      const worker = this.#pool.acquire(live.waiting.at(-1)!);
      if (worker === null) return;
      this.#start(this.#pack(live), worker);
    }
  }

  /** Whether a task runs alone, or waits to: then nothing else is started. */
  #dispatchAlone(): boolean {
    for (const task of this.#tasks.values()) if (task.isAlone) return true;
    while (this.#alone[0]?.live.isOver) this.#alone.shift();
    const [next] = this.#alone;
    if (next === undefined) return false;
    const worker = this.#tasks.size > 0 ? null : this.#pool.acquire(next.partition);
    if (worker === null) return true;
    this.#alone.shift();
    this.#start([{ live: next.live, partitions: [next.partition] }], worker, true);
    return true;
  }

  /** The tasks that are started next, together. What has failed goes by itself. */
  #pack(live: LiveSet): PackPart[] {
    const { set, attempts, follower } = live;
    if (follower !== null && isUntouched(live) && isUntouched(follower))
      return [live, follower].map((each) => ({ live: each, partitions: take(each, each.left) }));
    const size = set.kind === null || attempts.size > 0 ? 1 : this.#packs.size(set.kind);
    return [{ live, partitions: take(live, size) }];
  }

  /** The set with the fewest running tasks, so that a batch is not stuck behind a long job. */
  #next(): LiveSet | null {
    let best: LiveSet | null = null;
    for (const live of this.#sets) {
      if (live.isFollowing) continue;
      // The tasks of a barrier stage start together or not at all.
      if (live.set.stage.barrierTasks > 0 && live.waiting.length > this.#pool.free) continue;
      if (live.waiting.length > 0 && (best === null || live.running < best.running)) best = live;
    }
    return best;
  }

  #start(pack: readonly PackPart[], worker: PoolWorker, isAlone = false): void {
    const tasks: LiveTask[] = [];
    try {
      for (const { live, partitions } of pack) {
        for (const partition of partitions) {
          const { inputs, release } = live.set.inputsOf(partition);
          const taskId = this.#nextTaskId++;
          const attempt = live.attempts.get(partition) ?? 0;
          const startedMs = performance.now();
          const place = { taskId, live, partition, attempt, worker };
          tasks.push({ ...place, startedMs, isAlone, inputs, release });
        }
      }
      this.#send(pack, tasks, worker);
    } catch (error) {
      for (const { release } of tasks) release();
      this.#pool.release(worker);
      this.#end(pack[0]!.live, error);
      return;
    }
    for (const task of tasks) this.#book(task);
  }

  /** Sends the tasks of a pack; a part after the first reads what the part before it writes. */
  #send(pack: readonly PackPart[], tasks: readonly LiveTask[], worker: PoolWorker): void {
    let writers: number[] | undefined;
    for (const { live } of pack) {
      const { set } = live;
      set.prepare(worker, writers);
      writers = [];
      for (const each of tasks) {
        if (each.live !== live) continue;
        const { taskId, partition, attempt, inputs, isAlone } = each;
        const task = { taskId, stageId: set.stage.id, partition, attempt, inputs };
        worker.send({ type: 'task', task, isFollowed: each !== tasks.at(-1), isAlone });
        writers.push(taskId);
      }
    }
  }

  #book(task: LiveTask): void {
    const { taskId, live, partition, attempt, worker } = task;
    const { jobId, stage } = live.set;
    worker.taskIds.add(taskId);
    live.running++;
    this.#tasks.set(taskId, task);
    const { id: stageId } = stage;
    this.#events.emit({
      kind: 'task-start',
      jobId,
      stageId,
      partition,
      attempt,
      workerId: worker.id,
    });
  }

  #onMessage(worker: PoolWorker, message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        worker.isReady = true;
        this.#events.emit({ kind: 'worker-start', workerId: worker.id });
        return;
      case 'console': {
        const { level, stageId, partition, text } = message;
        this.#events.emit({ kind: 'console', level, stageId, partition, text });
        return;
      }
      case 'barrier':
        this.#onBarrier(message.taskId, message.says);
        return;
      case 'done':
        this.#onDone(message.taskId, message.output, message.tookMs);
        return;
      case 'failed':
        this.#onFailed(message.taskId, message.error, message);
        return;
    }
  }

  #onBarrier(taskId: number, says: string): void {
    const task = this.#tasks.get(taskId);
    if (task === undefined || task.live.isOver) return;
    const { live } = task;
    live.atBarrier.set(task, says);
    if (live.atBarrier.size < live.set.stage.barrierTasks) return;
    const waiting = [...live.atBarrier].sort(([a], [b]) => a.partition - b.partition);
    const said = waiting.map(([, text]) => text);
    live.atBarrier.clear();
    for (const [each] of waiting)
      each.worker.send({ type: 'barrier-met', taskId: each.taskId, said });
  }

  #onDone(taskId: number, output: TaskOutput, tookMs: number): void {
    const task = this.#finish(taskId, 'succeeded', output);
    if (task === null) return;
    const { live } = task;
    if (live.set.kind !== null) this.#packs.note(live.set.kind, tookMs);
    if (!live.isOver) {
      try {
        live.set.onDone(task.partition, output, task.worker);
        if (--live.left === 0) this.#end(live, null);
      } catch (error) {
        // What it made could not be kept (a full disk): as if it had not run.
        if (error instanceof LostDataError) this.#retry(task, error);
        else this.#end(live, error);
      }
    }
    this.#pool.release(task.worker);
    this.#dispatch();
  }

  #onFailed(
    taskId: number,
    data: ErrorData,
    { kind, isSpoilt = false }: { kind: FailureKind; isSpoilt?: boolean },
  ): void {
    const task = this.#finish(taskId, kind === 'cancelled' ? 'cancelled' : 'failed', null);
    if (task === null) return;
    const error = fromErrorData(data);
    if (!task.live.isOver)
      this.#end(task.live, kind === 'lost-block' ? new BlockLostSignal(error) : error);
    // The next task would wait behind what a spoilt worker still does.
    if (isSpoilt) void task.worker.terminate('its task failed outside of any record');
    else this.#pool.release(task.worker);
    this.#dispatch();
  }

  #onExit(worker: PoolWorker, death: WorkerDeath): void {
    const { reason } = death;
    // A worker that was told to end is not lost.
    if (!this.#isStopped) this.#events.emit({ kind: 'worker-lost', workerId: worker.id, reason });
    const lost = [...worker.taskIds].map((taskId) => this.#finish(taskId, 'lost', null));
    const [first, ...behind] = lost.filter(
      (task) => task !== null && !task.live.isOver,
    ) as LiveTask[];
    // They may not have begun, so it is no attempt of theirs; as the first is tried again, each goes by itself from now on.
    for (const { live, partition } of behind) live.waiting.push(partition);
    if (first !== undefined) {
      if (death.kind === 'memory') this.#retryAlone(first, death);
      else this.#retry(first, lostTask(first, worker, reason));
    }
    this.#dispatch();
  }

  /** Which of the tasks held too much shows when each runs with no other beside it. */
  #retryAlone(task: LiveTask, death: Extract<WorkerDeath, { kind: 'memory' }>): void {
    const { live, partition, attempt, isAlone } = task;
    const { stage, calls } = live.set;
    if (isAlone || stage.barrierTasks > 0) {
      const { heldBytes, leftBytes } = death;
      const figures = { heldBytes, leftBytes, limitBytes: this.#heapBytes };
      this.#end(live, outOfMemory(figures, { calls, partition }));
      return;
    }
    live.attempts.set(partition, attempt + 1);
    this.#alone.push({ live, partition });
  }

  /** Environment failures are tried again, a limited number of times; the last one is the job's. */
  #retry({ live, partition, attempt }: LiveTask, failure: LostDataError | InternalError): void {
    if (live.set.stage.barrierTasks > 0) {
      // The others may wait for it: the stage starts over as a whole.
      this.#end(live, new BlockLostSignal(failure));
      return;
    }
    if (attempt + 1 >= this.#maxFailures) {
      this.#end(live, failure);
      return;
    }
    live.attempts.set(partition, attempt + 1);
    live.waiting.push(partition);
  }

  /** Books a task as no longer running; null if it was booked before. */
  #finish(
    taskId: number,
    outcome: 'succeeded' | 'failed' | 'lost' | 'cancelled',
    output: TaskOutput | null,
  ): LiveTask | null {
    const task = this.#tasks.get(taskId);
    if (task === undefined) return null;
    this.#tasks.delete(taskId);
    task.worker.taskIds.delete(taskId);
    task.live.running--;
    task.release();
    if (outcome !== 'succeeded' || task.live.isOver) this.#onWasted(taskId);
    this.#events.emit({
      kind: 'task-end',
      jobId: task.live.set.jobId,
      stageId: task.live.set.stage.id,
      partition: task.partition,
      attempt: task.attempt,
      outcome,
      durationMs: performance.now() - task.startedMs,
      recordsRead: output?.recordsRead ?? 0,
      bytesRead: output?.bytesRead ?? 0,
    });
    return task;
  }

  #end(live: LiveSet, error: unknown): void {
    if (live.isOver) return;
    live.isOver = true;
    live.waiting.length = 0;
    const at = this.#sets.indexOf(live);
    if (at >= 0) this.#sets.splice(at, 1);
    if (error !== null) this.#stopTasks(live, CANCEL_GRACE_MS);
    live.settle(error);
    if (live.follower === null) return;
    live.follower.isFollowing = false;
    if (error !== null) this.#end(live.follower, error);
  }

  #cancel(live: LiveSet, reason: string): void {
    live.cancels++;
    if (live.cancels > 1) this.#stopTasks(live, 0);
    else this.#end(live, new CancelledError('JOB-102', `the job was cancelled: ${reason}`));
  }

  #stopTasks(live: LiveSet, graceMs: number): void {
    for (const task of this.#tasks.values()) {
      if (task.live !== live) continue;
      task.worker.requestCancel(task.taskId);
      const terminate = (): void => {
        if (this.#tasks.has(task.taskId))
          void task.worker.terminate('its task was cancelled and did not stop');
      };
      if (graceMs === 0) terminate();
      else setTimeout(terminate, graceMs).unref();
    }
  }
}

interface PackedTasks {
  readonly kind: string;
  readonly tasks: number;
}

/** Whether there are tasks, and their kind is one that may be packed. */
function mayPack(part: {
  readonly kind: string | null;
  readonly tasks: number;
}): part is PackedTasks {
  return part.kind !== null && part.tasks > 0;
}

/** The error of a job whose task ended with its worker, should it be the last attempt. */
function lostTask({ partition, attempt }: LiveTask, worker: PoolWorker, reason: string) {
  if (!worker.isReady) {
    const advice = reason.includes('EMFILE')
      ? '. The program has no file handle left: close files it opened, or start it with a higher `ulimit -n`.'
      : '';
    return new InternalError('INTERNAL-902', `a worker thread could not start: ${reason}${advice}`);
  }
  const text = `the worker of partition ${partition} died ${attempt + 1} times: ${reason}. What the partition's functions do ends the thread; try it on a smaller input, or with sc.setLogLevel('DEBUG').`;
  return new LostDataError('LOST-501', text, { details: { partition, attempts: attempt + 1 } });
}

function tooManyBarrierTasks(tasks: number, slots: number): UsageError {
  return new UsageError(
    'JOB-103',
    `a barrier stage starts all its tasks together, but it has ${tasks} and the master runs ${slots} at a time. Use coalesce(${slots}) before barrier(), or --master local[${tasks}].`,
  );
}
