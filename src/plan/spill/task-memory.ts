// How much memory a task's own tables, sorts and pages hold, and when they have to move to files. Looked at between
// records by the generated loops, so it must cost next to nothing while all fits. In the worker.

/** What can move its content to a file to make room. */
export interface Spillable {
  /** Moves everything that can move to files. */
  spill(): void;
  /** What of the memory is the engine's own at most: the rest is what user functions made. No bound if left out. */
  readonly mostOwnBytes?: number;
  /** Why the task cannot go on where what could not move holds so much; null where it is not to blame. */
  tooLarge?(figures: { readonly heldBytes: number; readonly limitBytes: number }): Error | null;
}

export interface HeapMeter {
  /** Bytes of the thread's heap in use, garbage and buffers included. */
  used(): number;
  /** Collects garbage, so that `used` is exact. */
  collect(): void;
  /** Told how much of the heap is the engine's own. */
  tell(engineBytes: number): void;
}

export interface TaskMemoryOptions {
  /** What may be held before it moves to files. */
  readonly limitBytes: number;
  /** What cannot move may hold so much before the task is failed. No limit if left out. */
  readonly mostHeldBytes?: number;
  /** Garbage that is left to V8; less is collected by hand. */
  readonly garbageBytes?: number;
  readonly meter: HeapMeter;
  /** Asked at each look: whether everything moves to files although it would fit. */
  readonly mustSpill?: (() => boolean) | undefined;
}

/** Calls of `look` to one look at the heap, which takes microseconds. */
const CALLS_TO_A_LOOK = 4;
/** Garbage of young objects comes and goes: collecting less by hand would take longer than the work. */
const GARBAGE_BYTES = 16 * 1024 * 1024;
const GROWTH = 2;
/** Live bytes beyond this part of the limit are moved out; else there was only garbage. */
const LIVE_SHARE = 0.5;
const PASSING_SHARE = 0.25;

export class TaskMemory {
  readonly #meter: HeapMeter;
  readonly #mustSpill: (() => boolean) | undefined;
  readonly #limitBytes: number;
  readonly #mostHeldBytes: number;
  readonly #garbageBytes: number;
  readonly #spillables = new Set<Spillable>();
  #baseBytes = 0;
  #thresholdBytes: number;
  #calls = 0;

  constructor(options: TaskMemoryOptions) {
    this.#limitBytes = options.limitBytes;
    this.#mostHeldBytes = options.mostHeldBytes ?? Number.POSITIVE_INFINITY;
    this.#garbageBytes = options.garbageBytes ?? GARBAGE_BYTES;
    this.#thresholdBytes = this.#limitBytes + this.#garbageBytes;
    this.#meter = options.meter;
    this.#mustSpill = options.mustSpill;
  }

  /** What may be held for a while without being able to move. */
  get passingBytes(): number {
    return PASSING_SHARE * this.#limitBytes;
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

  /** Called every some thousand records. Throws where what cannot move is more than may be held. */
  look(): void {
    if (this.#spillables.size === 0) return;
    if (this.#mustSpill?.()) this.#spillAll();
    if (++this.#calls % CALLS_TO_A_LOOK !== 0) return;
    const gained = this.#gained();
    this.#meter.tell(this.#ownBytes(gained));
    if (gained > this.#thresholdBytes) this.#makeRoom();
  }

  /** Much has moved to files: what it took is free at once, or the next of it would come on top. */
  freeMoved(): void {
    this.#meter.collect();
    this.#meter.tell(this.#ownBytes(this.#gained()));
  }

  #makeRoom(): void {
    this.#meter.collect();
    if (this.#gained() > LIVE_SHARE * this.#limitBytes) {
      this.#spillAll();
      this.#meter.collect();
    }
    const left = Math.max(0, this.#gained());
    if (left > this.#mostHeldBytes) this.#throwIfTooLarge(left);
    // What could not be moved is somebody else's; there must be room to fill before the next time.
    const room = Math.max(this.#limitBytes, left + LIVE_SHARE * this.#limitBytes);
    this.#thresholdBytes = room + this.#garbageBytes;
  }

  #spillAll(): void {
    for (const spillable of this.#spillables) spillable.spill();
  }

  #throwIfTooLarge(heldBytes: number): void {
    const figures = { heldBytes, limitBytes: this.#mostHeldBytes };
    for (const spillable of this.#spillables) {
      const error = spillable.tooLarge?.(figures) ?? null;
      if (error !== null) throw error;
    }
  }

  /** A table may double before the next look, when its Map grows. */
  #ownBytes(gained: number): number {
    const atMost = Math.min(this.#limitBytes, this.#mostOwnBytes());
    return Math.min(GROWTH * Math.max(gained, 0), atMost);
  }

  #mostOwnBytes(): number {
    let most = this.#garbageBytes;
    for (const { mostOwnBytes = Number.POSITIVE_INFINITY } of this.#spillables)
      most += mostOwnBytes;
    return most;
  }

  #gained(): number {
    return this.#meter.used() - this.#baseBytes;
  }
}
