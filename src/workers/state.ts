// What a worker knows between tasks: stages, shuffles, broadcasts, warm loops, free buffers; and how it runs a task.
import { limitFreeChunks } from '../blocks/chunks.js';
import { BufferPool } from '../blocks/pool.js';
import { segmentsOf, type StoredSegments } from '../blocks/stored.js';
import { loadModules } from '../closure/modules.js';
import type { ReviveContext } from '../closure/payload.js';
import { CancelledError, InternalError, LostDataError, TaskError, toErrorData } from '../errors.js';
import { BytePath } from '../plan/bytes/byte-path.js';
import { LoopCache } from '../plan/compile.js';
import { FunctionResolver } from '../plan/functions.js';
import {
  type ShuffleOutputs,
  type Stage,
  type StageNode,
  stageFunctions,
  type TaskOutput,
  type TaskSpec,
} from '../plan/stage.js';
import { now, sampleOf } from '../plan/runtime.js';
import { isAsync, TaskRun } from '../plan/task-run.js';
import { BarrierTaskContext, setCurrentTaskContext, TaskContext } from '../task-context.js';
import { SpillFolder, taskFolder } from '../plan/spill/spill-folder.js';
import { TaskMemory } from '../plan/spill/task-memory.js';
import { collectGarbage } from './collect-garbage.js';
import type { CurrentTask } from './console.js';
import { SpillForcer } from './forced-spills.js';
import { TaskHandles } from './handles.js';
import { usedHeapBytes } from './heap-figures.js';
import { MemoryLedger } from './memory-ledger.js';
import type { FailureKind, FromWorker, ToWorker, WorkerSetup } from './protocol.js';
import { RealmGuard } from './realm-guard.js';
import { WorkerAccount } from './worker-account.js';

interface LoadedStage {
  readonly stage: Stage;
  readonly shuffleIds: readonly number[];
  readonly nodes: ReadonlyMap<number, StageNode>;
  readonly hasAsync: boolean;
  /** Whether any function of it may replace what the engine stands on. */
  readonly mayReplace: boolean;
  /** Settles when the modules of its functions are loaded; rejects if one cannot be. */
  readonly modules: Promise<void>;
}

export class WorkerState implements CurrentTask {
  currentStage = -1;
  currentPartition = -1;
  #running: number | null = null;
  #atBarrier: ((said: readonly string[]) => void) | null = null;
  readonly #setup: WorkerSetup;
  readonly #send: (message: FromWorker, isFollowed?: boolean) => void;
  readonly #control: Int32Array;
  readonly #stages = new Map<number, LoadedStage>();
  /** Stages that others are named after, by the numbers of models. */
  readonly #models = new Map<number, LoadedStage>();
  readonly #shuffles = new Map<number, ShuffleOutputs>();
  /** What tasks wrote whose answers wait for the next task's, by task. */
  readonly #written = new Map<number, StoredSegments>();
  readonly #modules = new Map<string, unknown>();
  readonly #handles = new TaskHandles();
  readonly #loops = new LoopCache();
  readonly #bytes: BytePath;
  readonly #pool: BufferPool;
  readonly #account: WorkerAccount;
  /** Null without `tspark.chaos`. */
  readonly #spillForcer: SpillForcer | null;
  readonly #memory: TaskMemory;
  readonly #context: ReviveContext;
  readonly #functions: FunctionResolver;
  readonly #realm: RealmGuard;

  constructor(setup: WorkerSetup, send: (message: FromWorker, isFollowed?: boolean) => void) {
    this.#realm = new RealmGuard();
    this.#setup = setup;
    this.#send = send;
    this.#control = new Int32Array(setup.control);
    const { forcedSpills, groupBytes, idleBytes, mostDroppedBytes, taskBytes } = setup.limits;
    this.#pool = new BufferPool({ maxIdleBytes: idleBytes });
    this.#account = new WorkerAccount({
      ledger: new MemoryLedger(setup.ledger),
      place: setup.place,
      pool: this.#pool,
      mostDroppedBytes,
    });
    this.#bytes = new BytePath({
      limitBytes: taskBytes,
      onArena: (bytes) => this.#account.setArena(bytes),
    });
    limitFreeChunks(idleBytes);
    this.#spillForcer = forcedSpills && new SpillForcer(forcedSpills);
    this.#memory = new TaskMemory({
      limitBytes: taskBytes,
      mostHeldBytes: groupBytes,
      meter: {
        used: usedHeapBytes,
        collect: collectGarbage,
        tell: (bytes) => this.#account.setEngine(bytes),
      },
      mustSpill: this.#spillForcer?.mustSpill,
    });
    this.#context = {
      resolveHandle: (handle) => this.#handles.resolve(handle, this.#context),
      module: (specifier) => this.#modules.get(specifier),
    };
    this.#functions = new FunctionResolver(this.#context);
  }

  /** Handles one message; settles when it is done. Never rejects. */
  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'stage': {
        const loaded = this.#load(message);
        this.#stages.set(message.stage.id, loaded);
        if (message.model !== null) this.#models.set(message.model, loaded);
        return;
      }
      case 'same-stage': {
        const { id, properties, shuffleIds } = message;
        const model = this.#models.get(message.model)!;
        this.#stages.set(id, { ...model, stage: { ...model.stage, id, properties }, shuffleIds });
        return;
      }
      case 'barrier-met':
        this.meetBarrier(message.said);
        return;
      case 'task':
        return this.#runTask(message);
      case 'shuffle':
        this.#shuffles.set(message.outputs.shuffleId, message.outputs);
        return;
      case 'written':
        this.#takeWritten(message.shuffleId, message.taskIds);
        return;
      case 'broadcast':
        this.#handles.putBroadcast(message.id, message.bytes);
        return;
      case 'accumulator': {
        const add = this.#functions.forTask()(message.spec.add).call;
        this.#handles.putAccumulator(message.id, message.spec, add);
        return;
      }
      case 'forget':
        for (const id of message.stages) this.#stages.delete(id);
        for (const model of message.models) this.#models.delete(model);
        for (const id of message.shuffles) this.#shuffles.delete(id);
        for (const id of message.broadcasts) this.#handles.dropBroadcast(id);
        this.#account.takeBack(message.buffers);
        return;
    }
  }

  /** Where one of the tasks failed the shuffle stays unknown, as it is to those that would read it. */
  #takeWritten(shuffleId: number, taskIds: readonly number[]): void {
    const outputs = taskIds.flatMap((id) => this.#written.get(id) ?? []);
    if (outputs.length === taskIds.length) this.#shuffles.set(shuffleId, { shuffleId, outputs });
  }

  #load({ stage, shuffleIds }: Extract<ToWorker, { type: 'stage' }>): LoadedStage {
    const functions = stageFunctions(stage);
    const wanted = functions.flatMap((ref) => (ref.kind === 'closure' ? ref.payload.modules : []));
    const missing = wanted.filter((specifier) => !this.#modules.has(specifier));
    const modules = missing.length === 0 ? Promise.resolve() : this.#loadModules(missing);
    // The rejection is met by the first task; until then it must not count as unhandled.
    modules.catch(() => {});
    const nodes = new Map(stage.nodes.map((node) => [node.id, node]));
    const mayReplace = functions.some((ref) => ref.kind === 'closure' && !ref.payload.isInert);
    const hasAsync = functions.some(isAsync);
    return { stage, shuffleIds, nodes, hasAsync, mayReplace, modules };
  }

  async #loadModules(specifiers: readonly string[]): Promise<void> {
    for (const [specifier, module] of await loadModules(specifiers))
      this.#modules.set(specifier, module);
  }

  /** An error that no loop caught: fails the task that runs, or is printed where none does. */
  failFromOutside(thrown: unknown): void {
    if (this.#running === null) {
      const text = `an error after its task was done: ${sampleOf(thrown)}`;
      const { currentStage: stageId, currentPartition: partition } = this;
      this.#send({ type: 'console', level: 'error', stageId, partition, text });
      return;
    }
    const error = new TaskError(
      'TASK-110',
      `${sampleOf(thrown)} was thrown outside of any record, by a timer or a promise that nobody awaits, while partition ${this.currentPartition} was computed.`,
      { cause: thrown instanceof Error ? thrown : undefined },
    );
    const taskId = this.#running;
    this.#send({ type: 'failed', taskId, error: toErrorData(error), kind: 'user', isSpoilt: true });
  }

  async #runTask(message: Extract<ToWorker, { type: 'task' }>): Promise<void> {
    const { task, isFollowed, isAlone } = message;
    this.#running = task.taskId;
    this.#account.beginTask();
    if (isAlone) this.#account.collect();
    this.#memory.begin();
    this.#spillForcer?.begin(task.taskId);
    try {
      const answer = await this.#answer(task, isFollowed);
      if (isAlone) this.#account.collect();
      this.#send(answer, isFollowed && answer.type === 'done');
    } finally {
      // What user functions replaced of the language is not to meet the next task.
      if (this.#stages.get(task.stageId)?.mayReplace !== false) this.#realm.restore();
      if (!isFollowed) this.#written.clear();
      this.#running = null;
      setCurrentTaskContext(null);
      this.#memory.end();
      this.#account.endTask();
    }
  }

  /** Runs a task to its end. Never rejects. */
  async #answer(task: TaskSpec, isFollowed: boolean): Promise<FromWorker> {
    const startedMs = now();
    const folder = new SpillFolder(this.#setup.limits.spillPath, taskFolder(task.taskId));
    const { taskId } = task;
    try {
      const loaded = this.#stages.get(task.stageId);
      if (loaded === undefined)
        throw new InternalError('INTERNAL-901', `stage ${task.stageId} is not known to the worker`);
      await loaded.modules;
      this.#enter(loaded.stage, task);
      const output = await new TaskRun(loaded.stage, loaded.nodes, task, {
        loops: this.#loops,
        bytes: this.#bytes,
        resolve: this.#functions.forTask(),
        allocate: (sizeBytes) => this.#account.allocate(sizeBytes),
        shuffle: (place) => this.#shuffle(loaded.shuffleIds[place]!),
        isCancelled: () => Atomics.load(this.#control, 0) >= taskId,
        hasAsync: loaded.hasAsync,
        memory: this.#memory,
        folder,
        maxResultBytes: this.#setup.limits.maxResultBytes,
        takeAccumulators: () => this.#handles.takeGains(),
      }).run();
      if (!handsOverFiles(output)) folder.removeAll();
      if (isFollowed && output.result.kind === 'segments')
        this.#written.set(taskId, segmentsOf(output.result.block, output.result.spilled));
      const tookMs = now() - startedMs;
      return { type: 'done', taskId, output, tookMs, forcedSpills: this.#spillForcer?.struck ?? 0 };
    } catch (error) {
      this.#handles.clearGains();
      folder.removeAll();
      return { type: 'failed', taskId, error: toErrorData(error), kind: failureKind(error) };
    }
  }

  #enter(stage: Stage, task: TaskSpec): void {
    this.currentStage = stage.id;
    this.currentPartition = task.partition;
    const data = {
      stageId: stage.id,
      partitionId: task.partition,
      attemptNumber: task.attempt,
      taskAttemptId: task.taskId,
      localProperties: stage.properties,
    };
    setCurrentTaskContext(
      stage.barrierTasks === 0
        ? new TaskContext(data)
        : new BarrierTaskContext(data, {
            tasks: stage.barrierTasks,
            wait: (says) => this.#waitAtBarrier(task.taskId, says),
          }),
    );
  }

  #waitAtBarrier(taskId: number, says: string): Promise<readonly string[]> {
    return new Promise((resolve) => {
      this.#atBarrier = resolve;
      this.#send({ type: 'barrier', taskId, says });
    });
  }

  /** Lets the task go on that waits at a barrier. */
  meetBarrier(said: readonly string[]): void {
    this.#atBarrier?.(said);
    this.#atBarrier = null;
  }

  #shuffle(id: number): ShuffleOutputs {
    const outputs = this.#shuffles.get(id);
    if (outputs === undefined)
      throw new LostDataError(
        'LOST-503',
        `the map outputs of shuffle ${id} are not known to the worker`,
      );
    return outputs;
  }
}

/** Whether files of the task go to the driver. */
function handsOverFiles({ result, cached }: TaskOutput): boolean {
  const hasSpilled = result.kind === 'segments' && (result.spilled ?? []).length > 0;
  return hasSpilled || cached.some(({ stored }) => stored.kind === 'disk');
}

function failureKind(error: unknown): FailureKind {
  if (error instanceof CancelledError) return 'cancelled';
  // A disk that cannot be written will not be written the next time.
  if (error instanceof LostDataError && error.code === 'BLOCK-501') return 'user';
  if (error instanceof LostDataError) return 'lost-block';
  return 'user';
}
