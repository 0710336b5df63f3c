// Lines from a TCP server. Main thread only. Connects when the stream starts, comes back when the connection
// ends, with growing pauses and one report per outage. When too much waits the socket is paused: TCP's own
// flow control makes the sender wait and nothing is dropped.
import { connect, type Socket } from 'node:net';
import type { StoredBlock } from '../blocks/block.js';
import { builtin } from '../lineage/function-ref.js';
import { makeNode } from '../lineage/node.js';
import type { RDD } from '../rdd/rdd.js';
import { rddOver } from './handles.js';
import type { BlockFile } from './checkpoint-folder.js';
import type { InputRun, InputSource, RecoveredInput } from './input.js';
import { LineBlock } from './open-block.js';
import { Outages } from './outages.js';
import { ReceivedBlocks, type ReceiverSettings } from './received-blocks.js';

/** A connection that lives this long counts as back: the pauses start small again. */
const STABLE_AFTER_MS = 1000;

export class SocketSource implements InputSource {
  readonly text: string;
  readonly #host: string;
  readonly #port: number;
  readonly #lines = new LineBlock();
  readonly #received: ReceivedBlocks<Buffer>;
  readonly isLogged: boolean;
  #untilMs = Number.NEGATIVE_INFINITY;
  #run: InputRun | null = null;
  #outages: Outages | null = null;
  #socket: Socket | null = null;
  /** What arrived beyond the bound on the batch; the socket is paused while there is any. */
  #held: Buffer | null = null;
  #cancelStable: (() => void) | null = null;

  constructor(host: string, port: number, settings: ReceiverSettings) {
    this.#host = host;
    this.#port = port;
    this.text = `socketTextStream('${host}', ${port})`;
    this.#received = new ReceivedBlocks(this.#lines, settings, () => this.#goOn());
    this.isLogged = settings.isLogged;
  }

  start(run: InputRun): void {
    this.#run = run;
    const outages = new Outages(run, this.text);
    this.#outages = outages;
    this.#received.rate = run.rate;
    this.#connect(run, outages);
  }

  allocate(timeMs: number): number {
    return this.#received.allocate(timeMs);
  }

  nextBatch(): void {
    this.#received.nextBatch();
  }

  rddAt(timeMs: number): RDD<string> | null {
    const sc = this.#run?.sc;
    if (sc === undefined) return null;
    if (timeMs <= this.#untilMs && !this.#received.hasBatch(timeMs)) return null;
    const partitions = this.#received.blocksAt(timeMs);
    // One empty partition rather than none, so that `count` of an empty batch is 0 and not nothing.
    if (partitions.length === 0) return sc.parallelize<string>([], 1);
    const parent = makeNode('socketTextStream', { kind: 'blocks', partitions }, null);
    const op = { kind: 'flatMap', fn: builtin('receivedLines') } as const;
    const spec = { kind: 'narrow', parent, op, preservesPartitioning: false } as const;
    return rddOver(sc, makeNode('socketTextStream', spec, null));
  }

  describe(timeMs: number, keep: (block: StoredBlock) => Promise<BlockFile>): unknown {
    return this.isLogged ? this.#received.log(timeMs, keep) : undefined;
  }

  recover(recovered: RecoveredInput): void {
    this.#received.recover(recovered);
    this.#untilMs = recovered.untilMs;
  }

  processed(timeMs: number): void {
    this.#received.processed(timeMs);
  }

  forget(timeMs: number): void {
    this.#received.forget(timeMs);
  }

  hasPending(): boolean {
    return this.#received.hasPending();
  }

  get isPaused(): boolean {
    return this.#socket?.isPaused() ?? false;
  }

  stop(): void {
    const outages = this.#outages;
    if (outages === null) return;
    this.#outages = null;
    this.#cancelStable?.();
    const socket = this.#socket;
    this.#socket = null;
    this.#endLine();
    socket?.destroy();
    outages.stop();
  }

  drop(): void {
    this.#received.drop();
  }

  #take(chunk: Buffer): void {
    this.#held = this.#received.add(
      this.#held === null ? chunk : Buffer.concat([this.#held, chunk]),
    );
    if (this.#held !== null || this.#received.mustWait) this.#socket?.pause();
  }

  /** There is room again: first for what was held back. */
  #goOn(): void {
    if (this.#held !== null) this.#held = this.#received.add(this.#held);
    if (this.#held === null && !this.#received.mustWait) this.#socket?.resume();
  }

  /** A line cannot go on in another connection. */
  #endLine(): void {
    if (this.#held !== null) this.#received.addAll(this.#held);
    this.#held = null;
    this.#lines.endLine();
  }

  #connect(run: InputRun, outages: Outages): void {
    const socket = connect({ host: this.#host, port: this.#port });
    socket.unref();
    this.#socket = socket;
    let isConnected = false;
    let reason: string | null = null;
    socket.on('connect', () => {
      isConnected = true;
      this.#connected(run, outages);
    });
    socket.on('data', (chunk: Buffer) => {
      if (this.#socket === socket) this.#take(chunk);
    });
    socket.on('error', (error) => {
      reason = describeSocketError(error);
    });
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#endLine();
      this.#socket = null;
      this.#lost(isConnected, reason, () => this.#connect(run, outages));
    });
  }

  #connected(run: InputRun, outages: Outages): void {
    outages.began();
    this.#cancelStable = run.clock.callAt(run.clock.nowMs() + STABLE_AFTER_MS, () =>
      outages.isBack(`connected to ${this.#host}:${this.#port} again`),
    );
  }

  #lost(wasConnected: boolean, reason: string | null, again: () => void): void {
    this.#cancelStable?.();
    const what = wasConnected
      ? `${this.#host}:${this.#port} closed the connection${reason === null ? '' : ` (${reason})`}`
      : `cannot connect to ${this.#host}:${this.#port}: ${reason ?? 'the connection was refused'}`;
    this.#outages?.failed(`${what}. Trying again, with growing pauses, until it answers.`, again);
  }
}

function describeSocketError(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known: Record<string, string> = {
    ECONNREFUSED: 'nobody listens there',
    ENOTFOUND: 'there is no host of that name',
    EAI_AGAIN: 'the name of the host cannot be looked up now',
    ECONNRESET: 'the other side cut it off',
    ETIMEDOUT: 'no answer',
    EHOSTUNREACH: 'no way to that host',
    EACCES: 'no permission',
  };
  return known[code] ?? error.message;
}
