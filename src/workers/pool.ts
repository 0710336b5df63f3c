// The worker threads: started when first needed, replaced when they die. Runs on the driver's thread.
// Knows threads and messages; what a task means is the scheduler's.
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Link } from './link.js';
import { MemoryLedger } from './memory-ledger.js';
import { type Batch, InOrder, type Numbered, Numbering, unbatched } from './numbered.js';
import type { FromWorker, ToWorker, WorkerLimits, WorkerSetup } from './protocol.js';
import { Supervisor } from './supervisor.js';
import type { WorkerDeath } from './supervisor-protocol.js';

export interface WorkerListener {
  onMessage(worker: PoolWorker, message: FromWorker): void;
  /** The thread is gone; its reason is in plain words. */
  onExit(worker: PoolWorker, death: WorkerDeath): void;
}

/** Given back, so many bytes do not wait for the worker's next task. */
const FLUSHED_BYTES = 8 * 1024 * 1024;

interface PoolWorkerOptions {
  readonly supervisor: Supervisor;
  readonly limits: WorkerLimits;
  readonly link: Link | null;
}

/** One worker thread and what it has been told. */
export class PoolWorker {
  readonly id: number;
  readonly knownStages = new Set<number>();
  /** Models of stages. */
  readonly knownModels = new Set<number>();
  /** Shuffle id → version of its outputs. */
  readonly knownShuffles = new Map<number, number>();
  readonly knownBroadcasts = new Set<number>();
  readonly knownAccumulators = new Set<number>();
  #forgotten = nothingForgotten();
  #hasForgotten = false;
  /** Buffers among what is to be forgotten. */
  #heldBackBytes = 0;
  #isGone = false;
  /** False until the thread has loaded its code. */
  isReady = false;
  /** The task it runs and those that wait behind it, in order. */
  readonly taskIds = new Set<number>();
  readonly #control: Int32Array;
  readonly #port: MessagePort;
  readonly #supervisor: Supervisor;
  readonly #place: number;
  readonly #numbering = new Numbering<ToWorker>();
  readonly #link: Link | null;
  #outgoing: ToWorker[] = [];
  readonly #receive: (batch: Batch<FromWorker>) => void;
  #setGone: () => void = () => {};
  /** Settles when the thread has ended. */
  readonly gone: Promise<void>;

  constructor(
    id: number,
    { supervisor, limits, link }: PoolWorkerOptions,
    onMessage: (worker: PoolWorker, message: FromWorker) => void,
  ) {
    this.id = id;
    const control = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#control = new Int32Array(control);
    const ledger = MemoryLedger.ofProcess();
    this.#place = ledger.takePlace();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#link = link;
    const received = new InOrder<FromWorker>((message) => onMessage(this, message));
    const deliver = (numbered: Numbered<FromWorker>): void => received.accept(numbered);
    this.#receive = (batch) => {
      for (const numbered of unbatched(batch)) {
        if (link === null) deliver(numbered);
        else link.fromWorker(this, numbered, deliver);
      }
    };
    port1.on('message', this.#receive);
    // The supervisor holds the process while tasks run.
    port1.unref();
    this.gone = new Promise((resolve) => {
      this.#setGone = resolve;
    });
    this.#supervisor = supervisor;
    const setup: WorkerSetup = {
      workerId: id,
      control,
      limits,
      ledger: ledger.memory,
      place: this.#place,
    };
    supervisor.startWorker(id, setup, port2);
  }

  /** What a task needs is sent with it: waking the thread costs more than all there is to say. */
  send(message: ToWorker): void {
    if (this.#link !== null) {
      const post = ({ number, message: passed }: Numbered<ToWorker>): void =>
        this.#port.postMessage({ first: number, messages: [passed] });
      this.#link.toWorker(this, this.#numbering.number(message), post);
      return;
    }
    this.#outgoing.push(message);
    const isAwaited =
      message.type === 'task' ? !message.isFollowed : message.type === 'barrier-met';
    if (isAwaited) this.#post();
  }

  #post(): void {
    if (this.#outgoing.length === 0) return;
    this.#port.postMessage(this.#numbering.batch(this.#outgoing));
    this.#outgoing = [];
  }

  forgetStage(id: number): void {
    if (this.knownStages.delete(id)) this.#forget('stages', id);
  }

  forgetModel(model: number): void {
    if (this.knownModels.delete(model)) this.#forget('models', model);
  }

  forgetShuffle(id: number): void {
    if (this.knownShuffles.delete(id)) this.#forget('shuffles', id);
  }

  forgetBroadcast(id: number): void {
    if (this.knownBroadcasts.delete(id)) this.#forget('broadcasts', id);
  }

  /** Gives a buffer back to the worker that allocated it. */
  giveBack(buffer: SharedArrayBuffer): void {
    const ledger = MemoryLedger.ofProcess();
    if (this.#isGone) {
      ledger.addDropped(buffer.byteLength);
      return;
    }
    ledger.addReturning(this.#place, buffer.byteLength);
    this.#forgotten.buffers.push(buffer);
    this.#hasForgotten = true;
    this.#heldBackBytes += buffer.byteLength;
    if (this.taskIds.size > 0 || this.#heldBackBytes < FLUSHED_BYTES) return;
    this.flushForgotten();
    this.#post();
  }

  /** Sends what is to be forgotten, ahead of the next task. */
  flushForgotten(): void {
    if (!this.#hasForgotten) return;
    this.send({ type: 'forget', ...this.#forgotten });
    // A message on its way keeps its lists.
    this.#forgotten = nothingForgotten();
    this.#hasForgotten = false;
    this.#heldBackBytes = 0;
  }

  #forget(kind: 'stages' | 'models' | 'shuffles' | 'broadcasts', id: number): void {
    this.#forgotten[kind].push(id);
    this.#hasForgotten = true;
  }

  /** The watchdog ends the workers that run a task. */
  setBusy(isBusy: boolean): void {
    MemoryLedger.ofProcess().setBusy(this.#place, isBusy);
  }

  /** Asks the task, and those before it, to stop at the next batch edge. */
  requestCancel(taskId: number): void {
    if (taskId > Atomics.load(this.#control, 0)) Atomics.store(this.#control, 0, taskId);
  }

  /** Ends the thread at once, whatever it does. */
  terminate(reason: string): Promise<void> {
    this.#supervisor.endWorker(this.id, reason);
    return this.gone;
  }

  /** The thread has ended: what it said before is heard first. */
  close(): void {
    for (let last = receiveMessageOnPort(this.#port); last !== undefined; ) {
      this.#receive(last.message as Batch<FromWorker>);
      last = receiveMessageOnPort(this.#port);
    }
    this.#port.close();
    this.setBusy(false);
    this.#isGone = true;
    this.#forgotten = nothingForgotten();
    MemoryLedger.ofProcess().leavePlace(this.#place);
    this.#setGone();
  }
}

export class WorkerPool {
  readonly #workers = new Map<number, PoolWorker>();
  readonly #idle: PoolWorker[] = [];
  readonly #size: number;
  readonly #limits: WorkerLimits;
  readonly #listener: WorkerListener;
  readonly #supervisor: Supervisor;
  readonly #link: Link | null;
  #nextId = 0;
  #isStopped = false;

  constructor(options: {
    readonly size: number;
    readonly limits: WorkerLimits;
    /** What user functions may hold, all workers together. */
    readonly heapBytes: number;
    readonly blockBytes: number;
    readonly listener: WorkerListener;
    readonly link: Link | null;
  }) {
    this.#size = options.size;
    this.#limits = options.limits;
    this.#listener = options.listener;
    this.#link = options.link;
    this.#supervisor = new Supervisor({
      heapBytes: options.heapBytes,
      blockBytes: options.blockBytes,
      mostDroppedBytes: options.limits.mostDroppedBytes,
      onExit: (id, death) => this.#onExit(id, death),
    });
  }

  get workers(): Iterable<PoolWorker> {
    return this.#workers.values();
  }

  /** Most workers at a time. */
  get size(): number {
    return this.#size;
  }

  /** How many more tasks could start now. */
  get free(): number {
    return this.#idle.length + this.#size - this.#workers.size;
  }

  /**
   * An idle worker, a new one while there are fewer than allowed, or null. A partition gets the same worker each
   * time if that is idle: it may still hold what it made of the partition before, such as a table of states.
   */
  acquire(partition: number): PoolWorker | null {
    if (this.#isStopped) return null;
    const worker =
      this.#takeIdle(partition) ?? (this.#workers.size < this.#size ? this.#start() : null);
    worker?.setBusy(true);
    this.#holdProcess();
    return worker;
  }

  /** Starts workers before a task wants them, until there are so many. */
  startAhead(workers: number): void {
    if (this.#isStopped) return;
    while (this.#workers.size < Math.min(workers, this.#size)) this.#idle.push(this.#start());
    this.#holdProcess();
  }

  /** The worker is done with a task; it is idle where no other waits. */
  release(worker: PoolWorker): void {
    if (!this.#workers.has(worker.id) || worker.taskIds.size > 0) return;
    worker.setBusy(false);
    this.#idle.push(worker);
    this.#holdProcess();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const ending = [...this.#workers.values()].map((worker) =>
      worker.terminate('the context was stopped'),
    );
    if (ending.length > 0) this.#supervisor.keepsProcessAlive(true);
    await Promise.all(ending);
    await this.#supervisor.stop();
  }

  #takeIdle(partition: number): PoolWorker | null {
    const place = partition % this.#size;
    const at = this.#idle.findIndex((worker) => worker.id % this.#size === place);
    return (at >= 0 ? this.#idle.splice(at, 1)[0] : this.#idle.pop()) ?? null;
  }

  /** Once the pool stops, the process waits for the threads to end, whatever they still say. */
  #holdProcess(): void {
    if (this.#isStopped) return;
    this.#supervisor.keepsProcessAlive(this.#idle.length < this.#workers.size);
  }

  #start(): PoolWorker {
    const worker = new PoolWorker(
      this.#nextId++,
      { supervisor: this.#supervisor, limits: this.#limits, link: this.#link },
      (from, message) => this.#listener.onMessage(from, message),
    );
    this.#workers.set(worker.id, worker);
    return worker;
  }

  #onExit(workerId: number, death: WorkerDeath): void {
    const worker = this.#workers.get(workerId);
    if (worker === undefined) return;
    worker.close();
    this.#workers.delete(workerId);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#holdProcess();
    this.#listener.onExit(worker, death);
  }
}

function nothingForgotten() {
  return {
    stages: [] as number[],
    models: [] as number[],
    shuffles: [] as number[],
    broadcasts: [] as number[],
    buffers: [] as SharedArrayBuffer[],
  };
}
