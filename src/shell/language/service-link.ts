// Where the language service runs, as the client sees it: a process that starts from a snapshot with the compiler loaded
// and the libraries parsed, or, where there is no snapshot that fits, a thread that loads them itself. Main thread.
import { type ChildProcess, fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { LanguageOptions, ReplyMessage, RequestMessage } from './protocol.js';
import { SNAPSHOT_FLAGS } from './snapshot-file.js';

export interface ServiceLink {
  post(message: RequestMessage): void;
  /** Whether the service keeps this process from ending. */
  setBusy(isBusy: boolean): void;
  end(): Promise<void>;
}

export interface LinkEvents {
  onReply(reply: ReplyMessage): void;
  /** The service is gone; told once, not after `end`. */
  onLost(reason: string): void;
}

export class ProcessLink implements ServiceLink {
  readonly #child: ChildProcess;
  #hasEnded = false;

  constructor(snapshot: string, options: LanguageOptions, { onReply, onLost }: LinkEvents) {
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#child = fork('tspark-language', [], {
      execArgv: [...SNAPSHOT_FLAGS, '--snapshot-blob', snapshot],
      // Options that the snapshot was not made with would keep Node from taking it.
      env,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const lost = (reason: string) => {
      if (!this.#hasEnded) onLost(reason);
      this.#hasEnded = true;
    };
    this.#child.on('message', (reply) => onReply(reply as ReplyMessage));
    this.#child.on('error', (error) => lost(error.message));
    this.#child.on('exit', (code, signal) => lost(`its process has ended (${signal ?? code})`));
    this.#send({ kind: 'options', options });
    this.setBusy(false);
  }

  post(message: RequestMessage): void {
    this.#send(message);
  }

  setBusy(isBusy: boolean): void {
    const { channel } = this.#child;
    if (isBusy) {
      this.#child.ref();
      channel?.ref();
    } else {
      this.#child.unref();
      channel?.unref();
    }
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    this.#child.kill('SIGKILL');
  }

  #send(message: RequestMessage | { kind: 'options'; options: LanguageOptions }): void {
    // What cannot be sent was going to a process that has ended, which is told by its own event.
    this.#child.send(message, () => {});
  }
}

export class ThreadLink implements ServiceLink {
  readonly #worker: Worker;
  #hasEnded = false;

  constructor(options: LanguageOptions, { onReply, onLost }: LinkEvents) {
    const entry = new URL('./service-thread.js', import.meta.url);
    this.#worker = new Worker(entry, {
      workerData: options,
      name: 'tspark-language',
      execArgv: [],
    });
    const lost = (reason: string) => {
      if (!this.#hasEnded) onLost(reason);
      this.#hasEnded = true;
    };
    this.#worker.on('message', onReply);
    this.#worker.on('error', (error) => lost(error.message));
    this.#worker.on('exit', () => lost('its thread has ended'));
    this.#worker.unref();
  }

  post(message: RequestMessage): void {
    this.#worker.postMessage(message);
  }

  setBusy(isBusy: boolean): void {
    if (isBusy) this.#worker.ref();
    else this.#worker.unref();
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#worker.terminate();
  }
}
