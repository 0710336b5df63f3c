// The worker process on an executor: reads tasks from its standard input, runs each by the same code as a worker
// thread of the embedded engine, and writes what comes out back. One task at a time, until the executor ends it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BufferPool } from '../../blocks/pool.js';
import { loadModules } from '../../closure/modules.js';
import type { ReviveContext } from '../../closure/payload.js';
import { TaskError, toErrorData } from '../../errors.js';
import { BytePath } from '../../plan/bytes/byte-path.js';
import { LoopCache } from '../../plan/compile.js';
import { FunctionResolver } from '../../plan/functions.js';
import { sampleOf } from '../../plan/runtime.js';
import { SpillFolder } from '../../plan/spill/spill-folder.js';
import { TaskMemory } from '../../plan/spill/task-memory.js';
import { stageFunctions, type StageNode, type TaskOutput } from '../../plan/stage.js';
import { isAsync, TaskRun } from '../../plan/task-run.js';
import { setCurrentTaskContext } from '../../task-context.js';
import { WorkerConsole } from '../../workers/console.js';
import { installProcessGuards } from '../../workers/process-guards.js';
import { collectGarbage } from '../../workers/collect-garbage.js';
import { TaskHandles } from '../../workers/handles.js';
import { usedHeapBytes } from '../../workers/heap-figures.js';
import { decodeCommand, type Party, type StageCommand } from '../command.js';
import { jobOf } from '../job-property.js';
import { encodeReport, errorText, type PrintedLine } from '../report.js';
import {
  END_OF_DATA_SECTION,
  END_OF_STREAM,
  TIMING_DATA,
  WORKER_ERROR,
} from '../worker-protocol.js';
import { type BlockingReader, type BlockingWriter, ConnectionEnded } from './blocking-stream.js';
import { Incoming } from './incoming.js';
import type { BroadcastChanges, InitMessage, WorkerProtocol } from './init-message.js';
import { recordSink, sendResult } from './outgoing.js';
import { contextOf } from './task-contexts.js';
import { workerLimits } from './worker-limits.js';

const MAX_COMMANDS = 64;
const MAX_PRINTED_LINES = 1000;

interface LoadedCommand {
  readonly command: StageCommand;
  readonly nodes: ReadonlyMap<number, StageNode>;
  readonly hasAsync: boolean;
}

export interface TaskWorkerOptions {
  readonly reader: BlockingReader;
  readonly writer: BlockingWriter;
  readonly party: Party;
  readonly protocol: WorkerProtocol;
}

export class TaskWorker {
  readonly #reader: BlockingReader;
  readonly #writer: BlockingWriter;
  readonly #party: Party;
  readonly #protocol: WorkerProtocol;
  readonly #commands = new Map<string, LoadedCommand>();
  readonly #modules = new Map<string, unknown>();
  readonly #handles = new TaskHandles();
  readonly #loops = new LoopCache();
  readonly #pool = new BufferPool();
  readonly #limits = workerLimits(process.env);
  readonly #memory = new TaskMemory({
    limitBytes: this.#limits.taskBytes,
    meter: { used: usedHeapBytes, collect: collectGarbage, tell: () => {} },
  });
  readonly #bytes = new BytePath({ limitBytes: this.#limits.taskBytes });
  readonly #folder = new SpillFolder(join(this.#limits.spillPath, `tspark-worker-${process.pid}`));
  /** Files of Spark's broadcasts by Spark's id; they outlive a task. */
  readonly #broadcastFiles = new Map<number, string>();
  /** tspark's ids of the broadcasts that were read, by Spark's. */
  readonly #broadcastIds = new Map<number, number>();
  readonly #context: ReviveContext;
  readonly #functions: FunctionResolver;
  #printed: PrintedLine[] = [];

  constructor({ reader, writer, party, protocol }: TaskWorkerOptions) {
    this.#reader = reader;
    this.#writer = writer;
    this.#party = party;
    this.#protocol = protocol;
    this.#context = {
      resolveHandle: (handle) => this.#handles.resolve(handle, this.#context),
      module: (specifier) => this.#modules.get(specifier),
    };
    this.#functions = new FunctionResolver(this.#context);
    new WorkerConsole(
      (message) => {
        if (message.type === 'console' && this.#printed.length < MAX_PRINTED_LINES)
          this.#printed.push({ level: message.level, text: message.text });
      },
      { currentStage: -1, currentPartition: -1 },
    ).install();
    installProcessGuards();
  }

  /** Runs one task; false when the connection cannot be used for another. */
  async runTask(): Promise<boolean> {
    const bootMs = Date.now();
    const init = this.#protocol.readInit(this.#reader);
    try {
      return await this.#run(init, bootMs);
    } catch (error) {
      if (error instanceof ConnectionEnded) throw error;
      this.#fail(error);
      return false;
    } finally {
      setCurrentTaskContext(null);
      this.#memory.end();
      this.#folder.removeAll();
    }
  }

  /** What no loop caught: a timer, a promise that nobody awaits. Fails the task that runs. */
  failFromOutside(thrown: unknown): void {
    this.#fail(
      new TaskError(
        'TASK-110',
        `${sampleOf(thrown)} was thrown outside of any record, by a timer or a promise that nobody awaits.`,
        { cause: thrown instanceof Error ? thrown : undefined },
      ),
    );
  }

  async #run(init: InitMessage, bootMs: number): Promise<boolean> {
    this.#learnBroadcasts(init.broadcasts);
    const loaded = await this.#load(init.command);
    this.#learnHandles(loaded.command);
    const { stage, input, output } = loaded.command;
    setCurrentTaskContext(contextOf(init, stage.barrierTasks));
    this.#memory.begin();
    const incoming = new Incoming({
      reader: this.#reader,
      input,
      partition: init.partition,
      folder: this.#folder,
      limitBytes: this.#limits.arrivalBytes,
    });
    incoming.prepare();
    const sink = recordSink(this.#writer, output);
    const initMs = Date.now();
    const task = {
      taskId: init.taskAttemptId,
      stageId: stage.id,
      partition: init.partition,
      attempt: init.attemptNumber,
      inputs: incoming.inputs,
    };
    const done = await new TaskRun(stage, loaded.nodes, task, {
      loops: this.#loops,
      bytes: this.#bytes,
      resolve: this.#functions.forTask(),
      allocate: (sizeBytes) => this.#pool.allocate(sizeBytes),
      memory: this.#memory,
      folder: this.#folder,
      shuffle: (id) => incoming.shuffle(id),
      isCancelled: () => false,
      hasAsync: loaded.hasAsync,
      maxResultBytes: loaded.command.maxResultBytes,
      takeAccumulators: () => this.#handles.takeGains(),
      arriving: (node) => incoming.source(node),
      outgoing: sink,
    }).run();
    sink?.finish();
    sendResult(this.#writer, output, init.partition, done.result);
    if (done.result.kind === 'segments') this.#pool.release(done.result.block.buffer);
    return this.#finish(init, incoming, done, { bootMs, initMs, stageId: stage.id });
  }

  #finish(
    init: InitMessage,
    incoming: Incoming,
    done: TaskOutput,
    { bootMs, initMs, stageId }: { bootMs: number; initMs: number; stageId: number },
  ): boolean {
    const writer = this.#writer;
    const endMs = Date.now();
    writer.int(TIMING_DATA);
    for (const time of [bootMs, initMs, endMs]) writer.long(time);
    if (this.#protocol.tellsProcessingTime) writer.long(endMs - initMs);
    writer.long(this.#folder.spilledBytes); // from memory
    writer.long(this.#folder.spilledBytes); // to disk
    writer.int(END_OF_DATA_SECTION);
    const report = this.#report(init, done, stageId);
    writer.int(report === null ? 0 : 1);
    if (report !== null) writer.frame(report);
    const canGoOn =
      process.env.SPARK_REUSE_WORKER !== undefined &&
      incoming.drain() &&
      this.#reader.int() === END_OF_STREAM;
    writer.int(canGoOn ? END_OF_STREAM : END_OF_DATA_SECTION);
    writer.flush();
    return canGoOn;
  }

  #report(init: InitMessage, done: TaskOutput, stageId: number): Buffer | null {
    const printed = this.#printed;
    this.#printed = [];
    if (done.accumulators.length === 0 && printed.length === 0) return null;
    return encodeReport({
      jobId: jobOf(init.localProperties).id,
      computed: `${stageId}:${init.partition}`,
      stageId: init.stageId,
      partition: init.partition,
      updates: done.accumulators,
      printed,
      recordsRead: done.recordsRead,
      bytesRead: done.bytesRead,
    });
  }

  #fail(error: unknown): void {
    this.#handles.clearGains();
    this.#writer.int(WORKER_ERROR);
    this.#writer.frame(Buffer.from(errorText(toErrorData(error))));
    this.#writer.flush();
  }

  /** Commands are kept by their bytes, so that tasks of one stage share what was loaded for it. */
  async #load(bytes: Buffer): Promise<LoadedCommand> {
    const key = createHash('sha1').update(bytes).digest('base64');
    const known = this.#commands.get(key);
    if (known !== undefined) return known;
    const command = decodeCommand(bytes, this.#party);
    const functions = stageFunctions(command.stage);
    const modules = functions.flatMap((ref) => (ref.kind === 'closure' ? ref.payload.modules : []));
    const missing = modules.filter((specifier) => !this.#modules.has(specifier));
    for (const [specifier, module] of await loadModules(missing))
      this.#modules.set(specifier, module);
    const nodes = new Map(command.stage.nodes.map((node) => [node.id, node]));
    const loaded = { command, nodes, hasAsync: functions.some(isAsync) };
    this.#commands.set(key, loaded);
    if (this.#commands.size > MAX_COMMANDS)
      this.#commands.delete(this.#commands.keys().next().value!);
    return loaded;
  }

  #learnBroadcasts({ added, dropped }: BroadcastChanges): void {
    for (const sparkId of dropped) {
      this.#broadcastFiles.delete(sparkId);
      const id = this.#broadcastIds.get(sparkId);
      if (id !== undefined) this.#handles.dropBroadcast(id);
      this.#broadcastIds.delete(sparkId);
    }
    for (const [sparkId, path] of added) this.#broadcastFiles.set(sparkId, path);
  }

  #learnHandles({ broadcasts, accumulators }: StageCommand): void {
    for (const [id, sparkId] of broadcasts) {
      const path = this.#broadcastFiles.get(sparkId);
      if (path === undefined || this.#broadcastIds.has(sparkId)) continue;
      this.#handles.putBroadcast(id, new Uint8Array(readFileSync(path)));
      this.#broadcastIds.set(sparkId, id);
    }
    for (const [id, spec] of accumulators)
      this.#handles.putAccumulator(id, spec, this.#functions.forTask()(spec.add).call);
  }
}
