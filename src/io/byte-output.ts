// Bytes that are put together piece by piece, in the order and forms Java writes them (big-endian, Hadoop's
// variable-length integers). Pure bytes; runs in workers.

const FIRST_BYTES = 256;

export class ByteOutput {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  view(from = 0): Buffer {
    return this.#bytes.subarray(from, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  int8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes.writeInt8(value, at);
  }

  int32(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeInt32BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#reserve(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  float(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeFloatBE(value, at);
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  /** A variable-length integer that is not negative: one byte up to 127, else a count of bytes and the bytes. */
  vint(value: number): void {
    if (value <= 127) {
      this.int8(value);
      return;
    }
    const count = value < 2 ** 8 ? 1 : value < 2 ** 16 ? 2 : value < 2 ** 24 ? 3 : 4;
    this.int8(-112 - count);
    const at = this.#reserve(count);
    this.#bytes.writeUIntBE(value, at, count);
  }

  /** UTF-8 behind its length in bytes. */
  text(value: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    this.vint(length);
    const at = this.#reserve(length);
    this.#bytes.write(value, at, 'utf8');
  }

  /** Makes room for `count` more bytes and returns where they begin. Call it first: it may replace the buffer. */
  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}
