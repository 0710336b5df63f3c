// The main thread's side of the watchdog: the heartbeat, and taking SIGINT back from it. Main thread.
import { getHeapStatistics } from 'node:v8';
import { Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { collectGarbage } from '../../workers/collect-garbage.js';
import { usedHeapBytes } from '../../workers/heap-figures.js';
import { MemoryLedger } from '../../workers/memory-ledger.js';
import { relaxAsyncStackCheck } from './async-stack-check.js';
import { HeapGain } from './heap-gain.js';
import type { InterruptReason } from './outcome.js';
import {
  CONTROL,
  CONTROL_PLACES,
  HEARTBEAT_MS,
  TERMINATE_NOW,
  WATCH,
  type WatchdogMessage,
  type WatchdogSetup,
} from './watchdog-control.js';

export interface WatchdogHooks {
  /** Code of the main thread was ended, `isForced` while that was alive; what it was part of never settles. */
  onTerminated(reason: InterruptReason, isForced: boolean): void;
  /** The watchdog was to end an evaluation but found the main thread alive: it can stop waiting by itself. */
  onInterrupt(reason: InterruptReason): void;
  /** Called every few milliseconds while the main thread is alive. */
  onBeat(): void;
}

/** Part of V8's own limit that an evaluation may hold: at the limit V8 ends the process. */
const HEAP_SHARE = 0.5;
/** How long the watchdog may take to let go of SIGINT. */
const RELEASE_MS = 500;
const RELEASE_NAME = '__tsparkReleaseWatch';

export class Watchdog {
  /** Shared with any thread that may have to end an evaluation: see `requestTermination`. */
  readonly control = new Int32Array(
    new SharedArrayBuffer(CONTROL_PLACES * Int32Array.BYTES_PER_ELEMENT),
  );
  readonly #hooks: WatchdogHooks;
  readonly #worker: Worker;
  readonly #timer: NodeJS.Timeout;
  readonly #gain: HeapGain;
  #isForced = false;
  readonly #releaseScript = new Script(`globalThis.${RELEASE_NAME}()`);

  /** `heapBytes`: what an evaluation may hold. */
  constructor(hooks: WatchdogHooks, heapBytes: number) {
    this.#hooks = hooks;
    relaxAsyncStackCheck();
    const v8Limit = getHeapStatistics().heap_size_limit;
    const setup: WatchdogSetup = {
      control: this.control,
      ledger: MemoryLedger.ofProcess().memory,
      heapBytes: Math.min(heapBytes, v8Limit * HEAP_SHARE),
    };
    this.#gain = new HeapGain(setup.heapBytes, v8Limit);
    this.#worker = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
      workerData: setup,
      name: 'tspark-watchdog',
      execArgv: [],
    });
    this.#worker.on('message', (message: WatchdogMessage) => this.#receive(message));
    this.#worker.unref();
    this.#timer = setInterval(() => {
      this.beat();
      this.#hooks.onBeat();
      this.#lookAtHeap();
    }, HEARTBEAT_MS).unref();
  }

  /** Says that the main thread is alive; before an evaluation and every few milliseconds. */
  beat(): void {
    MemoryLedger.ofProcess().beat();
    Atomics.add(this.control, CONTROL.heartbeat, 1);
    Atomics.store(this.control, CONTROL.isRaw, process.stdin.isRaw === true ? 1 : 0);
    if (Atomics.load(this.control, CONTROL.watch) === WATCH.on) this.#takeBack();
  }

  /** A cell begins to run: what is held now is not its doing. */
  cellBegins(): void {
    this.#gain.cellBegins(usedHeapBytes());
  }

  /** What a loop that awaits, or timers, make the thread hold while it is alive. */
  #lookAtHeap(): void {
    let state = this.#gain.look(usedHeapBytes(), performance.now());
    if (state === 'collect') {
      collectGarbage();
      state = this.#gain.look(usedHeapBytes(), performance.now(), true);
    }
    if (state === 'over') this.#hooks.onInterrupt('memory');
    if (state !== 'brink') return;
    this.#isForced = true;
    Atomics.store(this.control, CONTROL.trigger, TERMINATE_NOW);
  }

  /** Runs what listens for Ctrl-C by itself: the watchdog keeps out of it. */
  guarded(run: () => void): void {
    this.beat();
    Atomics.store(this.control, CONTROL.isGuarded, 1);
    try {
      run();
    } finally {
      Atomics.store(this.control, CONTROL.isGuarded, 0);
      this.beat();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#worker.terminate();
  }

  /**
   * Makes the watchdog let go of SIGINT. A script with `breakOnSigint` around it holds the signal meanwhile, and
   * puts the process's own handlers back when it ends.
   */
  #takeBack(): void {
    const globals = globalThis as Record<string, unknown>;
    globals[RELEASE_NAME] = () => {
      Atomics.store(this.control, CONTROL.watch, WATCH.releasing);
      Atomics.notify(this.control, CONTROL.watch);
      Atomics.wait(this.control, CONTROL.watch, WATCH.releasing, RELEASE_MS);
    };
    try {
      this.#releaseScript.runInThisContext({ breakOnSigint: true });
    } catch {
      this.#hooks.onInterrupt('interrupt');
    } finally {
      delete globals[RELEASE_NAME];
    }
  }

  #receive(message: WatchdogMessage): void {
    if (message.kind === 'terminated') {
      this.#hooks.onTerminated(message.reason, this.#isForced);
      this.#isForced = false;
    } else if (message.kind === 'interrupt') this.#hooks.onInterrupt(message.reason);
    else process.stdin.unshift(Buffer.from(message.bytes));
  }
}
