// The main thread's side of the language service: typed requests, answered in order. Never loads `typescript`.
// A service that is lost is replaced once, and what the session had declared is told to the new one.
import { rmSync } from 'node:fs';
import { InternalError } from '../../errors.js';
import { onProcessExit } from '../../process-exit.js';
import type {
  Analysis,
  AnalyseOptions,
  LanguageOptions,
  ReplyMessage,
  RequestMessage,
  RequestName,
  Requests,
} from './protocol.js';
import { ProcessLink, type ServiceLink, ThreadLink } from './service-link.js';
import { SessionLog } from './session-log.js';
import { snapshotFile } from './snapshot-file.js';

interface Waiting {
  readonly message: RequestMessage;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export type ClientOptions = Omit<LanguageOptions, 'globalNames'>;

export class LanguageClient {
  /** Settles when the type checker has started; never, if it is not asked to. */
  readonly whenWarm: Promise<void>;
  readonly #options: LanguageOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** Names of values that cells declared and that succeeded, with those that were there before. */
  readonly names: Set<string>;
  readonly #log = new SessionLog();
  #link: ServiceLink;
  /** Settles when a new service knows the session; null while the first one is there. */
  #restored: Promise<void> | null = null;
  #isWarm = false;
  #isClosed = false;
  #lastId = 0;
  #lastCellId = 0;
  #moduleFolder: URL | null = null;
  #becomeWarm: () => void = () => {};

  private constructor(options: LanguageOptions) {
    this.#options = options;
    this.names = new Set(Object.keys(options.preloaded));
    this.whenWarm = new Promise((resolve) => {
      this.#becomeWarm = resolve;
    });
    const snapshot = snapshotFile();
    const onReply = (reply: ReplyMessage) => this.#receive(reply);
    this.#link =
      snapshot === null
        ? this.#thread()
        : new ProcessLink(snapshot, options, { onReply, onLost: () => this.#replace() });
  }

  /** Starts the service; returns at once. */
  static start(options: ClientOptions): LanguageClient {
    // Preloaded names are the shell's own: a cell may declare them again.
    const globalNames = Object.getOwnPropertyNames(globalThis).filter(
      (name) => !(name in options.preloaded),
    );
    const preloaded = { _: 'any', _error: 'any', ...options.preloaded };
    return new LanguageClient({ ...options, preloaded, globalNames });
  }

  get isWarm(): boolean {
    return this.#isWarm;
  }

  /** Checks and compiles a text. An `ok` answer is followed by `commit` or `rollback`. */
  async analyse(text: string, options: AnalyseOptions): Promise<Analysis> {
    const args = [text, options, ++this.#lastCellId] as const;
    const analysis = await this.#request('analyse', args);
    if (analysis.state === 'ok') this.#log.compiled(args, analysis.declaredNames);
    return analysis;
  }

  /** The cell has succeeded: its names count from now on, and its value has the name `resultName`. */
  commit(cellId: number, resultName: string | null = '_'): Promise<null> {
    for (const name of this.#log.commit(cellId, resultName)) this.names.add(name);
    if (resultName !== null) this.names.add(resultName);
    return this.#request('commit', [cellId, resultName]);
  }

  rollback(cellId: number): Promise<null> {
    this.#log.drop(cellId);
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

  /** Ends the service and removes what it compiled. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#request('close', []).catch(() => null);
    this.#isClosed = true;
    await this.#link.end();
  }

  /** Compiled modules are needed until the process ends, and not a moment longer. */
  #keepUntilExit(folder: URL): void {
    this.#moduleFolder = folder;
    onProcessExit(() => rmSync(folder, { recursive: true, force: true }));
  }

  async #request<Name extends RequestName>(
    name: Name,
    args: Requests[Name]['args'],
  ): Promise<Requests[Name]['result']> {
    if (this.#restored !== null) await this.#restored;
    return this.#ask(name, args);
  }

  #ask<Name extends RequestName>(
    name: Name,
    args: Requests[Name]['args'],
  ): Promise<Requests[Name]['result']> {
    const message: RequestMessage = { kind: 'request', id: ++this.#lastId, name, args };
    return new Promise((resolve, reject) => {
      this.#wait({ message, resolve: (result) => resolve(result as never), reject });
    });
  }

  #wait(waiting: Waiting): void {
    if (this.#isClosed) {
      waiting.reject(this.#failure('it is closed'));
      return;
    }
    this.#waiting.set(waiting.message.id, waiting);
    this.#link.setBusy(true);
    this.#link.post(waiting.message);
  }

  #receive(message: ReplyMessage): void {
    if (message.kind === 'warm') {
      this.#isWarm = true;
      this.#becomeWarm();
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#link.setBusy(false);
    if (message.kind === 'result') waiting?.resolve(message.result);
    else waiting?.reject(this.#failure(`${message.message}\n${message.stack}`));
  }

  #thread(): ServiceLink {
    return new ThreadLink(this.#options, {
      onReply: (reply) => this.#receive(reply),
      onLost: (reason) => this.#fail(reason),
    });
  }

  /** The process is gone, or could not start: a thread takes over, which is told of the session first. */
  #replace(): void {
    const open = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#isWarm = false;
    this.#link = this.#thread();
    this.#restored = this.#log
      .replay((name, args) => this.#ask(name, args))
      .catch(() => {})
      .then(() => {
        for (const waiting of open) this.#wait(waiting);
      });
  }

  #fail(reason: string): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(this.#failure(reason));
    this.#waiting.clear();
  }

  #failure(reason: string): InternalError {
    return new InternalError('INTERNAL-901', `The language service failed: ${reason}`);
  }
}
