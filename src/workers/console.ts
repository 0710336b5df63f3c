// A worker never writes to the terminal: what user functions print goes to the driver, tagged by stage
// and partition.
import { format } from 'node:util';
import type { ConsoleLevel } from '../events.js';
import type { FromWorker } from './protocol.js';

const LEVELS: readonly ConsoleLevel[] = ['log', 'info', 'warn', 'error', 'debug'];
/** Lines are sent together at the latest after so many. */
const MAX_BATCH_CHARS = 16_384;

export interface CurrentTask {
  readonly currentStage: number;
  readonly currentPartition: number;
}

export class WorkerConsole {
  readonly #send: (message: FromWorker) => void;
  readonly #task: CurrentTask;

  constructor(send: (message: FromWorker) => void, task: CurrentTask) {
    this.#send = send;
    this.#task = task;
  }

  install(): void {
    for (const level of LEVELS) {
      console[level] = (...parts: unknown[]) => this.#print(level, format(...parts));
    }
    process.stdout.write = this.#writer('log');
    process.stderr.write = this.#writer('error');
  }

  #writer(level: ConsoleLevel): typeof process.stdout.write {
    return ((chunk: string | Uint8Array) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      this.#print(level, text.endsWith('\n') ? text.slice(0, -1) : text);
      return true;
    }) as typeof process.stdout.write;
  }

  #print(level: ConsoleLevel, text: string): void {
    const { currentStage: stageId, currentPartition: partition } = this.#task;
    const shown = text.length > MAX_BATCH_CHARS ? `${text.slice(0, MAX_BATCH_CHARS)}…` : text;
    this.#send({ type: 'console', level, stageId, partition, text: shown });
  }
}
