// The worker's end of its connection with the executor: blocking reads and writes on a file descriptor, so that user
// functions are called in plain loops that pull their input. Numbers are big-endian, as Java writes them.
import { readSync, writeSync } from 'node:fs';

/** The executor closed the connection: there is nothing more to do. */
export class ConnectionEnded extends Error {}

const READ_BYTES = 256 * 1024;
const WRITE_BYTES = 256 * 1024;

export class BlockingReader {
  readonly #fd: number;
  #buffer = Buffer.allocUnsafe(READ_BYTES);
  #at = 0;
  #end = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  int(): number {
    this.#need(4);
    this.#at += 4;
    return this.#buffer.readInt32BE(this.#at - 4);
  }

  long(): number {
    this.#need(8);
    this.#at += 8;
    return Number(this.#buffer.readBigInt64BE(this.#at - 8));
  }

  boolean(): boolean {
    this.#need(1);
    return this.#buffer[this.#at++] !== 0;
  }

  /** A text behind its length. */
  text(): string {
    return this.utf8(this.int());
  }

  utf8(length: number): string {
    this.#need(length);
    this.#at += length;
    return this.#buffer.toString('utf8', this.#at - length, this.#at);
  }

  /** A copy of the next bytes. */
  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    this.into(bytes);
    return bytes;
  }

  /** Fills `target` with the next bytes; long ones go straight there. */
  into(target: Uint8Array): void {
    const held = Math.min(target.byteLength, this.#end - this.#at);
    target.set(this.#buffer.subarray(this.#at, this.#at + held));
    this.#at += held;
    for (let at = held; at < target.byteLength; ) {
      if (target.byteLength - at < READ_BYTES) {
        this.#need(target.byteLength - at);
        target.set(this.#buffer.subarray(this.#at, this.#at + target.byteLength - at), at);
        this.#at += target.byteLength - at;
        return;
      }
      at += this.#read(target, at, target.byteLength - at);
    }
  }

  #need(length: number): void {
    if (this.#end - this.#at >= length) return;
    if (this.#buffer.length < length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, this.#at, this.#end);
      this.#buffer = larger;
    } else {
      this.#buffer.copyWithin(0, this.#at, this.#end);
    }
    this.#end -= this.#at;
    this.#at = 0;
    while (this.#end < length)
      this.#end += this.#read(this.#buffer, this.#end, this.#buffer.length - this.#end);
  }

  #read(target: Uint8Array, at: number, length: number): number {
    const count = readSync(this.#fd, target, at, length, null);
    if (count === 0) throw new ConnectionEnded();
    return count;
  }
}

export class BlockingWriter {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(WRITE_BYTES);
  #length = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  int(value: number): void {
    this.#room(4);
    this.#length = this.#buffer.writeInt32BE(value, this.#length);
  }

  long(value: number): void {
    this.#room(8);
    this.#length = this.#buffer.writeBigInt64BE(BigInt(Math.trunc(value)), this.#length);
  }

  /** The parts of one frame, behind their length together. */
  frame(...parts: readonly Uint8Array[]): void {
    this.int(parts.reduce((sum, part) => sum + part.byteLength, 0));
    for (const part of parts) this.#raw(part);
  }

  flush(): void {
    const length = this.#length;
    this.#length = 0;
    this.#write(this.#buffer.subarray(0, length));
  }

  #raw(bytes: Uint8Array): void {
    if (bytes.byteLength > WRITE_BYTES / 2) {
      this.flush();
      this.#write(bytes);
      return;
    }
    this.#room(bytes.byteLength);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  #room(length: number): void {
    if (this.#buffer.length - this.#length < length) this.flush();
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(this.#fd, bytes, at);
  }
}
