// The thread that owns the workers: starts them, ends them, and watches the process's memory, also while the
// driver's thread is busy. Tasks and their results never come here: workers talk with the driver by themselves.
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { HeapGuard, type MemorySample } from './heap-guard.js';
import { MemoryLedger } from './memory-ledger.js';
import { residentBytes } from './resident-size.js';
import type { FromSupervisor, SupervisorSetup, ToSupervisor } from './supervisor-protocol.js';

/** V8's own limits abort the whole process in some cases, so they are set far above what a worker may use. */
const MIN_OLD_GENERATION_MB = 16_384;
const HEADROOM = 4;

/** How often memory is looked at: at rest, while tasks run, and while much is held: it can grow by 3 MB a millisecond. */
const REST_LOOK_MS = 100;
const LOOK_MS = 50;
const CLOSE_LOOK_MS = 10;
/** Part of the limit from which on memory is looked at closely. */
const CLOSE_SHARE = 0.25;
/** How long freed memory may take to leave the process once the workers are gone. */
const SETTLE_MS = 60;
/** A thread stuck in native code cannot be ended: it is given up after so long. */
const GIVE_UP_MS = 500;
/** One that runs nothing is not stuck, and what is ended for its memory frees it first: gigabytes take seconds. */
const GIVE_UP_FREEING_MS = 10_000;
/** Node never closes the files of a thread that is ended while it loads its modules, so it may load them first. */
const LOAD_MS = 5000;

const port = parentPort!;
const { ledger: ledgerMemory, heapBytes, blockBytes } = workerData as SupervisorSetup;
const ledger = new MemoryLedger(ledgerMemory);
const guard = new HeapGuard(heapBytes);

class OwnedWorker {
  readonly id: number;
  /** In the ledger. */
  readonly place: number;
  readonly thread: Worker;
  reason: string | null = null;
  /** Settles when the thread is gone, or given up. */
  readonly gone: Promise<void>;
  /** Settles when the thread has its modules. */
  readonly #loaded: Promise<void>;
  /** Its exit is told with those of the others that were ended for their memory. */
  isCulled = false;
  isStuck = false;

  constructor({ workerId, setup, port: channel }: Extract<ToSupervisor, { type: 'start' }>) {
    this.id = workerId;
    this.place = setup.place;
    this.thread = new Worker(new URL('./entry.js', import.meta.url), {
      workerData: { ...setup, port: channel },
      transferList: [channel],
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(MIN_OLD_GENERATION_MB, (HEADROOM * heapBytes) / 2 ** 20),
      },
    });
    this.thread.on('error', (error) => {
      this.reason = describeDeath(error);
    });
    this.#loaded = new Promise((resolve) => {
      this.thread.once('message', () => resolve());
    });
    this.gone = new Promise((resolve) => {
      this.thread.on('exit', (code) => {
        this.reason ??= `it exited with status ${code}`;
        resolve();
      });
    });
  }

  /** Ends the thread, whatever it does; settles when it is gone or has to be given up. */
  async end(reason: string, giveUpMs: number): Promise<void> {
    this.reason ??= reason;
    await settled([this.#loaded, this.gone], LOAD_MS);
    void this.thread.terminate();
    this.isStuck = !(await settled([this.gone], giveUpMs));
  }
}

/** Waits for the first of some promises, but no longer than so long; tells whether one has settled. */
async function settled(promises: readonly Promise<void>[], limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const isSettled = await Promise.race([late, ...promises.map((each) => each.then(() => true))]);
  clearTimeout(timer);
  return isSettled;
}

const workers = new Map<number, OwnedWorker>();
let isCulling = false;

port.on('message', (message: ToSupervisor) => {
  if (message.type === 'start') start(message);
  else void end(message);
});
setTimeout(look, REST_LOOK_MS);

function start(message: Extract<ToSupervisor, { type: 'start' }>): void {
  const worker = new OwnedWorker(message);
  workers.set(worker.id, worker);
  void worker.gone.then(() => {
    if (worker.isStuck)
      port.postMessage({ type: 'freed', workerId: worker.id } satisfies FromSupervisor);
    else if (!worker.isCulled) tellExit(worker.id);
  });
}

async function end({ workerId, reason }: Extract<ToSupervisor, { type: 'terminate' }>) {
  const worker = workers.get(workerId);
  if (worker === undefined) return;
  await worker.end(reason, ledger.isBusy(worker.place) ? GIVE_UP_MS : GIVE_UP_FREEING_MS);
  tellExit(workerId);
}

/** Once for each worker. */
function tellExit(workerId: number, memory?: { heldBytes: number; leftBytes: number }): void {
  const worker = workers.get(workerId);
  if (worker === undefined) return;
  workers.delete(workerId);
  const reason = worker.reason ?? 'it ended';
  const death = memory
    ? { kind: 'memory' as const, reason, ...memory }
    : { kind: 'exit' as const, reason };
  const { isStuck } = worker;
  port.postMessage({ type: 'exit', workerId, death, isStuck } satisfies FromSupervisor);
}

function look(): void {
  let nextMs = REST_LOOK_MS;
  if (!isCulling) {
    const sample = takeSample();
    if (ledger.runningTasks === 0) guard.atRest(sample, performance.now());
    else {
      const held = guard.heldBytes(sample);
      nextMs = held > CLOSE_SHARE * guard.limitBytes ? CLOSE_LOOK_MS : LOOK_MS;
      if (held > guard.limitBytes) void endBusyWorkers(held);
    }
  }
  setTimeout(look, nextMs);
}

/** RSS does not say who is over: whoever runs a task has to go. */
async function endBusyWorkers(heldBytes: number): Promise<void> {
  isCulling = true;
  const busy = [...workers.values()].filter((worker) => ledger.isBusy(worker.place));
  for (const worker of busy) worker.isCulled = true;
  await Promise.all(
    busy.map((worker) => worker.end('its functions held too much memory', GIVE_UP_FREEING_MS)),
  );
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  // A thread that has not ended keeps what it holds, so what is left tells nothing of the program itself.
  const leftBytes = busy.some(({ isStuck }) => isStuck) ? 0 : guard.heldBytes(takeSample());
  for (const worker of busy) tellExit(worker.id, { heldBytes, leftBytes });
  isCulling = false;
}

function takeSample(): MemorySample {
  return {
    ...ledger.figures(blockBytes),
    rssBytes: residentBytes(),
    workers: workers.size,
  };
}

function describeDeath(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it ran out of memory';
  return `an error outside of any record ended it: ${message ?? String(error)}`;
}
