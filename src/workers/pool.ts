// The worker threads: started when first needed, replaced when they die. Runs on the driver's thread.
// Knows threads and messages; what a task means is the scheduler's.
import { Worker } from 'node:worker_threads';
import type { Link } from './link.js';
import { InOrder, type Numbered, Numbering } from './numbered.js';
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.js';

/** V8's own limits abort the whole process in some cases, so they are set far above what a worker may use. */
const MAX_OLD_GENERATION_MB = 16_384;

export interface WorkerListener {
  onMessage(worker: PoolWorker, message: FromWorker): void;
  /** The thread is gone; `reason` is in plain words. */
  onExit(worker: PoolWorker, reason: string): void;
}

/** One worker thread and what it has been told. */
export class PoolWorker {
  readonly id: number;
  readonly knownStages = new Set<number>();
  /** Shuffle id → version of its outputs. */
  readonly knownShuffles = new Map<number, number>();
  readonly knownBroadcasts = new Set<number>();
  readonly knownAccumulators = new Set<number>();
  #forgotten = nothingForgotten();
  #hasForgotten = false;
  /** False until the thread has loaded its code. */
  isReady = false;
  /** The task it runs, if any. */
  taskId: number | null = null;
  readonly #control: Int32Array;
  readonly #thread: Worker;
  readonly #numbering = new Numbering<ToWorker>();
  readonly #link: Link | null;
  #reason: string | null = null;

  constructor(id: number, maxResultBytes: number, listener: WorkerListener, link: Link | null) {
    this.id = id;
    this.#link = link;
    const control = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#control = new Int32Array(control);
    const setup: WorkerSetup = { workerId: id, control, maxResultBytes };
    this.#thread = new Worker(new URL('./entry.js', import.meta.url), {
      workerData: setup,
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_OLD_GENERATION_MB },
    });
    this.#thread.unref();
    const received = new InOrder<FromWorker>((message) => listener.onMessage(this, message));
    const deliver = (numbered: Numbered<FromWorker>): void => received.accept(numbered);
    this.#thread.on(
      'message',
      link === null ? deliver : (numbered) => link.fromWorker(this, numbered, deliver),
    );
    this.#thread.on('error', (error) => {
      this.#reason = describeDeath(error);
    });
    this.#thread.on('exit', (code) =>
      listener.onExit(this, this.#reason ?? `it exited with status ${code}`),
    );
  }

  send(message: ToWorker): void {
    const numbered = this.#numbering.number(message);
    if (this.#link === null) this.#thread.postMessage(numbered);
    else this.#link.toWorker(this, numbered, (passed) => this.#thread.postMessage(passed));
  }

  forgetStage(id: number): void {
    if (this.knownStages.delete(id)) this.#forget('stages', id);
  }

  forgetShuffle(id: number): void {
    if (this.knownShuffles.delete(id)) this.#forget('shuffles', id);
  }

  forgetBroadcast(id: number): void {
    if (this.knownBroadcasts.delete(id)) this.#forget('broadcasts', id);
  }

  /** Gives a buffer back to the worker that allocated it. */
  giveBack(buffer: SharedArrayBuffer): void {
    this.#forgotten.buffers.push(buffer);
    this.#hasForgotten = true;
  }

  /** Sends what is to be forgotten, ahead of the next task. */
  flushForgotten(): void {
    if (!this.#hasForgotten) return;
    this.send({ type: 'forget', ...this.#forgotten });
    // A message on its way keeps its lists.
    this.#forgotten = nothingForgotten();
    this.#hasForgotten = false;
  }

  #forget(kind: 'stages' | 'shuffles' | 'broadcasts', id: number): void {
    this.#forgotten[kind].push(id);
    this.#hasForgotten = true;
  }

  /** A process with a busy worker stays alive; idle ones do not hold it. */
  keepsProcessAlive(isBusy: boolean): void {
    if (isBusy) this.#thread.ref();
    else this.#thread.unref();
  }

  /** Asks the task to stop at the next batch edge. */
  requestCancel(taskId: number): void {
    Atomics.store(this.#control, 0, taskId);
  }

  /** Ends the thread at once, whatever it does. */
  async terminate(reason: string): Promise<void> {
    this.#reason ??= reason;
    await this.#thread.terminate();
  }
}

export class WorkerPool {
  readonly #workers = new Set<PoolWorker>();
  readonly #idle: PoolWorker[] = [];
  readonly #size: number;
  readonly #maxResultBytes: number;
  readonly #listener: WorkerListener;
  readonly #link: Link | null;
  #nextId = 0;
  #isStopped = false;

  constructor(options: {
    size: number;
    maxResultBytes: number;
    listener: WorkerListener;
    link: Link | null;
  }) {
    this.#size = options.size;
    this.#maxResultBytes = options.maxResultBytes;
    this.#listener = options.listener;
    this.#link = options.link;
  }

  get workers(): Iterable<PoolWorker> {
    return this.#workers;
  }

  /** Most workers at a time. */
  get size(): number {
    return this.#size;
  }

  /** How many more tasks could start now. */
  get free(): number {
    return this.#idle.length + this.#size - this.#workers.size;
  }

  /** An idle worker, a new one while there are fewer than allowed, or null. */
  acquire(): PoolWorker | null {
    if (this.#isStopped) return null;
    const worker = this.#idle.pop() ?? (this.#workers.size < this.#size ? this.#start() : null);
    worker?.keepsProcessAlive(true);
    return worker;
  }

  release(worker: PoolWorker): void {
    if (!this.#workers.has(worker)) return;
    worker.taskId = null;
    worker.keepsProcessAlive(false);
    this.#idle.push(worker);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(
      [...this.#workers].map((worker) => worker.terminate('the context was stopped')),
    );
  }

  #start(): PoolWorker {
    const listener: WorkerListener = {
      onMessage: (from, message) => this.#listener.onMessage(from, message),
      onExit: (from, reason) => {
        this.#workers.delete(from);
        const at = this.#idle.indexOf(from);
        if (at >= 0) this.#idle.splice(at, 1);
        this.#listener.onExit(from, reason);
      },
    };
    const worker = new PoolWorker(this.#nextId++, this.#maxResultBytes, listener, this.#link);
    this.#workers.add(worker);
    return worker;
  }
}

function nothingForgotten() {
  return {
    stages: [] as number[],
    shuffles: [] as number[],
    broadcasts: [] as number[],
    buffers: [] as SharedArrayBuffer[],
  };
}

function describeDeath(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it ran out of memory';
  return `an error outside of any record ended it: ${message ?? String(error)}`;
}
