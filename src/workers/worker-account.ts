// What this worker holds that is no user function's, told to the ledger: kernels' memory, tables and sorts, idle
// buffers, and buffers on their way to the driver, which books them when they arrive. In the worker.
import type { BufferPool } from '../blocks/pool.js';
import { collectGarbage } from './collect-garbage.js';
import { usedHeapBytes } from './heap-figures.js';
import type { MemoryLedger } from './memory-ledger.js';

/** How long a worker is idle before it lets go of its garbage. */
const IDLE_MS = 100;
/** How often it looks after that whether others dropped something. */
const REST_LOOK_MS = 1000;
/** Less garbage than this is not worth the collection. */
const WORTHWHILE_BYTES = 48 * 1024 * 1024;
/** Dropped shared buffers that are worth a collection while nothing has to wait for it. */
const DROPPED_AT_REST_BYTES = 16 * 1024 * 1024;

export class WorkerAccount {
  readonly #ledger: MemoryLedger;
  readonly #place: number;
  readonly #pool: BufferPool;
  #arenaBytes = 0;
  #underWayBytes = 0;
  #engineBytes = 0;
  readonly #mostDroppedBytes: number;
  #idle: NodeJS.Timeout | null = null;
  /** Whether the timer that is set is the one that counts from the end of the last task. */
  #isFirstLook = false;
  #isBusy = false;

  constructor(options: {
    readonly ledger: MemoryLedger;
    readonly place: number;
    readonly pool: BufferPool;
    /** Dropped shared buffers that are worth a collection. */
    readonly mostDroppedBytes: number;
  }) {
    this.#ledger = options.ledger;
    this.#place = options.place;
    this.#pool = options.pool;
    this.#mostDroppedBytes = options.mostDroppedBytes;
  }

  beginTask(): void {
    this.#isBusy = true;
    // The driver has booked what the last task sent, or it would not have sent another.
    this.#underWayBytes = 0;
    this.#tell();
    this.#collectDropped();
  }

  endTask(): void {
    this.#isBusy = false;
    this.#tell();
    this.#collectSoon();
  }

  allocate(sizeBytes: number): SharedArrayBuffer {
    const buffer = this.#pool.allocate(sizeBytes);
    this.#underWayBytes += buffer.byteLength;
    this.#tell();
    return buffer;
  }

  /** Takes back a buffer of this task's own. */
  release(buffer: SharedArrayBuffer): void {
    this.#ledger.addDropped(this.#pool.release(buffer));
  }

  /** Takes buffers that the driver gives back. */
  takeBack(buffers: readonly SharedArrayBuffer[]): void {
    if (buffers.length === 0) return;
    let bytes = 0;
    for (const buffer of buffers) {
      bytes += buffer.byteLength;
      this.#ledger.addDropped(this.#pool.release(buffer));
    }
    this.#tell();
    this.#ledger.addReturning(this.#place, -bytes);
    this.#collectSoon();
  }

  setArena(bytes: number): void {
    this.#arenaBytes = bytes;
    this.#tell();
  }

  /** What of the heap is the engine's own: tables, sorts, pages. */
  setEngine(bytes: number): void {
    this.#engineBytes = bytes;
    this.#tell();
  }

  /** Unless a task begins before. Small tasks one after the other share one timer. */
  #collectSoon(): void {
    if (this.#idle !== null && this.#isFirstLook) {
      this.#idle.refresh();
      return;
    }
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#atIdle(), IDLE_MS).unref();
    this.#isFirstLook = true;
  }

  #atIdle(): void {
    this.#isFirstLook = false;
    this.#idle = null;
    // Its end sets the timer again.
    if (this.#isBusy) return;
    if (usedHeapBytes() > WORTHWHILE_BYTES) this.collect();
    this.#lookAgain();
  }

  /** Other threads may drop buffers later that this one has seen. */
  #lookAgain(): void {
    this.#idle = null;
    if (this.#isBusy) return;
    this.#collectDropped(DROPPED_AT_REST_BYTES);
    this.#idle = setTimeout(() => this.#lookAgain(), REST_LOOK_MS).unref();
  }

  /** Shared buffers that are dropped are freed by no collection that V8 would make by itself, whoever dropped them. */
  #collectDropped(leastBytes = this.#mostDroppedBytes): void {
    if (this.#ledger.droppedSince(this.#place) >= leastBytes) this.collect();
  }

  /** Lets go of all that nobody holds any more. */
  collect(): void {
    this.#ledger.collectBy(this.#place, collectGarbage);
  }

  #tell(): void {
    const bytes = this.#arenaBytes + this.#engineBytes + this.#pool.idleBytes + this.#underWayBytes;
    this.#ledger.setWorker(this.#place, bytes);
  }
}
