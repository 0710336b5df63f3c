// The bytes of a split as one forward stream, decompressed: what readers of every format build on.
// Knows nothing of lines or records.

/** Positions count the bytes of the stream from 0, the first byte that `read` delivers. */
export interface ByteSource {
  /** Writes up to `length` bytes into `target` at `offset`; 0 only at the end of the file. */
  read(target: Buffer, offset: number, length: number): number;
  /** Where the split ends; the stream goes on to the end of the file. Infinity while not known. */
  readonly end: number;
  /** Stored bytes of the split that were read when the stream had come to `position`. */
  storedBytes(position: number): number;
  close(): void;
}
