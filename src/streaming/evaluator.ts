// Turns the graph of streams into RDDs: one per stream and batch time, made once and kept as long as needed.
// Main thread only; knows nothing of clocks, receivers or output. Times are milliseconds.
import type { RDD } from '../rdd/rdd.js';
import { StorageLevel } from '../storage-level.js';
import { type BatchView, computeRdd, type OperatorState } from './compute.js';
import { nodeOf } from './handles.js';
import { planRemember, windowParents } from './remember.js';
import { reachableNodes, type StreamNode } from './stream-node.js';

/** What is known of one stream while it is in use. */
interface NodeRun {
  /** Batches are counted from here: the first RDD is one slide later. */
  zeroMs: number;
  rememberMs: number;
  keepLevel: StorageLevel;
  /** RDDs by time. A promise, so that two readers of one batch share one computation. */
  readonly generated: Map<number, Promise<RDD<unknown> | null>>;
  /** RDDs that were persisted here and are unpersisted when they are forgotten. */
  readonly persisted: Map<number, RDD<unknown>>;
  /** Times whose RDD could not be made; later batches that look back on them try again. */
  readonly failed: Set<number>;
  /** Times up to here are gone. */
  forgottenMs: number;
  /** The last state of a stateful stream; outlives stop and start. */
  state: OperatorState;
}

export class StreamEvaluator implements BatchView {
  readonly #runs = new Map<StreamNode, NodeRun>();
  #latestMs = 0;

  /** Begins anew at `zeroMs`: windows are empty again, states are kept. */
  restart(zeroMs: number): void {
    this.#latestMs = zeroMs;
    for (const [node, run] of this.#runs) {
      this.#forgetUpTo(node, run, Number.POSITIVE_INFINITY);
      run.zeroMs = zeroMs;
      run.forgottenMs = zeroMs;
      run.state = { ...run.state, timeMs: zeroMs };
    }
  }

  /**
   * Goes on where another process ended: states are as given, windows are made anew from what the sources
   * still know.
   */
  recover(states: ReadonlyMap<StreamNode, OperatorState>, timeMs: number): void {
    this.#latestMs = timeMs;
    for (const [node, run] of this.#runs) {
      const { kind } = node.spec;
      const looksBack = kind !== 'state' && kind !== 'mapped-state' && kind !== 'reduced-window';
      run.forgottenMs = looksBack ? timeMs - run.rememberMs : timeMs;
      run.state = states.get(node) ?? { ...run.state, timeMs };
    }
  }

  /** How far back any stream is remembered. */
  get longestMemoryMs(): number {
    return Math.max(0, ...[...this.#runs.values()].map((run) => run.rememberMs));
  }

  /** Batches before `timeMs` that were not asked for yet are left out; with `keepsPast` windows still see older ones. */
  skipTo(timeMs: number, keepsPast: boolean): void {
    for (const [node, run] of this.#runs) {
      if (!keepsPast) run.forgottenMs = Math.max(run.forgottenMs, timeMs - 1);
      const lastMs = timeMs - 1 - ((timeMs - 1 - run.zeroMs) % node.slideMs);
      run.state = { ...run.state, timeMs: Math.max(run.state.timeMs, lastMs) };
    }
  }

  /** Sets which streams are read. Streams that are new begin at `zeroMs`; what nobody reads is dropped. */
  setOutputs(outputs: readonly StreamNode[], zeroMs: number, rememberMs: number): void {
    const remember = planRemember(outputs, rememberMs);
    const windowed = windowParents(outputs);
    for (const [node, run] of this.#runs) {
      if (remember.has(node)) continue;
      this.#forgetUpTo(node, run, Number.POSITIVE_INFINITY);
      this.#runs.delete(node);
    }
    for (const node of reachableNodes(outputs)) {
      const run = this.#runs.get(node) ?? this.#join(node, zeroMs);
      run.rememberMs = remember.get(node) ?? node.slideMs;
      run.keepLevel = keepLevel(node, windowed.has(node));
    }
  }

  /** Whether the stream has an RDD at that time at all. */
  isDue(node: StreamNode, timeMs: number): boolean {
    const run = this.#runs.get(node);
    return run !== undefined && timeMs > run.zeroMs && (timeMs - run.zeroMs) % node.slideMs === 0;
  }

  /** The stream's RDD of a batch, null where it has none. */
  rddAt(node: StreamNode, timeMs: number): Promise<RDD<unknown> | null> {
    const run = this.#runs.get(node);
    if (run === undefined || !this.isDue(node, timeMs)) return Promise.resolve(null);
    const known = run.generated.get(timeMs);
    const isWorthAnotherTry = run.failed.has(timeMs) && timeMs < this.#latestMs;
    if (known !== undefined && !isWorthAnotherTry) return known;
    if (timeMs <= run.forgottenMs) return Promise.resolve(null);
    this.#latestMs = Math.max(this.#latestMs, timeMs);
    run.failed.delete(timeMs);
    const made = this.#generate(node, run, timeMs);
    run.generated.set(timeMs, made);
    // Within its own batch a failure is final, so that all outputs of the batch see the same.
    made.catch(() => run.failed.add(timeMs));
    return made;
  }

  /** The RDDs of the batches from one time to another, both included, in order of time. */
  async slice(node: StreamNode, fromMs: number, toMs: number): Promise<RDD<unknown>[]> {
    const run = this.#runs.get(node);
    if (run === undefined) return [];
    const align = (ms: number): number =>
      ms - ((((ms - run.zeroMs) % node.slideMs) + node.slideMs) % node.slideMs);
    const rdds: RDD<unknown>[] = [];
    const first = Math.max(align(fromMs), run.zeroMs + node.slideMs);
    for (let timeMs = first; timeMs <= align(toMs); timeMs += node.slideMs) {
      const rdd = await this.rddAt(node, timeMs);
      if (rdd !== null) rdds.push(rdd);
    }
    return rdds;
  }

  zeroOf(node: StreamNode): number {
    return this.#runs.get(node)?.zeroMs ?? 0;
  }

  stateOf(node: StreamNode): OperatorState {
    return this.#runs.get(node)?.state ?? { rdd: null, chain: null, timeMs: this.zeroOf(node) };
  }

  setState(node: StreamNode, state: OperatorState): void {
    const run = this.#runs.get(node);
    if (run !== undefined) run.state = state;
  }

  /** The time of the newest batch that was asked for. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** Drops what no reader of a batch after `timeMs` can ask for. */
  forget(timeMs: number): void {
    for (const [node, run] of this.#runs) {
      this.#forgetUpTo(node, run, timeMs - run.rememberMs);
    }
  }

  #join(node: StreamNode, zeroMs: number): NodeRun {
    const run: NodeRun = {
      zeroMs,
      rememberMs: node.slideMs,
      keepLevel: StorageLevel.NONE,
      generated: new Map(),
      persisted: new Map(),
      failed: new Set(),
      forgottenMs: zeroMs,
      state: { rdd: null, chain: null, timeMs: zeroMs },
    };
    this.#runs.set(node, run);
    return run;
  }

  async #generate(node: StreamNode, run: NodeRun, timeMs: number): Promise<RDD<unknown> | null> {
    const rdd = await computeRdd(node, timeMs, this);
    // An RDD that is kept already is the user's own affair (a queue may hold cached RDDs).
    if (rdd !== null && run.keepLevel.isStored && !nodeOf(rdd).storage.isStored) {
      rdd.persist(run.keepLevel);
      run.persisted.set(timeMs, rdd);
    }
    return rdd;
  }

  #forgetUpTo(node: StreamNode, run: NodeRun, timeMs: number): void {
    for (const time of [...run.generated.keys()]) {
      if (time > timeMs) continue;
      run.generated.delete(time);
      run.failed.delete(time);
      // Nobody waits for this; a failure to free a cached partition shows in the block store.
      run.persisted
        .get(time)
        ?.unpersist()
        .catch(() => {});
      run.persisted.delete(time);
    }
    if (Number.isFinite(timeMs)) run.forgottenMs = Math.max(run.forgottenMs, timeMs);
    if (node.spec.kind === 'input') node.spec.source.forget(timeMs);
  }
}

function keepLevel(node: StreamNode, isWindowed: boolean): StorageLevel {
  if (node.storage.isStored) return node.storage;
  return isWindowed ? StorageLevel.MEMORY_AND_DISK : StorageLevel.NONE;
}
