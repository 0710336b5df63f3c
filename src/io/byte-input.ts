// Bytes that are taken apart piece by piece, the counterpart of byte-output.ts. Pure bytes; runs in workers.

/** Thrown when bytes are not what their format says; readers of files turn it into an error that names the file. */
export class MalformedBytes extends Error {}

export class ByteInput {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next bytes, as a view. */
  take(count: number): Buffer {
    if (count < 0 || count > this.left) throw new MalformedBytes('a length is wrong');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** A variable-length integer that is not negative. */
  vint(): number {
    const first = this.take(1).readInt8();
    if (first >= 0) return first;
    const count = vintBytes(first);
    return count === 0 ? 0 : this.take(count).readUIntBE(0, count);
  }
}

/** How many bytes follow the first one of a variable-length integer. */
export function vintBytes(first: number): number {
  if (first >= 0) return 0;
  const count = -112 - first;
  // Lengths and counts are never negative, nor above 2^31.
  if (count < 1 || count > 4) throw new MalformedBytes('a length is wrong');
  return count;
}
