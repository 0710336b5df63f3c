// Who holds which part of the process's memory, as far as the engine knows: figures in shared memory that every
// thread keeps for itself and the threads that watch memory add up. Knows no thread and no budget.
import { heldHeapBytes } from './heap-figures.js';

/** Figures are kept in KiB, so that an Int32 holds two terabytes. */
const KIB = 1024;
/** Threads that can be known at a time; more would share places. */
const PLACES = 256;

const AT = {
  /** Shared memory of blocks and broadcasts, of all contexts. */
  blocks: 0,
  /** The driver's own heap, buffers included, when it was last asked. */
  driver: 1,
  /** Counts up whenever the driver says how large its heap is. */
  driverBeat: 2,
  /** Tasks under way. */
  running: 3,
  /** Shared buffers that nobody uses any more, of all time: wraps around, only differences mean something. */
  dropped: 4,
  /** What `dropped` was when the driver collected its garbage last. */
  driverSaw: 5,
  /** By worker: what it holds outside its heap; whether it runs a task; */
  workers: 8,
  busy: 8 + PLACES,
  /** what is on its way back to its pool; what `dropped` was when it collected its garbage last, and whether it lives. */
  returning: 8 + 2 * PLACES,
  saw: 8 + 3 * PLACES,
  lives: 8 + 4 * PLACES,
} as const;
const LENGTH = 8 + 5 * PLACES;

/** What is known of the process's memory at one moment, in bytes. */
export interface MemoryFigures {
  /** Blocks, broadcasts, kernels' memory, idle buffers, and buffers on their way to a pool or a garbage collector. */
  readonly accountedBytes: number;
  readonly driverBytes: number;
}

export class MemoryLedger {
  static #ofProcess: MemoryLedger | null = null;
  readonly memory: SharedArrayBuffer;
  readonly #figures: Int32Array;
  #nextPlace = 0;

  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT);
    this.#figures = new Int32Array(this.memory);
  }

  /** The one of the driver's thread, given to every thread that it starts. A process has one memory. */
  static ofProcess(): MemoryLedger {
    MemoryLedger.#ofProcess ??= new MemoryLedger();
    return MemoryLedger.#ofProcess;
  }

  /** Driver: the place of a new worker, which has seen no buffer yet. */
  takePlace(): number {
    const place = this.#nextPlace++ % PLACES;
    Atomics.store(this.#figures, AT.saw + place, Atomics.load(this.#figures, AT.dropped));
    Atomics.store(this.#figures, AT.lives + place, 1);
    return place;
  }

  /** Driver: the worker is gone, and what was on its way to it is left to the garbage collectors. */
  leavePlace(place: number): void {
    Atomics.store(this.#figures, AT.workers + place, 0);
    Atomics.store(this.#figures, AT.lives + place, 0);
    const lost = Atomics.exchange(this.#figures, AT.returning + place, 0);
    Atomics.add(this.#figures, AT.dropped, lost);
  }

  addBlocks(bytes: number): void {
    Atomics.add(this.#figures, AT.blocks, Math.round(bytes / KIB));
  }

  get blockBytes(): number {
    return Atomics.load(this.#figures, AT.blocks) * KIB;
  }

  /** Driver: a buffer is given back to a worker, which may be busy for long before it hears of it. */
  addReturning(place: number, bytes: number): void {
    Atomics.add(this.#figures, AT.returning + place, Math.round(bytes / KIB));
  }

  /** A shared buffer is left to the garbage collectors, of which every thread's must have run. */
  addDropped(bytes: number): void {
    Atomics.add(this.#figures, AT.dropped, Math.ceil(bytes / KIB));
  }

  /** Bytes dropped since a thread collected its garbage: a worker by its place, or the driver. */
  droppedSince(thread: number | 'driver'): number {
    return this.#since(thread === 'driver' ? AT.driverSaw : AT.saw + thread);
  }

  /** Lets a thread collect its garbage: what was dropped before is then gone, as far as it is concerned. */
  collectBy(thread: number | 'driver', collect: () => void): void {
    const dropped = Atomics.load(this.#figures, AT.dropped);
    collect();
    Atomics.store(this.#figures, thread === 'driver' ? AT.driverSaw : AT.saw + thread, dropped);
  }

  #since(at: number): number {
    const kib = (Atomics.load(this.#figures, AT.dropped) - Atomics.load(this.#figures, at)) | 0;
    return Math.max(0, kib) * KIB;
  }

  /** Driver: a worker begins a task, or is done with it. */
  setBusy(place: number, isBusy: boolean): void {
    const was = Atomics.exchange(this.#figures, AT.busy + place, isBusy ? 1 : 0);
    Atomics.add(this.#figures, AT.running, (isBusy ? 1 : 0) - was);
  }

  isBusy(place: number): boolean {
    return Atomics.load(this.#figures, AT.busy + place) === 1;
  }

  get runningTasks(): number {
    return Atomics.load(this.#figures, AT.running);
  }

  /** What a worker holds outside its heap. */
  setWorker(place: number, bytes: number): void {
    Atomics.store(this.#figures, AT.workers + place, Math.round(bytes / KIB));
  }

  /** Driver: says how large its heap is, and that it is not stuck. */
  beat(): void {
    Atomics.store(this.#figures, AT.driver, Math.round(heldHeapBytes() / KIB));
    Atomics.add(this.#figures, AT.driverBeat, 1);
  }

  get driverBeats(): number {
    return Atomics.load(this.#figures, AT.driverBeat);
  }

  /** What counts as garbage is bounded: blocks and garbage are no more than the blocks' budget. */
  figures(budgetBytes = Number.POSITIVE_INFINITY): MemoryFigures {
    const blocks = this.blockBytes;
    let workers = 0;
    let returning = 0;
    let garbage = this.#since(AT.driverSaw);
    for (let place = 0; place < PLACES; place++) {
      if (Atomics.load(this.#figures, AT.lives + place) === 0) continue;
      workers += Atomics.load(this.#figures, AT.workers + place);
      returning += Atomics.load(this.#figures, AT.returning + place);
      garbage = Math.max(garbage, this.#since(AT.saw + place));
    }
    const shared = Math.min(blocks + returning * KIB + garbage, Math.max(blocks, budgetBytes));
    return {
      accountedBytes: shared + workers * KIB,
      driverBytes: Atomics.load(this.#figures, AT.driver) * KIB,
    };
  }
}
