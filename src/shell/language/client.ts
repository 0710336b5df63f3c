// The main thread's side of the language thread: typed requests, answered in order. Never loads `typescript`.
import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { InternalError } from '../../errors.js';
import type {
  LanguageOptions,
  ReplyMessage,
  RequestMessage,
  RequestName,
  Requests,
} from './protocol.js';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export type ClientOptions = Omit<LanguageOptions, 'globalNames'>;

export class LanguageClient {
  /** Settles when the type checker has started; never, if it is not asked to. */
  readonly whenWarm: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** Names of values that cells declared and that succeeded, with those that were there before. */
  readonly names: Set<string>;
  readonly #declared = new Map<number, readonly string[]>();
  #isWarm = false;
  #isClosed = false;
  #lastId = 0;
  #moduleFolder: URL | null = null;
  #becomeWarm: () => void = () => {};

  private constructor(worker: Worker, names: Iterable<string>) {
    this.#worker = worker;
    this.names = new Set(names);
    this.whenWarm = new Promise((resolve) => {
      this.#becomeWarm = resolve;
    });
    worker.on('message', (message: ReplyMessage) => this.#receive(message));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the language thread has ended')));
    // The shell decides when the process ends.
    worker.unref();
  }

  /** Starts the thread; returns at once. */
  static start(options: ClientOptions): LanguageClient {
    // Preloaded names are the shell's own: a cell may declare them again.
    const globalNames = Object.getOwnPropertyNames(globalThis).filter(
      (name) => !(name in options.preloaded),
    );
    const preloaded = { _: 'any', _error: 'any', ...options.preloaded };
    const workerData: LanguageOptions = { ...options, preloaded, globalNames };
    const entry = new URL('./service-thread.js', import.meta.url);
    return new LanguageClient(
      new Worker(entry, { workerData, name: 'tspark-language', execArgv: [] }),
      Object.keys(preloaded),
    );
  }

  get isWarm(): boolean {
    return this.#isWarm;
  }

  /** Checks and compiles a text. An `ok` answer is followed by `commit` or `rollback`. */
  async analyse(...args: Requests['analyse']['args']): Promise<Requests['analyse']['result']> {
    const analysis = await this.#request('analyse', args);
    if (analysis.state === 'ok') this.#declared.set(analysis.id, analysis.declaredNames);
    return analysis;
  }

  /** The cell has succeeded: its names count from now on, and its value has the name `resultName`. */
  commit(cellId: number, resultName: string | null = '_'): Promise<null> {
    for (const name of this.#declared.get(cellId) ?? []) this.names.add(name);
    if (resultName !== null) this.names.add(resultName);
    this.#declared.delete(cellId);
    return this.#request('commit', [cellId, resultName]);
  }

  rollback(cellId: number): Promise<null> {
    this.#declared.delete(cellId);
    return this.#request('rollback', [cellId]);
  }

  /** The type of an expression as text, or null if it is none. Waits for the checker. */
  typeOf(expression: string): Promise<string | null> {
    return this.#request('typeOf', [expression]);
  }

  complete(text: string, position: number): Promise<Requests['complete']['result']> {
    return this.#request('complete', [text, position]);
  }

  completionDetail(
    ...args: Requests['completionDetail']['args']
  ): Promise<Requests['completionDetail']['result']> {
    return this.#request('completionDetail', args);
  }

  signatureHelp(text: string, position: number): Promise<Requests['signatureHelp']['result']> {
    return this.#request('signatureHelp', [text, position]);
  }

  documentation(text: string, position: number): Promise<Requests['documentation']['result']> {
    return this.#request('documentation', [text, position]);
  }

  /** The cells that have succeeded, as a program. Waits for the checker. */
  savedProgram(): Promise<Requests['savedProgram']['result']> {
    return this.#request('savedProgram', []);
  }

  /** A program without its types. */
  asJavaScript(text: string): Promise<string> {
    return this.#request('asJavaScript', [text]);
  }

  /** Compiles a user's TypeScript module, and those it imports, to files that any thread can import. */
  async compileModule(path: string): Promise<Requests['compileModule']['result']> {
    const compiled = await this.#request('compileModule', [path]);
    const url = compiled.state === 'ok' ? compiled.modules.at(-1)?.url : undefined;
    if (url !== undefined && this.#moduleFolder === null) this.#keepUntilExit(new URL('.', url));
    return compiled;
  }

  /** Makes the checker start now, if it has not. */
  async warmUp(): Promise<void> {
    await this.#request('warmUp', []);
  }

  /** Ends the thread and removes what it compiled. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#request('close', []).catch(() => null);
    this.#isClosed = true;
    await this.#worker.terminate();
  }

  /** Compiled modules are needed until the process ends, and not a moment longer. */
  #keepUntilExit(folder: URL): void {
    this.#moduleFolder = folder;
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }

  #request<Name extends RequestName>(
    name: Name,
    args: Requests[Name]['args'],
  ): Promise<Requests[Name]['result']> {
    if (this.#isClosed) return Promise.reject(this.#failure('it is closed'));
    const id = ++this.#lastId;
    const message: RequestMessage = { kind: 'request', id, name, args };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as never), reject });
      this.#worker.ref();
      this.#worker.postMessage(message);
    });
  }

  #receive(message: ReplyMessage): void {
    if (message.kind === 'warm') {
      this.#isWarm = true;
      this.#becomeWarm();
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (message.kind === 'result') waiting?.resolve(message.result);
    else waiting?.reject(this.#failure(`${message.message}\n${message.stack}`));
  }

  #fail(error: Error): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(this.#failure(error.message));
    this.#waiting.clear();
  }

  #failure(reason: string): InternalError {
    return new InternalError('INTERNAL-901', `The language thread failed: ${reason}`);
  }
}
