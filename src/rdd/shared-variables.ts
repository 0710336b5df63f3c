// Broadcasts and accumulators of a context: numbers them, publishes them to the backend, applies what tasks added.
// Driver only.
import { createHash } from 'node:crypto';
import { Accumulator, type AccumulatorParam, chooseParam, defaultParam } from '../accumulator.js';
import { decodeBlock, encodeBlock } from '../blocks/codec.js';
import { Broadcast } from '../broadcast.js';
import type { HandleRef } from '../closure/payload.js';
import { builtin, type FunctionRef } from '../lineage/function-ref.js';
import type { AccumulatorUpdate } from '../plan/accumulation.js';
import type { TaskBackend } from '../scheduler/backend.js';

/** How a user's function and value become what tasks can have. */
export interface Capturing {
  function(fn: unknown, operation: string): FunctionRef;
  value(value: unknown, operation: string): Uint8Array;
}

export class SharedVariables {
  readonly #backend: TaskBackend;
  readonly #capture: Capturing;
  readonly #accumulators = new Map<number, WeakRef<Accumulator<unknown>>>();
  readonly #idByHash = new Map<string, number>();
  #nextId = 0;

  constructor(backend: TaskBackend, capture: Capturing) {
    this.#backend = backend;
    this.#capture = capture;
  }

  broadcast<T>(value: T): Broadcast<T> {
    return new Broadcast(
      this.#publish(this.#capture.value(value, 'broadcast')),
      value,
      this.#backend,
    );
  }

  /** Publishes a captured value that is too large to travel with its function; equal bytes once. */
  broadcastBytes(bytes: Uint8Array): HandleRef {
    const hash = createHash('sha1').update(bytes).digest('base64url');
    let id = this.#idByHash.get(hash);
    if (id === undefined) {
      id = this.#publish(bytes);
      this.#idByHash.set(hash, id);
    }
    return { type: 'broadcast', id, unwrap: true };
  }

  accumulator<T>(value: T, param?: AccumulatorParam<T> | null): Accumulator<T> {
    const chosen = chooseParam(value, param);
    const isDefault = (chosen as AccumulatorParam<unknown>) === defaultParam(value);
    const add = isDefault
      ? builtin('addTerm')
      : this.#capture.function((a: T, b: T) => chosen.addInPlace(a, b), 'accumulator');
    const accumulator = new Accumulator(this.#nextId++, value, chosen);
    this.#accumulators.set(accumulator.id, new WeakRef(accumulator as Accumulator<unknown>));
    this.#backend.publishAccumulator(accumulator.id, {
      zero: encodeBlock([chosen.zero(value)]),
      add,
    });
    return accumulator;
  }

  /** Adds what a task added. An accumulator that nobody holds any more is passed over. */
  apply(updates: readonly AccumulatorUpdate[]): void {
    for (const { id, value } of updates) {
      this.#accumulators.get(id)?.deref()?.add(decodeBlock<unknown>(value)[0]);
    }
  }

  #publish(bytes: Uint8Array): number {
    const id = this.#nextId++;
    this.#backend.publishBroadcast(id, bytes);
    return id;
  }
}
