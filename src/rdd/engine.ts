// The driver-side runtime that all handles of a context share: captures functions, numbers and starts jobs,
// keeps what they need. Knows the backend by its interface only.
import { captureClosure, captureValue } from '../closure/capture.js';
import {
  DRIVER_ONLY,
  type DriverOnly,
  type FunctionForm,
  type HandleRef,
} from '../closure/payload.js';
import { userCallSite } from '../closure/call-site.js';
import { isPlainData } from '../closure/value-size.js';
import { parseSize, settingOf, type SparkConf } from '../conf.js';
import { type CallSite, UsageError } from '../errors.js';
import type { EventBus } from '../events.js';
import { Job } from '../job.js';
import type { FunctionRef } from '../lineage/function-ref.js';
import { type LineageNode, makeNode, type NodeSpec } from '../lineage/node.js';
import type { TaskBackend } from '../scheduler/backend.js';
import { describeValue } from '../values/describe.js';
import type { AccumulatorUpdate } from '../plan/accumulation.js';
import { type ActionHost, ActionRun } from './action-run.js';
import { CheckpointStore } from './checkpoints.js';
import { JobPropertyStore } from './job-properties.js';
import { type Capturing, SharedVariables } from './shared-variables.js';
import { formatBytes } from '../sizes.js';
import { StatusTracker } from './status-tracker.js';

/**
 * How an operation calls a function: once a record for a value, once a record for an iterable,
 * or once a partition.
 */
export type FunctionUse = 'record' | 'expand' | 'partition';

export interface EngineOptions {
  readonly backend: TaskBackend;
  readonly events: EventBus;
  readonly conf: SparkConf;
  /** Partitions where none are given; a cluster says it when it is there. */
  readonly defaultParallelism: () => number;
  /** The SparkContext. */
  readonly owner: object;
}

export class Engine implements DriverOnly, Capturing, ActionHost {
  readonly [DRIVER_ONLY] = 'the SparkContext';
  readonly backend: TaskBackend;
  readonly events: EventBus;
  readonly conf: SparkConf;
  readonly owner: object;
  /** Most bytes an action may bring to the driver. */
  readonly maxResultBytes: number;
  readonly properties = new JobPropertyStore();
  readonly shared: SharedVariables;
  readonly checkpoints: CheckpointStore;
  readonly status: StatusTracker;
  readonly #running = new Map<number, ActionRun>();
  /** The functions behind the references, for what the driver itself has to call. */
  readonly #originals = new WeakMap<FunctionRef, Function>();
  readonly #noticedNames = new Set<string>();
  readonly #broadcastThreshold: number;
  readonly #defaultParallelism: () => number;
  #nextJobId = 0;
  /** Functions captured for the call that is under way. */
  #functionsOfCall = 0;
  #stoppedWhy: string | null = null;

  constructor({ backend, events, conf, defaultParallelism, owner }: EngineOptions) {
    this.backend = backend;
    this.events = events;
    this.conf = conf;
    this.#defaultParallelism = defaultParallelism;
    this.owner = owner;
    this.maxResultBytes =
      sizeSetting(conf, 'spark.driver.maxResultSize') || Number.POSITIVE_INFINITY;
    this.#broadcastThreshold = sizeSetting(conf, 'tspark.closure.broadcastThreshold');
    this.shared = new SharedVariables(backend, this);
    this.checkpoints = new CheckpointStore();
    this.status = new StatusTracker(events);
  }

  /** Partitions where none are given. */
  get defaultParallelism(): number {
    return this.#defaultParallelism();
  }

  /** A new lineage node made by `operation` at the user's line. */
  node(operation: string, spec: NodeSpec): LineageNode {
    this.#functionsOfCall = 0;
    return makeNode(operation, spec, siteOfFunction(spec) ?? this.site());
  }

  /** The user's line that is being run, if it can be told. */
  site(): CallSite | null {
    return userCallSite();
  }

  /** Captures a user function for tasks; refuses what is no function or has the wrong form for its use. */
  function(fn: unknown, operation: string, use: FunctionUse = 'record'): FunctionRef {
    if (typeof fn !== 'function') {
      throw new UsageError('RDD-101', `${operation}() needs a function, not ${describeValue(fn)}.`);
    }
    const payload = captureClosure(fn, {
      operation,
      site: this.site(),
      ordinal: this.#functionsOfCall++,
      largeValueBytes: this.#broadcastThreshold,
      onLargeValue: (name, value, size) => this.#broadcastLarge(name, value, size),
    });
    refuseForm(payload.form, payload.text, operation, use);
    const ref: FunctionRef = { kind: 'closure', payload };
    this.#originals.set(ref, fn);
    return ref;
  }

  /** As `function`, but null where none is given. */
  optionalFunction(fn: unknown, operation: string): FunctionRef | null {
    return fn === undefined || fn === null ? null : this.function(fn, operation);
  }

  /** The function that a reference was captured from. */
  originalOf(ref: FunctionRef): Function | null {
    return this.#originals.get(ref) ?? null;
  }

  /** Captures a value for a broadcast. */
  value(value: unknown, operation: string): Uint8Array {
    return captureValue(value, { operation, site: this.site() });
  }

  /** Starts an action: `body` runs jobs through the ActionRun it gets. */
  action<T>(name: string, body: (run: ActionRun) => Promise<T>): Job<T> {
    this.assertRunning();
    this.#functionsOfCall = 0;
    const run = new ActionRun(this, {
      action: name,
      site: this.backend.showsCallSites === true ? this.site() : null,
      properties: this.properties.snapshot(),
    });
    const work = async (): Promise<T> => {
      try {
        return await body(run);
      } finally {
        this.#running.delete(run.firstJobId);
      }
    };
    this.#running.set(run.firstJobId, run);
    return Job.start(run.firstJobId, work, (reason) => run.cancel(reason ?? 'cancelled'));
  }

  /** An answer that needs no task. */
  query<T>(body: () => T | Promise<T>): Job<T> {
    this.assertRunning();
    return Job.start(
      -1,
      async () => body(),
      () => {},
    );
  }

  applyAccumulators(updates: readonly AccumulatorUpdate[]): void {
    this.shared.apply(updates);
  }

  afterJob(node: LineageNode, run: ActionRun): Promise<void> {
    return this.checkpoints.afterJob(node, run);
  }

  takeJobId(): number {
    return this.#nextJobId++;
  }

  /** Cancels the actions under way that the filter picks. */
  cancelWhere(picks: (run: ActionRun) => boolean, reason: string): void {
    for (const run of this.#running.values()) if (picks(run)) run.cancel(reason);
  }

  assertRunning(): void {
    if (this.#stoppedWhy !== null) throw new UsageError('CONTEXT-103', this.#stoppedWhy);
  }

  /** Cancels what runs and ends the backend; every later call fails with `why`. */
  end(why: string, cleanUp: () => void): Job<void> {
    if (this.#stoppedWhy !== null) return Job.of(undefined);
    this.#stoppedWhy = why;
    this.cancelWhere(() => true, 'the SparkContext was stopped');
    const ended = this.backend.stop();
    return Job.of(ended.finally(cleanUp));
  }

  /** Null lets the value travel with its function: what is no plain data may fail there with a better message. */
  #broadcastLarge(name: string, value: unknown, sizeBytes: number): HandleRef | null {
    if (!isPlainData(value)) return null;
    if (!this.#noticedNames.has(name)) {
      this.#noticedNames.add(name);
      const text = `The captured variable ${name} (${formatBytes(sizeBytes)}) is broadcast: each worker gets it once. Use sc.broadcast(${name}) to say so yourself.`;
      this.events.emit({ kind: 'notice', text });
    }
    return this.shared.broadcastBytes(captureValue(value, { operation: 'broadcast', site: null }));
  }
}

/** The place of a call that has captured a function is known by it, and to look for one takes ten microseconds. */
function siteOfFunction(spec: NodeSpec): CallSite | null {
  let ref: FunctionRef | null = null;
  if (spec.kind === 'narrow' && 'fn' in spec.op) ref = spec.op.fn;
  if (spec.kind === 'shuffle' && spec.aggregation.kind === 'combine')
    ref = spec.aggregation.mergeValue;
  return ref?.kind === 'closure' ? ref.payload.site : null;
}

function refuseForm(form: FunctionForm, text: string, operation: string, use: FunctionUse): void {
  if (use === 'partition' || form === 'sync') return;
  if (form === 'generator') {
    if (use === 'expand') return;
    throw new UsageError(
      'RDD-103',
      `${operation}() cannot use the generator function ${text}: it would get an iterator for each record. Use flatMap or mapPartitions.`,
    );
  }
  throw new UsageError(
    'RDD-103',
    `${operation}() cannot use the async function ${text}: it is called once a record and its promise would be the result. ` +
      'Use mapPartitions with an async generator: async function* (records) { for (const r of records) yield await …; }.',
  );
}

function sizeSetting(
  conf: SparkConf,
  key: 'spark.driver.maxResultSize' | 'tspark.closure.broadcastThreshold',
): number {
  return parseSize(settingOf(conf, key) ?? '0', key);
}
