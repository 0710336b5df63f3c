// Sockets on which the JVM serves data to the driver: an address and a secret, then frames behind their lengths.
import { connect, type Socket } from 'node:net';
import { BridgeError } from '../errors.js';
import type { JavaObject, JavaThread } from './py4j/gateway.js';

const LENGTH_BYTES = 4;
const END_OF_DATA = -1;

/** The frames that a call gave as `[port or path, secret or null, server]`. */
export async function readServed(thread: JavaThread, served: JavaObject): Promise<Buffer[]> {
  const address = await thread.arrayItem(served, 0);
  const secret = await thread.arrayItem(served, 1);
  const socket = connectTo(address);
  if (typeof secret === 'string') socket.write(framed(secret));
  const splitter = new FrameSplitter();
  for await (const bytes of socket) splitter.add(bytes as Buffer);
  const frames = splitter.finish();
  // The first frame says that the secret was right.
  if (typeof secret === 'string' && String(frames.shift()) !== 'ok') {
    throw new BridgeError(
      'BRIDGE-502',
      'The JVM refused to hand over the results: the secret does not fit. Run the action again.',
    );
  }
  return frames;
}

function connectTo(address: unknown): Socket {
  return typeof address === 'number' ? connect(address, '127.0.0.1') : connect(String(address));
}

function framed(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Cuts a stream of bytes into frames; each byte is copied once. */
class FrameSplitter {
  readonly #frames: Buffer[] = [];
  #head = Buffer.alloc(0);
  #frame: Buffer | null = null;
  #filled = 0;
  #hasEnded = false;

  add(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0 && !this.#hasEnded) rest = rest.subarray(this.#take(rest));
  }

  finish(): Buffer[] {
    if (this.#frame === null) return this.#frames;
    throw new BridgeError(
      'BRIDGE-502',
      'The JVM ended in the middle of handing over the results. Run the action again; if the JVM is gone, stop the context and make a new one.',
    );
  }

  #take(bytes: Buffer): number {
    if (this.#frame === null) return this.#takeHead(bytes);
    const count = bytes.copy(this.#frame, this.#filled);
    this.#filled += count;
    this.#endIfFull();
    return count;
  }

  #takeHead(bytes: Buffer): number {
    const count = Math.min(LENGTH_BYTES - this.#head.length, bytes.length);
    this.#head = Buffer.concat([this.#head, bytes.subarray(0, count)]);
    if (this.#head.length < LENGTH_BYTES) return count;
    const length = this.#head.readInt32BE(0);
    this.#head = Buffer.alloc(0);
    if (length === END_OF_DATA) {
      this.#hasEnded = true;
    } else {
      this.#frame = Buffer.allocUnsafe(length);
      this.#filled = 0;
      this.#endIfFull();
    }
    return count;
  }

  #endIfFull(): void {
    if (this.#frame === null || this.#filled < this.#frame.length) return;
    this.#frames.push(this.#frame);
    this.#frame = null;
  }
}
