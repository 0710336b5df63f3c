// StateSpec: what a user says of mapWithState, and what the function sees of a key's state. Driver only.
import { UsageError } from '../errors.js';
import { RDD } from '../rdd/rdd.js';
import { durationMs } from './duration.js';

/** The state of one key, as the function of mapWithState sees it. */
export interface State<S> {
  /** Whether the key has a state. */
  exists(): boolean;
  /** The state, null where there is none. Change it by `update`, not in place. */
  get(): S | null;
  /** Sets the state. Not while it times out, and not after `remove`. */
  update(state: S): void;
  /** Ends the state. */
  remove(): void;
  /** Whether the state ends because nothing came for the key for the time-out. */
  isTimingOut(): boolean;
}

/** What mapWithState calls for every new value, and with null for a state that times out. */
export type MappingFunction<K, V, S, M> = (
  key: K,
  value: V | null,
  state: State<S>,
) => M | undefined | undefined;

/**
 * How mapWithState keeps states: a function and its settings, each a method that returns the specification.
 *
 * **Source** `org.apache.spark.streaming.StateSpec` 4.3, which Spark gives to Scala and Java only.
 *
 * **Example**
 * ```ts
 * const total = StateSpec.function((word: string, n: number | null, state: State<number>) => {
 *   const sum = (state.get() ?? 0) + (n ?? 0);
 *   if (!state.isTimingOut()) state.update(sum);
 *   return [word, sum];
 * }).timeout(60);
 * ```
 */
export class StateSpec<K, V, S, M> {
  readonly mapping: MappingFunction<K, V, S, M>;
  timeoutMs: number | null = null;
  partitions: number | undefined;
  initial: RDD<[K, S]> | readonly [K, S][] | null = null;

  private constructor(mapping: MappingFunction<K, V, S, M>) {
    this.mapping = mapping;
  }

  /** Begins a specification. What the function returns becomes a record of the stream; undefined does not. */
  static function<K, V, S, R, M = never>(
    mapping: (key: K, value: V | null, state: State<S>) => [R, M] | undefined,
  ): StateSpec<K, V, S, [R, M]>;
  static function<K, V, S, M>(
    mapping: (key: K, value: V | null, state: State<S>) => M,
  ): StateSpec<K, V, S, Exclude<M, undefined | undefined>>;
  static function<K, V, S, M>(mapping: MappingFunction<K, V, S, M>): StateSpec<K, V, S, M> {
    if (typeof mapping !== 'function') {
      throw new UsageError(
        'STREAM-106',
        `StateSpec.function needs a function (key, value, state) => …, not ${typeof mapping}.`,
      );
    }
    return new StateSpec(mapping);
  }

  /** Ends a state when nothing came for its key for more than `duration` seconds, after a last call. */
  timeout(duration: number): this {
    this.timeoutMs = durationMs(duration, 'The time-out of a state');
    return this;
  }

  /** Over how many partitions states are spread; the default parallelism if left out. */
  numPartitions(count: number): this {
    this.partitions = count;
    return this;
  }

  /** The states to begin with. */
  initialState(pairs: RDD<[K, S]> | Iterable<[K, S]>): this {
    this.initial = pairs instanceof RDD ? pairs : [...pairs];
    return this;
  }
}
