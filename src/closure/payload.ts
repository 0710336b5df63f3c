// What a captured function looks like while it travels: plain data, the same on every backend.
import type { CallSite } from '../errors.js';

/** How calling the function behaves; decides which operations accept it. */
export type FunctionForm = 'sync' | 'async' | 'generator' | 'async-generator';

/** A broadcast or accumulator that the function uses, named by its kind and id. */
export interface HandleRef {
  readonly type: 'broadcast' | 'accumulator';
  readonly id: number;
  /** True where the capture was so large that it became a broadcast by itself: the function sees the bare value. */
  readonly unwrap?: true;
}

/** A function with everything it captured, ready to be posted or written. */
export interface ClosurePayload {
  /** The object graph (v8.serialize). */
  readonly bytes: Uint8Array;
  /** Hash of `bytes`: equal payloads behave alike and compile once per worker. */
  readonly hash: string;
  readonly form: FunctionForm;
  /** The function's own text on one line, for messages. */
  readonly text: string;
  /** Where the transformation that takes it was called. */
  readonly site: CallSite | null;
  /** True if it captured nothing mutable: a worker may revive it once and keep it. */
  readonly isStateless: boolean;
  /** True if calling it runs no code but its own operators: it can have replaced nothing of the language. */
  readonly isInert: boolean;
  readonly handles: readonly HandleRef[];
  /** Modules (specifiers or absolute file URLs) that a worker loads before it revives the function. */
  readonly modules: readonly string[];
  /** File names of the scripts that the graph's locations speak of, as far as they are known. Not part of `hash`. */
  readonly scripts: Readonly<Record<string, string>>;
}

/**
 * Objects that know how to travel implement this: the payload holds only the handle,
 * and `ReviveContext.resolveHandle` turns it into the worker's object.
 */
export const TRAVELS_AS: unique symbol = Symbol.for('tspark.travelsAs') as never;
export interface Travels {
  [TRAVELS_AS](): HandleRef;
}

/** Objects that live at the driver only name themselves here: `sc`, an RDD, a DStream, `ssc`. */
export const DRIVER_ONLY: unique symbol = Symbol.for('tspark.driverOnly') as never;
export interface DriverOnly {
  /** What it is, in the user's words, such as `an RDD` or `the SparkContext`. */
  readonly [DRIVER_ONLY]: string;
}

/** What reviving needs from the worker it happens in. */
export interface ReviveContext {
  resolveHandle(handle: HandleRef): unknown;
  /** A module of `payload.modules`, loaded beforehand; where it is undefined, it is loaded at once. */
  module(specifier: string): unknown;
}
