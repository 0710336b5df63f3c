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
  /** Shared buffers that were left to the garbage collectors since the process began; wraps. */
  dropped: 4,
  /** By worker: what it holds outside its heap; from `busy` on, whether it runs a task. */
  workers: 8,
  busy: 8 + PLACES,
} as const;

/** What is known of the process's memory at one moment, in bytes. */
export interface MemoryFigures {
  /** Blocks, broadcasts, kernels' memory and idle buffers. */
  readonly accountedBytes: number;
  readonly driverBytes: number;
}

export class MemoryLedger {
  static #ofProcess: MemoryLedger | null = null;
  readonly memory: SharedArrayBuffer;
  readonly #figures: Int32Array;
  #nextPlace = 0;
  /** What `dropped` was when this thread last collected its garbage. */
  #collectedAt = 0;

  constructor(memory?: SharedArrayBuffer) {
    this.memory =
      memory ?? new SharedArrayBuffer((AT.busy + PLACES) * Int32Array.BYTES_PER_ELEMENT);
    this.#figures = new Int32Array(this.memory);
  }

  /** The one of the driver's thread, given to every thread that it starts. A process has one memory. */
  static ofProcess(): MemoryLedger {
    MemoryLedger.#ofProcess ??= new MemoryLedger();
    return MemoryLedger.#ofProcess;
  }

  /** Driver: the place of a new worker. */
  takePlace(): number {
    return this.#nextPlace++ % PLACES;
  }

  addBlocks(bytes: number): void {
    Atomics.add(this.#figures, AT.blocks, Math.round(bytes / KIB));
  }

  /** A shared buffer is left to the garbage collectors, of which every thread's must have run. */
  addDropped(bytes: number): void {
    Atomics.add(this.#figures, AT.dropped, Math.ceil(bytes / KIB));
  }

  /** Whether so much was dropped since this thread last collected its garbage, which it is to do now. */
  isCollectionDue(leastBytes: number): boolean {
    const dropped = Atomics.load(this.#figures, AT.dropped);
    // Of 32 bits, as the figure is.
    if (((dropped - this.#collectedAt) | 0) * KIB < leastBytes) return false;
    this.#collectedAt = dropped;
    return true;
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

  /** What a worker holds outside its heap; 0 once it is gone. */
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

  figures(): MemoryFigures {
    let accounted = Atomics.load(this.#figures, AT.blocks);
    for (let place = 0; place < PLACES; place++) {
      accounted += Atomics.load(this.#figures, AT.workers + place);
    }
    return {
      accountedBytes: accounted * KIB,
      driverBytes: Atomics.load(this.#figures, AT.driver) * KIB,
    };
  }
}
