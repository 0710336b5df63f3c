// A value sent once to every worker and read there by many tasks. Driver side; tasks have a stand-in of their own.
import { TRAVELS_AS, type HandleRef, type Travels } from './closure/payload.js';
import { UsageError } from './errors.js';

/** What a broadcast needs of the engine. */
export interface BroadcastHost {
  removeBroadcast(id: number): void;
}

/**
 * A read-only value that every worker gets once. Made by `sc.broadcast`; a function that uses it reads `.value`.
 *
 * **Source** `pyspark.Broadcast` 4.3.
 *
 * **Example**
 * ```ts
 * const names = sc.broadcast(new Map([['LH', 'Lufthansa']]));
 * await sc.parallelize(['LH']).map(code => names.value.get(code)).collect();
 * ```
 */
export class Broadcast<T> implements Travels {
  readonly id: number;
  readonly #value: T;
  readonly #host: BroadcastHost;
  #isDestroyed = false;

  constructor(id: number, value: T, host: BroadcastHost) {
    this.id = id;
    this.#value = value;
    this.#host = host;
  }

  /** The value. **Throws** UsageError BROADCAST-101 once destroyed. **Source** `Broadcast.value`. */
  get value(): T {
    this.assertUsable();
    return this.#value;
  }

  /** Whether `destroy` was called. */
  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** Drops the copies of the workers; they are sent again when next used. **Source** `Broadcast.unpersist`. */
  unpersist(_blocking = false): void {
    this.assertUsable();
  }

  /** Drops the value for good; functions that use it fail from now on. **Source** `Broadcast.destroy`. */
  destroy(_blocking = false): void {
    this.assertUsable();
    this.#isDestroyed = true;
    this.#host.removeBroadcast(this.id);
  }

  /** Throws if it was destroyed. */
  assertUsable(): void {
    if (!this.#isDestroyed) return;
    throw new UsageError(
      'BROADCAST-101',
      `Attempted to use ${this.toString()} after it was destroyed. Make a new one with sc.broadcast(value).`,
    );
  }

  [TRAVELS_AS](): HandleRef {
    this.assertUsable();
    return { type: 'broadcast', id: this.id };
  }

  toString(): string {
    return `Broadcast(${this.id})`;
  }
}
