// What broadcasts and accumulators are inside a task: made once per worker, so that kept functions keep them.
import { decodeBlock, encodeBlock } from '../blocks/codec.js';
import type { HandleRef, ReviveContext } from '../closure/payload.js';
import { reviveValue } from '../closure/revive.js';
import { InternalError, TaskError, UsageError } from '../errors.js';
import type { AccumulatorSpec } from '../plan/accumulation.js';
import type { TaskOutput } from '../plan/stage.js';
import { copyValue } from '../values/copy.js';

/** A broadcast in a task: the value is decoded when it is first read. */
class TaskBroadcast {
  readonly id: number;
  readonly #read: () => unknown;

  constructor(id: number, read: () => unknown) {
    this.id = id;
    this.#read = read;
  }

  get value(): unknown {
    return this.#read();
  }
}

/** An accumulator in a task: add only. */
class TaskAccumulator {
  readonly id: number;
  readonly #add: (term: unknown) => void;

  constructor(id: number, add: (term: unknown) => void) {
    this.id = id;
    this.#add = add;
  }

  add(term: unknown): void {
    this.#add(term);
  }

  get value(): never {
    throw new TaskError(
      'TASK-108',
      'Accumulator.value cannot be accessed inside tasks: a task only adds. Read it at the driver after the action.',
    );
  }

  set value(_: unknown) {
    throw new TaskError(
      'TASK-108',
      'Accumulator.value cannot be accessed inside tasks: use add(term). Assign it at the driver.',
    );
  }
}

interface Gained {
  soFar: unknown;
}

/** The same array for each task: within a message what is the same is written once. */
const NO_GAINS: TaskOutput['accumulators'] = [];

export class TaskHandles {
  readonly #broadcastBytes = new Map<number, Uint8Array>();
  readonly #broadcastValues = new Map<number, { value: unknown }>();
  readonly #specs = new Map<number, { zero: unknown; add: Function }>();
  readonly #objects = new Map<string, object>();
  readonly #gained = new Map<number, Gained>();

  putBroadcast(id: number, bytes: Uint8Array): void {
    this.#broadcastBytes.set(id, bytes);
    this.#broadcastValues.delete(id);
  }

  dropBroadcast(id: number): void {
    this.#broadcastBytes.delete(id);
    this.#broadcastValues.delete(id);
  }

  putAccumulator(id: number, spec: AccumulatorSpec, add: Function): void {
    this.#specs.set(id, { zero: decodeBlock<unknown>(spec.zero)[0], add });
  }

  /** The object that stands for a handle in revived functions. */
  resolve(handle: HandleRef, context: ReviveContext): unknown {
    if (handle.unwrap) return this.#broadcastValue(handle.id, context);
    const key = `${handle.type}:${handle.id}`;
    let object = this.#objects.get(key);
    if (object === undefined) {
      object =
        handle.type === 'broadcast'
          ? new TaskBroadcast(handle.id, () => this.#broadcastValue(handle.id, context))
          : new TaskAccumulator(handle.id, (term) => this.#add(handle.id, term));
      this.#objects.set(key, object);
    }
    return object;
  }

  /** What the finished task added, and a clean slate for the next. */
  takeGains(): TaskOutput['accumulators'] {
    if (this.#gained.size === 0) return NO_GAINS;
    const gains = [...this.#gained].map(([id, { soFar }]) => ({ id, value: encodeBlock([soFar]) }));
    this.#gained.clear();
    return gains;
  }

  clearGains(): void {
    this.#gained.clear();
  }

  #add(id: number, term: unknown): void {
    const spec = this.#specs.get(id);
    if (spec === undefined)
      throw new InternalError('INTERNAL-901', `accumulator ${id} is not known to the worker`);
    let gained = this.#gained.get(id);
    if (gained === undefined) {
      gained = { soFar: copyValue(spec.zero) };
      this.#gained.set(id, gained);
    }
    gained.soFar = spec.add(gained.soFar, term);
  }

  #broadcastValue(id: number, context: ReviveContext): unknown {
    let held = this.#broadcastValues.get(id);
    if (held === undefined) {
      const bytes = this.#broadcastBytes.get(id);
      if (bytes === undefined) {
        throw new UsageError(
          'TASK-109',
          `broadcast ${id} was destroyed: it cannot be used any more. Make a new one with sc.broadcast(value).`,
        );
      }
      held = { value: reviveValue(bytes, context) };
      this.#broadcastValues.set(id, held);
    }
    return held.value;
  }
}
