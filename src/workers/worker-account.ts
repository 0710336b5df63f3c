// What this worker holds that is no user function's, told to the ledger: kernels' memory, tables and sorts, idle
// buffers, and buffers on their way to the driver, which books them when they arrive. In the worker.
import type { BufferPool } from '../blocks/pool.js';
import { collectGarbage } from './collect-garbage.js';
import { usedHeapBytes } from './heap-figures.js';
import type { MemoryLedger } from './memory-ledger.js';

/** How long a worker is idle before it lets go of its garbage. */
const IDLE_MS = 100;
/** Less garbage than this is not worth the collection. */
const WORTHWHILE_BYTES = 48 * 1024 * 1024;
const DROPPED_BYTES = 64 * 1024 * 1024;

export class WorkerAccount {
  readonly #ledger: MemoryLedger;
  readonly #place: number;
  readonly #pool: BufferPool;
  #arenaBytes = 0;
  #underWayBytes = 0;
  #engineBytes = 0;
  #droppedBytes = 0;
  #idle: NodeJS.Timeout | null = null;

  constructor(ledger: MemoryLedger, place: number, pool: BufferPool) {
    this.#ledger = ledger;
    this.#place = place;
    this.#pool = pool;
  }

  beginTask(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    // The driver has booked what the last task sent, or it would not have sent another.
    this.#underWayBytes = 0;
    this.#tell();
  }

  endTask(): void {
    this.#tell();
    this.#idle = setTimeout(() => this.#atIdle(), IDLE_MS).unref();
  }

  allocate(sizeBytes: number): SharedArrayBuffer {
    const buffer = this.#pool.allocate(sizeBytes);
    this.#underWayBytes += buffer.byteLength;
    this.#tell();
    return buffer;
  }

  /** Takes a buffer back. Shared buffers that are dropped are freed by no collection that V8 would make by itself. */
  release(buffer: SharedArrayBuffer): void {
    const dropped = this.#pool.release(buffer);
    if (dropped === 0) return;
    this.#ledger.addDropped(dropped);
    this.#droppedBytes += dropped;
    if (this.#droppedBytes < DROPPED_BYTES) return;
    this.#droppedBytes = 0;
    collectGarbage();
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

  #atIdle(): void {
    if (usedHeapBytes() > WORTHWHILE_BYTES) collectGarbage();
  }

  #tell(): void {
    const bytes = this.#arenaBytes + this.#engineBytes + this.#pool.idleBytes + this.#underWayBytes;
    this.#ledger.setWorker(this.#place, bytes);
  }
}
