// How much memory a task's own tables, sorts and pages hold, and when they have to move to files. Looked at between
// records by the generated loops, so it must cost next to nothing while all fits. In the worker.

/** What can move its content to a file to make room. */
export interface Spillable {
  /** Moves everything to files. */
  spill(): void;
}

export interface HeapMeter {
  /** Bytes of the thread's heap in use, garbage and buffers included. */
  used(): number;
  /** Collects garbage, so that `used` is exact. */
  collect(): void;
  /** Told how much of the heap is the engine's own. */
  tell(engineBytes: number): void;
}

/** Calls of `look` to one look at the heap, which takes microseconds. */
const CALLS_TO_A_LOOK = 4;
/** Garbage of young objects comes and goes: collecting less by hand would take longer than the work. */
const GARBAGE_BYTES = 16 * 1024 * 1024;
/** Live bytes beyond this part of the limit are moved out; else there was only garbage. */
const LIVE_SHARE = 0.5;

export class TaskMemory {
  readonly #meter: HeapMeter;
  readonly #limitBytes: number;
  readonly #garbageBytes: number;
  readonly #spillables = new Set<Spillable>();
  #baseBytes = 0;
  #thresholdBytes: number;
  #calls = 0;

  constructor(limitBytes: number, meter: HeapMeter, garbageBytes = GARBAGE_BYTES) {
    this.#limitBytes = limitBytes;
    this.#garbageBytes = garbageBytes;
    this.#thresholdBytes = limitBytes + garbageBytes;
    this.#meter = meter;
  }

  /** A task begins: what is held now is not its. */
  begin(): void {
    this.#spillables.clear();
    this.#baseBytes = this.#meter.used();
    this.#thresholdBytes = this.#limitBytes + this.#garbageBytes;
    this.#meter.tell(0);
  }

  end(): void {
    this.#spillables.clear();
    this.#meter.tell(0);
  }

  /** From now on the object may be asked to spill, until it is removed. */
  add(spillable: Spillable): void {
    this.#spillables.add(spillable);
  }

  remove(spillable: Spillable): void {
    this.#spillables.delete(spillable);
  }

  /** Called every some thousand records. */
  look(): void {
    if (this.#spillables.size === 0 || ++this.#calls % CALLS_TO_A_LOOK !== 0) return;
    const gained = this.#gained();
    this.#meter.tell(Math.min(Math.max(gained, 0), this.#limitBytes));
    if (gained > this.#thresholdBytes) this.#makeRoom();
  }

  #makeRoom(): void {
    this.#meter.collect();
    if (this.#gained() > LIVE_SHARE * this.#limitBytes) {
      for (const spillable of this.#spillables) spillable.spill();
      this.#meter.collect();
    }
    // What could not be moved is somebody else's; there must be room to fill before the next time.
    const left = Math.max(0, this.#gained());
    const room = Math.max(this.#limitBytes, left + LIVE_SHARE * this.#limitBytes);
    this.#thresholdBytes = room + this.#garbageBytes;
  }

  #gained(): number {
    return this.#meter.used() - this.#baseBytes;
  }
}
