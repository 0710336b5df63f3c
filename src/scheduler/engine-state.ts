// What all jobs of one embedded engine share: partition table, block store, shuffles, tasks, broadcasts.
// Driver only. Jobs are in job-run.ts; the seam to the API is embedded.ts.
import { rmSync } from 'node:fs';
import { BlockStore } from '../blocks/store.js';
import { type SparkConf, settingOf } from '../conf.js';
import type { EventBus } from '../events.js';
import type { LineageNode } from '../lineage/node.js';
import { taskFolder } from '../plan/spill/spill-folder.js';
import type { AccumulatorSpec } from '../plan/accumulation.js';
import { type Stage, stageFunctions, type TaskOutput } from '../plan/stage.js';
import { MemoryLedger } from '../workers/memory-ledger.js';
import type { PoolWorker } from '../workers/pool.js';
import type { JobRequest } from './backend.js';
import { budgetsOf } from './budgets.js';
import { Chaos } from './chaos.js';
import { HeldBlocks } from './held-blocks.js';
import type { JobStages } from './job-stages.js';
import { LocalFolder } from './local-folder.js';
import { PartitionTable } from './partition-table.js';
import type { CachedRdd } from './plan-description.js';
import { Preparations } from './preparations.js';
import { ShuffleRegistry } from './shuffle-registry.js';
import { type CutStage, StageCutter } from './stage-cutter.js';
import { StageMessages } from './stage-messages.js';
import { TaskScheduler } from './task-scheduler.js';
import type { TaskSet } from './task-set.js';

/** With less a task would write more files than records. */
const LEAST_TASK_BYTES = 4 * 1024 * 1024;
/** V8 ends the process where single arrays and maps get too large: far above this. */
const MOST_TASK_BYTES = 3 * 1024 ** 3;
/** Shared buffers that are left to the garbage collectors: not too many, and enough to be worth collecting. */
const MOST_DROPPED_BYTES = 64 * 1024 * 1024;
const LEAST_DROPPED_BYTES = 8 * 1024 * 1024;
/** Of what user functions may hold, what the values of one key may: the function gets them as a list. */
const GROUP_SHARE = 0.5;
/** The version of a shuffle that a worker has written all by itself: it equals none, so the next stage tells of it again. */
const OF_ITS_OWN = Number.NaN;
/** Idle buffers that a worker keeps at most. */
const MOST_IDLE_BYTES = 256 * 1024 * 1024;

export class EngineState {
  readonly table: PartitionTable;
  readonly store: BlockStore;
  readonly held: HeldBlocks;
  readonly shuffles: ShuffleRegistry;
  readonly cutter: StageCutter;
  readonly prepared: Preparations;
  readonly tasks: TaskScheduler;
  /** Where everything goes that goes to disk. */
  readonly folder: LocalFolder;
  /** Whether stages may run on bytes. */
  readonly usesBytes: boolean;
  readonly #events: EventBus;
  readonly #stageMessages: StageMessages;
  readonly #broadcasts = new Map<number, Uint8Array>();
  readonly #accumulators = new Map<number, AccumulatorSpec>();
  /** Which worker allocated a buffer, so that it goes back into the right pool. */
  readonly #ownerOf = new WeakMap<SharedArrayBuffer, PoolWorker>();
  /** Every node that a stage was cut from and that can still be reached, by its id. */
  readonly #watched = new Map<number, WeakRef<LineageNode>>();
  /** Nodes that may have partitions in the store. */
  readonly #keeping = new Set<number>();
  /** A node that nobody can reach any more takes its shuffles and cached partitions along. */
  readonly #gone = new FinalizationRegistry<number>((nodeId) => this.#forgetNode(nodeId));
  #nextStageId = 0;
  #nextResultId = 0;

  constructor(options: { threads: number; conf: SparkConf; events: EventBus }) {
    const budgets = budgetsOf(options.conf);
    const taskBytes = Math.min(
      MOST_TASK_BYTES,
      Math.max(LEAST_TASK_BYTES, budgets.executionBytes / options.threads),
    );
    this.#events = options.events;
    this.folder = new LocalFolder(options.conf);
    this.usesBytes = settingOf(options.conf, 'tspark.bytePath') !== 'off';
    this.#stageMessages = new StageMessages({
      usesBytes: this.usesBytes,
      onForgotten: (model) => {
        for (const worker of this.tasks.workers) worker.forgetModel(model);
      },
    });
    this.table = new PartitionTable(options.conf, options.threads);
    const chaos = Chaos.fromConf(options.conf, options.events);
    this.store = new BlockStore({
      budgetBytes: budgets.blockBytes,
      directory: () => this.folder.made(),
      release: (buffer) => this.#giveBack(buffer),
      onMove: (key) => {
        this.shuffles.moved(key);
        this.held.moved(key);
      },
      onEvict: (key) => this.shuffles.moved(key),
      beforeWrite: chaos?.beforeWrite,
      onUse: (bytes) => MemoryLedger.ofProcess().addBlocks(bytes),
    });
    chaos?.attach(this.store);
    this.held = new HeldBlocks(this.store);
    this.shuffles = new ShuffleRegistry(this.store);
    this.prepared = new Preparations(this.table);
    this.cutter = new StageCutter({
      table: this.table,
      isFullyCached: (node, partitions) => this.#isFullyCached(node, partitions),
      offsetsOf: (node) => this.prepared.offsetsOf(node),
      onNode: (node) => this.#watch(node),
    });
    this.tasks = new TaskScheduler({
      threads: options.threads,
      maxFailures: budgets.maxTaskFailures,
      heapBytes: budgets.heapBytes,
      blockBytes: budgets.blockBytes,
      limits: {
        maxResultBytes: budgets.maxResultBytes,
        taskBytes,
        groupBytes: GROUP_SHARE * budgets.heapBytes,
        idleBytes: Math.min(MOST_IDLE_BYTES, taskBytes / 2),
        mostDroppedBytes: Math.min(
          MOST_DROPPED_BYTES,
          Math.max(LEAST_DROPPED_BYTES, budgets.blockBytes / 2),
        ),
        spillPath: this.folder.path,
        forcedSpills: chaos?.forcedSpills ?? null,
      },
      onWasted: (taskId) => this.folder.removePart(taskFolder(taskId)),
      events: options.events,
      link: chaos,
    });
  }

  /** To the pool it came from; what no pool made is left to the garbage collectors. */
  #giveBack(buffer: SharedArrayBuffer): void {
    const owner = this.#ownerOf.get(buffer);
    if (owner === undefined) MemoryLedger.ofProcess().addDropped(buffer.byteLength);
    else owner.giveBack(buffer);
  }

  nextStageId(): number {
    return this.#nextStageId++;
  }

  /** Tells the result stages of a job apart, its own and those of its preparations. */
  nextResultId(): number {
    return this.#nextResultId++;
  }

  /** Takes over what a task made: cached partitions go into the store, buffers are owned. */
  adopt(output: TaskOutput, worker: PoolWorker, cut: CutStage): void {
    if (output.result.kind === 'segments') this.#ownerOf.set(output.result.block.buffer, worker);
    for (const { node, partition, stored } of output.cached) {
      if (stored.kind === 'memory') this.#ownerOf.set(stored.block.buffer, worker);
      const { id, storage: level } = cut.lineage[node]!;
      const key = cachedKey(id, partition);
      const isWanted = level.isStored && !this.store.has(key);
      if (isWanted) this.#keeping.add(id);
      if (stored.kind === 'disk') {
        // What does not fit in memory at once is not kept in memory only.
        if (isWanted && level.useDisk) this.store.putFile(key, stored.block);
        else rmSync(stored.block.path, { force: true });
      } else if (!isWanted) worker.giveBack(stored.block.buffer);
      else {
        const policy = level.useMemory ? (level.useDisk ? 'spill' : 'drop') : 'disk';
        this.store.put(key, stored.block, policy);
      }
    }
  }

  /** Tells a worker what a stage needs before its first task there; `writers` as in TaskSet. */
  preparer(stage: Stage, shuffleIds: readonly number[]): TaskSet['prepare'] {
    const functions = stageFunctions(stage);
    const handles = functions.flatMap((ref) => (ref.kind === 'closure' ? ref.payload.handles : []));
    const messageOf = this.#stageMessages.of(stage, shuffleIds);
    return (worker, writers) => {
      worker.flushForgotten();
      for (const { type, id } of handles) {
        if (type === 'broadcast') this.#sendBroadcast(worker, id);
        else this.#sendAccumulator(worker, id);
      }
      for (const id of shuffleIds) {
        if (writers !== undefined) {
          worker.send({ type: 'written', shuffleId: id, taskIds: writers });
          worker.knownShuffles.set(id, OF_ITS_OWN);
          continue;
        }
        const version = this.shuffles.version(id);
        if (worker.knownShuffles.get(id) === version) continue;
        worker.send({ type: 'shuffle', outputs: this.shuffles.outputs(id) });
        worker.knownShuffles.set(id, version);
      }
      if (worker.knownStages.has(stage.id)) return;
      worker.send(messageOf(worker));
      worker.knownStages.add(stage.id);
    };
  }

  forgetStage(id: number): void {
    for (const worker of this.tasks.workers) worker.forgetStage(id);
  }

  /** Emits the start of a stage; `end` emits its end. */
  announceStage(
    request: JobRequest,
    stage: Stage,
    tasks: number,
    stages: JobStages,
  ): { end: (outcome: 'succeeded' | 'failed' | 'cancelled') => void } {
    const { jobId } = request;
    const output = stage.nodes.find((node) => node.id === stage.output)!;
    const name = stage.sink.kind === 'shuffle-write' ? output.operation : request.action;
    this.#events.emit({
      kind: 'job-stages',
      jobId,
      stageIds: stages.ids,
      skippedStageIds: stages.skippedIds,
      taskCount: tasks,
    });
    this.#events.emit({
      kind: 'stage-start',
      jobId,
      stageId: stage.id,
      name,
      taskCount: tasks,
      timeMs: Date.now(),
    });
    return {
      end: (outcome) =>
        this.#events.emit({
          kind: 'stage-end',
          jobId,
          stageId: stage.id,
          outcome,
          timeMs: Date.now(),
        }),
    };
  }

  putBroadcast(id: number, bytes: Uint8Array): void {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
    shared.set(bytes);
    this.removeBroadcast(id);
    this.#broadcasts.set(id, shared);
    MemoryLedger.ofProcess().addBlocks(shared.byteLength);
  }

  removeBroadcast(id: number): void {
    const bytes = this.#broadcasts.get(id);
    if (bytes === undefined) return;
    this.#broadcasts.delete(id);
    MemoryLedger.ofProcess().addBlocks(-bytes.byteLength);
    MemoryLedger.ofProcess().addDropped(bytes.byteLength);
    for (const worker of this.tasks.workers) worker.forgetBroadcast(id);
  }

  putAccumulator(id: number, spec: AccumulatorSpec): void {
    this.#accumulators.set(id, spec);
  }

  /** The nodes that have partitions in the store, in the order they were made. */
  cached(): CachedRdd[] {
    const found = new Map<
      number,
      { keptPartitions: number; memoryBytes: number; diskBytes: number }
    >();
    for (const key of this.store.keys()) {
      const id = nodeIdOf(key);
      if (id === null) continue;
      const sums = found.get(id) ?? { keptPartitions: 0, memoryBytes: 0, diskBytes: 0 };
      const { memoryBytes, diskBytes } = this.store.sizeOf(key);
      found.set(id, {
        keptPartitions: sums.keptPartitions + 1,
        memoryBytes: sums.memoryBytes + memoryBytes,
        diskBytes: sums.diskBytes + diskBytes,
      });
    }
    return [...found]
      .sort(([a], [b]) => a - b)
      .flatMap(([id, sums]) => {
        const node = this.#watched.get(id)?.deref();
        if (node === undefined) return [];
        const { operation, name, storage } = node;
        const { partitions } = this.table.layout(node);
        return [{ nodeId: id, operation, name, level: storage, partitions, ...sums }];
      });
  }

  /** How many partitions of a node are in the store. */
  keptPartitions(nodeId: number): number {
    let count = 0;
    for (const key of this.store.keys()) if (nodeIdOf(key) === nodeId) count++;
    return count;
  }

  unpersist(node: LineageNode): void {
    this.#removeCached(node.id);
  }

  cleanShuffles(nodeId: number): void {
    const id = this.cutter.shuffleIdOf(nodeId);
    if (id === null) return;
    this.shuffles.remove(id);
    for (const worker of this.tasks.workers) worker.forgetShuffle(id);
  }

  #sendBroadcast(worker: PoolWorker, id: number): void {
    const bytes = this.#broadcasts.get(id);
    if (bytes === undefined || worker.knownBroadcasts.has(id)) return;
    worker.send({ type: 'broadcast', id, bytes });
    worker.knownBroadcasts.add(id);
  }

  #sendAccumulator(worker: PoolWorker, id: number): void {
    const spec = this.#accumulators.get(id);
    if (spec === undefined || worker.knownAccumulators.has(id)) return;
    worker.send({ type: 'accumulator', id, spec });
    worker.knownAccumulators.add(id);
  }

  #isFullyCached(node: LineageNode, partitions: number): boolean {
    for (let partition = 0; partition < partitions; partition++) {
      if (!this.store.has(cachedKey(node.id, partition))) return false;
    }
    return true;
  }

  #watch(node: LineageNode): void {
    if (this.#watched.has(node.id)) return;
    this.#watched.set(node.id, new WeakRef(node));
    this.#gone.register(node, node.id);
  }

  #forgetNode(nodeId: number): void {
    this.#watched.delete(nodeId);
    this.cleanShuffles(nodeId);
    this.cutter.forget(nodeId);
    this.#removeCached(nodeId);
  }

  #removeCached(nodeId: number): void {
    // Most nodes keep nothing, and many may go at once.
    if (!this.#keeping.delete(nodeId)) return;
    const prefix = cachedKey(nodeId, '');
    for (const key of [...this.store.keys()]) if (key.startsWith(prefix)) this.store.remove(key);
  }
}

/** Key of a cached partition in the store. */
export function cachedKey(nodeId: number, partition: number | ''): string {
  return `rdd:${nodeId}:${partition}`;
}

/** The node of a cached partition's key, null for the key of anything else. */
function nodeIdOf(key: string): number | null {
  const match = /^rdd:(\d+):/.exec(key);
  return match === null ? null : Number(match[1]);
}
