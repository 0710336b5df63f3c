// Sends functions to a real worker thread and gives back what they return there.
import { Worker } from 'node:worker_threads';
import { type CaptureOptions, captureClosure, captureValue } from '#dist/closure/capture.js';

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly frames?: readonly string[];
}

/** What a function threw in the worker. */
export class ThrownInWorker extends Error {
  readonly frames: readonly string[];

  constructor(text: string, frames: readonly string[]) {
    super(text);
    this.frames = frames;
  }
}

const dist = `${process.cwd()}/${process.env.TSPARK_DIST ?? 'dist'}`;
const OPTIONS: CaptureOptions = { operation: 'map', site: null };

export class ReviveWorker {
  readonly #worker = new Worker(new URL('./fixtures/revive-worker.mjs', import.meta.url), {
    workerData: {
      revive: `${dist}/closure/revive.js`,
      modules: `${dist}/closure/modules.js`,
      frames: `${dist}/closure/user-frames.js`,
    },
  });
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 0;

  constructor() {
    this.#worker.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /** Captures the function, revives it in the worker, calls it there with the arguments. */
  call(fn: Function, ...args: unknown[]): Promise<unknown> {
    return this.#post({ kind: 'closure', payload: captureClosure(fn, OPTIONS), args, calls: 1 });
  }

  /** As `call`, with options. */
  callWith(fn: Function, options: Partial<CaptureOptions>, ...args: unknown[]): Promise<unknown> {
    const payload = captureClosure(fn, { ...OPTIONS, ...options });
    return this.#post({ kind: 'closure', payload, args, calls: 1 });
  }

  /** The result of the last of several calls of one revived function. */
  callRepeatedly(fn: Function, calls: number): Promise<unknown> {
    return this.#post({ kind: 'closure', payload: captureClosure(fn, OPTIONS), args: [], calls });
  }

  /** Captures a value as broadcasts do, and gives back what it is in the worker. */
  send(value: unknown): Promise<unknown> {
    return this.#post({ kind: 'value', bytes: captureValue(value, OPTIONS) });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  async #post(message: object): Promise<unknown> {
    const id = this.#next++;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ id, ...message });
    });
    if (answer.error !== undefined) throw new ThrownInWorker(answer.error, answer.frames ?? []);
    return answer.result;
  }
}
