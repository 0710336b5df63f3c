// The driver's hold on the thread that owns the workers: starts it when the first worker is wanted, passes on orders
// and exits, and says every few milliseconds how large the driver's own heap is while tasks run.
import { type MessagePort, Worker } from 'node:worker_threads';
import { collectGarbage } from './collect-garbage.js';
import { MemoryLedger } from './memory-ledger.js';
import type { WorkerSetup } from './protocol.js';
import { StuckThreads } from './stuck-threads.js';
import type {
  FromSupervisor,
  SupervisorSetup,
  ToSupervisor,
  WorkerDeath,
} from './supervisor-protocol.js';

const BEAT_MS = 50;
/** Dropped shared buffers that are worth a collection once nothing runs. */
const DROPPED_AT_REST_BYTES = 16 * 1024 * 1024;
const REST_MS = 500;
/** Blocks that came since the last collection and are worth one: they may be of RDDs that nobody can reach any more. */
const NEW_BLOCKS_BYTES = 512 * 1024 * 1024;

export class Supervisor {
  readonly #setup: SupervisorSetup;
  readonly #mostDroppedBytes: number;
  readonly #onExit: (workerId: number, death: WorkerDeath) => void;
  #thread: Worker | null = null;
  #beat: NodeJS.Timeout | null = null;
  #rest: NodeJS.Timeout | null = null;
  #isBusy = false;
  readonly #stuck = new StuckThreads();
  /** Workers that were started and whose end was not told. */
  readonly #workers = new Set<number>();
  /** Of the blocks since the last collection. */
  #leastBlockBytes = 0;

  constructor(options: {
    readonly heapBytes: number;
    readonly blockBytes: number;
    /** Dropped shared buffers that are worth a collection: V8 does not count them as garbage by itself. */
    readonly mostDroppedBytes: number;
    readonly onExit: (workerId: number, death: WorkerDeath) => void;
  }) {
    const { heapBytes, blockBytes } = options;
    this.#setup = { ledger: MemoryLedger.ofProcess().memory, heapBytes, blockBytes };
    this.#mostDroppedBytes = options.mostDroppedBytes;
    this.#onExit = options.onExit;
  }

  startWorker(workerId: number, setup: WorkerSetup, port: MessagePort): void {
    this.#workers.add(workerId);
    this.#post({ type: 'start', workerId, setup, port }, [port]);
  }

  /** Ends a worker at once; `onExit` is told when it is gone, or has to be given up. */
  endWorker(workerId: number, reason: string): void {
    this.#post({ type: 'terminate', workerId, reason });
  }

  /** A process with a busy worker stays alive; idle ones do not hold it. */
  keepsProcessAlive(isBusy: boolean): void {
    if (this.#isBusy === isBusy) return;
    this.#isBusy = isBusy;
    if (!isBusy) {
      this.#thread?.unref();
      return;
    }
    this.#thread?.ref();
    if (this.#beat !== null) return;
    this.#stopTimers();
    MemoryLedger.ofProcess().beat();
    this.#beat = setInterval(() => this.#onBeat(), BEAT_MS).unref();
  }

  /** Ends with the first beat at rest, so that small jobs one after the other share one timer. */
  #onBeat(): void {
    if (this.#isBusy) {
      MemoryLedger.ofProcess().beat();
      this.#collectIfWorthwhile();
      return;
    }
    this.#stopTimers();
    // Again and again: workers may hear later of what they are to drop.
    this.#rest = setInterval(
      () => this.#collectIfWorthwhile(DROPPED_AT_REST_BYTES),
      REST_MS,
    ).unref();
  }

  #stopTimers(): void {
    if (this.#beat !== null) clearInterval(this.#beat);
    if (this.#rest !== null) clearInterval(this.#rest);
    this.#beat = null;
    this.#rest = null;
  }

  #collectIfWorthwhile(leastDroppedBytes = this.#mostDroppedBytes): void {
    const ledger = MemoryLedger.ofProcess();
    const { blockBytes } = ledger;
    this.#leastBlockBytes = Math.min(this.#leastBlockBytes, blockBytes);
    const isGrown = blockBytes - this.#leastBlockBytes >= NEW_BLOCKS_BYTES;
    if (!isGrown && ledger.droppedSince('driver') < leastDroppedBytes) return;
    this.#leastBlockBytes = blockBytes;
    ledger.collectBy('driver', collectGarbage);
  }

  async stop(): Promise<void> {
    this.keepsProcessAlive(false);
    this.#stopTimers();
    const thread = this.#thread;
    this.#thread = null;
    const ended = thread?.terminate();
    // A stuck worker holds up its owner; terminate() has made the process wait for that.
    if (this.#stuck.isEmpty) await ended;
    else thread?.unref();
  }

  #post(message: ToSupervisor, transfer: readonly MessagePort[] = []): void {
    this.#thread ??= this.#start();
    this.#thread.postMessage(message, transfer);
  }

  #start(): Worker {
    MemoryLedger.ofProcess().beat();
    const thread = new Worker(new URL('./supervisor-thread.js', import.meta.url), {
      workerData: this.#setup,
      name: 'tspark-supervisor',
      execArgv: [],
    });
    thread.on('message', (message: FromSupervisor) => this.#onMessage(message));
    thread.on('exit', () => this.#stuck.clear());
    thread.on('error', (error) => this.#onFailure(thread, error));
    // After the listeners, which hold the process again.
    if (!this.#isBusy) thread.unref();
    return thread;
  }

  /** Without the thread (no file handle is left to load it, say) its workers are gone; the next gets another. */
  #onFailure(thread: Worker, error: Error): void {
    if (this.#thread === thread) this.#thread = null;
    const reason = `the thread that owns the workers failed: ${error.message}`;
    for (const workerId of [...this.#workers]) this.#tellExit(workerId, { kind: 'exit', reason });
  }

  #tellExit(workerId: number, death: WorkerDeath): void {
    if (this.#workers.delete(workerId)) this.#onExit(workerId, death);
  }

  #onMessage(message: FromSupervisor): void {
    if (message.type === 'freed') {
      this.#stuck.remove(message.workerId);
      return;
    }
    if (message.isStuck) this.#stuck.add(message.workerId);
    this.#tellExit(message.workerId, message.death);
  }
}
