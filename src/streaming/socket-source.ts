// Lines from a TCP server. Main thread only. Connects when the stream starts, comes back when the connection
// ends, with growing pauses and one report per outage. When too much waits the socket is paused: TCP's own
// flow control makes the sender wait and nothing is dropped.
import { connect, type Socket } from 'node:net';
import { builtin } from '../lineage/function-ref.js';
import { type LineageNode, makeNode } from '../lineage/node.js';
import type { InputRun } from './input.js';
import { LineBlock } from './open-block.js';
import { Outages } from './outages.js';
import type { ReceiverSettings } from './received-blocks.js';
import { ReceivedSource } from './received-source.js';

/** A connection that lives this long counts as back: the pauses start small again. */
const STABLE_AFTER_MS = 1000;

export class SocketSource extends ReceivedSource<Buffer, string> {
  readonly text: string;
  readonly #host: string;
  readonly #port: number;
  readonly #lines: LineBlock;
  #outages: Outages | null = null;
  #socket: Socket | null = null;
  /** What arrived beyond the bound on the batch; the socket is paused while there is any. */
  #held: Buffer | null = null;
  #cancelStable: (() => void) | null = null;

  constructor(host: string, port: number, settings: ReceiverSettings) {
    const lines = new LineBlock();
    super('socketTextStream', lines, settings);
    this.#lines = lines;
    this.#host = host;
    this.#port = port;
    this.text = `socketTextStream('${host}', ${port})`;
  }

  override start(run: InputRun): void {
    super.start(run);
    const outages = new Outages(run, this.text);
    this.#outages = outages;
    this.#connect(run, outages);
  }

  /** Blocks hold bytes as they arrived; a worker makes lines of them. */
  protected override recordsOf(blocks: LineageNode): LineageNode {
    const fn = builtin('receivedLines');
    const op = { kind: 'mapPartitions', fn, withIndex: false } as const;
    const spec = { kind: 'narrow', parent: blocks, op, preservesPartitioning: false } as const;
    return makeNode('socketTextStream', spec, null);
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

  #take(chunk: Buffer): void {
    this.#held = this.received.add(
      this.#held === null ? chunk : Buffer.concat([this.#held, chunk]),
    );
    if (this.#held !== null || this.received.mustWait) this.#socket?.pause();
  }

  /** There is room again: first for what was held back. */
  protected onRoom(): void {
    if (this.#held !== null) this.#held = this.received.add(this.#held);
    if (this.#held === null && !this.received.mustWait) this.#socket?.resume();
  }

  /** A line cannot go on in another connection. */
  #endLine(): void {
    if (this.#held !== null) this.received.addAll(this.#held);
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
